"""Earlier posts: when news changes a story, what was written before says so, and all of it can be taken back."""
import pytest

from harness.browser import Browser
from harness.common import looks
from test_federation import here, there, follows, wait  # noqa: F401
from test_quiet import PASSWORD, page_of


@pytest.fixture
def story(new_server):
    server = new_server()
    ann, ben = server.people("ann", "ben", password=PASSWORD)
    ben.follows(ann)
    told = [ann.say(words, visibility="unlisted") for words in ("We expect a child", "All is well", "Something else")]
    return server, ann, ben, told, ann.say("It ended too early", visibility="unlisted")


def path(person, post):
    return f"/@{person.name}/{post['id']}"


def changes(server, who, news, posts, browser=None, **what):
    if not browser:
        browser, page = page_of(server, who, f"{path(who, news)}/earlier")
    else:
        browser.go(f"{path(who, news)}/earlier")
    what = {"line": None, **what}
    return browser, browser.submit("posts[]", press="Change them", **{"posts[]": [p["id"] for p in posts]}, **what)


def test_the_page(story):
    """Given the author writes news that changes a story, when they open "Earlier posts", then they select posts and any of: later-news line (own words; default "There is later news.") · close comments · drop from pins and search · only me."""
    server, ann, ben, told, news = story
    ann.does(told[1], "pin")
    browser, page = page_of(server, ann, path(ann, news))
    assert f"{path(ann, news)}/earlier" in page.links
    page = browser.go(f"{path(ann, news)}/earlier")
    fields = dict(page.form_with("posts[]").fields)
    assert fields["words"] == "There is later news." and fields["line"] == "yes" and "far" not in fields
    assert "posts[]" not in fields and "We expect a child" in page.text and page.text.count("It ended too early") == 1
    browser, page = changes(server, ann, news, told[:2], browser, line="yes", close="yes", drop="yes")
    assert "You can take all of it back below." in page.text
    for post in told[:2]:
        shown = Browser(server).go(path(ann, post))
        assert "There is later news." in shown.text and path(ann, news) in shown.links
        ben.post("/api/v1/statuses", json_body={"status": "late", "in_reply_to_id": post["id"]}).fails(422)
    assert ann.get(f"/api/v1/accounts/{ann.id}/statuses", pinned=True).ok() == []
    found = lambda words: [p["id"] for p in ann.get("/api/v2/search", q=words, type="statuses").ok()["statuses"]]
    assert found("expect") == [] and found("else") == [told[2]["id"]]
    assert "There is later news." not in Browser(server).go(path(ann, told[2])).text
    assert ben.show(told[0]).ok()["content"] == "<p>We expect a child</p>", "apps are told nothing"


def test_only_me(story):
    """Posts that are only for their author any more are gone for everybody else, and the line leads nowhere for who may not read the news."""
    server, ann, ben, told, news = story
    browser, page = changes(server, ann, news, told[:1], only_me="yes")
    assert not ben.sees(told[0]) and ann.sees(told[0]) and told[0]["id"] not in ben.home()
    secret = ann.say("for me", visibility="self")
    changes(server, ann, secret, told[1:2], browser, line="yes", words="More is known now. <b>")
    page = Browser(server).go(path(ann, told[1]))
    assert "More is known now. <b>" in page.text and path(ann, secret) not in page.links
    ann.delete(f"/api/v1/statuses/{secret['id']}").ok()
    assert "More is known now." in Browser(server).go(path(ann, told[1])).text


def test_one_undo(story):
    """One undo for the whole act."""
    server, ann, ben, told, news = story
    ann.does(told[0], "pin")
    before = looks(server, "SELECT id, audience, has FROM post ORDER BY id")
    browser, page = changes(server, ann, news, told, line="yes", close="yes", drop="yes", only_me="yes")
    assert not ben.sees(told[1])
    page = browser.submit("undo", press="undo")
    assert "Taken back. They are as they were." in page.text
    assert looks(server, "SELECT id, audience, has FROM post ORDER BY id") == before
    assert looks(server, "SELECT count(*) FROM later") == looks(server, "SELECT count(*) FROM switches") == [(0,)]
    assert [p["id"] for p in ann.get(f"/api/v1/accounts/{ann.id}/statuses", pinned=True).ok()] == [told[0]["id"]]
    assert ann.get("/api/v2/search", q="expect", type="statuses").ok()["statuses"][0]["id"] == told[0]["id"]
    ben.answer(told[0], "not late"), ben.sees(told[1])
    assert "There is later news." not in Browser(server).go(path(ann, told[0])).text


