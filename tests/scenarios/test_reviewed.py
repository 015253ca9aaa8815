"""Comments that are reviewed: who sees what, when, and what is never told to anybody. Each story's first line is the
product's own sentence."""
import re
import urllib.parse

import pytest

from harness.browser import Browser
from harness.peer import Peer, eventually
from harness.quiet import (CLOSED, HELD, Inbox, database, end_hand, grow_old, hard_news, make_hand, state_of)

AS2 = "application/activity+json"


@pytest.fixture
def here(new_server):
    """Ann writes; Ben, Cat and Dot comment; all older than a week."""
    server = new_server()
    server.everyone = [server.person(n, password="correct horse") for n in ("ann", "ben", "cat", "dot")]
    grow_old(server, *server.everyone)
    return server


@pytest.fixture
def people(here):
    return here.everyone


def note_of(server, post):
    """The post as another server fetches it: the status alone, or the document."""
    path = re.sub(r"^https?://[^/]+", "", post["uri"])
    return server.get(path, headers={"Accept": AS2})


def replies_of(server, post):
    """Addresses in the replies collection."""
    path = re.sub(r"^https?://[^/]+", "", post["uri"]) + "/replies"
    document = server.get(path, headers={"Accept": AS2}).ok()
    first = document.get("first", document)
    return [i if isinstance(i, str) else i["id"] for i in first.get("items", first.get("orderedItems", []))]


def page_of(reader, post):
    return reader.go(re.sub(r"^https?://[^/]+", "", post["url"]))


def test_a_local_comment_is_held(here, people):
    """Given comments are reviewed, when a local member comments, then they alone see it with: "Kept safe for them. It will appear if they choose. No reply is expected."; until shown it goes to nobody else, not even the commenter's own followers."""
    ann, ben, cat, dot = people
    cat.follows(ben)
    post = hard_news(ann)
    comment = ben.answer(post, f"I am with you, @{dot.name}.")
    assert ben.sees(comment) and comment["id"] in ben.home() and comment["id"] in ben.context(post)[1]
    assert not cat.sees(comment) and comment["id"] not in cat.home()
    assert dot.notes() == [] and cat.notes() == []
    for reader in (ann, cat, here.stranger()):
        assert reader.context(post)[1] == []
        assert reader.show(post).ok()["replies_count"] == 0
    assert here.stranger().get(f"/api/v1/accounts/{ben.id}/statuses").ok() == []
    assert cat.get("/api/v2/search", q="with you").ok()["statuses"] == []
    assert ann.get("/api/v2/search", q="with you").ok()["statuses"] == []
    assert note_of(here, comment).status == 404 and replies_of(here, post) == []
    mine = Browser(here)
    mine.sign_in(ben)
    assert HELD in page_of(mine, post).text and "I am with you" in page_of(mine, post).text
    others = page_of(Browser(here), post)
    assert "I am with you" not in others.text and "Comments are reviewed before they appear." in others.text
    assert cat.act(comment, "reblog").status == 404 and ben.act(comment, "reblog").status in (403, 422)


def test_what_was_decided_is_told_to_nobody(here, people):
    """When kept or declined, nobody is told."""
    ann, ben, *_ = people
    post, reader = hard_news(ann), Inbox(ann)
    mine = Browser(here)
    mine.sign_in(ben)
    for do, state in (("keep", "kept"), ("decline", "declined")):
        comment = ben.answer(post, f"Words to be {state}.")
        before = ben.show(comment).ok(), page_of(mine, comment).text
        reader.sorts(do, comment)
        assert state_of(here, comment) == state
        assert (ben.show(comment).ok(), page_of(mine, comment).text) == before
        assert ben.notes() == []


