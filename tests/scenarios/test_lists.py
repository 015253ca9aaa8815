"""Lists."""


def make(person, title="Close ones", **more):
    return person.post("/api/v1/lists", form={"title": title, **more}).ok()


def put(person, made, *others):
    return person.post(f"/api/v1/lists/{made['id']}/accounts", form={"account_ids[]": [o.id for o in others]})


def test_a_list_from_start_to_end(ann, ben, cat):
    """A list is made, filled, read, renamed, emptied and deleted."""
    ann.follows(ben), ann.follows(cat)
    made = make(ann)
    assert made["title"] == "Close ones" and made["replies_policy"] in ("list", "followed", "none") and made["exclusive"] is False
    assert [x["id"] for x in ann.get("/api/v1/lists").ok() if x["title"] == "Close ones"] == [made["id"]]
    assert put(ann, made, ben).ok() == {}
    post, other = ben.say("in"), cat.say("out")
    assert ann.ids(f"/api/v1/timelines/list/{made['id']}") == [post["id"]]
    assert [a["id"] for a in ann.get(f"/api/v1/lists/{made['id']}/accounts").ok()] == [ben.id]
    assert made["id"] in [x["id"] for x in ann.get(f"/api/v1/accounts/{ben.id}/lists").ok()]
    said = ann.put(f"/api/v1/lists/{made['id']}", form={"title": "Rowers", "replies_policy": "none"}).ok()
    assert said["title"] == "Rowers" and said["replies_policy"] == "none"
    assert ann.delete(f"/api/v1/lists/{made['id']}/accounts", form={"account_ids[]": [ben.id]}).ok() == {}
    assert ann.ids(f"/api/v1/timelines/list/{made['id']}") == []
    assert ann.delete(f"/api/v1/lists/{made['id']}").ok() == {}
    ann.get(f"/api/v1/lists/{made['id']}").fails(404)


def test_only_followed_people_fit(ann, ben):
    """Somebody one does not follow cannot be put on a list."""
    put(ann, make(ann), ben).fails(404, 422)


def test_nobody_twice(ann, ben):
    """Somebody already on the list is refused a second time, or quietly kept; never doubled."""
    ann.follows(ben)
    made = make(ann)
    put(ann, made, ben).ok()
    assert put(ann, made, ben).status in (200, 422)
    assert len(ann.get(f"/api/v1/lists/{made['id']}/accounts").ok()) == 1


def test_exclusive_lists_empty_home(ann, ben):
    """People on an exclusive list are read there and not in home."""
    ann.follows(ben)
    made = make(ann, exclusive=True)
    put(ann, made, ben).ok()
    post = ben.say("only there")
    assert post["id"] not in ann.home() and ann.ids(f"/api/v1/timelines/list/{made['id']}") == [post["id"]]


def test_unfollowing_takes_off_the_list(ann, ben):
    """Somebody one stops following leaves one's lists."""
    ann.follows(ben)
    made = make(ann)
    put(ann, made, ben).ok()
    ann.toward(ben, "unfollow")
    assert ann.get(f"/api/v1/lists/{made['id']}/accounts").ok() == []


def test_t143_somebody_elses_list(ann, ben):
    """Another person's list answers as one that never was, by every route."""
    made = make(ann)
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/accounts"), ("POST", "/accounts")):
        ours, unknown = (ben.request(method, f"/api/v1/lists/{i}{path}", form={"title": "x", "account_ids[]": [ann.id]}
                                     if method in ("PUT", "POST") else None) for i in (made["id"], "109999999999999999"))
        assert (ours.status, ours.body) == (unknown.status, unknown.body) and ours.status == 404, (method, path)
    ours, unknown = (ben.get(f"/api/v1/timelines/list/{i}") for i in (made["id"], "109999999999999999"))
    assert (ours.status, ours.body) == (unknown.status, unknown.body)


def test_t153_lists_have_limits(ann):
    """A title of a megabyte and a hundred and first list are refused."""
    ann.post("/api/v1/lists", form={"title": "x" * 100_000}).fails(413, 422)
    ann.post("/api/v1/lists", form={"title": ""}).fails(422)
    codes = [ann.post("/api/v1/lists", form={"title": f"list {i}"}).status for i in range(101)]
    assert codes[-1] == 422 and codes[0] == 200
