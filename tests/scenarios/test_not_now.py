"""Mute a thread for me, no boosts of a post, "Not now": for one reader alone, and nobody ever knows."""
import sqlite3
import urllib.parse

from harness.common import path
from harness.stream import Stream


def test_not_now(server, person):
    """Mute a thread for me; hide boosts of a post; "Not now" on any post hides it for 30 days. None of this is ever visible to others, nor counted."""
    ann, ben, cat = person("ann"), person("ben"), person("cat")
    for who in (ben, cat):
        ann.follows(who)
    post = ben.say("The long story")
    other = ben.say("Another thing")
    cat.does(post, "reblog")
    before = ben.show(post).ok(), ben.notes()
    assert post["id"] in ann.home()
    ann.browser.go(path(post))
    page = ann.browser.submit("notnow", press="notnow")
    assert "Put away for 30 days. Nobody is told." in page.text
    assert ann.home() == [other["id"]]  # neither the post nor a boost of it
    assert "The long story" not in ann.browser.go("/").text
    assert post["id"] not in ann.ids("/api/v1/timelines/public")
    assert post["id"] not in ann.ids(f"/api/v1/accounts/{ben.id}/statuses")
    assert ann.show(post).ok() and "The long story" in ann.browser.go(path(post)).text
    assert (ben.show(post).ok(), ben.notes()) == before
    page = ann.browser.go("/pauses")
    assert "A post by" in page.text and "Until" in page.text
    page = ann.browser.submit("unnotnow", press="unnotnow")
    assert "Taken back." in page.text
    assert post["id"] in ann.home()


def test_it_comes_back(server, person):
    """"Not now" on any post hides it for 30 days."""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    post = ben.say("Later, please")
    ann.browser.go(path(post))
    ann.browser.submit("notnow", press="notnow")
    assert ann.home() == []
    me = ann.id
    server.stop()
    db = sqlite3.connect(server.data / "tidings.db")
    left = db.execute("SELECT until - at FROM put_away WHERE account = ?", (me,)).fetchone()[0]
    assert left == 30 * 24 * 3600 * 1000
    db.execute("UPDATE put_away SET until = at WHERE account = ?", (me,))
    db.commit()
    db.close()
    server.start()
    assert ann.home() == [post["id"]]
    assert "Later, please" not in ann.browser.go("/pauses").text


def test_boosts_of_a_post(server, person):
    """hide boosts of a post"""
    ann, ben, cat = person("ann"), person("ben"), person("cat")
    ann.follows(cat)
    post = ben.say("Everybody passes this on")
    boost = cat.does(post, "reblog")
    assert boost["id"] in ann.home()
    ann.browser.go(path(post))
    page = ann.browser.submit("noboosts", press="noboosts")
    assert "Boosts of it stay away from you." in page.text
    assert boost["id"] not in ann.home()
    assert post["id"] in ann.ids("/api/v1/timelines/public")  # the post itself is not put away
    ann.browser.go("/pauses")
    ann.browser.submit("unnoboosts", press="unnoboosts")
    assert boost["id"] in ann.home()


def test_a_muted_thread(server, person):
    """Mute a thread for me"""
    ann, ben = person("ann"), person("ben")
    post = ann.say("Who brings cake?")
    ann.browser.go(path(post))
    ann.browser.submit("quiet", press="quiet")
    ben.answer(post, "I do")
    assert ann.notes("mention") == []


def test_a_stream_without_it(server, person):
    """None of this is ever visible to others, nor counted."""
    ann, ben, cat = person("ann"), person("ben"), person("cat")
    ann.follows(cat)
    post = ben.say("Put away")
    ann.browser.go(path(post))
    ann.browser.submit("notnow", press="notnow")
    stream = Stream(ann, "user")
    cat.does(post, "reblog")
    calm = cat.say("Hello")
    assert calm["id"] in str(stream.next("update"))


def test_what_cannot_be_put_away(server, person):
    """One's own posts cannot be put away, and what one may not see is not there."""
    ann, ben = person("ann"), person("ben")
    mine = ann.say("Mine")
    page = ann.browser.go(path(mine))
    assert not page.has_form("notnow")
    hidden = ben.say("For followers", "private")
    data = urllib.parse.urlencode({**dict(ann.browser.go("/more").form_with("csrf").fields), "do": "notnow"}).encode()
    head = {"Origin": server.url, "Content-Type": "application/x-www-form-urlencoded"}
    assert ann.browser.go(f"/posts/{hidden['id']}", "POST", data, head).status == 404
    assert ann.browser.go(f"/posts/{mine['id']}", "POST", data, head).status == 422
