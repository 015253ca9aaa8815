"""What sets this server apart, as a server made with Fedify sees it: each story's first line is a sentence of the product, or a part of
it, and its twin with a second server of this kind is in scenarios/test_elsewhere.py or named beside it in docs/product-stories.md."""
import json
import time

import pytest

from harness.browser import Browser
from harness.common import own, path, set_switches, words
from harness.peer import PUBLIC, TYPE, eventually
from harness.photos import png
from harness.quiet import Inbox, database, grow_old, hard_news
from test_fedify import Far, at, followed, found, gil, here, there, told  # noqa: F401

PASSWORD = "correct horse 4"
pytestmark = pytest.mark.parametrize("pair", ["http"], indirect=True)  # https is as much as anything else: test_fedify.py


def member(here, name):
    who = here.person(name, password=PASSWORD)
    who.browser = Browser(here)
    who.browser.sign_in(who)
    return who


@pytest.fixture
def ann(here, there):
    there.tell("forget")
    return member(here, "ann")


@pytest.fixture
def cat(here):
    return member(here, "cat")


@pytest.fixture
def hal(there, gil):
    return Far(there, gil.name + "hal")


def some(value):
    """A list, of what Fedify writes as the one thing in it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def came(there, kind, post):
    """What came of this kind about this post; the Note within, or its Tombstone, or its id."""
    def of(a):
        o = a["object"]
        return (o.get("id") if isinstance(o, dict) else o) == post["uri"]
    return [a for a in there.came(kind) if of(a)]


def comes(there, kind, post, look=lambda a: True):
    return eventually(lambda: [a for a in came(there, kind, post) if look(a)], 20)[-1]


def nothing_else(there, ann):
    """Whatever was sent before this is there by now; gives all Notes that came."""
    post = ann.say("A word for everybody")
    comes(there, "Create", post)
    return [a["object"] for a in there.came("Create", "Note") if a["object"]["id"] != post["uri"]]


def sees_nothing(gil, uri):
    return not gil.sees(uri)


def audience(ann, name, *members):
    ann.browser.go("/audiences")
    page = ann.browser.submit("title", title=name)
    where = page.address.split("?")[0]
    for one in members:
        ann.browser.submit("Add", press="add", **{"accounts[]": one})
    return "list:" + where.rsplit("/", 1)[1]


def comment(gil, ann, post, text="<p>I think of you</p>", **more):
    return gil.creates(gil.note(text, cc=[at(ann)], inReplyTo=post["uri"], **more), ann)


def waiting(ann, note, *piles):
    """The id here of a comment from there, once it waits in one of these piles."""
    row = eventually(lambda: rows(ann, "SELECT id FROM post WHERE uri = ?", note["id"]), 20)
    inbox = Inbox(ann)
    assert any(str(row[0][0]) in inbox.waits(pile) for pile in piles), f"not in {piles}"
    return {"id": str(row[0][0]), "uri": note["id"]}


def rows(person, what, *values):
    db = database(person.server)
    try:
        with db:
            return db.execute(what, values).fetchall()
    finally:
        db.close()


def replies(gil, post):
    document = gil.sees(post["uri"] + "/replies")
    first = document.get("first", document)
    if isinstance(first, str):
        first = gil.sees(first)
    return [i if isinstance(i, str) else i["id"] for i in some(first.get("items", first.get("orderedItems")))], document


# Audiences and reach.

def test_an_audience(ann, gil, hal, there):
    """Given an author picks an audience, when the post is sent, then only its members (and mentioned people) can see it, here and elsewhere; API shows `private`; members are not told the audience's name or who else is in it."""
    followed(ann, gil)
    there.tell("forget")
    followed(ann, hal)
    far = next(a["id"] for a in ann.get(f"/api/v1/accounts/{ann.id}/followers").ok() if a["acct"] == gil.acct)
    assert "Replies from other servers" not in words(ann.browser.go("/write"))
    circle = audience(ann, "Orchard people", far)
    post = ann.say("Apples on Sunday", circle)
    note = comes(there, "Create", post)["object"]
    assert some(note["to"]) == [gil.id] and not some(note.get("cc")) and "Orchard" not in json.dumps(note)
    assert "Apples" in gil.sees(post["uri"])["content"] and sees_nothing(hal, post["uri"])
    assert post["visibility"] == "private"


