"""Whatever one person gives another, and every link that does one thing: answered by somebody else, twice, at once, too late, after it was taken back, and when what it was about is gone."""
import re
import threading
import urllib.parse

import pytest

from harness.browser import Browser
from harness.common import looks, path, wait
from harness.mail import Mailbox, link
from harness.quiet import database, grow_old, hard_news, make_hand, state_of
from harness.server import Server
from test_journals import Journal

PASSWORD = "correct horse 4"
FORM = "application/x-www-form-urlencoded"
NOBODY = 117000000000000001  # an id that never was


class Hand(Browser):
    """Somebody who presses buttons that may not be on any page of theirs."""

    def __init__(self, person):
        super().__init__(person.server)
        self.sign_in(person)
        self.token = next(dict(f.fields)["csrf"] for f in self.go("/settings/people").forms if "csrf" in dict(f.fields))

    def press(self, where, /, **fields):
        body = urllib.parse.urlencode({"csrf": self.token, **fields}, doseq=True).encode()
        return self.fetch("POST", where, body, {"Content-Type": FORM, "Origin": self.server.url})


def at_once(*presses):
    """All of them in the same moment; their answers in this order."""
    answers, gate = [None] * len(presses), threading.Barrier(len(presses))

    def one(i):
        gate.wait()
        answers[i] = presses[i]()

    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(presses))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return answers


@pytest.fixture(scope="module")
def box():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory, box):
    server = Server(tmp_path_factory.mktemp("grants"), smtp_url=box.url).start()
    yield server
    try:
        server.stop()
    finally:
        server.kill()


@pytest.fixture
def server(place):
    yield place
    place.assert_sound()


@pytest.fixture
def three(server):
    """Ann who gives, Sam who is given, Cat who is neither."""
    people = server.people("ann", "sam", "cat", password=PASSWORD)
    for p in people:
        p.browser = Hand(p)
    grow_old(server, *people)
    return people


# ---- asks: what is asked, and how many of it stand ----

class Ask:
    """`yes` and `no` answer it, `back` takes it back; `stands` counts what was given; `gone` ends what it is about."""

    def __init__(self, where, yes, no, back, stands, gone):
        self.where, self.yes, self.no, self.back, self.stands, self.gone = where, yes, no, back, stands, gone


def keeper(server, ann, sam):
    post = hard_news(ann)
    ann.browser.go(f"/settings/people/keeper?post={post['id']}")
    ann.browser.submit("password", by="name", name=sam.name, password=PASSWORD)
    (number,), = looks(server, "SELECT id FROM keeper WHERE author = ?", ann.id)
    where = f"/settings/people/keeper/{number}"
    return Ask(where, {"do": "accept"}, {"do": "decline"}, lambda: ann.browser.press(where, do="end"),
               lambda: looks(server, "SELECT COUNT(*) FROM hand WHERE account = ?", sam.id)[0][0],
               lambda: ann.delete(f"/api/v1/statuses/{post['id']}").ok())


def co_author(server, ann, sam):
    post = ann.say("We married on Saturday.")
    where = path(post) + "/authors"
    ann.browser.go(where)
    ann.browser.submit("who", press="ask", who=sam.name)
    return Ask(where, {"do": "accept"}, {"do": "decline"}, lambda: ann.browser.press(where, do="end", account=sam.id),
               lambda: looks(server, "SELECT COUNT(*) FROM hand WHERE account = ?", sam.id)[0][0],
               lambda: ann.delete(f"/api/v1/statuses/{post['id']}").ok())


def owner(server, ann, sam):
    journal = Journal(ann)
    ann.browser.go(journal.path + "/journal/owners")
    ann.browser.submit("who", who=sam.name)
    return Ask(f"/journals/{journal.id}/answer", {"do": "yes"}, {"do": "no"},
               lambda: ann.browser.press(journal.path + "/journal/owners", do="uninvite", account=sam.id),
               lambda: looks(server, "SELECT COUNT(*) FROM journal_owner WHERE account = ? AND state = 1", sam.id)[0][0],
               lambda: ann.browser.press(journal.path + "/journal/owners", do="end", sure="yes"))


