"""Quiet posts, the digest and quiet time: nothing rings, one note gathers, and nothing is sent by itself."""
import datetime
import json
import sqlite3
import time

import pytest

from harness.browser import Browser

EVERYDAY, GOOD_NEWS, HARD_NEWS = range(3)
PASSWORD = "correct horse 4"


class Rows:
    """The database of a stopped server: nobody else may write meanwhile."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.server.stop()
        self.db = sqlite3.connect(self.server.data / "tidings.db")
        return self.db

    def __exit__(self, *fault):
        self.db.commit()
        self.db.close()
        self.server.start()


def sends(server, who, preset):
    """From now on this is the preset of what their apps send."""
    with Rows(server) as db:
        db.execute("UPDATE login SET preset = ? WHERE account = (SELECT id FROM account WHERE username = ?)",
                   (preset, who.name))


def the_hour_comes(server):
    with Rows(server) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'digest'")


def wait(check, what, seconds=10):
    end = time.time() + seconds
    while not check():
        assert time.time() < end, f"still no {what}"
        time.sleep(0.05)


def listens(person):
    """A stream of what happens to this person."""
    s = person.server.socket()
    s.sendall(f"GET /api/v1/streaming/user HTTP/1.1\r\nHost: {person.server.host}\r\n"
              f"Authorization: Bearer {person.token}\r\n\r\n".encode())
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += s.recv(4096)
    return s


def hears(stream, what, seconds=5):
    """All the stream says until `what` is in it."""
    heard, end = b"", time.time() + seconds
    stream.settimeout(seconds)
    while what not in heard:
        assert time.time() < end
        heard += stream.recv(65536)
    return heard.decode()


@pytest.fixture
def place(new_server):
    """A server, Ann whose apps send good news, Ben and Cat who follow her."""
    server = new_server()
    ann, ben, cat = server.people("ann", "ben", "cat", password=PASSWORD)
    ben.follows(ann), cat.follows(ann)
    sends(server, ann, GOOD_NEWS)
    ann.post("/api/v1/notifications/clear").ok()
    return server, ann, ben, cat


def page_of(server, person, path):
    browser = Browser(server)
    browser.sign_in(person)
    return browser, browser.go(path)


def test_nothing_rings(place):
    """Given a quiet post, when people comment, favourite or boost, then no push, badge, sound or mail is made."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    stream = listens(ann)
    ben.answer(post, "How lovely")
    ben.does(post, "favourite"), cat.does(post, "favourite"), cat.does(post, "reblog")
    assert ann.notes() == []
    assert ann.get("/api/v1/notifications/unread_count").ok() == {"count": 0}
    assert ann.get("/api/v2/notifications/unread_count").ok() == {"count": 0}
    said = ben.say(f"@{ann.name} something else")
    heard = hears(stream, said["id"].encode())
    assert heard.count("event: notification") == 1
    assert [n[0] for n in ann.notes()] == ["mention"]


def test_the_one_note(place):
    """At the digest hour (or when opened) one note says who wrote, who thinks of you, what waits."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    said = ben.answer(post, "How lovely that is")
    cat.does(post, "favourite"), cat.does(post, "reblog")
    browser, home = page_of(server, ann, "/")
    assert "digest is here" not in home.text
    with sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True) as db:
        (at,), = db.execute("SELECT run_at FROM job WHERE kind = 'digest'").fetchall()
    db.close()
    hour = datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc)
    assert (hour.hour, hour.minute) == (19, 0) and 0 < at / 1000 - time.time() <= 86400
    the_hour_comes(server)
    wait(lambda: "Your digest is here. It can wait." in browser.go("/").text, "digest")
    page = browser.go("/digest")
    assert "Who wrote" in page.text and "How lovely that is" in page.text and f"/@{ben.name}/{said['id']}" in page.links
    assert "Who thinks of you" in page.text and f"/@{cat.name}" in page.links
    assert "Who boosted it" in page.text
    assert "digest is here" not in browser.go("/").text
    assert [n[0] for n in ann.notes()] == ["reblog", "favourite", "mention"]


def test_only_if_something_waits(place):
    """At the hour nothing comes when nothing waits, and a post that alerts only when opened has no note at all."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    ben.does(post, "favourite"), ben.does(post, "unfavourite")
    the_hour_comes(server)
    sends(server, ann, HARD_NEWS)
    hard = ann.say("Grandfather")
    ben.does(hard, "favourite")
    time.sleep(0.3)
    browser, home = page_of(server, ann, "/")
    assert "digest" not in home.text.lower()
    with sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True) as db:
        assert db.execute("SELECT count(*) FROM job WHERE kind = 'digest'").fetchone() == (0,)
    db.close()
    page = browser.go("/notifications")
    assert "/digest" in page.links and ann.notes() == []
    assert "Who thinks of you" in browser.go("/digest").text