def test_showing(here, people):
    """Given a held comment, when an author or keeper shows it, then it appears, servers that honour interaction policy get the authorization, and the commenter gets no alert (a follower of the thread may see it as new)."""
    ann, ben, cat, dot = people
    cat.follows(ben)
    cat.follows(ann)
    post = hard_news(ann)
    comment = ben.answer(post, f"Dear @{ann.name} and @{dot.name}")
    reader = Inbox(ann)
    assert reader.waits("others") == [comment["id"]] and reader.waits("followed") == []
    page = reader.sorts("show", comment)
    assert "Shown." in page.text
    assert ben.notes("mention", "status") == [] and comment["id"] in cat.home()
    assert dot.notes("mention") == [("mention", ben.name, comment["id"])]
    assert here.stranger().context(post)[1] == [comment["id"]]
    assert cat.show(post).ok()["replies_count"] == 1
    shown = cat.show(comment).ok()
    assert shown["created_at"] == comment["created_at"]
    assert note_of(here, comment).status == 200 and replies_of(here, post) == [comment["uri"]]
    # A keeper does the same, and has it no more when that ends.
    second = cat.answer(post, "And I.")
    make_hand(post, dot)
    helper = Inbox(dot)
    helper.sorts("show", second)
    assert cat.notes("mention") == [] and ben.sees(second)
    third = cat.answer(post, "One more.")
    assert dot.sees(third)
    end_hand(post, dot)
    assert not dot.sees(third) and helper.sorts("show", third).status == 404


def test_answering_or_favouriting_in_an_app(here, people):
    """Given the author answers or favourites a held comment in any app, then it is shown (Settings → Apps: default on, explained)."""
    ann, ben, cat, _ = people
    post = hard_news(ann)
    one, two, three = (who.answer(post, "Words") for who in (ben, cat, ben))
    assert ann.does(one, "favourite")["favourited"] is True
    assert state_of(here, one) == "shown" and cat.sees(one)
    answer = ann.answer(two, "Thank you.")
    assert state_of(here, two) == "shown" and ben.sees(answer)
    page = Inbox(ann)
    assert "comment that waits" in page.go("/settings/apps").text
    page.submit("show", show=None)
    ann.does(three, "favourite")
    assert state_of(here, three) == "held" and not cat.sees(three)
    four = ann.answer(three, "Between us for now.")
    assert state_of(here, four) == "held" and not cat.sees(four)
    Inbox(ann).sorts("show", three)
    assert cat.sees(three) and cat.sees(four)


def test_words_one_would_rather_not_read(here, people):
    """Given a comment matches the author's "words I'd rather not read", then it goes to a folded pile "Set aside"; it is not deleted; a keeper may read it first."""
    ann, ben, cat, dot = people
    reader = Inbox(ann)
    reader.go("/settings/words")
    reader.submit("words", words="meant to be")
    assert "meant to be" in reader.page.text
    post = hard_news(ann)
    hurts, helps = ben.answer(post, "It was Meant To Be!"), ben.answer(post, "Such a meantime.")
    assert reader.waits("aside", post) == [hurts["id"]] and reader.waits("others", post) == [helps["id"]]
    assert ann.notes("mention") == [] or hurts["id"] not in [n[2] for n in ann.notes()]
    make_hand(post, dot)
    assert Inbox(dot).waits("aside", post) == [hurts["id"]]
    folded = reader.open().text
    assert "Set aside" in folded and "Meant To Be" not in folded
    assert ben.sees(hurts)
    reader.go("/settings/words")
    reader.submit("drop")
    assert "Nothing yet" in reader.page.text
    assert reader.waits("others", post) == [helps["id"]]


def test_strangers_on_hard_news(here, people):
    """Given the post is Hard news, then links in comments by people the authors do not follow are plain text; comments from accounts younger than 7 days, or named like an author, go to the pile "Check first"."""
    ann, ben, cat, _ = people
    ann.follows(cat)
    new, twin = here.person("newcomer"), here.person("somebody")
    twin.patch("/api/v1/accounts/update_credentials", json_body={"display_name": ann.name.title() + " ."}).ok()
    grow_old(here, twin)
    post = hard_news(ann)
    far, near = (who.answer(post, "See https://shop.example/now") for who in (ben, cat))
    assert "<a " not in ben.show(far).ok()["content"] and "shop.example/now" in ben.show(far).ok()["content"]
    assert "<a " in cat.show(near).ok()["content"]
    early, alike = new.answer(post, "Hm."), twin.answer(post, "It is me.")
    reader = Inbox(ann)
    assert reader.waits("check", post) == [early["id"], alike["id"]]
    assert reader.waits("others", post) == [far["id"]] and reader.waits("followed", post) == [near["id"]]
    reader.sorts("show", far)
    assert "<a " not in cat.show(far).ok()["content"]