def steward(server, ann, sam):
    ann.browser.go("/settings/people/steward")
    ann.browser.submit("password", press="name", name=sam.name, password=PASSWORD)
    (number,), = looks(server, "SELECT id FROM steward WHERE account = ?", ann.id)
    where = f"/settings/people/steward/{number}"
    return Ask(where, {"do": "accept"}, {"do": "decline"}, lambda: ann.browser.press(where, do="end"),
               lambda: looks(server, "SELECT COUNT(*) FROM steward WHERE steward = ? AND state = 1", sam.id)[0][0], None)


ASKS = [keeper, co_author, owner, steward]


@pytest.mark.parametrize("ask", ASKS, ids=lambda f: f.__name__)
def test_only_who_was_asked_answers(server, three, ask):
    """Somebody else, a visitor, a form without its token and an id that never was change nothing; the asked one still can answer."""
    ann, sam, cat = three
    a = ask(server, ann, sam)
    assert cat.browser.press(a.where, **a.yes).status == 404
    assert cat.browser.press(a.where, **a.no).status in (303, 404)
    visitor = Browser(server)
    assert visitor.fetch("POST", a.where, urllib.parse.urlencode(a.yes).encode(), {"Content-Type": FORM, "Origin": server.url}).status in (303, 401, 403)
    assert sam.browser.fetch("POST", a.where, urllib.parse.urlencode(a.yes).encode(), {"Content-Type": FORM, "Origin": server.url}).status == 403
    assert sam.browser.fetch("POST", a.where, urllib.parse.urlencode({"csrf": cat.browser.token, **a.yes}).encode(),
                             {"Content-Type": FORM, "Origin": server.url}).status == 403
    assert sam.browser.press(re.sub(r"\d{6,}|/\d+$", lambda m: ("/" if m[0][0] == "/" else "") + str(NOBODY), a.where), **a.yes).status == 404
    assert a.stands() == 0
    assert sam.browser.press(a.where, **a.yes).status == 303 and a.stands() == 1


@pytest.mark.parametrize("ask", ASKS, ids=lambda f: f.__name__)
def test_answered_once(server, three, ask):
    """Two at once are one; a replayed no after a yes ends nothing, a replayed yes after the end gives nothing."""
    ann, sam, cat = three
    a = ask(server, ann, sam)
    said = at_once(*[lambda: sam.browser.press(a.where, **a.yes).status] * 3)
    assert 303 in said and set(said) <= {303, 404} and a.stands() == 1
    assert sam.browser.press(a.where, **a.no).status in (303, 404) and a.stands() == 1
    if ask is owner:
        return  # owners are equal: nobody ends another
    assert a.back().status == 303 and a.stands() == 0
    assert sam.browser.press(a.where, **a.yes).status == 404 and a.stands() == 0


# A steward's asking is about nothing but the giver.
@pytest.mark.parametrize("ask, how", [(a, h) for a in ASKS for h in ("declined", "taken back", "gone", "blocked", "giver deleted")
                                      if (a, h) != (steward, "gone")], ids=lambda x: getattr(x, "__name__", x))
def test_a_yes_that_comes_too_late(server, three, ask, how):
    """A yes after a no, after the asking was taken back, after its matter, its giver or the peace between them is gone: a clear answer, nothing half."""
    ann, sam, cat = three
    a = ask(server, ann, sam)
    if how == "declined":
        assert sam.browser.press(a.where, **a.no).status == 303
    elif how == "taken back":
        assert a.back().status == 303
    elif how == "gone":
        a.gone()
    elif how == "blocked":
        sam.toward(ann, "block")
    else:
        server.command("account", "delete", ann.name, "--yes")
    said = sam.browser.press(a.where, **a.yes)
    assert said.status in (404, 410, 422), said.body[:300]
    assert a.stands() == 0
    assert sam.browser.go("/settings/people").status == 200 and sam.browser.go("/journals").status == 200


