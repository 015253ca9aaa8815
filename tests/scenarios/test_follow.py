"""Following, asking to follow, and what a relationship says."""


def test_following_and_back(ann, ben):
    """Following somebody open takes effect at once and is seen from both sides; so does stopping."""
    said = ann.follows(ben)
    assert said["following"] and not said["requested"] and said["showing_reblogs"]
    assert ben.knows(ann)["followed_by"]
    assert [a["id"] for a in ann.get(f"/api/v1/accounts/{ann.id}/following").ok()] == [ben.id]
    assert [a["id"] for a in ann.get(f"/api/v1/accounts/{ben.id}/followers").ok()] == [ann.id]
    assert ("follow", ann.name, None) in ben.notes()
    assert ann.toward(ben, "unfollow")["following"] is False
    assert not ben.knows(ann)["followed_by"]


def test_following_twice_is_following(ann, ben):
    """Following again changes the options and counts nothing twice."""
    ann.follows(ben)
    said = ann.follows(ben, form={"reblogs": False, "notify": True})
    assert said["showing_reblogs"] is False and said["notifying"] is True
    assert len(ben.notes("follow")) == 1


def test_asking_to_follow(server, ben):
    """Following somebody who approves by hand is a request until it is accepted, and the asker is told."""
    ann = server.person("ann", locked=True)
    said = ben.follows(ann)
    assert said["requested"] and not said["following"]
    assert ann.knows(ben)["requested_by"] and not ann.knows(ben)["followed_by"]
    assert [a["id"] for a in ann.get("/api/v1/follow_requests").ok()] == [ben.id]
    assert ("follow_request", ben.name, None) in ann.notes()
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["source"]["follow_requests_count"] == 1
    said = ann.post(f"/api/v1/follow_requests/{ben.id}/authorize").ok()
    assert said["followed_by"] is True
    assert ben.knows(ann)["following"] and not ben.knows(ann)["requested"]
    assert ann.get("/api/v1/follow_requests").ok() == []
    ann.post(f"/api/v1/follow_requests/{ben.id}/authorize").fails(404)


def test_a_request_turned_down(server, ben):
    """A request that is turned down is gone, and nobody is told."""
    ann = server.person("ann", locked=True)
    ben.follows(ann)
    ann.post(f"/api/v1/follow_requests/{ben.id}/reject").ok()
    said = ben.knows(ann)
    assert not said["requested"] and not said["following"]
    assert ben.notes() == []


def test_a_request_withdrawn(server, ben):
    """Unfollowing takes back a request that still waits, and its notification."""
    ann = server.person("ann", locked=True)
    ben.follows(ann)
    assert ben.toward(ann, "unfollow")["requested"] is False
    assert ann.get("/api/v1/follow_requests").ok() == []


def test_opening_lets_those_in_who_wait_only_when_accepted(server, ben):
    """An account that stops approving by hand lets the next one in at once."""
    ann = server.person("ann", locked=True)
    ann.patch("/api/v1/accounts/update_credentials", form={"locked": False}).ok()
    assert ben.follows(ann)["following"] is True


def test_nobody_follows_themselves(ann):
    """Following oneself is refused."""
    ann.post(f"/api/v1/accounts/{ann.id}/follow").fails(403, 422)


def test_following_nobody(ann):
    """An account that does not exist cannot be followed."""
    ann.post("/api/v1/accounts/109999999999999999/follow").fails(404)


def test_removing_a_follower(ann, ben):
    """Somebody can be taken off the followers without being told."""
    ben.follows(ann)
    assert ann.toward(ben, "remove_from_followers")["followed_by"] is False
    assert ben.knows(ann)["following"] is False


def test_relationships_keep_the_order_asked(ann, ben, cat):
    """Several relationships come in the order they were asked for, unknown ids left out."""
    ids = [cat.id, "109999999999999999", ben.id]
    said = ann.get("/api/v1/accounts/relationships", **{"id[]": ids}).ok()
    assert [r["id"] for r in said] == [cat.id, ben.id]
    assert ann.get("/api/v1/accounts/relationships", id=ben.id).ok()[0]["id"] == ben.id


def test_counts_are_the_persons_own_affair(ann, ben):
    """Hidden lists of followers are empty for others and whole for their owner."""
    ben.follows(ann)
    ann.patch("/api/v1/accounts/update_credentials", form={"hide_collections": True}).ok()
    assert ben.get(f"/api/v1/accounts/{ann.id}/followers").ok() == []
    assert [a["id"] for a in ann.get(f"/api/v1/accounts/{ann.id}/followers").ok()] == [ben.id]


def test_a_private_note(ann, ben):
    """A note on somebody is seen by its writer only."""
    assert ann.toward(ben, "note", form={"comment": "met at the lake"})["note"] == "met at the lake"
    assert ann.knows(ben)["note"] == "met at the lake" and ben.knows(ann)["note"] == ""
    assert ann.toward(ben, "note", form={"comment": ""})["note"] == ""


def test_familiar_followers(ann, ben, cat):
    """Somebody sees which of the people they follow already follow another."""
    ann.follows(ben), ben.follows(cat)
    said, = ann.get("/api/v1/accounts/familiar_followers", **{"id[]": cat.id}).ok()
    assert said["id"] == cat.id and [a["id"] for a in said["accounts"]] == [ben.id]


def test_following_a_hashtag(ann, ben):
    """Public posts with a followed hashtag come to the home timeline."""
    assert ann.post("/api/v1/tags/Rowing/follow").ok()["following"] is True
    post = ben.say("early on the river #rowing")
    quiet = ben.say("a quiet word #rowing", "unlisted")
    assert post["id"] in ann.home() and quiet["id"] not in ann.home()
    assert [t["name"].lower() for t in ann.get("/api/v1/followed_tags").ok()] == ["rowing"]
    assert ann.post("/api/v1/tags/rowing/unfollow").ok()["following"] is False
    later = ben.say("later #rowing")
    assert later["id"] not in ann.home()
