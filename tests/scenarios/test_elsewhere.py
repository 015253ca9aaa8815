"""What sets this server apart, as a second server of its kind sees it: each story's first line is a sentence of the product, or a part
of it. The same sentences with Fedify on the other side are in peers/test_news.py; others have a second server in their own files."""
import json
import re

import pytest

from harness.browser import Browser
from harness.common import own, path, set_switches, wait, words
from harness.photos import png
from harness.quiet import Inbox, database, grow_old, hard_news
from harness.server import Server
from test_federation import AS2, follows

PASSWORD = "correct horse 4"


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Two servers for all of this file, which only ever adds people to them."""
    made = [Server(tmp_path_factory.mktemp(name)).start() for name in ("here", "there")]
    yield made
    try:
        for server in made:
            server.assert_sound()
            server.stop()
    finally:
        for server in made:
            server.kill()


@pytest.fixture
def ann(both):
    return member(both[0], "ann")


@pytest.fixture
def cat(both):
    return member(both[0], "cat")


@pytest.fixture
def ben(both):
    return both[1].person("ben")


@pytest.fixture
def dan(both):
    return both[1].person("dan")


def member(server, name):
    who = server.person(name, password=PASSWORD)
    who.browser = Browser(server)
    who.browser.sign_in(who)
    return who


def copy(reader, post):
    """The post in a home elsewhere, or None."""
    return next((p for p in reader.get("/api/v1/timelines/home").ok() if p["uri"] == post["uri"]), None)


def comes(reader, post):
    return wait(lambda: copy(reader, post), "the post elsewhere")


def nothing_else(writer, *readers):
    """Whatever was sent to them before this has come by now; gives what is in their homes beside it."""
    post = writer.say("A word for everybody")
    for reader in readers:
        comes(reader, post)
    return [p["content"] for reader in readers for p in reader.get("/api/v1/timelines/home").ok() if p["uri"] != post["uri"]]


def finds_nothing(reader, post):
    return reader.get("/api/v2/search", q=post["uri"], resolve="true", type="statuses").ok()["statuses"] == []


def document(server, post, tail=""):
    return server.get(post["uri"][len(server.url):] + tail, headers={"Accept": AS2})


def rows(server, what, *values):
    db = database(server)
    try:
        with db:
            return db.execute(what, values).fetchall()
    finally:
        db.close()


def row_of(server, post):
    found = wait(lambda: rows(server, "SELECT id FROM post WHERE uri = ?", post["uri"]), "the row elsewhere")
    return {"id": str(found[0][0]), "uri": post["uri"]}


def audience(ann, name, *members):
    ann.browser.go("/audiences")
    page = ann.browser.submit("title", title=name)
    where = page.address.split("?")[0]
    for one in members:
        ann.browser.submit("Add", press="add", **{"accounts[]": one})
    return "list:" + where.rsplit("/", 1)[1]


def test_an_audience(ann, ben, dan):
    """Given an author picks an audience, when the post is sent, then only its members (and mentioned people) can see it, here and elsewhere; API shows `private`; members are not told the audience's name or who else is in it."""
    follows(ben, ann), follows(dan, ann)
    far = {a["acct"].split("@")[0]: a["id"] for a in ann.get(f"/api/v1/accounts/{ann.id}/followers").ok()}
    circle = audience(ann, "Orchard people", far[ben.name])
    post = ann.say("Apples on Sunday", circle)
    seen = comes(ben, post)
    assert seen["visibility"] == "private" and "Orchard" not in json.dumps(seen)
    assert nothing_else(ann, dan) == [] and finds_nothing(dan, post)
    both = audience(ann, "Garden people", far[ben.name], far[dan.name])
    post = ann.say("Pears on Monday", both)
    for reader, other in ((ben, dan), (dan, ben)):
        assert other.name not in json.dumps(comes(reader, post))


def test_a_member_elsewhere_is_told_of(ann, ben):
    """When any member of the audience is on another server, the composer says: "Replies from other servers may be seen by the replier's followers." and offers "Use an approval journal instead"."""
    _, back = follows(ben, ann)
    audience(ann, "Orchard people", back.id)
    page = ann.browser.go("/write")
    assert "Replies from other servers may be seen by the replier’s followers. Use an approval journal instead" in words(page)


def test_this_server_only(ann, ben):
    """This-server-only is a switch on any visibility (`local_only`), never federated, marked with a small house and words."""
    follows(ben, ann)
    posts = [ann.say(f"Only here: {v}", v, local_only=True) for v in ("public", "unlisted", "private")]
    assert nothing_else(ann, ben) == [] and all(finds_nothing(ben, p) for p in posts)