def test_what_a_former_owner_gave(server, three):
    """A keeper of a journal is an owner's; when the owner leaves, the keeper's sight ends with them."""
    ann, sam, cat = three
    bea = server.person("bea", password=PASSWORD)
    bea.browser = Hand(bea)
    journal = Journal(ann, preset="2").shared(bea)
    post = journal.say("Frost", by=bea)
    ann.browser.go(f"/settings/people/keeper?journal={journal.id}")
    ann.browser.submit("password", by="name", name=sam.name, password=PASSWORD)
    (number,), = looks(server, "SELECT id FROM keeper WHERE author = ?", ann.id)
    assert sam.browser.press(f"/settings/people/keeper/{number}", do="accept").status == 303
    held = cat.answer(post, "Oh no", visibility="public")
    assert sam.sees(held)
    journal.does("leave")
    assert not sam.sees(held)
    later = cat.answer(journal.say("More frost", by=bea), "Again", visibility="public")
    assert not sam.sees(later) and bea.sees(later)
    assert looks(server, "SELECT state FROM keeper WHERE id = ?", number) == [(2,)]


# ---- sorting, and taking back ----

def sorted_by(hand, comment, do, expect=1):
    said = hand.press("/quiet-inbox", comment=comment["id"], do=do, expect=expect, back="/quiet-inbox")
    found = re.search(r"undo=(\d+)", said.headers.get("Location") or "")
    return said, found and found[1]


def undo(hand, batch):
    return hand.press("/quiet-inbox", do="undo", batch=batch, back="/quiet-inbox")


@pytest.fixture
def held(server, three):
    """Hard news of Ann's that Sam keeps, and what Cat wrote beneath it."""
    ann, sam, cat = three
    post = hard_news(ann)
    make_hand(post, sam)
    return post, cat.answer(post, "I'm so sorry")


def test_two_hands_at_once(server, three, held):
    """An author and a keeper press different buttons in the same moment: one counts, the other reads what happened, and the log has one act."""
    ann, sam, cat = three
    post, comment = held
    said = at_once(lambda: sorted_by(ann.browser, comment, "show"), lambda: sorted_by(sam.browser, comment, "decline"))
    assert sorted(s[0].status for s in said) == [303, 409]
    lost = next(s[0] for s in said if s[0].status == 409)
    assert "Somebody sorted this comment at the same moment." in lost.body.decode()
    assert looks(server, "SELECT COUNT(*) FROM comment_act WHERE post = ?", comment["id"]) == [(1,)]
    assert state_of(server, comment) == ("shown" if said[0][0].status == 303 else "declined")


def test_undo_after_undo(server, three, held):
    """A thing is taken back once; the button pressed again says so, and forged numbers do nothing."""
    ann, sam, cat = three
    post, comment = held
    _, batch = sorted_by(sam.browser, comment, "show")
    assert undo(cat.browser, batch).status == 404 and state_of(server, comment) == "shown"
    assert undo(sam.browser, NOBODY).status == 409
    said = at_once(*[lambda: undo(ann.browser, batch)] * 2)
    assert sorted(s.status for s in said) == [303, 409]
    assert "taken back already" in next(s for s in said if s.status == 409).body.decode()
    assert state_of(server, comment) == "held"


def test_undo_after_the_comment_was_withdrawn(server, three, held):
    """Its writer deleted it: taking back the sorting, and sorting it, say so and leave nothing behind."""
    ann, sam, cat = three
    post, comment = held
    _, batch = sorted_by(sam.browser, comment, "show")
    cat.delete(f"/api/v1/statuses/{comment['id']}").ok()
    said = undo(sam.browser, batch)
    assert said.status == 409 and "took it away" in said.body.decode()
    assert sorted_by(ann.browser, comment, "show")[0].status == 404
    assert looks(server, "SELECT COUNT(*) FROM comment WHERE post = ?", comment["id"]) == [(0,)]


def test_undo_after_the_keeper_ended(server, three, held):
    """A keeper whose time is over takes nothing back; the author still can."""
    ann, sam, cat = three
    post, comment = held
    _, batch = sorted_by(sam.browser, comment, "keep")
    with database(server) as db:
        db.execute("DELETE FROM hand WHERE account = ?", (sam.id,))
    assert undo(sam.browser, batch).status == 404 and state_of(server, comment) == "kept"
    assert undo(ann.browser, batch).status == 303 and state_of(server, comment) == "held"