def test_numbers(place):
    """Numbers appear only behind "Show numbers"."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    ben.does(post, "favourite"), cat.does(post, "favourite")
    browser, page = page_of(server, ann, "/digest")
    assert "Who thinks of you" in page.text and "Who thinks of you: 2" not in page.text
    link, = [x for x in page.links if "numbers" in x]
    page = browser.go(link)
    assert "Who thinks of you: 2" in page.text
    mine = link.split("?")[0]
    other, page = page_of(server, ben, mine)
    assert "Nothing waits" in page.text, "somebody else's digest is as one that never was"
    assert "Nothing waits" in other.go("/digest/1").text


def test_many_names(place):
    """A line of the digest names twelve people and then says "others"."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    for who in server.people(*[f"p{i:02}" for i in range(13)]):
        who.does(post, "favourite")
    browser, page = page_of(server, ann, "/digest")
    assert "and others" in page.text and "13" not in page.text.split("Gathered since")[1].split(".")[1]


def test_close_is_let_through(place):
    """Accounts in *Close* may be let through (off by default, one switch on the post)."""
    server, ann, ben, cat = place
    close = [x for x in ann.get("/api/v1/lists", audience=True).ok() if x["title"] == "Close"]
    close = close or [ann.post("/api/v1/lists", form={"title": "Close"}).ok()]
    friend = ben.id
    with Rows(server) as db:
        db.execute("UPDATE list SET audience = 1 WHERE id = ?", (close[0]["id"],))
        db.execute("INSERT INTO list_member (list, account, id) VALUES (?, ?, 1)", (close[0]["id"], friend))
    post = ann.say("She is born")
    ben.does(post, "favourite")
    assert ann.notes() == []
    ben.does(post, "unfavourite")
    with Rows(server) as db:
        db.execute("UPDATE switches SET close_through = 1 WHERE post = ?", (post["id"],))
    ben.does(post, "favourite"), cat.does(post, "favourite")
    assert ann.notes() == [("favourite", ben.name, post["id"])]


def test_in_stock_apps(place):
    """Stock app: notifications from quiet posts come as filtered requests, or grouped after the digest is opened."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    ben.does(post, "favourite"), cat.does(post, "favourite"), ben.answer(post, "How lovely")
    requests = ann.get("/api/v1/notifications/requests").ok()
    assert {r["account"]["id"] for r in requests} == {ben.id, cat.id}
    assert len(ann.get("/api/v1/notifications", include_filtered=True).ok()) == 3
    assert ann.get("/api/v2/notifications/policy").ok()["summary"]["pending_requests_count"] == 2
    page_of(server, ann, "/digest")
    assert ann.get("/api/v1/notifications/requests").ok() == []
    groups = ann.get("/api/v2/notifications").ok()["notification_groups"]
    assert [(g["type"], g["notifications_count"]) for g in groups] == [("mention", 1), ("favourite", 2)]


def test_a_request_accepted(place):
    """Accepting the request of one who wrote beneath a quiet post brings theirs in, and later ones wait all the same."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    ben.does(post, "favourite"), cat.does(post, "favourite")
    mine, = [r for r in ann.get("/api/v1/notifications/requests").ok() if r["account"]["id"] == ben.id]
    ann.post(f"/api/v1/notifications/requests/{mine['id']}/accept").ok()
    assert ann.notes() == [("favourite", ben.name, post["id"])]
    ben.answer(post, "Later")
    assert len(ann.notes()) == 1