def test_narrowing(ann, ben):
    """Narrowing after posting is always possible (public → followers → audience → only me). Here it is immediate; for other servers a delete (or edit, where possible) is sent, and the page says copies may remain."""
    follows(ben, ann)
    post = ann.say("We moved house")
    seen = comes(ben, post)

    def narrows(reach):
        ann.browser.go(path(post) + "/who")
        assert "copies may remain" in words(ann.browser.submit("visibility", visibility=reach))
    narrows("unlisted")
    wait(lambda: ben.show(seen).ok()["visibility"] == "unlisted", "the edit there")
    narrows("private")
    wait(lambda: not ben.sees(seen), "the delete there")


def test_counts_are_hidden(ann, cat, ben, dan):
    """Given counts are hidden, when others (or, if chosen, the author) read the API, then favourites, boosts and quotes are 0 and `replies_count` is 0 or 1 (apps need to know whether a thread exists); federated collections carry no totals."""
    follows(ben, ann)
    post = ann.say("Count me")
    set_switches(ann, post, sw_counts_others=None)
    seen = comes(ben, post)
    for who in (cat, ann):
        who.does(post, "favourite"), who.answer(post, "Here")
    for tail in ("/likes", "/shares", "/replies"):
        assert "totalItems" not in document(ann.server, post, tail).body.decode(), tail
    shown = ben.show(seen).ok()
    assert (shown["favourites_count"], shown["reblogs_count"]) == (0, 0)
    assert finds_nothing(dan, post) is False


def test_names_of_presets(ann, ben):
    """Its name is never shown or federated; readers meet only its effects."""
    follows(ben, ann)
    post = hard_news(ann, "She is gone")
    seen = json.dumps([comes(ben, post), document(ann.server, post).json()]).lower()
    assert "preset" not in seen and "hard" not in seen


def test_thinking_of_you(ann, ben):
    """"Thinking of you" is a label: in the API and elsewhere it is an ordinary favourite."""
    follows(ben, ann)
    post = ann.say("She is gone")
    set_switches(ann, post, sw_thinking="yes")
    seen = comes(ben, post)
    assert ben.does(seen, "favourite")["favourited"] is True
    wait(lambda: ann.notes("favourite"), "an ordinary favourite")


def test_a_pause_is_cancelled(ann, ben):
    """Given a sending pause, when the author presses Cancel in time, then nothing has left the server, not to followers here either."""
    follows(ben, ann)
    ann.browser.go("/write")
    assert "It has not left yet" in words(ann.browser.submit("text", press="send", text="We buried her on Friday.", preset="2"))
    ann.browser.submit("Cancel", press="cancel")
    assert nothing_else(ann, ben) == []


def test_later_changes(ann, ben):
    """Later changes on the web apply at once and federate what can be federated."""
    follows(ben, ann)
    post = ann.say("Boost me", quote_approval_policy="public")
    seen = comes(ben, post)
    assert seen["quote_approval"]["automatic"] == ["public"]
    set_switches(ann, post, sw_boosts=None, sw_quotes="2", sw_comments="4")
    wait(lambda: ben.show(seen).ok()["quote_approval"]["automatic"] == [], "the rule there")
    assert ben.act(seen, "reblog").status == 403
    assert ben.post("/api/v1/statuses", json_body={"status": "May I?", "in_reply_to_id": seen["id"]}).status in (403, 422)


def test_a_local_comment_is_held(ann, cat, ben):
    """Given comments are reviewed, when a local member comments, then they alone see it with: "Kept safe for them. It will appear if they choose. No reply is expected."; until shown it goes to nobody else, not even the commenter's own followers."""
    far, _ = follows(ben, cat)
    post = hard_news(ann)
    held = cat.answer(post, "I am with you.")
    assert nothing_else(cat, ben) == [] and finds_nothing(ben, held)
    Inbox(ann).sorts("show", held)
    mine = wait(lambda: [p for p in ben.get(f"/api/v1/accounts/{far.id}/statuses").ok() if p["uri"] == held["uri"]], "the comment elsewhere")
    assert "with you" in mine[0]["content"]


def held_comment(ann, ben, text="I think of you"):
    """A comment by ben, elsewhere, on ann's reviewed post; (post, as ben's server has it, as ann's has it)."""
    grow_old(ann.server, ann)
    grow_old(ben.server, ben)
    follows(ben, ann)
    post = hard_news(ann)
    mine = ben.answer(comes(ben, post), text)
    return post, mine, row_of(ann.server, mine)


def test_a_remote_comment_is_held(ann, cat, ben, dan):
    """Given a remote comment arrives, then it is held, is absent from our page, API context and `replies` collection, and its own replies are held too."""
    post, mine, held = held_comment(ann, ben)
    cat.follows(ann)
    assert cat.context(post)[1] == [] and not cat.sees(held) and "think of you" not in Browser(ann.server).go(path(post)).text
    assert mine["uri"] not in document(ann.server, post, "/replies").body.decode()
    assert not dan.sees(mine) and finds_nothing(cat, mine)
    Inbox(ann).sorts("show", held)
    assert cat.context(post)[1] == [held["id"]] and mine["uri"] in document(ann.server, post, "/replies").body.decode()
    wait(lambda: dan.sees(mine), "the authorization")
    assert ben.notes("mention", "status") == []