def test_keep_after_decline_by_the_other_hand(server, three, held):
    """What one hand declined, the other keeps only after having seen that; an undo of the first act then changes nothing."""
    ann, sam, cat = three
    post, comment = held
    _, first = sorted_by(sam.browser, comment, "decline")
    assert sorted_by(ann.browser, comment, "keep", expect=1)[0].status == 409 and state_of(server, comment) == "declined"
    assert sorted_by(ann.browser, comment, "keep", expect=3)[0].status == 303 and state_of(server, comment) == "kept"
    said = undo(sam.browser, first)
    assert said.status == 409 and "sorted again since" in said.body.decode() and state_of(server, comment) == "kept"


def test_undo_after_the_writer_was_deleted(server, three, held):
    """The writer's account is gone, with all it wrote: the author's pages and the undo answer plainly."""
    ann, sam, cat = three
    post, comment = held
    _, batch = sorted_by(sam.browser, comment, "show")
    server.command("account", "delete", cat.name, "--yes")
    wait(lambda: not ann.sees(comment), "the end of it")
    assert undo(ann.browser, batch).status in (303, 409)
    for page in ("/quiet-inbox", path(post), path(post) + "/wrote", f"/quiet-inbox/sorted?post={post['id']}"):
        assert ann.browser.go(page).status == 200, page


def test_closing_while_a_comment_is_sent(server, three, held):
    """Comments close in the moment somebody sends one: it is either there or was refused with the sentence."""
    ann, sam, cat = three
    post, _ = held
    for i in range(4):
        def close():
            with database(server) as db:
                db.execute("UPDATE switches SET closes_at = 1000 WHERE post = ?", (post["id"],))
        with database(server) as db:
            db.execute("UPDATE switches SET closes_at = 0 WHERE post = ?", (post["id"],))
        said, _ = at_once(lambda: cat.post("/api/v1/statuses", json_body={"status": f"now {i}", "in_reply_to_id": post["id"]}), close)
        there = looks(server, "SELECT COUNT(*) FROM post WHERE thread = ? AND text LIKE ?", post["id"], f"%now {i}%")[0][0]
        assert (said.status, there) in ((200, 1), (422, 0))
        assert said.status == 200 or said.json()["error"] == "Comments are closed. You can still send a letter."


# ---- the sending pause ----

def pauses(person, text="We buried her on Friday."):
    person.browser.go("/write")
    page = person.browser.submit("text", press="preset", text=text, preset="2")
    page = person.browser.submit("text", press="send")
    assert page.address.startswith("/waiting/"), page.text[:300]
    return page.address


def due(server):
    with database(server) as db:
        db.execute("UPDATE waiting SET at = 1000")
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'send'")


def test_a_pause_of_somebody_else(server, three):
    """Nobody else reads, cancels, hastens or lengthens it; cancelled twice it is cancelled once."""
    ann, sam, cat = three
    where = pauses(ann)
    for do in ("cancel", "now", "longer"):
        assert cat.browser.press(where, do=do).status == 404
    assert cat.browser.go(where).status == 404
    said = at_once(*[lambda: ann.browser.press(where, do="cancel").status] * 2)
    assert sorted(said) in ([200, 404], [303, 404])
    assert ann.browser.press(where, do="now").status == 404
    assert ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok() == []


def test_cancel_or_send_at_once(server, three):
    """Cancel and Send now in the same moment: it was sent, or it was not; never both, never lost."""
    ann, sam, cat = three
    for i in range(3):
        where = pauses(ann, f"Number {i}, to be or not.")
        cancel, _ = at_once(lambda: ann.browser.press(where, do="cancel"), lambda: ann.browser.press(where, do="now"))
        if cancel.status == 303:  # to where it says that it was sent
            wait(lambda: any(f"Number {i}" in p["content"] for p in ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()), "the post")
        else:
            assert cancel.status == 200 and f"Number {i}" in cancel.body.decode()
            assert not any(f"Number {i}" in p["content"] for p in ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok())