def test_an_undo_keeps_what_came_later(story):
    """Taking an act back leaves what a later act, or the author's own hand, changed since."""
    server, ann, ben, told, news = story
    browser, page = changes(server, ann, news, told[:1], line="yes", words="First words", close="yes")
    newer = ann.say("And now this")
    changes(server, ann, newer, told[:1], browser, line="yes", words="Second words")
    first, second = [i for i, in looks(server, "SELECT id FROM earlier_act ORDER BY id")]
    token = dict(browser.page.form_with("undo").fields)["csrf"]
    press = lambda act, who=browser: who.fetch("POST", f"{path(ann, news)}/earlier", f"csrf={token}&undo={act}".encode(),
                                               {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}).status
    assert press(first) == 303 and press(first) == 303
    page = Browser(server).go(path(ann, told[0]))
    assert "Second words" in page.text and "First words" not in page.text
    ben.answer(told[0], "open again")
    assert press(second) == 303
    assert "First words" in Browser(server).go(path(ann, told[0])).text, "what the second act found is what its undo leaves"


def test_editing_leaves_the_line(story):
    """An edit of the earlier post changes neither its line nor that search leaves it out."""
    server, ann, ben, told, news = story
    changes(server, ann, news, told[:1], line="yes", drop="yes")
    ann.put(f"/api/v1/statuses/{told[0]['id']}", json_body={"status": "We expected a child"}).ok()
    assert "There is later news." in Browser(server).go(path(ann, told[0])).text
    assert ann.get("/api/v2/search", q="expected", type="statuses").ok()["statuses"] == []


def test_copies_elsewhere(here, there):
    """"Also change copies on other servers" is off by default, with the effect explained."""
    ann, ben = here.person("ann", password=PASSWORD), there.person("ben")
    far, back = follows(ben, ann)
    told = [ann.say(words) for words in ("We expect a child", "All is well")]
    news = ann.say("It ended too early")
    wait(lambda: len(ben.home()) == 3, "the posts there")
    copies = {p["uri"]: p for p in ben.get("/api/v1/timelines/home").ok()}
    browser, page = changes(here, ann, news, told[:1], line="yes", only_me=None)
    assert "Left off, they keep what they have." in page.text
    browser, page = changes(here, ann, news, told[1:], browser, line="yes", far="yes", words="News since <then>")
    copy = copies[told[1]["uri"]]
    wait(lambda: "News since" in ben.show(copy).ok()["content"], "the edit there")
    said = ben.show(copy).ok()
    assert said["content"].startswith("<p>News since &lt;then&gt; <a href=") and news["url"] in said["content"]
    assert said["content"].endswith("<p>All is well</p>") and said["edited_at"]
    assert "later news" not in ben.show(copies[told[0]["uri"]]).ok()["content"]
    browser.submit("undo", press="undo")
    wait(lambda: ben.show(copy).ok()["content"] == "<p>All is well</p>", "the line's end there")
    changes(here, ann, news, told[:1], browser, line=None, only_me="yes")
    ben.does(copies[told[0]["uri"]], "favourite")
    changes(here, ann, news, told[1:], browser, line=None, only_me="yes", far="yes")
    wait(lambda: not ben.sees(copy), "the delete there")
    assert ben.sees(copies[told[0]["uri"]]), "what was not asked for stays there"


def test_bad_input(story):
    """Others' posts, newer ones, comments, nothing chosen, too many, words too long, acts of others: nothing changes."""
    server, ann, ben, told, news = story
    comment, theirs = ann.answer(told[0], "my own comment"), ben.say("ben's")
    newer = ann.say("newer")
    for posts, status in (([theirs], 404), ([newer], 404), ([comment], 404), ([news], 404), ([{"id": "12345"}], 404),
                          ([], 422), ([told[0], theirs], 404), ([{"id": str(i)} for i in range(1, 103)], 422)):
        assert changes(server, ann, news, posts, line="yes")[1].status == status, posts
    assert changes(server, ann, news, told[:1])[1].status == 422, "nothing to change"
    browser, page = changes(server, ann, news, told[:1], line="yes", words="x" * 201)
    assert page.status == 422 and "200 characters" in page.text and "x" * 201 in page.answer.body.decode()
    assert (("posts[]", told[0]["id"]) in page.form_with("posts[]").fields), "what was chosen stays chosen"
    assert looks(server, "SELECT count(*) FROM later") == looks(server, "SELECT count(*) FROM earlier_act") == [(0,)]
    changes(server, ann, news, told[:1] * 3, line="yes")
    (act,), = looks(server, "SELECT id FROM earlier_act")
    other, page = page_of(server, ben, f"{path(ann, news)}/earlier")
    assert page.status == 404 and other.go(f"{path(ann, comment)}/earlier").status == 404
    other.go(f"{path(ben, theirs)}/earlier")
    token = dict(other.page.forms[0].fields)["csrf"]
    for to in (path(ann, news), path(ben, theirs)):
        assert other.fetch("POST", f"{to}/earlier", f"csrf={token}&undo={act}".encode(),
                           {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}).status == 404
    assert Browser(server).go(f"{path(ann, news)}/earlier").has_form("password"), "strangers are led to sign in"
    assert looks(server, "SELECT count(*) FROM later") == [(1,)]