def test_nobody_is_told(ann, ben, dan):
    """When kept or declined, nobody is told."""
    post, mine, held = held_comment(ann, ben)
    before = ben.show(mine).ok()
    Inbox(ann).sorts("decline", held)
    nothing_else(ann, ben)
    assert ben.show(mine).ok() == before and ben.notes() == [] and not dan.sees(mine)


def test_own_words_stay_ones_own(ann, ben):
    """Commenters can always edit or delete their own words, whatever the state, and mark "Please not in print"."""
    post, mine, held = held_comment(ann, ben, "So sory")
    ben.put(f"/api/v1/statuses/{mine['id']}", json_body={"status": "So sorry"}).ok()
    wait(lambda: "So sorry" in ann.show(held).ok()["content"], "the edit")
    ben.delete(f"/api/v1/statuses/{mine['id']}").ok()
    wait(lambda: not ann.sees(held), "the delete")


def test_letters_stay_here(ann, cat, ben):
    """"Write a letter" stands beneath a post where letters are on. Plain text, up to 5,000 characters. Sender sees "Sent" and nothing more, ever: not read, not kept."""
    follows(ben, cat)
    post = hard_news(ann)
    cat.browser.go(path(post) + "/letter")
    assert "Sent." in words(cat.browser.submit("text", text="Dear ann, a word for you."))
    assert nothing_else(cat, ben) == []
    assert rows(ben.server, "SELECT count(*) FROM post WHERE content LIKE '%a word for you%'")[0][0] == 0


def test_more_than_four(ann, ben):
    """When a post has more than 4 photos, then its federated text ends with a link "All N photos", because Mastodon keeps only four."""
    follows(ben, ann)
    ids = [ann.upload(png(40 + i, 40), description="x").ok()["id"] for i in range(5)]
    post = ann.say("Many", media_ids=ids)
    seen = comes(ben, post)
    assert re.search(rf'<a href="{re.escape(post["url"])}"[^>]*>All 5 photos</a></p>$', seen["content"]), seen["content"]


def test_topics(ann, ben):
    """Authors may state topics on a post (from the same list). Used here only, never shown, never federated."""
    follows(ben, ann)
    page = ann.browser.go("/write")
    topic = next(a["value"] for tag, a in page.tags if tag == "input" and a.get("name") == "topic[]")
    ann.browser.submit("text", press="send", text="Our little news", visibility="public", **{"topic[]": [topic]})
    seen = comes(ben, own(ann)[0])
    assert seen["tags"] == [] and "topic" not in json.dumps(seen).lower()


def test_ways_to_help(ann, ben):
    """Up to 8 entries per post or journal: kind, label, link, words ("dairy free, leave at the side door": warned not to put a home address in public), state open / enough, thank you / closed. Domain shown. Only owners and permitted keepers edit. No money passes through the server. Federates as one link."""
    follows(ben, ann)
    post = ann.say("He is home again.")
    seen = comes(ben, post)
    page = ann.browser.go(path(post) + "/ways")
    page.forms = [f for f in page.forms if "label" in f.kinds and ("id", "0") in f.fields]
    ann.browser.submit("label", press="put", label="Suppers", kind="0", link="https://meals.example/", words="Side door", state="0")
    wait(lambda: "#ways" in ben.show(seen).ok()["content"], "the link there")
    said = json.dumps(ben.show(seen).ok())
    assert said.count("Ways to help") == 1 and "Suppers" not in said and "meals.example" not in said


def test_a_wish(ann, ben):
    """Wish per post: free to reproduce with link / ask first (contact: letter) / please don't. Shown under the post in words and as metadata."""
    follows(ben, ann)
    post = ann.say("The apples are in.")
    set_switches(ann, post, sw_wish="3")
    assert comes(ben, post)["content"] == "<p>The apples are in.</p>"
    assert Browser(ann.server).go(path(post)).metas["reproduction"] == "please-dont"


def test_late_comments(ann, ben):
    """late remote comments go to the "Late" pile."""
    grow_old(ann.server, ann)
    follows(ben, ann)
    post = hard_news(ann)
    seen = comes(ben, post)
    rows(ann.server, "UPDATE switches SET closes_at = 1 WHERE post = ?", post["id"])
    mine = ben.answer(seen, "Only now I hear.")
    held = row_of(ann.server, mine)
    assert held["id"] in Inbox(ann).waits("late", post)
    assert ann.server.stranger().context(post)[1] == []