@pytest.mark.parametrize("how", ["disable", "delete"])
def test_the_author_goes_during_the_pause(server, three, how):
    """An account that was disabled or deleted meanwhile sends nothing."""
    ann, sam, cat = three
    pauses(ann, "Not any more.")
    server.command("account", how, ann.name, *["--yes"][how == "disable":])
    due(server)
    wait(lambda: looks(server, "SELECT COUNT(*) FROM job WHERE kind = 'send'") == [(0,)], "the job")
    assert looks(server, "SELECT COUNT(*) FROM post WHERE account = ?", ann.id) == [(0,)]


def test_no_room_for_a_draft(server, three):
    """What can no longer be sent as it is becomes a draft, also when there are as many as one may keep."""
    ann, sam, cat = three
    post = sam.say("Here")
    ann.browser.go(f"/write?quote={post['id']}")
    where = pauses(ann, "Kept whatever happens.")
    with database(server) as db:
        at = looks(server, "SELECT COALESCE(MAX(id), 1) FROM draft")[0][0]
        (params,), = db.execute("SELECT params FROM waiting WHERE id = ?", (where.split("/")[-1],)).fetchall()
        db.executemany("INSERT INTO draft (id, account, params, updated_at) VALUES (?, ?, ?, 1)", [(at + i + 1, ann.id, params) for i in range(100)])
    server.command("account", "disable", ann.name)
    due(server)
    wait(lambda: looks(server, "SELECT COUNT(*) FROM waiting WHERE account = ?", ann.id) == [(0,)], "the end of waiting")
    server.command("account", "enable", ann.name)
    assert looks(server, "SELECT COUNT(*) FROM draft WHERE account = ?", ann.id) == [(101,)]


# ---- thanks and letters ----

def test_thanks_sent_twice(server, three, held):
    """The form of a thank-you sent twice, or by somebody who is no author, is one answer or none."""
    ann, sam, cat = three
    post, comment = held
    fields = {"comment": comment["id"], "text": "Thank you for your words.", "back": "/quiet-inbox"}
    assert cat.browser.press("/quiet-inbox/thank", **fields).status == 404
    assert sam.browser.press("/quiet-inbox/thank", **fields).status == 404, "a keeper thanks nobody"
    assert [ann.browser.press("/quiet-inbox/thank", **fields).status for _ in range(2)] == [303, 303]
    at_once(*[lambda: ann.browser.press("/quiet-inbox/thank", **fields)] * 2)
    count = "SELECT COUNT(*) FROM post WHERE account = ? AND text LIKE '%Thank you for your words.%'"
    assert looks(server, count, ann.id) == [(1,)]
    ann.browser.press("/quiet-inbox/thank", **{**fields, "text": "Thank you for your words. And for the soup."})
    assert looks(server, count, ann.id) == [(2,)], "other words are another answer"


def test_thanks_to_all_sent_twice(server, three, held):
    """"Thank everyone" sent twice is one comment."""
    ann, sam, cat = three
    post, comment = held
    where = path(post) + "/thank"
    assert sam.browser.press(where, text="Thank you, all.").status == 404
    at_once(*[lambda: ann.browser.press(where, text="Thank you, all of you.")] * 2)
    assert ann.browser.press(where, text="Thank you, all of you.").status == 303
    assert looks(server, "SELECT COUNT(*) FROM post WHERE thread = ? AND text LIKE '%all of you%'", post["id"]) == [(1,)]


def visitor_letter(server, box, ann, post, number=[0]):
    number[0] += 1
    ann.browser.go("/settings/letters")
    ann.browser.submit("visitors", visitors="yes")
    address = f"nan{number[0]}@mail.example"
    visitor = Browser(server)
    visitor.go(path(post) + "/letter")
    assert "We sent a link" in visitor.submit("text", text="Dear ann", name="Nan", email=address).text
    return re.search(r"/letters/[\w-]+", box.to(address).get_content())[0]


def confirms(server, where):
    browser = Browser(server)
    page = browser.go(where)
    return browser.submit("Send letter") if page.status == 200 else page


