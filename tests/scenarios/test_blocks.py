"""Blocks and mutes."""


def test_a_block_ends_everything_between_two(ann, ben):
    """A block ends following on both sides, and the other can neither follow, answer, favourite nor mention their way in."""
    ann.follows(ben), ben.follows(ann)
    post = ann.say("hello")
    said = ann.toward(ben, "block")
    assert said["blocking"] and not said["following"] and not said["followed_by"]
    assert ben.knows(ann)["following"] is False and ben.knows(ann)["followed_by"] is False
    ben.post(f"/api/v1/accounts/{ann.id}/follow").fails(403, 404, 422)
    ben.act(post, "favourite").fails(404)
    ben.post("/api/v1/statuses", form={"status": f"@{ann.name} x", "in_reply_to_id": post["id"]}).fails(404, 422)
    assert [a["id"] for a in ann.get("/api/v1/blocks").ok()] == [ben.id]
    assert ann.toward(ben, "unblock")["blocking"] is False and ann.get("/api/v1/blocks").ok() == []


def test_the_blocker_does_not_read_the_blocked(ann, ben, cat):
    """Posts by somebody blocked are left out of public lists, hashtags and threads for the one who blocked."""
    root = cat.say("root")
    reply, tagged = ben.answer(root, "by ben"), ben.say("hello #fjord")
    ann.toward(ben, "block")
    assert reply["id"] not in ann.context(root)[1]
    assert tagged["id"] not in ann.ids("/api/v1/timelines/tag/fjord")
    assert tagged["id"] in cat.ids("/api/v1/timelines/tag/fjord")


def test_an_exact_name_is_found_even_when_blocked(ann, ben):
    """An account is found by its exact name even when blocked, so that it can be unblocked."""
    ann.toward(ben, "block")
    assert ben.id in [a["id"] for a in ann.get("/api/v2/search", q=f"@{ben.name}", type="accounts").ok()["accounts"]]


def test_muting(ann, ben):
    """A mute is listed with its end, is not known to the other, and ends when asked."""
    ann.follows(ben)
    ann.toward(ben, "mute", form={"duration": 3600})
    muted, = ann.get("/api/v1/mutes").ok()
    assert muted["id"] == ben.id and muted["mute_expires_at"]
    assert ben.knows(ann)["muting"] is False and ann.knows(ben)["following"] is True
    assert ann.toward(ben, "unmute")["muting"] is False and ann.get("/api/v1/mutes").ok() == []


def test_a_mute_ends_by_itself(ann, ben):
    """A mute of one second is over after it."""
    import time
    ann.follows(ben)
    post = ben.say("hello")
    ann.toward(ben, "mute", form={"duration": 1})
    time.sleep(1.6)
    assert ann.knows(ben)["muting"] is False and post["id"] in ann.home()


def test_blocking_a_server(ann):
    """A blocked server is listed and can be unblocked; the body may come with DELETE."""
    assert ann.post("/api/v1/domain_blocks", form={"domain": "loud.example"}).ok() == {}
    assert ann.get("/api/v1/domain_blocks").ok() == ["loud.example"]
    assert ann.delete("/api/v1/domain_blocks", json_body={"domain": "loud.example"}).ok() == {}
    assert ann.get("/api/v1/domain_blocks").ok() == []
    ann.post("/api/v1/domain_blocks", form={"domain": "not a domain"}).fails(422)


def test_nobody_blocks_or_mutes_themselves(ann):
    """Blocking or muting oneself is refused."""
    for verb in ("block", "mute"):
        ann.post(f"/api/v1/accounts/{ann.id}/{verb}").fails(403, 404, 422)


def test_a_block_clears_lists_and_requests(server, ben):
    """A pending request dies with a block."""
    ann = server.person("ann", locked=True)
    ben.follows(ann)
    ann.toward(ben, "block")
    assert ann.get("/api/v1/follow_requests").ok() == []
    ann.toward(ben, "unblock")
    assert ben.knows(ann)["requested"] is False


def test_a_report(ann, ben):
    """A report is taken in with the posts it is about."""
    post = ben.say("unkind")
    said = ann.post("/api/v1/reports", form={"account_id": ben.id, "status_ids[]": [post["id"]], "comment": "unkind",
                                             "category": "other"}).ok()
    assert said["target_account"]["id"] == ben.id and said["status_ids"] == [post["id"]]


def test_t137_reports_only_of_what_one_sees(ann, ben):
    """A report names only posts that the reporter may see."""
    hidden = ben.say("secret", "direct")
    said = ann.post("/api/v1/reports", form={"account_id": ben.id, "status_ids[]": [hidden["id"]]})
    if said.status == 200:
        assert hidden["id"] not in (said.ok()["status_ids"] or [])
    else:
        said.fails(404, 422)