def close(server, post):
    with database(server) as db:
        db.execute("UPDATE switches SET closes_at = 1 WHERE post = ?", (post["id"],))


def test_closing(here, people, tmp_path):
    """Given comments have closed, when someone here tries, then the form is replaced by "Comments are closed. You can still send a letter." (if letters are on); apps get 422 with the same sentence; late remote comments go to the "Late" pile."""
    ann, ben, *_ = people
    post = hard_news(ann)
    close(here, post)
    mine = Browser(here)
    mine.sign_in(ben)
    page = page_of(mine, post)
    assert CLOSED in page.text and not page.has_form("text")
    said = ben.post("/api/v1/statuses", json_body={"status": "Late", "in_reply_to_id": post["id"]})
    assert said.status == 422 and said.json()["error"] == CLOSED
    assert CLOSED in page_of(Browser(here), post).text
    peer = Peer(tmp_path, here)
    try:
        nan = peer.actor("nan")
        note = peer.note(nan, "<p>Only now I hear.</p>", to=["https://www.w3.org/ns/activitystreams#Public"],
                         cc=[f"{here.url}/users/{ann.name}"], inReplyTo=post["uri"])
        peer.creates(note)
        reader = Inbox(ann)
        assert eventually(lambda: reader.waits("late", post))
        assert here.stranger().context(post)[1] == []
    finally:
        peer.close()
    with database(here) as db:
        db.execute("UPDATE switches SET letters = 0 WHERE post = ?", (post["id"],))
    said = ben.post("/api/v1/statuses", json_body={"status": "Late", "in_reply_to_id": post["id"]})
    assert said.status == 422 and said.json()["error"] == "Comments are closed."


def test_a_remote_comment_is_held(here, people, tmp_path):
    """Given a remote comment arrives, then it is held, is absent from our page, API context and `replies` collection, and its own replies are held too."""
    ann, ben, *_ = people
    post = hard_news(ann)
    peer = Peer(tmp_path, here)
    public = "https://www.w3.org/ns/activitystreams#Public"
    try:
        nan, tom = peer.actor("nan"), peer.actor("tom")
        one = peer.note(nan, "<p>From afar, <a href='https://x.example/'>here</a>.</p>", to=[public], inReplyTo=post["uri"])
        peer.creates(one)
        two = peer.note(tom, "<p>I agree.</p>", to=[public], inReplyTo=one["id"])
        peer.creates(two)
        reader = Inbox(ann)
        assert eventually(lambda: len(reader.waits("others", post)) + len(reader.waits("check", post)) == 2)
        assert here.stranger().context(post)[1] == [] and ben.context(post)[1] == []
        assert replies_of(here, post) == []
        assert "From afar" not in page_of(Browser(here), post).text
        ids = reader.waits("check", post) + reader.waits("others", post)
        first = {"id": next(i for i in ids if "From afar" in ann.show({"id": i}).ok()["content"])}
        assert "<a " not in ann.show(first).ok()["content"]
        reader.sorts("show", first)
        assert here.stranger().context(post)[1] == [first["id"]]
        assert replies_of(here, post) == [one["id"]]
        # Its server gets the approval, and can look it up; hidden again, the approval is taken back.
        def sent(kind):
            return [a for _, a in peer.inbox if a["type"] == kind]
        accept = eventually(lambda: sent("Accept"))[0]
        assert accept["object"] == one["id"] and accept["actor"] == f"{here.url}/users/{ann.name}"
        path = re.sub(r"^https?://[^/]+", "", accept["result"])
        approval = here.get(path, headers={"Accept": AS2}).ok()
        assert approval["attributedTo"] == accept["actor"] and approval["object"] == one["id"] and approval["target"] == post["uri"]
        second = next(i for i in ids if i != first["id"])
        assert here.get(path.rsplit("/", 1)[0] + "/" + second, headers={"Accept": AS2}).status == 404
        reader.sorts("hide", first, expect=0)
        gone = eventually(lambda: sent("Delete"))[0]
        assert accept["result"] in (gone["object"], gone["object"].get("id") if isinstance(gone["object"], dict) else None)
        assert here.get(path, headers={"Accept": AS2}).status == 404
    finally:
        peer.close()


