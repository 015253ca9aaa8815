"""Notifications together and apart: groups, the policy about strangers, requests of those who wait."""


def grouped(person, **parameters):
    return person.get("/api/v2/notifications", **parameters).ok()


def test_favourites_of_a_post_stand_together(ann, ben, cat):
    """Favourites of one post are one group with a number and its people; a mention stands alone."""
    post = ann.say("hello")
    ben.does(post, "favourite"), cat.does(post, "favourite")
    said = ben.say(f"@{ann.name} hi")
    answer = grouped(ann)
    mention, favourites = answer["notification_groups"]
    assert mention["type"] == "mention" and mention["status_id"] == said["id"] and mention["notifications_count"] == 1
    assert favourites["type"] == "favourite" and favourites["notifications_count"] == 2 and favourites["status_id"] == post["id"]
    assert favourites["sample_account_ids"] == [cat.id, ben.id]
    assert isinstance(favourites["most_recent_notification_id"], int) and isinstance(favourites["page_min_id"], str)
    assert {a["id"] for a in answer["accounts"]} == {ben.id, cat.id}
    assert {s["id"] for s in answer["statuses"]} == {post["id"], said["id"]}
    assert ann.get("/api/v2/notifications/unread_count").ok() == {"count": 2}
    key = favourites["group_key"]
    assert [a["id"] for a in ann.get(f"/api/v2/notifications/{key}/accounts").ok()] == [cat.id, ben.id]
    assert ann.get(f"/api/v2/notifications/{key}").ok()["notification_groups"][0]["notifications_count"] == 2
    ann.post(f"/api/v2/notifications/{key}/dismiss").ok()
    assert [g["type"] for g in grouped(ann)["notification_groups"]] == ["mention"]
    ben.get(f"/api/v2/notifications/{mention['group_key']}").fails(404)


def test_kinds_an_app_cannot_group(ann, ben, cat):
    """An app that names the kinds it can group gets the others one by one."""
    post = ann.say("hello")
    ben.does(post, "favourite"), cat.does(post, "favourite")
    groups = grouped(ann, **{"grouped_types[]": ["follow"]})["notification_groups"]
    assert [(g["type"], g["notifications_count"]) for g in groups] == [("favourite", 1)] * 2


def test_pages_of_groups(ann, ben):
    """Groups page by the notifications that were looked at, without losing one."""
    said = [ben.say(f"@{ann.name} {i}")["id"] for i in range(7)]
    seen, path = [], "/api/v2/notifications?limit=3"
    while path:
        answer = ann.get(path)
        seen += [g["status_id"] for g in answer.ok()["notification_groups"]]
        links = {part.split(";")[1].strip(): part.split(";")[0].strip(" <>") for part in answer.headers.get("link", "").split(",") if part}
        path = links.get('rel="next"', "").removeprefix(ann.server.url)
    assert seen == said[::-1]


def test_strangers_can_wait(ann, ben, server):
    """With the policy "filter" a stranger's notifications wait as a request, and come in when it is accepted."""
    changed = ann.patch("/api/v2/notifications/policy", form={"for_not_following": "filter"}).ok()
    assert changed["for_not_following"] == "filter" and changed["for_not_followers"] == "accept"
    said = ben.say(f"@{ann.name} hello")
    ben.say(f"@{ann.name} again")
    assert ann.notes() == []
    assert ann.get("/api/v2/notifications/policy").ok()["summary"] == {"pending_requests_count": 1, "pending_notifications_count": 2}
    request, = ann.get("/api/v1/notifications/requests").ok()
    assert request["account"]["id"] == ben.id and request["notifications_count"] == "2" and request["last_status"]
    assert ben.get(f"/api/v1/notifications/requests/{request['id']}").fails(404)
    ben.post(f"/api/v1/notifications/requests/{request['id']}/accept").fails(404)
    ann.post(f"/api/v1/notifications/requests/{request['id']}/accept").ok()
    assert ("mention", ben.name, said["id"]) in ann.notes()
    ben.say(f"@{ann.name} third")
    assert len(ann.notes()) == 3 and ann.get("/api/v1/notifications/requests").ok() == []
    assert ann.get("/api/v1/notifications/requests/merged").ok() == {"merged": True}


def test_strangers_can_be_dropped_or_put_away(ann, ben, cat):
    """"drop" leaves nothing; a dismissed request is gone until the sender comes again; people followed always come through."""
    ann.put("/api/v2/notifications/policy", form={"for_not_following": "drop"}).ok()
    ann.follows(cat)
    ben.say(f"@{ann.name} hello"), cat.say(f"@{ann.name} hello")
    assert [n[1] for n in ann.notes()] == [cat.name]
    ann.put("/api/v2/notifications/policy", form={"for_not_following": "filter"}).ok()
    ben.say(f"@{ann.name} hello")
    request, = ann.get("/api/v1/notifications/requests").ok()
    ann.post("/api/v1/notifications/requests/dismiss", form={"id[]": [request["id"]]}).ok()
    assert ann.get("/api/v1/notifications/requests").ok() == []
    ben.say(f"@{ann.name} once more")
    assert len(ann.get("/api/v1/notifications/requests").ok()) == 1


def test_the_old_policy(ann):
    """The first version says yes or no, and both versions mean the same."""
    assert ann.get("/api/v1/notifications/policy").ok()["filter_not_following"] is False
    assert ann.put("/api/v1/notifications/policy", form={"filter_not_following": True}).ok()["filter_not_following"] is True
    assert ann.get("/api/v2/notifications/policy").ok()["for_not_following"] == "filter"
    ann.patch("/api/v2/notifications/policy", form={"for_bots": "perhaps"}).fails(422)