@pytest.mark.parametrize("how", ["in time", "expired", "off", "narrowed", "deleted", "author deleted", "forged"])
def test_the_link_of_a_visitors_letter(server, three, box, how):
    """A visitor's letter is confirmed once, within a day, and only while the author takes letters beneath a post that visitors see."""
    ann, sam, cat = three
    post = hard_news(ann)
    where = visitor_letter(server, box, ann, post)
    browser = Browser(server)
    browser.go(where)
    if how == "expired":
        with database(server) as db:
            db.execute("UPDATE single_use SET expires_at = 1000")
    elif how == "off":
        ann.browser.go("/settings/letters")
        ann.browser.submit("visitors", visitors=None)
    elif how == "narrowed":
        ann.browser.go(path(post) + "/who")
        ann.browser.submit("visibility", visibility="self")
    elif how == "deleted":
        ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    elif how == "author deleted":
        server.command("account", "delete", ann.name, "--yes")
    elif how == "forged":
        assert Browser(server).go("/letters/" + "x" * 43).status == 404
        where = where[:-2] + "xx"
        assert Browser(server).go(where).status == 404
        return
    count = lambda: looks(server, "SELECT COUNT(*) FROM letter WHERE thread = ?", post["id"])[0][0]
    page = browser.submit("Send letter")
    if how == "in time":
        assert "They can read it when they wish." in page.text and count() == 1
        assert confirms(server, where).status == 404 and count() == 1
        return
    assert page.status in (404, 410, 422) and count() == 0, page.text[:400]
    assert page.status != 422 or "Nothing has been sent." in page.text


def test_a_letter_confirmed_at_once(server, three, box):
    """The button of a visitor's letter pressed in two windows at once sends one letter."""
    ann, sam, cat = three
    post = hard_news(ann)
    where = visitor_letter(server, box, ann, post)
    browsers = [Browser(server) for _ in range(2)]
    for b in browsers:
        b.go(where)
    said = at_once(*[lambda b=b: b.submit("Send letter").status for b in browsers])
    assert sorted(said) == [200, 404]
    assert looks(server, "SELECT COUNT(*) FROM letter WHERE thread = ?", post["id"]) == [(1,)]


# ---- reading by mail ----

def asks_by_mail(server, box, journal, number=[0]):
    number[0] += 1
    address = f"kari{number[0]}@mail.example"
    browser = Browser(server)
    browser.go(journal.path + "/by-mail")
    browser.submit("by_email", by_name="Kari", by_email=address)
    return link(box.to(address), server)


@pytest.mark.parametrize("how", ["expired", "closed", "here", "hidden", "ended", "stopped"])
def test_the_link_of_a_reader_by_mail(server, three, box, how):
    """The link that begins mails works within two days and while the journal goes out by mail; afterwards nothing begins."""
    ann, sam, cat = three
    journal = Journal(ann)
    where = asks_by_mail(server, box, journal)
    browser = Browser(server)
    browser.go(where)
    if how == "expired":
        with database(server) as db:
            db.execute("UPDATE mail_follower SET asked_at = asked_at - 3 * 86400000")
    elif how == "closed":
        journal.change(state="closed")
    elif how == "here":
        journal.change(reach="here")
    elif how == "hidden":
        journal.does("hide")
    elif how == "ended":
        ann.browser.press(journal.path + "/journal/owners", do="end", sure="yes")
    else:
        assert server.post(where + "/stop", form={"List-Unsubscribe": "One-Click"}).status == 200
        assert server.post(where + "/stop", form={"List-Unsubscribe": "One-Click"}).status in (200, 404)
    page = browser.submit("Yes, send them to me")
    assert page.status in (404, 410, 422), (page.status, page.text[:300])
    assert looks(server, "SELECT COUNT(*) FROM mail_follower WHERE journal = ? AND state > 0", journal.id) == [(0,)]


def test_begun_and_stopped_at_once(server, three, box):
    """Begin and stop in the same moment, begin twice at once: no error, and one reader at most; opening the stop link alone stops nothing."""
    ann, sam, cat = three
    journal = Journal(ann)
    where = asks_by_mail(server, box, journal)
    browsers = [Browser(server) for _ in range(2)]
    for b in browsers:
        b.go(where)
    assert at_once(*[lambda b=b: b.submit("Yes, send them to me").status for b in browsers]) == [200, 200]
    assert Browser(server).go(where + "/stop").status == 200
    assert looks(server, "SELECT state FROM mail_follower WHERE journal = ?", journal.id) == [(2,)]
    said = at_once(*[lambda: server.post(where + "/stop", form={"List-Unsubscribe": "One-Click"}).status] * 2)
    assert 200 in said and set(said) <= {200, 404}
    assert looks(server, "SELECT COUNT(*) FROM mail_follower WHERE journal = ?", journal.id) == [(0,)]