def test_muted(place):
    """`muted` is true on quiet posts."""
    server, ann, ben, cat = place
    post = ann.say("She is born")
    assert post["muted"] is True and ann.show(post).ok()["muted"] is True
    assert ben.show(post).ok()["muted"] is False, "it is the author's matter"
    assert ann.does(post, "unmute")["muted"] is False, "and ending the mute in an app ends the quiet"
    ben.does(post, "favourite")
    assert ann.notes() == [("favourite", ben.name, post["id"])]


def test_a_quiet_post_itself(place):
    """A quiet post raises no alert with those who asked to be told of its author's posts; whom it mentions is told."""
    server, ann, ben, cat = place
    ben.follows(ann, form={"notify": True})
    post = ann.say(f"She is born @{cat.name}")
    assert ben.notes("status") == [] and cat.notes("mention") == [("mention", ann.name, post["id"])]
    sends(server, ann, EVERYDAY)
    post = ann.say("Cake")
    assert ben.notes("status") == [("status", ann.name, post["id"])]


def begins(server, who, **how):
    browser, page = page_of(server, who, "/settings/quiet")
    page = browser.submit("until", press="Begin quiet time", **{"end": "open", "show": "none", **how})
    return browser, page


def test_what_quiet_time_holds(new_server):
    """Given Quiet time is on, then also: comments on all own posts are held; follow requests, mentions by people not followed, scheduled posts, reminders and digests wait; profile shows the chosen line or nothing."""
    server = new_server()
    ann, ben, cat = server.people("ann", "ben", "cat", locked=True, password=PASSWORD)
    ann.follows(ben)
    ben.post(f"/api/v1/follow_requests/{ann.id}/authorize").ok()
    post = ann.say("an everyday post")
    ann.post("/api/v1/statuses", json_body={"status": "planned", "scheduled_at": datetime.datetime.fromtimestamp(
        time.time() + 600, datetime.timezone.utc).isoformat()}).ok()
    ann.post("/api/v1/notifications/clear").ok()
    browser, page = begins(server, ann, show="line", line="Back in spring <b>")
    assert "Quiet time is on since" in page.text
    assert f"{ann.name}, or somebody they trust, reads it first." in page_of(server, ben, f"/@{ann.name}/{post['id']}")[1].text
    stream = listens(ann)
    cat.follows(ann)
    cat.say(f"@{ann.name} hello")
    cat.does(post, "favourite")
    comment = ben.answer(post, "a comment")
    assert ben.sees(comment) and not cat.sees(comment) and not server.stranger().sees(comment)
    assert ann.notes() == []
    from_friend = ben.say(f"@{ann.name} from somebody you follow")
    assert hears(stream, from_friend["id"].encode()).count("event: notification") == 1
    assert ann.notes() == [("mention", ben.name, from_friend["id"])]
    with Rows(server) as db:
        db.execute("UPDATE scheduled SET at = ?", (int(time.time() * 1000),))
        db.execute("UPDATE job SET run_at = 1 WHERE kind IN ('publish', 'digest')")
    wait(lambda: "Quiet time is on" in browser.go("/").text, "calm line")
    time.sleep(0.3)
    assert "digest is here" not in browser.page.text
    assert [p["content"] for p in ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()] == ["<p>an everyday post</p>"]
    assert "Back in spring <b>" in Browser(server).go(f"/@{ann.name}").text
    browser.go("/settings/quiet")
    browser.submit("until", press="Save", end="open", show="none")
    assert "Back in spring" not in Browser(server).go(f"/@{ann.name}").text

