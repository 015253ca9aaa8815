"""Where everything stands before anybody changed it, and what is deliberately not there."""
import re

import pytest

from harness.browser import Browser
from harness.common import looks, path, words
from harness.quiet import HELD

PASSWORD = "correct horse 4"


@pytest.fixture
def shipped(new_server):
    """A server with the settings it ships with, as far as a test can run with them."""
    server = new_server()
    for name in ("rate_limits", "new_accounts_approve_followers"):
        server.environment.pop(f"TIDINGS_{name.upper()}")
    server.stop()
    server.environment["TIDINGS_RATE_LIMITS"] = "no"
    return server.start()


@pytest.fixture
def ann(shipped):
    """Somebody who has changed nothing."""
    ann = shipped.person("ann", password=PASSWORD)
    ann.browser = Browser(shipped)
    ann.browser.sign_in(ann)
    return ann


def ticked(page, name):
    """The value of a control that is on, None where nothing is."""
    return next((dict(f.fields)[name] for f in page.forms if name in dict(f.fields)), None)


def test_sign_up(shipped):
    """Sign-up: by invitation."""
    page = Browser(shipped).go("/sign-up")
    assert "New people come by invitation." in words(page) and not page.has_form("password")
    assert shipped.get("/api/v2/instance").ok()["registrations"]["enabled"] is False


def test_follow_requests(shipped, ann):
    """New account: follow requests are approved by hand."""
    ben = shipped.person("ben")
    assert ben.follows(ann)["requested"] is True and ben.knows(ann)["following"] is False


def test_post_visibility(shipped, ann):
    """Post visibility: Quiet public."""
    assert ticked(ann.browser.go("/write"), "visibility") == "unlisted"
    said = ann.post("/api/v1/statuses", json_body={"status": "An app that says nothing of it"}).ok()
    assert said["visibility"] == "unlisted"
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["source"]["privacy"] == "unlisted"


def test_being_found(shipped, ann):
    """Indexing, directory, embeds, quotes: off, off, off, followers."""
    post = ann.say("For everybody")
    me = ann.get("/api/v1/accounts/verify_credentials").ok()
    assert me["indexable"] is False and me["discoverable"] is False and me["source"]["quote_policy"] == "followers"
    page = Browser(shipped).go(path(post))
    assert "noindex" in (page.metas.get("robots") or "") + (page.headers.get("X-Robots-Tag") or "")
    assert shipped.get("/api/oembed", query={"url": post["url"]}).status == 404
    assert shipped.get("/api/v1/directory").ok() == []
    assert [c for c in ("indexable", "discoverable", "embeds") if ticked(ann.browser.go("/settings/privacy"), c)] == []


def test_counts(shipped, ann):
    """Counts: hidden from others, shown to me."""
    post = ann.say("For everybody")
    ben = shipped.person("ben")
    ben.does(post, "favourite"), ben.does(post, "reblog"), ben.answer(post, "Oh")
    seen, mine = ben.show(post).ok(), ann.show(post).ok()
    assert (seen["favourites_count"], seen["reblogs_count"], seen["replies_count"]) == (0, 0, 1)
    assert (mine["favourites_count"], mine["reblogs_count"]) == (1, 1)


def test_review(shipped, ann):
    """Review comments: only Hard news; comments close after 30 days there, and never otherwise."""
    ben = shipped.person("ben")
    assert shipped.stranger().sees(ben.answer(ann.say("Everyday"), "Seen by all"))
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="preset", text="News", preset="2")
    assert ticked(page, "sw_review") and "They close after 30 days." in words(page), words(page)[:3000]
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="preset", text="News", preset="1")
    assert not ticked(page, "sw_review")


def test_apps(shipped, ann):
    """Preset for apps: Everyday; what they send leaves at once and has no switches."""
    assert ticked(ann.browser.go("/settings/posting"), "preset") == "0"
    post = ann.say("From an app")
    assert looks(shipped, "SELECT COUNT(*) FROM switches WHERE post = ?", post["id"]) == [(0,)]


def test_digest(shipped, ann):
    """Digest hour: 19:00 local, only if something waits; not by mail."""
    page = ann.browser.go("/settings/quiet")
    assert ticked(page, "hour") in ("19", "19:00") and "only if something waits" in words(page)
    assert looks(shipped, "SELECT COUNT(*) FROM job WHERE kind = 'digest'") == [(0,)], "nothing waits: no job"


def test_push(shipped, ann):
    """Push: mentions and private mentions by people followed."""
    said = ann.post("/api/v1/push/subscription", json_body={"subscription": {"endpoint": "https://push.example/1", "keys": {
        "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM", "auth": "tBHItJI5svbpez7KI4CCXg"}}}).ok()
    assert [k for k, on in said["alerts"].items() if on] == ["mention"] and said["policy"] == "followed"


def test_lengths_of_trust(shipped, ann):
    """Keeper 30 days; steward wait 7 days."""
    import datetime
    until = ticked(ann.browser.go("/settings/people/keeper"), "until")
    assert (datetime.date.fromisoformat(until) - datetime.datetime.now(datetime.timezone.utc).date()).days == 30
    page = Browser(shipped).go(f"/@{ann.name}/died")
    assert "not for 7 days" in words(page)