# ---- links that let in ----

@pytest.mark.parametrize("how", ["expired", "ended", "inviter deleted", "at once"])
def test_the_link_of_a_keeper_to_be(server, three, how):
    """A keeper's invitation lets one person in, while it stands."""
    ann, sam, cat = three
    ann.browser.go("/settings/people/keeper")
    page = ann.browser.submit("password", by="link", name="", password=PASSWORD)
    where = re.search(r"/invite/[\w-]+", page.text).group()
    browsers = [Browser(server) for _ in range(2)]
    for b in browsers:
        assert b.go(where).status == 200
    if how == "expired":
        with database(server) as db:
            db.execute("UPDATE invite SET expires_at = 1000 WHERE creator = ?", (ann.id,))
    elif how == "ended":
        ann.browser.submit("do", press="end")
    elif how == "inviter deleted":
        server.command("account", "delete", ann.name, "--yes")
    names = [f"new{i}{ann.name}" for i in range(2)]
    said = at_once(*[lambda b=b, n=n: b.submit("password", username=n, email=f"{n}@mail.example", password=PASSWORD).status
                     for b, n in zip(browsers, names)])
    joined = looks(server, "SELECT COUNT(*) FROM account WHERE username IN (?, ?)", *names)[0][0]
    if how == "at once":
        assert joined == 1 and sorted(said)[0] == 200 and sorted(said)[1] in (404, 410, 422)
        assert looks(server, "SELECT COUNT(*) FROM keeper WHERE author = ? AND keeper IS NOT NULL", ann.id) == [(1,)]
    else:
        assert joined == 0 and all(s in (404, 410, 422) for s in said), said


@pytest.mark.parametrize("how", ["expired", "disabled", "at once"])
def test_the_link_to_a_new_password(server, three, box, how):
    """A link to a new password works once, within its time, and for somebody who may sign in."""
    ann, sam, cat = three
    browser = Browser(server)
    browser.go("/forgotten")
    browser.submit("name", name=ann.email)
    where = link(box.to(ann.email), server)
    browsers = [Browser(server) for _ in range(2)]
    for b in browsers:
        assert b.go(where).status == 200
    if how == "expired":
        with database(server) as db:
            db.execute("UPDATE single_use SET expires_at = 1000")
    elif how == "disabled":
        server.command("account", "disable", ann.name)
    said = at_once(*[lambda b=b, i=i: b.submit("password", password=f"a new horse {i}").status for i, b in enumerate(browsers)])
    if how == "at once":
        assert sorted(said) == [200, 410]
    elif how == "expired":
        assert said == [410, 410]
    new = Browser(server)
    new.go("/sign-in")
    opened = [new.submit("password", name=ann.email, password=f"a new horse {i}").status for i in range(2) if new.go("/sign-in").has_form("password")]
    assert opened.count(200) == (1 if how == "at once" else 0)


# ---- what one made for oneself ----

def test_presets_of_somebody_else(server, three):
    """A preset of another person is neither used, renamed nor deleted; one deleted while a page was open falls back to Everyday."""
    ann, sam, cat = three
    ann.browser.go("/write")
    ann.browser.submit("text", press="keep_preset", text="x", preset="2", preset_name="The garden")
    (mine,), = looks(server, "SELECT id FROM preset WHERE account = ?", ann.id)
    for do in ("rename", "delete"):
        assert cat.browser.press("/settings/presets", do=do, preset=mine, preset_name="Mine now").status == 404
    cat.browser.go("/write")
    page = cat.browser.submit("text", press="send", text="With what is not mine.", preset=mine, switches_of=mine)
    assert page.status == 200 and looks(server, "SELECT COUNT(*) FROM post p JOIN switches s ON s.post = p.id WHERE p.account = ? AND s.review = 1", cat.id) == [(0,)]
    ann.browser.go("/write")
    assert ann.browser.press("/settings/presets", do="delete", preset=mine).status == 303
    assert ann.browser.press("/settings/presets", do="delete", preset=mine).status in (303, 404)
    page = ann.browser.submit("text", press="preset", text="Still here.", preset=mine)
    assert page.status == 200 and "Still here." in page.answer.body.decode()