def test_when_quiet_time_ends(new_server):
    """When it ends, nothing is sent by itself: "These waited: …" with one choice each."""
    server = new_server()
    ann, ben, cat = server.people("ann", "ben", "cat", locked=True, password=PASSWORD)
    post = ann.say("an everyday post")
    for words in ("planned one", "planned two"):
        ann.post("/api/v1/statuses", json_body={"status": words, "scheduled_at": datetime.datetime.fromtimestamp(
            time.time() + 600, datetime.timezone.utc).isoformat()}).ok()
    browser, page = begins(server, ann)
    cat.follows(ann)
    ben.say(f"@{ann.name} hello")
    ben.does(post, "favourite")
    with Rows(server) as db:
        db.execute("UPDATE scheduled SET at = ?", (int(time.time() * 1000),))
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'publish'")
    browser.go("/settings/quiet")
    stream = listens(ann)
    page = browser.submit("End it now", press="End it now")
    assert "Nothing has been sent" in page.text and "These waited" in page.text
    assert "Your quiet time has ended" in browser.go("/").text
    assert ann.notes() == []
    page = browser.go("/waited")
    for words in ("want to follow", "do not follow", "planned one", "planned two", "Your digest"):
        assert words in page.text
    page = browser.submit("what", what="follows", do="yes", press="yes")
    assert [n[0] for n in ann.notes()] == ["follow_request"] and "want to follow" not in page.text
    page = browser.submit("what", what="mentions", do="no", press="no")
    assert [n[0] for n in ann.notes()] == ["follow_request"] and "do not follow" not in page.text
    assert len(ann.get("/api/v1/notifications/requests").ok()) == 1, "left aside among the requests"
    page = browser.submit("post", press="yes")
    wait(lambda: len(ann.ids(f"/api/v1/accounts/{ann.id}/statuses")) == 2, "planned post")
    browser.go("/waited")
    page = browser.submit("post", press="no")
    assert "Thrown away" in page.text and len(ann.get("/api/v1/scheduled_statuses").ok()) == 0
    assert "Who thinks of you" in browser.go("/digest").text
    page = browser.go("/waited")
    assert "Nothing waits any more" in page.text
    browser.submit("what", press="Done")
    assert "quiet time" not in browser.go("/").text.lower()
    stream.settimeout(0.5)
    heard = b""
    try:
        while True:
            heard += stream.recv(65536)
    except TimeoutError:
        pass
    assert b"event: notification" not in heard


def test_moderators_come_through(new_server):
    """Security mail and moderator messages always come."""
    server = new_server()
    owner = server.person("owner", role="owner", password=PASSWORD)
    ben = server.person("ben")
    begins(server, owner)
    ben.post("/api/v1/reports", form={"account_id": owner.id, "comment": "look"}).ok()
    assert [n[0] for n in owner.notes()] == ["admin.report"]
    stranger = Browser(server)
    stranger.go("/sign-in")
    owner.post("/api/v1/emails/confirmations")
    with sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True) as db:
        held = db.execute("SELECT count(*) FROM notification WHERE filtered > 1").fetchone()
    db.close()
    assert held == (0,)


def test_bad_input(place):
    """A past day, a day years away, a line too long, an hour that is none, and forms without a word of what to do."""
    server, ann, ben, cat = place
    browser, page = begins(server, ann, end="date", until="2020-01-01")
    assert page.status == 422 and "That day is over" in page.text
    for until in ("2999-01-01", "tomorrow", "", "2027-13-40"):
        assert begins(server, ann, end="date", until=until)[1].status == 422
    browser, page = begins(server, ann, show="line", line="x" * 201)
    assert page.status == 422 and "200" in page.text
    page = browser.submit("hour", hour="24")
    assert page.status == 422
    browser.go("/settings/quiet")
    assert browser.submit("until", press="Begin quiet time", do="nothing").status in (200, 422)
    token = dict(browser.page.forms[0].fields).get("csrf", "")
    answer = browser.fetch("POST", "/settings/quiet", b"do=begin&end=open&show=none",
                           {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url})
    assert answer.status == 403, token
    answer = browser.fetch("POST", "/waited", f"csrf={token}&post=12345&do=yes".encode(),
                           {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url})
    assert answer.status == 404


def test_a_clock_put_back(place):
    """Quiet time until a day ends by the clock alone; what waited is told by one line in Home and nothing else."""
    server, ann, ben, cat = place
    tomorrow = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)).date().isoformat()
    browser, page = begins(server, ann, end="date", until=tomorrow)
    assert page.status == 200
    ben.say(f"@{ann.name} hello")
    with Rows(server) as db:
        db.execute("UPDATE login SET quiet_until = ? WHERE quiet_until > 0", (int(time.time() * 1000) - 1000,))
    assert "Your quiet time has ended" in browser.go("/").text and ann.notes() == []
    assert "do not follow" in browser.go("/waited").text