def test_many_at_once(here, people):
    """Authors can show all from people they follow, show all in a pile, or hide a shown comment later."""
    ann, ben, cat, dot = people
    ann.follows(ben)
    post = hard_news(ann)
    friend, other, third = (who.answer(post, "Words") for who in (ben, cat, dot))
    reader = Inbox(ann)
    reader.open("followed", post)
    reader.submit("pile", press="show_all")
    assert here.stranger().context(post)[1] == [friend["id"]]
    reader.open("others", post)
    page = reader.submit("pile", press="show_all")
    assert here.stranger().context(post)[1] == [friend["id"], other["id"], third["id"]]
    reader.presses("undo", batch=reader.undo_of(page))
    assert here.stranger().context(post)[1] == [friend["id"]]
    # Hidden later, with what answers it; nobody is told.
    answer = cat.answer(friend, "True.")
    reader.sorts("show", answer)
    assert "Hide from others" in page_of(reader, post).text
    reader.presses_under(friend, "hide")
    assert here.stranger().context(post)[1] == [] and not cat.sees(friend)
    assert ben.sees(friend) and ben.notes("mention") == [] and cat.show(post).ok()["replies_count"] == 0
    mine = Browser(here)
    mine.sign_in(ben)
    assert HELD not in page_of(mine, friend).text
    page = reader.go(f"/quiet-inbox/sorted?post={post['id']}&state=kept")
    page = reader.submit("comment", press="show")
    assert here.stranger().context(post)[1] == [friend["id"], answer["id"]]


def test_order_and_the_pinned_thanks(here, people):
    """Comments are listed oldest first by default; authors may pin one thank-you."""
    ann, ben, cat, _ = people
    post = hard_news(ann)
    one, two = ben.answer(post, "First words"), cat.answer(post, "Second words")
    reader = Inbox(ann)
    reader.sorts("show", two)
    reader.sorts("show", one)
    page_of(reader, post)
    reader.go(re.sub(r"^https?://[^/]+", "", post["url"]) + "/thank")
    page = reader.submit("text", text=f"Thank you @{ben.name}")
    assert page.status == 422 and "names nobody" in page.text
    page = reader.submit("text", text="Thank you, all of you.")
    text = page_of(Browser(here), post).text
    assert text.index("Thank you, all") < text.index("First words") < text.index("Second words")
    assert text.count("Thank you, all") == 1
    assert ben.notes() == [] and cat.notes() == []


def test_own_words_stay_ones_own(here, people):
    """Commenters can always edit or delete their own words, whatever the state, and mark "Please not in print"."""
    ann, ben, *_ = people
    post, reader = hard_news(ann), Inbox(ann)
    mine = Inbox(ben)
    for do, state in ((None, "held"), ("keep", "kept"), ("decline", "declined"), ("show", "shown")):
        comment = ben.answer(post, "Words")
        if do:
            reader.sorts(do, comment)
        assert state_of(here, comment) == state
        assert "Please not in print" in page_of(mine, comment).text
        mine.presses_under(comment, "noprint")
        assert "may be printed after all" in page_of(mine, comment).text
        with database(here) as db:
            assert db.execute("SELECT COUNT(*) FROM not_in_print WHERE post = ?", (comment["id"],)).fetchone() == (1,)
        changed = ben.put(f"/api/v1/statuses/{comment['id']}", json_body={"status": "Other words"}).ok()
        assert "Other words" in changed["content"]
        # A stranger's new words are looked at once more.
        assert state_of(here, comment) == ("held" if state == "shown" else state)
        ben.delete(f"/api/v1/statuses/{comment['id']}").ok()
        assert state_of(here, comment) is None and reader.waits("others", post) == []


def test_the_public_page(here, people):
    """A public page with reviewed comments says: "Comments are reviewed before they appear." """
    ann, ben, *_ = people
    post, plain = hard_news(ann), ann.say("An everyday post.")
    assert "Comments are reviewed before they appear." in page_of(Browser(here), post).text
    assert "reviewed" not in page_of(Browser(here), plain).text


