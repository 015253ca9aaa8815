"""Notifications: kinds, order, paging, reading, clearing."""


def test_each_kind(server, ann, ben):
    """Each thing that somebody does towards another makes one notification of its kind, newest first."""
    post = ann.say("hello")
    ben.follows(ann)
    reply = ben.answer(post, f"@{ann.name} hi")
    ben.does(post, "favourite")
    ben.does(post, "reblog")
    assert ann.notes() == [("reblog", ben.name, post["id"]), ("favourite", ben.name, post["id"]),
                           ("mention", ben.name, reply["id"]), ("follow", ben.name, None)]


def test_asked_for_posts(ann, ben):
    """Somebody who asked to be told of another's posts is told."""
    ann.follows(ben, form={"notify": True})
    post = ben.say("news")
    assert ann.notes("status") == [("status", ben.name, post["id"])]


def test_nobody_is_told_of_themselves(ann):
    """One's own doings make no notifications."""
    post = ann.say(f"@{ann.name} note to self")
    ann.does(post, "favourite")
    assert ann.notes() == []


def test_choosing_kinds(ann, ben):
    """The list can be narrowed to kinds, rid of kinds, or to one person."""
    post = ann.say("hello")
    ben.does(post, "favourite"), ben.does(post, "reblog"), ben.follows(ann)
    kinds = lambda **q: [n["type"] for n in ann.get("/api/v1/notifications", **q).ok()]
    assert kinds(**{"types[]": ["favourite", "follow"]}) == ["follow", "favourite"]
    assert kinds(**{"exclude_types[]": ["favourite", "follow"]}) == ["reblog"]
    assert len(kinds(account_id=ben.id)) == 3 and kinds(account_id=ann.id) == []


def test_one_at_a_time(ann, ben):
    """One notification can be read, put away, and is then gone; clearing takes all."""
    post = ann.say("hello")
    ben.does(post, "favourite"), ben.follows(ann)
    first, second = ann.get("/api/v1/notifications").ok()
    assert ann.get(f"/api/v1/notifications/{first['id']}").ok()["type"] == first["type"]
    assert ann.post(f"/api/v1/notifications/{first['id']}/dismiss").ok() == {}
    ann.get(f"/api/v1/notifications/{first['id']}").fails(404)
    assert [n["id"] for n in ann.get("/api/v1/notifications").ok()] == [second["id"]]
    assert ann.post("/api/v1/notifications/clear").ok() == {}
    assert ann.get("/api/v1/notifications").ok() == []


def test_t143_somebody_elses_notification(ann, ben):
    """Another person's notification answers as one that never was."""
    ben.follows(ann)
    note, = ann.get("/api/v1/notifications").ok()
    ours, unknown = (ben.get(f"/api/v1/notifications/{i}") for i in (note["id"], "109999999999999999"))
    assert (ours.status, ours.body) == (unknown.status, unknown.body) and ours.status == 404
    ben.post(f"/api/v1/notifications/{note['id']}/dismiss")
    assert ann.get(f"/api/v1/notifications/{note['id']}").status == 200


def test_blocked_and_muted_people_do_not_ring(ann, ben, cat):
    """People one blocked or muted make no notifications; those they made before are gone as well."""
    post = ann.say("hello")
    ben.does(post, "favourite"), cat.does(post, "favourite")
    ann.toward(ben, "block"), ann.toward(cat, "mute")
    assert ann.notes() == []
    cat.say(f"@{ann.name} are you there")
    assert ann.notes() == []


def test_a_mute_that_lets_notifications_through(ann, ben):
    """Muting without notifications still lets mentions ring."""
    said = ann.toward(ben, "mute", form={"notifications": False})
    assert said["muting"] is True and said["muting_notifications"] is False
    ben.say(f"@{ann.name} hello")
    assert [n[0] for n in ann.notes()] == ["mention"]


def test_deleted_posts_take_their_notifications_along(ann, ben):
    """A notification about a post that is gone is gone."""
    reply = ben.say(f"@{ann.name} oops")
    ben.delete(f"/api/v1/statuses/{reply['id']}").ok()
    assert ann.notes() == []


def test_markers(ann, ben):
    """Where somebody stopped reading is kept for all their apps."""
    ben.follows(ann)
    note = ann.get("/api/v1/notifications").ok()[0]
    said = ann.post("/api/v1/markers", form={"notifications[last_read_id]": note["id"]}).ok()
    assert said["notifications"]["last_read_id"] == note["id"]
    got = ann.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]}).ok()
    assert got["notifications"]["last_read_id"] == note["id"]
    again = ann.post("/api/v1/markers", json_body={"notifications": {"last_read_id": note["id"]}}).ok()
    assert again["notifications"]["version"] > said["notifications"]["version"]


def test_mentions_one_may_not_see(ann, ben, cat):
    """Somebody mentioned by a person they blocked is not told."""
    ann.toward(ben, "block")
    ben.say(f"@{ann.name} hello?")
    assert ann.notes() == []
