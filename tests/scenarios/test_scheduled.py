"""Posts that are written now and appear later."""
import datetime
import sqlite3
import time

from harness.photos import photo


def at(minutes):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"


def plan(person, text="later", minutes=60, **more):
    return person.post("/api/v1/statuses", json_body={"status": text, "scheduled_at": at(minutes), **more})


def test_planned_listed_moved_dropped(ann, ben):
    """A planned post is its author's alone; it can be moved and dropped, and nobody sees it before its time."""
    media = ann.upload(photo(), description="the lake").ok()
    made = plan(ann, "later", 60, visibility="private", spoiler_text="cw", media_ids=[media["id"]]).ok()
    assert made["params"]["text"] == "later" and made["params"]["visibility"] == "private" and made["params"]["poll"] is None
    assert made["params"]["media_ids"] == [media["id"]] and made["media_attachments"][0]["description"] == "the lake"
    where = f"/api/v1/scheduled_statuses/{made['id']}"
    assert ann.get("/api/v1/scheduled_statuses").ok() == [made] and ann.get(where).ok() == made
    assert ben.get("/api/v1/scheduled_statuses").ok() == []
    for method in ("GET", "PUT", "DELETE"):
        ben.request(method, where, form={"scheduled_at": at(90)} if method == "PUT" else None).fails(404)
    later = at(120)
    assert ann.put(where, form={"scheduled_at": later}).ok()["scheduled_at"] == later
    ann.put(where, form={"scheduled_at": at(2)}).fails(422)
    assert ann.get(where).ok()["scheduled_at"] == later
    assert ann.ids(f"/api/v1/accounts/{ann.id}/statuses") == []
    assert ann.delete(where).ok() == {}
    ann.get(where).fails(404)
    ann.delete(where).fails(404)


def test_times_and_checks(ann, ben):
    """Too soon and too far are refused, a time that is past publishes at once; what could not be published now is not planned."""
    plan(ann, minutes=2).fails(422)
    plan(ann, minutes=10 * 366 * 24 * 60).fails(422)
    assert "content" in plan(ann, minutes=-5).ok()
    plan(ann, "").fails(422)
    plan(ann, "x" * 5000).fails(422)
    plan(ann, media_ids=["109999999999999999"]).fails(404, 422)
    hidden = ben.say("private", visibility="direct")
    plan(ann, in_reply_to_id=hidden["id"]).fails(404)
    assert ann.get("/api/v1/scheduled_statuses").ok() == []


def test_the_same_key(ann):
    """A retried request plans one post."""
    key = {"Idempotency-Key": "planned once"}
    body = {"status": "later", "scheduled_at": at(60)}
    first = ann.post("/api/v1/statuses", json_body=body, headers=key).ok()
    assert ann.post("/api/v1/statuses", json_body=body, headers=key).ok() == first
    assert len(ann.get("/api/v1/scheduled_statuses").ok()) == 1


def test_t153_limits(ann):
    """Twenty-five a day, and the list pages."""
    answers = [plan(ann, f"{i}", 60 * 24 * 3).status for i in range(27)]
    assert answers == [200] * 25 + [422] * 2
    first = ann.get("/api/v1/scheduled_statuses", limit=10)
    assert [s["params"]["text"] for s in first.ok()] == [str(i) for i in range(24, 14, -1)]
    assert f"max_id={first.ok()[-1]['id']}" in first.headers["Link"]


def bring_forward(server):
    """The time comes: for a stopped server, every planned post is due."""
    with sqlite3.connect(server.data / "tidings.db") as db:
        now = int(time.time() * 1000) - 1000
        db.execute("UPDATE scheduled SET at = ?", [now])
        db.execute("UPDATE job SET run_at = ? WHERE kind = 'publish'", [now])
    db.close()


def test_published_in_its_time(new_server):
    """When the time comes, also while the server was down, the post appears once, with its photo, poll and audience."""
    server = new_server()
    ann, ben = server.people("ann", "ben")
    ben.follows(ann)
    question = ben.say("what do you think?")
    media = ann.upload(photo(), description="the lake").ok()
    plan(ann, "with a photo", media_ids=[media["id"]], visibility="private", spoiler_text="cw", language="de").ok()
    plan(ann, "with a poll", poll={"options": ["a", "b"], "expires_in": 3600, "multiple": True}).ok()
    plan(ann, f"@{ben.name} an answer", in_reply_to_id=question["id"]).ok()
    lost = ann.upload(photo()).ok()
    plan(ann, "whose photo is gone", media_ids=[lost["id"]]).ok()
    ann.delete(f"/api/v1/media/{lost['id']}").ok()
    gone = ben.say("soon gone")
    plan(ann, "answers what is gone", in_reply_to_id=gone["id"]).ok()
    ben.delete(f"/api/v1/statuses/{gone['id']}").ok()
    server.stop()
    bring_forward(server)
    server.start()
    for _ in range(100):
        if ann.get("/api/v1/scheduled_statuses").ok() == []:
            break
        time.sleep(0.1)
    posts = {p["content"].replace("<p>", "").split("<")[0]: p for p in ben.get("/api/v1/timelines/home").ok() if p["account"]["id"] == ann.id}
    assert len(posts) == 4, list(posts)
    assert posts["with a photo"]["visibility"] == "private" and posts["with a photo"]["spoiler_text"] == "cw"
    assert posts["with a photo"]["media_attachments"][0]["description"] == "the lake" and posts["with a photo"]["language"] == "de"
    assert posts["with a poll"]["poll"]["multiple"] is True
    assert posts["whose photo is gone"]["media_attachments"] == []
    assert ("mention", ann.name) in [n[:2] for n in ben.notes()]
    assert posts["with a photo"]["application"]["name"] == ann.get("/api/v1/apps/verify_credentials").ok()["name"]