def test_who_reads_it_first(here, people):
    """The form says who reads a reviewed comment first; one that waits says who sees it and offers its writer nothing that others would meet."""
    ann, ben, *_ = people
    post = hard_news(ann)
    reader = Browser(here)
    reader.sign_in(ben)
    page = reader.go(urllib.parse.urlsplit(post["url"]).path)
    said = " ".join(page.text.split())
    assert f"{ann.name}, or somebody they trust, reads it first. Nobody else sees it until they show it." in said
    assert "Everybody can read it." not in said
    buttons = [b[2].strip() for f in page.forms for b in f.buttons]
    assert buttons.index("I’m so sorry.") < buttons.index("Send comment")
    held = ben.answer(post, "So sorry")
    page = reader.go(page.address)
    said = " ".join(page.text.split())
    assert "Only you and they can see this" in said and said.index("So sorry") < said.index(HELD)
    form = next(f for f in page.forms if f.action == f"/posts/{held['id']}")
    assert [b[1] for b in form.buttons] == []
    author = Inbox(ann)
    assert "Everybody can read it." in author.go(page.address).text, "an author's answer is shown at once"
    page = author.open("followed") if author.waits("followed") else author.open("others")
    assert any("/quiet-inbox/thank?comment=" in x for x in page.links)
    keeper = people[2]
    make_hand(post, keeper)
    page = Inbox(keeper).open("others", post)
    assert f"People {ann.name} follows" in page.text and f"names that look like that of {ann.name}." in page.text
    assert "you follow" not in page.text
    page = Inbox(keeper).open("others")
    assert "So sorry" in page.text and not any("/thank?" in x for x in page.links)
    assert Inbox(keeper).go(f"/quiet-inbox/thank?comment={held['id']}").status == 404


def test_two_who_sort_at_once(here, people):
    """Author and keeper press at the same moment: one of their choices, and a sentence for the other."""
    ann, ben, _, dot = people
    post = hard_news(ann)
    comment = ben.answer(post, "Words")
    make_hand(post, dot)
    author, keeper = Inbox(ann), Inbox(dot)
    page = keeper.sorts("decline", comment)
    batch = keeper.undo_of(page)
    page = author.sorts("show", comment)
    assert page.status == 409 and "declined now" in page.text
    assert keeper.sorts("decline", comment).status == 200  # the form sent twice
    author.presses("undo", batch=batch)
    assert state_of(here, comment) == "held"
    assert author.presses("undo", batch=batch).status == 409
    page = author.sorts("show", comment)
    assert keeper.presses("undo", batch=author.undo_of(page)).status == 404
    assert state_of(here, comment) == "shown"


def test_the_quiet_inbox(here, people):
    """Piles (People you follow · Others · Check first · Set aside · Late · Letters), each folded with a name line; read one at a time or as a page; "Stop for today" remembers the place; nothing expires."""
    ann, ben, cat, _ = people
    post = hard_news(ann)
    one, two = ben.answer(post, "First words"), cat.answer(post, "Second words")
    reader = Inbox(ann)
    page = reader.open()
    assert "There is no hurry. Nobody can see whether you have read these." in page.text
    for pile in ("People you follow", "Others", "Check first", "Set aside", "Late", "Letters"):
        assert pile in page.text
    assert f"{ben.name} and {cat.name}" in page.text and "First words" not in page.text and not re.search(r"· 2\b", page.text)
    page = reader.open("others", one="yes")
    assert "First words" in page.text and "Second words" not in page.text
    after = next(x for x in page.links if "after=" in x).split("#")[0]
    page = reader.go(after)
    assert "Second words" in page.text and "First words" not in page.text
    page = reader.submit("Stop for today")
    assert "Your place is kept." in page.text
    page = reader.open()
    assert "There is no hurry" not in page.text
    assert "Second words" in reader.go(next(x for x in page.links if "after=" in x).split("#")[0]).text
    reader.open()
    page = reader.submit("Show numbers")
    assert re.search(r"· 2\b", page.text)


def test_everyday_posts_are_as_they_were(here, people):
    """An everyday post's comments flow: nothing waits, nothing is asked."""
    ann, ben, cat, _ = people
    post = ann.say("An everyday post.")
    comment = ben.answer(post, "See https://x.example/")
    assert cat.sees(comment) and "<a " in comment["content"]
    assert ann.notes("mention") == [("mention", ben.name, comment["id"])]
    assert Inbox(ann).waits("others") == []