def test_veils(shipped, ann):
    """Veils: none; content notes stay shut, and veils of people followed too, until a reader says otherwise."""
    page = ann.browser.go("/settings/posting")
    assert ticked(page, "sensitive") is None and ticked(page, "need_alt") is not None
    page = ann.browser.go("/settings/reading")
    assert [c for c in ("open_veils", "expand_notes") if ticked(page, c)] == []


def test_motion(shipped, ann):
    """Motion, autoplay: none, neither in the style sheet nor in any page."""
    css = shipped.get("/static/style.css").body.decode() if shipped.get("/static/style.css").status == 200 else \
        shipped.get(next(a["href"] for a in Browser(shipped).go("/").rels if a.get("rel") == "stylesheet")).body.decode()
    assert not re.search(r"\b(animation|transition|scroll-behavior|@keyframes)\b", css)
    assert ann.get("/api/v1/preferences").ok()["reading:autoplay:gifs"] is False


def test_letters_of_visitors(shipped, ann):
    """Letters are on; those of visitors, veils opened at once, and words of one's own to set aside are not."""
    ben = shipped.person("ben", password=PASSWORD)
    reader = Browser(shipped)
    reader.sign_in(ben)
    assert path(post := ann.say("Hello")) + "/letter" in reader.go(path(post)).links
    assert ticked(ann.browser.go("/settings/letters"), "visitors") is None
    assert "Nothing yet" in words(ann.browser.go("/settings/words"))


# ---- deliberately absent ----

@pytest.mark.parametrize("what", ["/api/v1/trends", "/api/v1/trends/tags", "/api/v1/trends/statuses", "/api/v1/trends/links",
                                  "/api/v1/suggestions", "/api/v2/suggestions", "/api/v1/endorsements", "/api/v1/directory"])
def test_nothing_is_ranked(shipped, ann, what):
    """There are no trends, no "for you", no people one may know, whatever happens here."""
    for i in range(3):
        who = shipped.person("ben")
        who.does(ann.say(f"#apples again {i}"), "reblog")
    assert ann.get(what).ok() == []


def test_no_numbers_on_pages(shipped, ann):
    """No page counts followers, favourites, boosts, comments or views, and none says who has read or is there."""
    ann.patch("/api/v1/accounts/update_credentials", json_body={"locked": False}).ok()
    post = ann.say("Pears this year")
    for _ in range(3):
        who = shipped.person("ben")
        who.follows(ann), who.does(post, "favourite"), who.does(post, "reblog"), who.answer(post, "How good")
    for browser in (Browser(shipped), ann.browser):
        for where in (path(post), f"/@{ann.name}", f"/@{ann.name}/about", "/", "/notifications", "/followers"):
            said = words(browser.go(where)).replace(shipped.host, "")
            assert not re.search(r"\b\d+ (followers?|following|favourites?|boosts?|comments?|answers?|views?|likes?|unread|new)\b", said, re.I), (where, said[:500])
            assert not re.search(r"\b(seen by|read by|last seen|online now|typing|trending|for you|people you may know|on this day|streak)\b", said, re.I), where


def test_nothing_from_elsewhere(shipped, ann):
    """No page loads anything from another host, moves by itself, scrolls without end, or runs a script of others."""
    post = ann.say("A link: https://elsewhere.example/page")
    for browser in (Browser(shipped), ann.browser):
        for where in ("/", path(post), f"/@{ann.name}", "/about", "/write", "/settings/reading"):
            page = browser.go(where)
            for tag, a in page.tags:
                if tag in ("script", "img", "iframe", "video", "audio", "source", "embed", "object") or (tag == "link" and a.get("rel") in ("stylesheet", "icon", "preload", "manifest")):
                    address = a.get("src") or a.get("href") or ""
                    assert not re.match(r"(https?:)?//", address) or address.startswith(shipped.url), (where, tag, address)
                assert "autoplay" not in a and tag not in ("marquee", "blink") and not any(k.startswith("on") for k in a), (where, tag)
            policy = page.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "http:" not in policy and "*" not in policy


def test_nobody_is_told(shipped, ann):
    """Whose words were declined, kept, put away, muted or paused learns of it nowhere."""
    from harness.quiet import Inbox, hard_news
    cat = shipped.person("cat", password=PASSWORD)
    post = hard_news(ann)
    comment = cat.answer(post, "I'm so sorry")
    browser = Browser(shipped)
    browser.sign_in(cat)
    before = words(browser.go(path(post))), cat.show(comment).ok(), cat.notes()
    assert HELD in before[0]
    reader = Inbox(ann)
    for do, expect in (("decline", 1), ("keep", 3)):
        assert reader.sorts(do, comment, expect).status == 200
        assert (words(browser.go(path(post))), cat.show(comment).ok(), cat.notes()) == before
    ann.toward(cat, "mute")
    assert (words(browser.go(path(post))), cat.show(comment).ok(), cat.notes()) == before
