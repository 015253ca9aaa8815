"""Co-authors: a second author of one post, by consent."""
import time
import urllib.parse

import pytest

from harness.browser import Browser

PASSWORD = "correct horse 4"


@pytest.fixture
def person(server):
    def make(name):
        who = server.person(name, password=PASSWORD)
        who.browser = Browser(server)
        who.browser.sign_in(who)
        return who
    return make


def path(post):
    return urllib.parse.urlsplit(post["url"]).path


def words(page):
    return " ".join(page.text.split())


def own(person):
    return person.get(f"/api/v1/accounts/{person.id}/statuses").ok()


def ask(ann, post, who):
    ann.browser.go(path(post) + "/authors")
    return ann.browser.submit("who", press="ask", who=who.name)


def answer(ben, post, what):
    ben.browser.go(path(post) + "/authors")
    return ben.browser.submit("accept", press=what)


def test_by_consent(server, person, cat):
    """A co-author is asked first; only when they accept does their name stand beside the author's."""
    ann, ben = person("ann"), person("ben")
    post = ann.say("We married on Saturday.")
    page = ask(ann, post, ben)
    assert "Not answered yet." in words(page)
    assert f"{ann.name} and {ben.name}" not in words(Browser(server).go(path(post)))
    assert "Somebody asks you to be an author of a post." in words(ben.browser.go("/notifications"))
    assert "They ask you to be an author" in words(ben.browser.go("/settings/people"))
    page = ben.browser.go(path(post) + "/authors")
    assert "Be an author of this?" in words(page) and "We married on Saturday." in words(page)
    answer(ben, post, "accept")
    for where in (path(post), f"/@{ann.name}"):
        assert f"{ann.name} and {ben.name}" in words(Browser(server).go(where))
    assert "asks you to be" not in words(ben.browser.go("/notifications"))
    assert "Posts you are a co-author of" in words(ben.browser.go("/settings/people"))
    page = ann.browser.go("/settings/people")
    assert "Co-authors" in words(page) and "We married on Saturday." in words(page)
    other = person("dan")
    assert other.browser.go(path(post) + "/authors").status == 404


def test_saying_no(server, person):
    """Who declines is nowhere beside the post, and the author is told nothing of it."""
    ann, ben = person("ann"), person("ben")
    post = ann.say("We married on Saturday.")
    ask(ann, post, ben)
    notes = ann.notes()
    answer(ben, post, "decline")
    assert ann.notes() == notes and ben.name not in words(Browser(server).go(path(post)))
    assert "You alone" in words(ann.browser.go(path(post) + "/authors"))


def test_what_a_co_author_may(server, person, cat):
    """A co-author sorts comments and reads letters of that post, and neither changes nor deletes it; nothing of other posts."""
    ann, ben = person("ann"), person("ben")
    post, other = ann.say("We lost her."), ann.say("Another")
    for one in (post, other):
        ann.browser.go(path(one) + "/presets")
        ann.browser.submit("sw_comments", press="save", sw_review="yes")
    ask(ann, post, ben)
    held = cat.answer(post, "I am so sorry.")
    hidden = cat.answer(other, "Elsewhere")
    assert ben.context(post)[1] == [] and "I am so sorry." not in words(ben.browser.go("/quiet-inbox"))
    answer(ben, post, "accept")
    assert ben.sees(held) or "I am so sorry." in words(ben.browser.go("/quiet-inbox")) or "Some comments wait" in words(ben.browser.go(path(post)))
    assert not ben.sees(hidden)
    mine = ben.answer(post, "We were there.")
    assert mine["id"] in server.stranger().context(post)[1], "what co-authors write needs no review"
    assert ben.browser.go(path(post) + "/edit").status == 404 and ben.browser.go(path(post) + "/presets").status == 404
    assert ben.delete("/api/v1/statuses/" + post["id"]).status == 404


def test_either_side_ends_it(server, person):
    """The author or the co-author ends it at once; the name is gone, and what only authors saw."""
    ann, ben = person("ann"), person("ben")
    post = ann.say("For few", "private")
    assert not ben.sees(post)
    ask(ann, post, ben)
    assert ben.sees(post), "who is asked may read what they are asked about"
    answer(ben, post, "accept")
    ben.browser.go(path(post) + "/authors")
    ben.browser.submit("account", press="end")
    assert not ben.sees(post)
    ask(ann, post, ben)
    answer(ben, post, "accept")
    ann.browser.go("/settings/people")
    ann.browser.submit("account", press=f"End now: {ben.name}")
    assert not ben.sees(post) and "You alone" in words(ann.browser.go(path(post) + "/authors"))
    assert ben.browser.go(path(post) + "/authors").status == 404


def test_who_can_be_asked(server, person, cat):
    """Members here can be asked, once, up to five; nobody asks for another's post, and nobody is asked about what only its author sees."""
    ann, ben = person("ann"), person("ben")
    post = ann.say("Ours")
    assert "Nobody here has that name." in words(ask(ann, post, type("X", (), {"name": "nobody_at_all"})))
    assert "You are its author already." in words(ask(ann, post, ann))
    ask(ann, post, ben)
    assert "You have asked them already." in words(ask(ann, post, ben))
    for n in range(4):
        assert ask(ann, post, server.person(f"guest{n}")).status == 200
    assert "at most 5" in words(ask(ann, post, cat))
    assert "Only you can see this post." in words(ask(ann, ann.say("Mine", "self"), ben))
    assert ben.browser.go(path(ann.say("Hers")) + "/authors").status == 404
    cat.toward(ann, "block")
    assert "Nobody here has that name." in words(ask(ann, ann.say("Ours too"), cat))


def test_asked_from_the_composer(server, person):
    """The page for writing asks a co-author once the post is sent, also after its pause."""
    ann, ben = person("ann"), person("ben")
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="send", text="Ours", co_author="nobody_at_all")
    assert page.status == 422 and "Nobody here has that name." in words(page) and own(ann) == []
    ann.browser.submit("text", press="send", co_author="@" + ben.name, preset="2")
    assert own(ann) == [] and "asks you" not in words(ben.browser.go("/notifications"))
    ann.browser.submit("Cancel", press="now")
    for _ in range(100):
        if own(ann):
            break
        time.sleep(0.1)
    assert "Somebody asks you to be an author of a post." in words(ben.browser.go("/notifications"))