def test_earlier_posts_taken_back(server, three):
    """The undo of "Earlier posts" is its author's, works once, also at once, and goes round what was deleted since."""
    ann, sam, cat = three
    told = [ann.say(f"We expect a child {i}") for i in range(3)]
    news = ann.say("There is news.")
    where = path(news) + "/earlier"
    said = ann.browser.press(where, **{"posts[]": [p["id"] for p in told], "line": "yes", "words": "There is later news.", "only_me": "yes"})
    assert said.status == 303
    (act,), = looks(server, "SELECT id FROM earlier_act WHERE account = ?", ann.id)
    assert cat.browser.press(where, undo=act).status == 404
    other = cat.say("Mine")
    assert cat.browser.press(path(other) + "/earlier", undo=act).status == 404
    assert cat.browser.press(path(other) + "/earlier", **{"posts[]": [told[0]["id"]], "line": "yes"}).status == 404
    ann.delete(f"/api/v1/statuses/{told[0]['id']}").ok()
    said = at_once(*[lambda: ann.browser.press(where, undo=act).status] * 2)
    assert set(said) <= {303, 404} and 303 in said
    assert [cat.sees(p) for p in told] == [False, True, True]
    assert looks(server, "SELECT COUNT(*) FROM later") == [(0,)]


def test_ways_of_somebody_else(server, three):
    """Ways to help are changed by those who may, also when the form was made by hand."""
    ann, sam, cat = three
    post, other = ann.say("Mine"), cat.say("Not mine")
    make_hand(post, sam)
    where = path(post) + "/ways"
    assert ann.browser.press(where, do="put", label="Soup", words="On Sundays").status == 303
    (way,), = looks(server, "SELECT id FROM way WHERE label = 'Soup'")
    for who in (sam, cat):
        for do in ("put", "remove"):
            assert who.browser.press(where, do=do, label="Money", way=way, id=way).status == 404
    cat.browser.press(path(other) + "/ways", do="put", label="Money", way=way, id=way)
    cat.browser.press(path(other) + "/ways", do="remove", way=way, id=way)
    assert looks(server, "SELECT label FROM way WHERE id = ?", way) == [("Soup",)]


def test_a_death_is_confirmed_by_those_who_may(server, three):
    """Members confirm no death; an administrator counts once, however often they press; what is over stays over."""
    ann, sam, cat = three
    admins = [server.person("admin", password=PASSWORD, role="owner") for _ in range(2)]
    for a in admins:
        a.browser = Hand(a)
    sam.browser.go(f"/@{ann.name}/died")
    assert sam.browser.submit("words", words="I was there.").status == 200
    (memorial,), = looks(server, "SELECT id FROM memorial WHERE account = ?", ann.id)
    press = lambda who, do, **more: who.browser.press("/moderation/memorials", do=do, memorial=memorial, **more).status
    assert press(cat, "confirm") in (403, 404) and press(sam, "confirm") in (403, 404)
    at_once(*[lambda: press(admins[0], "confirm")] * 3)
    assert looks(server, "SELECT state FROM memorial WHERE id = ?", memorial) == [(0,)], "one alone, three times"
    at_once(lambda: press(admins[1], "confirm"), lambda: press(admins[1], "dismiss"))
    assert press(admins[0], "dismiss") in (303, 404, 409, 422)
    assert looks(server, "SELECT state FROM memorial WHERE id = ?", memorial) in ([(1,)], [(3,)])
    ann.browser.go("/")
    ann.browser.sign_in(ann) if ann.browser.go("/sign-in").has_form("password") else None
    assert press(admins[0], "undo") in (303, 404, 409, 422) and press(admins[0], "remove", sure="yes") in (303, 404, 409, 422)
    assert not looks(server, "SELECT 1 FROM account WHERE id = ? AND (memorial = 1 OR suspended_at IS NOT NULL)", ann.id)