def test_a_member_elsewhere_is_told_of(ann, gil):
    """When any member of the audience is on another server, the composer says: "Replies from other servers may be seen by the replier's followers." and offers "Use an approval journal instead"."""
    followed(ann, gil)
    far = ann.get(f"/api/v1/accounts/{ann.id}/followers").ok()[0]["id"]
    audience(ann, "Orchard people", far)
    page = ann.browser.go("/write")
    assert "Replies from other servers may be seen by the replier’s followers. Use an approval journal instead" in words(page)


def test_this_server_only(ann, gil, there):
    """This-server-only is a switch on any visibility (`local_only`), never federated, marked with a small house and words."""
    followed(ann, gil)
    post = ann.say("Only here", local_only=True)
    assert nothing_else(there, ann) == [] and sees_nothing(gil, post["uri"])


def test_narrowing(ann, gil, there):
    """Narrowing after posting is always possible (public → followers → audience → only me). Here it is immediate; for other servers a delete (or edit, where possible) is sent, and the page says copies may remain."""
    followed(ann, gil)
    post = ann.say("We moved house")
    comes(there, "Create", post)
    for reach in ("unlisted", "private"):
        ann.browser.go(path(post) + "/who")
        page = ann.browser.submit("visibility", visibility=reach)
        assert "copies may remain" in words(page)
        if reach == "unlisted":
            note = comes(there, "Update", post)["object"]
            assert "Public" in str(note["cc"]) and "Public" not in str(note["to"])
    comes(there, "Delete", post)
    assert "house" in gil.sees(post["uri"])["content"]
    ann.browser.go(path(post) + "/who")
    ann.browser.submit("visibility", visibility="self")
    assert sees_nothing(gil, post["uri"])


# Journals.

def test_an_approval_journal(ann, gil, hal, there):
    """Given a remote Mastodon user follows an approval journal, when an owner accepts, then its followers-only posts reach that user as from any locked account."""
    name = f"boats_{ann.name}"[:30]
    ann.browser.go("/journals/new")
    ann.browser.submit("username", name="The boats", username=name, reach="approval")
    journal = ann.get("/api/v1/accounts/lookup", acct=name).ok()
    actor = f"{ann.server.url}/users/{name}"
    assert gil.sees(actor)["manuallyApprovesFollowers"] is True
    class Journal:
        server = ann.server
    Journal.name = name
    follow = gil.sends("Follow", actor, Journal)
    asked = eventually(lambda: ann.get("/api/v1/follow_requests").ok())[0]
    assert asked["acct"] == gil.acct and there.came("Accept", "Follow", actor) == []
    ann.browser.go(f"/@{name}/journal/readers")
    ann.browser.submit("accept", press="accept")
    assert there.waits("Accept", "Follow", actor)["object"]["id"] == follow["id"]
    post = ann.say("For those who follow it.", visibility=None, journal=journal["id"])
    note = comes(there, "Create", post)["object"]
    assert note["attributedTo"] == actor and some(note["to"]) == [actor + "/followers"] and "Public" not in json.dumps([note["to"], note.get("cc")])
    assert "those who follow" in gil.sees(post["uri"])["content"] and sees_nothing(hal, post["uri"])


def test_a_journal_for_this_server(ann, gil):
    """A member creates a journal: name, address, picture, words, optional "in memory of" (name; dates optional, any precision), visibility Public / By approval / This server only."""
    name = f"home_{ann.name}"[:30]
    ann.browser.go("/journals/new")
    ann.browser.submit("username", name="At home", username=name, reach="here")
    assert sees_nothing(gil, f"{ann.server.url}/users/{name}")


# Presets.

def test_no_name_and_no_totals(ann, cat, gil, there):
    """Given counts are hidden, when others (or, if chosen, the author) read the API, then favourites, boosts and quotes are 0 and `replies_count` is 0 or 1 (apps need to know whether a thread exists); federated collections carry no totals."""
    followed(ann, gil)
    post = ann.say("Count me")
    cat.does(post, "favourite"), cat.answer(post, "Here")
    tails = ("/likes", "/shares", "/replies")
    set_switches(ann, post, sw_counts_others="yes")
    assert gil.sees(post["uri"] + "/likes")["totalItems"] == 1
    set_switches(ann, post, sw_counts_others=None)
    for tail in tails:
        assert "totalItems" not in json.dumps(gil.sees(post["uri"] + tail)), tail
    news = hard_news(ann, "She is gone")
    note = json.dumps(comes(there, "Create", news)).lower()
    assert "preset" not in note and "hard" not in note


