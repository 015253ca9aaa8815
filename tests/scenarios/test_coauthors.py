"""Co-authors: a second author of one post, by consent."""
import re
import time
import urllib.parse

from harness.browser import Browser
from harness.common import own, path, words
from harness.quiet import hard_news, state_of
from harness.stream import Stream


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
    assert f"{ann.name} asks you to be an author of a post." in words(ben.browser.go("/notifications"))
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
    assert f"{ann.name} asks you to be an author of a post." in words(ben.browser.go("/notifications"))


def text_of(post):
    return re.sub("<[^>]+>", "", post["content"])


def together(ann, ben, post):
    ask(ann, post, ben)
    answer(ben, post, "accept")


def test_apps_see_both_authors(server, person, cat):
    """Apps get the second author beside the account, in a last line of the content and among the mentions; a post with one author is as it was."""
    ann, ben = person("ann"), person("ben")
    post, alone = ann.say("We married on Saturday."), ann.say("Another")
    together(ann, ben, post)
    seen = cat.show(post).ok()
    assert seen["account"]["id"] == ann.id and [a["id"] for a in seen["co_authors"]] == [ben.id]
    assert text_of(seen) == f"We married on Saturday.With @{ben.name}" and [m["id"] for m in seen["mentions"]] == [ben.id]
    assert ann.get(f"/api/v1/statuses/{post['id']}/source").ok()["text"] == "We married on Saturday."
    assert "co_authors" not in cat.show(alone).ok()
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "We married on Sunday."}).ok()
    assert text_of(cat.show(post).ok()) == f"We married on Sunday.With @{ben.name}"
    assert [a["id"] for a in cat.show(post).ok()["co_authors"]] == [ben.id]
    boost = cat.does(post, "reblog")
    assert "co_authors" not in boost and [a["id"] for a in boost["reblog"]["co_authors"]] == [ben.id]


def test_the_question_in_any_app(server, person):
    """The question is a private mention that every app shows and that leads to its answer; it never leaves, and goes when it is answered or taken back."""
    ann, ben = person("ann"), person("ben")
    for end in ("accept", "decline", "back"):
        post = ann.say("Ours")
        ask(ann, post, ben)
        kind, who, said = ben.notes()[0]
        assert (kind, who) == ("mention", ann.name)
        said = ben.show({"id": said}).ok()
        assert said["visibility"] == "direct" and said["local_only"] and path(post) + "/authors" in text_of(said)
        link = re.search(r'href="([^"]+/authors)"', said["content"])[1]
        assert "Be an author of this?" in words(ben.browser.go(urllib.parse.urlsplit(link).path))
        if end == "back":
            ann.browser.go(path(post) + "/authors")
            ann.browser.submit("account", press=f"Take it back: {ben.name}")
        else:
            answer(ben, post, end)
        assert not ben.sees(said) and not ann.sees(said)


def test_both_profiles_and_both_homes(server, person, cat):
    """Once accepted, the post stands on both profiles and in the homes of those who follow either, new to those who listen; once ended, on one."""
    ann, ben, dan, eve = person("ann"), person("ben"), server.person("dan"), server.person("eve")
    cat.follows(ann), dan.follows(ben)
    for one in (cat, dan, eve):
        one.home()
    first = ann.say("Before")
    post = ann.say("We married on Saturday.")
    second = ben.say("After")
    ask(ann, post, ben)
    assert post["id"] not in dan.home() and post["id"] not in own_ids(dan, ben)
    listening, hearing = Stream(dan), Stream(cat)
    answer(ben, post, "accept")
    assert listening.next("update")["id"] == post["id"] and [a["id"] for a in hearing.next("status.update")["co_authors"]] == [ben.id]
    listening.close(), hearing.close()
    assert dan.home() == [second["id"], post["id"]] and ben.home()[:2] == [second["id"], post["id"]]
    assert cat.home() == [post["id"], first["id"]] and eve.home() == []
    assert own_ids(eve, ben) == [second["id"], post["id"]] == own_ids(server.stranger(), ben)
    assert own_ids(eve, ben, max_id=second["id"]) == [post["id"]] == own_ids(eve, ben, min_id=first["id"], limit=1)
    assert f"{ann.name} and {ben.name}" in words(Browser(server).go(f"/@{ben.name}"))
    assert own_ids(eve, ann) == [post["id"], first["id"]]
    eve.follows(ben)
    assert post["id"] in eve.home()
    eve.toward(ben, "unfollow")
    assert post["id"] not in eve.home()
    ben.browser.go(path(post) + "/authors")
    ben.browser.submit("account", press="end")
    assert dan.home() == [second["id"]] and own_ids(eve, ben) == [second["id"]] and cat.home() == [post["id"], first["id"]]
    assert post["id"] not in ben.home()


def own_ids(who, person, **query):
    return who.ids(f"/api/v1/accounts/{person.id}/statuses", **query)


def test_consent_widens_nothing(server, person, cat):
    """What its author let few see, the co-author's followers do not see either, and nobody whom the author blocked."""
    ann, ben, dan = person("ann"), person("ben"), server.person("dan")
    cat.follows(ann), cat.follows(ben), dan.follows(ben)
    cat.home(), dan.home()
    private, public = ann.say("For few", "private"), ann.say("For all")
    ann.toward(dan, "block")
    together(ann, ben, private)
    together(ann, ben, public)
    assert dan.home() == [] and own_ids(dan, ben) == [] and not dan.sees(private)
    assert cat.home() == [public["id"], private["id"]] == own_ids(cat, ben)
    assert own_ids(server.stranger(), ben) == [public["id"]]


def test_comments_reach_both(server, person, cat):
    """A comment is told to the author and to the co-author, and so is one that waits; the co-author shows it by a favourite or an answer in an app."""
    ann, ben = person("ann"), person("ben")
    post = ann.say("We married on Saturday.")
    together(ann, ben, post)
    comment = cat.answer(post, "How lovely.")
    for one in (ann, ben):
        assert ("mention", cat.name, comment["id"]) in one.notes("mention")
    deeper = cat.answer(comment, "And how warm it was.")
    assert ("mention", cat.name, deeper["id"]) not in ben.notes()
    news = hard_news(ann, "We lost her.")
    together(ann, ben, news)
    for verb in ("favourite", "answer"):
        held = cat.answer(news, f"I am so sorry. {verb}")
        assert state_of(server, held) == "held" and server.stranger().context(news)[1].count(held["id"]) == 0
        assert ben.does(held, "favourite") if verb == "favourite" else ben.answer(held, "Thank you.")
        assert state_of(server, held) == "shown" and held["id"] in server.stranger().context(news)[1]