def test_thinking_of_you(ann, cat, gil, there):
    """"Thinking of you" is a label: in the API and elsewhere it is an ordinary favourite."""
    post = ann.say("She is gone")
    set_switches(ann, post, sw_thinking="yes")
    gil.sends("Like", post["uri"], ann)
    eventually(lambda: told(ann, "favourite"))
    cat.does(found(cat, gil.note("<p>We lost her</p>")["id"]), "favourite")
    like = there.waits("Like", actor=at(cat))
    assert like["type"] == "Like" and not like.get("content") and "thinking" not in json.dumps(gil.sees(post["uri"])).lower()


def test_a_pause_is_cancelled(ann, gil, there):
    """Given a sending pause, when the author presses Cancel in time, then nothing has left the server, not to followers here either."""
    followed(ann, gil)
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="send", text="We buried her on Friday.", preset="2")
    assert "It has not left yet" in words(page)
    ann.browser.submit("Cancel", press="cancel")
    assert nothing_else(there, ann) == [] and len(own(ann)) == 1


def test_later_changes(ann, gil, there):
    """Later changes on the web apply at once and federate what can be federated."""
    followed(ann, gil)
    post = ann.say("Boost me", quote_approval_policy="public")
    comes(there, "Create", post)
    set_switches(ann, post, sw_boosts=None, sw_quotes="2", sw_comments="4")
    comes(there, "Update", post)
    policy = gil.sees(post["uri"])["interactionPolicy"]
    for right in ("canAnnounce", "canQuote", "canReply"):
        assert some(policy[right]["automaticApproval"]) == [at(ann)], right
    assert "Public" in str(policy["canLike"])


# Comments.

def test_a_local_comment_is_held(ann, cat, gil, there):
    """Given comments are reviewed, when a local member comments, then they alone see it with: "Kept safe for them. It will appear if they choose. No reply is expected."; until shown it goes to nobody else, not even the commenter's own followers."""
    followed(cat, gil)
    post = hard_news(ann)
    held = cat.answer(post, f"I am with you, @{gil.acct}")
    assert nothing_else(there, cat) == [] and sees_nothing(gil, held["uri"]) and replies(gil, post)[0] == []
    Inbox(ann).sorts("show", held)
    assert "with you" in comes(there, "Create", held)["object"]["content"]
    assert replies(gil, post)[0] == [held["uri"]]


def test_a_comment_from_there_is_held(ann, gil, hal, there):
    """Given a remote comment arrives, then it is held, is absent from our page, API context and `replies` collection, and its own replies are held too."""
    followed(ann, gil)
    grow_old(ann.server, ann)
    post = hard_news(ann)
    first = comment(gil, ann, post, "<p>From afar, <a href='https://x.example/'>here</a>.</p>")
    second = comment(hal, ann, {"uri": first["id"]}, "<p>I agree.</p>")
    one, two = (waiting(ann, note, "others", "check") for note in (first, second))
    assert "<a " not in ann.show(one).ok()["content"], "links of strangers are words"
    stranger = ann.server.stranger()
    assert stranger.context(post)[1] == [] and replies(gil, post)[0] == []
    assert "From afar" not in Browser(ann.server).go(path(post)).text
    Inbox(ann).sorts("show", one)
    assert stranger.context(post)[1] == [one["id"]] and replies(gil, post)[0] == [first["id"]]
    Inbox(ann).sorts("decline", two)
    nothing_else(there, ann)
    assert not [a for a in there.came("Reject") if second["id"] in json.dumps(a)], "nobody is told"


def test_the_authorization(ann, gil, there):
    """Given a held comment, when an author or keeper shows it, then it appears, servers that honour interaction policy get the authorization, and the commenter gets no alert (a follower of the thread may see it as new)."""
    grow_old(ann.server, ann)
    post = hard_news(ann)
    note = comment(gil, ann, post)
    Inbox(ann).sorts("show", waiting(ann, note, "others", "check"))
    yes = eventually(lambda: [a for a in there.came("Accept") if note["id"] in json.dumps(a["object"])], 20)[-1]
    assert yes["actor"] == at(ann)
    stamp = ann.server.get(yes["result"][len(ann.server.url):], headers={"Accept": TYPE}).ok()
    assert stamp["attributedTo"] == at(ann) and stamp["interactingObject"] == note["id"] and stamp["interactionTarget"] == post["uri"]


def test_late_comments(ann, gil, there):
    """late remote comments go to the "Late" pile."""
    grow_old(ann.server, ann)
    post = hard_news(ann)
    rows(ann, "UPDATE switches SET closes_at = 1 WHERE post = ?", post["id"])
    note = comment(gil, ann, post, "<p>Only now I hear.</p>")
    waiting(ann, note, "late")
    assert replies(gil, post)[0] == [] and ann.server.stranger().context(post)[1] == []


def test_own_words_stay_ones_own(ann, gil, there):
    """Commenters can always edit or delete their own words, whatever the state, and mark "Please not in print"."""
    post = hard_news(ann)
    note = comment(gil, ann, post, "<p>So sory</p>")
    held = waiting(ann, note, "others", "check")
    changed = {**note, "content": "<p>So sorry</p>", "updated": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    there.tell("keep", **changed)
    gil.sends("Update", changed, ann, to=[PUBLIC])
    eventually(lambda: "So sorry" in ann.show(held).ok()["content"])
    gil.sends("Delete", {"type": "Tombstone", "id": note["id"]}, ann, to=[PUBLIC])
    eventually(lambda: not ann.sees(held))


# Letters and earlier posts.

def test_letters_stay_here(ann, cat, gil, there):
    """"Write a letter" stands beneath a post where letters are on. Plain text, up to 5,000 characters. Sender sees "Sent" and nothing more, ever: not read, not kept."""
    followed(ann, gil)
    followed(cat, gil)
    post = hard_news(ann)
    cat.browser.go(path(post) + "/letter")
    assert "Sent." in words(cat.browser.submit("text", text="Dear ann, a word for you."))
    nothing_else(there, ann)
    nothing_else(there, cat)
    assert "a word for you" not in json.dumps(there.tell("seen"))


def test_copies_elsewhere(ann, gil, there):
    """"Also change copies on other servers" is off by default, with the effect explained."""
    followed(ann, gil)
    told = [ann.say(text) for text in ("We expect a child", "All is well")]
    news = ann.say("It ended too early")
    ann.browser.go(path(news) + "/earlier")
    ann.browser.submit("posts[]", press="Change them", line="yes", **{"posts[]": [told[0]["id"]]})
    ann.browser.go(path(news) + "/earlier")
    ann.browser.submit("posts[]", press="Change them", line="yes", far="yes", words="News since", **{"posts[]": [told[1]["id"]]})
    note = comes(there, "Update", told[1])["object"]
    assert note["content"].startswith("<p>News since ") and news["url"] in note["content"] and note["updated"]
    ann.browser.go(path(news) + "/earlier")
    ann.browser.submit("posts[]", press="Change them", line=None, only_me="yes", far="yes", **{"posts[]": [told[1]["id"]]})
    comes(there, "Delete", told[1])
    assert came(there, "Update", told[0]) == [] and came(there, "Delete", told[0]) == []


# Photos.

def test_veils(ann, gil, there):
    """For other servers the author chooses: "Blur the photos there" (`sensitive`) or "Fold the post under my words" (`spoiler_text`)."""
    followed(ann, gil)
    ann.browser.go("/write")
    ann.browser.submit("text", press="add", files={"photo": ("a.png", "image/png", png(64, 48))}, text="Look", visibility="public")
    id = next(v for k, v in ann.browser.page.form_with("text").fields if k == "media[]")
    ann.browser.submit("text", press="send", veil_far="blur", **{f"alt_{id}": "A lake", f"veil_{id}": "all", f"veil_words_{id}": "A few hours old."})
    post = own(ann)[0]
    note = comes(there, "Create", post)["object"]
    assert note["sensitive"] is True and not note.get("summary")
    ann.browser.go(path(post) + "/edit")
    ann.browser.submit("text", press="send", veil_far="fold")
    note = comes(there, "Update", post)["object"]
    assert note["sensitive"] is True and note["summary"] == "A few hours old."


def test_more_than_four(ann, gil, there):
    """When a post has more than 4 photos, then its federated text ends with a link "All N photos", because Mastodon keeps only four."""
    followed(ann, gil)
    ids = [ann.upload(png(40 + i, 40), description="x").ok()["id"] for i in range(5)]
    post = ann.say("Many", media_ids=ids)
    note = comes(there, "Create", post)["object"]
    assert note["content"].endswith(f'<p><a href="{post["url"]}">All 5 photos</a></p>') and len(note["attachment"]) == 5


# Readers' care, ways to help, wishes.

def test_topics(ann, gil, there):
    """Authors may state topics on a post (from the same list). Used here only, never shown, never federated."""
    followed(ann, gil)
    page = ann.browser.go("/write")
    topic = next(a["value"] for tag, a in page.tags if tag == "input" and a.get("name") == "topic[]")
    ann.browser.submit("text", press="send", text="Our little news", visibility="public", **{"topic[]": [topic]})
    note = comes(there, "Create", own(ann)[0])["object"]
    assert "topic" not in json.dumps([note, gil.sees(note["id"])]).lower() and not some(note.get("tag"))


def test_ways_to_help(ann, gil, there):
    """Up to 8 entries per post or journal: kind, label, link, words ("dairy free, leave at the side door": warned not to put a home address in public), state open / enough, thank you / closed. Domain shown. Only owners and permitted keepers edit. No money passes through the server. Federates as one link."""
    followed(ann, gil)
    post = ann.say("He is home again.")
    for label in ("Suppers", "Lifts"):
        page = ann.browser.go(path(post) + "/ways")
        page.forms = [f for f in page.forms if "label" in f.kinds and ("id", "0") in f.fields]
        ann.browser.submit("label", press="put", label=label, kind="0", link="https://meals.example/", words="Side door", state="0")
    note = comes(there, "Update", post)["object"]
    assert note["content"].count("Ways to help") == 1 and f'{post["url"]}#ways' in note["content"]
    assert "Suppers" not in json.dumps(note) and "meals.example" not in json.dumps(note)


def test_a_wish(ann, gil, there):
    """Wish per post: free to reproduce with link / ask first (contact: letter) / please don't. Shown under the post in words and as metadata."""
    followed(ann, gil)
    post = ann.say("The apples are in.")
    set_switches(ann, post, sw_wish="3")
    assert gil.sees(post["uri"])["content"] == "<p>The apples are in.</p>"
    page = Browser(ann.server).go(path(post))
    assert page.metas["reproduction"] == "please-dont"


# Remembering, and two authors.

def test_memorial(here, ann, gil, there):
    """Then: no sign-in, no posting; banner in the chosen words (default "In memory of"), `memorial: true`; not in suggestions, directories or birthdays; new comments reviewed by stewards."""
    followed(ann, gil)
    olga = here.person("olga", role="owner", password=PASSWORD)
    browser = Browser(here)
    browser.go(f"/@{ann.name}/died")
    browser.submit("words", words="I was at the funeral.", by_name="Vera", by_email="vera@mail.example")
    browser = Browser(here)
    browser.sign_in(olga)
    browser.go("/moderation/memorials")
    browser.submit("memorial", press="confirm")
    here.stop()
    rows(ann, "UPDATE memorial SET begins_at = 1000 WHERE state = 1")
    rows(ann, "UPDATE login SET memorial_at = 1000 WHERE memorial_at > 0")
    rows(ann, "UPDATE job SET run_at = 1 WHERE kind = 'memorial_begin'")
    here.start()
    actor = lambda: here.get(f"/users/{ann.name}", headers={"Accept": TYPE}).ok()
    eventually(lambda: actor().get("memorial") is True, 20)
    rows(ann, "UPDATE job SET run_at = 1 WHERE kind = 'deliver_profile'")
    told = eventually(lambda: there.came("Update", "Person", at(ann)), 60)[-1]["object"]
    assert told["memorial"] is True and gil.sees(at(ann))["memorial"] is True


def test_two_authors(ann, cat, gil, hal, there):
    """A second author of one post, by consent."""
    followed(ann, gil)
    followed(cat, hal)
    post = ann.say("We married on Saturday.")
    comes(there, "Create", post)
    ann.browser.go(path(post) + "/authors")
    ann.browser.submit("who", press="ask", who=cat.name)
    cat.browser.go(path(post) + "/authors")
    cat.browser.submit("accept", press="accept")
    note = comes(there, "Update", post)["object"]
    assert note["attributedTo"] == at(ann) and at(cat) in [t.get("href") for t in some(note["tag"])]
    assert "With" in note["content"] and cat.name in note["content"]
    eventually(lambda: [a for a in there.came("Announce", actor=at(cat)) if a["object"] == post["uri"]], 20)
    cat.browser.go(path(post) + "/authors")
    cat.browser.submit("account", press="end")
    comes(there, "Update", post, lambda a: "With" not in a["object"]["content"])
    eventually(lambda: there.came("Undo", "Announce", at(cat)), 20)
