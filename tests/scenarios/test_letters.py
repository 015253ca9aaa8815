"""Letters and thanks. Each story's first line is the product's own sentence."""
import re

import pytest

from harness.browser import Browser
from harness.mail import Mailbox
from harness.quiet import Inbox, database, grow_old, hard_news, make_hand, state_of

PASSWORD = "correct horse"


@pytest.fixture
def box():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def here(new_server, box):
    server = new_server(smtp_url=box.url)
    server.everyone = [server.person(n, password=PASSWORD) for n in ("ann", "ben", "cat", "dot")]
    grow_old(server, *server.everyone)
    return server


@pytest.fixture
def people(here):
    return here.everyone


def path_of(post):
    return re.sub(r"^https?://[^/]+", "", post["url"])


def reader_of(person):
    browser = Browser(person.server)
    browser.sign_in(person)
    return browser


def writes(browser, post, text, **more):
    browser.go(path_of(post))
    assert path_of(post) + "/letter" in browser.page.links
    browser.go(path_of(post) + "/letter")
    return browser.submit("text", text=text, **more)


def test_writing_a_letter(here, people):
    """"Write a letter" stands beneath a post where letters are on. Plain text, up to 5,000 characters. Sender sees "Sent" and nothing more, ever: not read, not kept."""
    ann, ben, cat, dot = people
    post = hard_news(ann)
    mine = reader_of(ben)
    page = writes(mine, post, "Dear ann,\n\n<b>no markup</b> https://x.example/ " + "ä" * 4900)
    assert "Sent." in page.text
    before = mine.go(path_of(post)).text, ben.show(post).ok()
    reader = Inbox(ann)
    page = reader.open("letters")
    assert "Dear ann," in page.text and "<b>no markup</b>" in page.text
    assert not any("x.example" in link for link in page.links)
    assert ann.notes() == []
    letter = next(dict(f.fields)["letter"] for f in page.forms if "letter" in dict(f.fields))
    page = reader.presses("keep", letter=letter)
    assert "Dear ann" not in reader.open("letters").text
    reader.presses("undo", batch=reader.undo_of(page))
    assert "Dear ann" in reader.open("letters").text
    reader.presses("decline", letter=letter)
    assert (mine.go(path_of(post)).text, ben.show(post).ok()) == before and ben.notes() == []
    # Too long, empty, twice, to oneself, where letters are off, and who else reads it.
    page = writes(mine, post, "ä" * 5001)
    assert page.status == 422 and "5000 characters" in page.text and "ä" * 5001 in dict(page.form_with("text").fields)["text"]
    assert writes(mine, post, "   ").status == 422
    writes(mine, post, "Once")
    writes(mine, post, "Once")
    assert reader.open("letters").text.count("Once") == 1
    assert reader.go(path_of(post) + "/letter").status == 404
    assert "Once" not in Inbox(cat).open("letters").text
    with database(here) as db:
        db.execute("UPDATE switches SET letters = 0 WHERE post = ?", (post["id"],))
    assert path_of(post) + "/letter" not in mine.go(path_of(post)).links
    assert mine.go(path_of(post) + "/letter").status == 404
    hidden = ann.say("Only mine", "direct")
    assert mine.go(path_of(hidden) + "/letter").status == 404
    # A keeper reads them only where that was allowed.
    make_hand(post, dot)
    assert "Once" not in Inbox(dot).open("letters", post).text
    with database(here) as db:
        db.execute("UPDATE hand SET letters = 1")
    assert "Once" in Inbox(dot).open("letters", post).text


def test_thanking_one(here, people):
    """Given an author presses "Thank you", then an editable two-line answer goes to that person only. "Thank everyone" makes one pinned comment; it mentions nobody."""
    ann, ben, cat, _ = people
    post = hard_news(ann)
    comment = cat.answer(post, "With you.")
    writes(reader_of(ben), post, "Dear ann")
    reader = Inbox(ann)
    page = reader.open("letters")
    page = reader.go(next(x for x in page.links if "thank?letter=" in x))
    assert f"This goes to {ben.name} only." in page.text
    assert dict(page.form_with("text").fields)["text"].count("\n") == 1
    page = reader.submit("text", text="Thank you.\nIt helps.")
    assert "Only they can read it." in page.text
    said = ben.get("/api/v1/notifications").ok()
    assert [n["type"] for n in said] == ["mention"] and said[0]["status"]["visibility"] == "direct"
    assert "It helps" in said[0]["status"]["content"] and not cat.sees(said[0]["status"])
    page = reader.go(f"/quiet-inbox/thank?comment={comment['id']}")
    reader.submit("text", text="Thank you, dear.")
    assert cat.notes("mention") and state_of(here, comment) == "held"
    assert Inbox(cat).go(f"/quiet-inbox/thank?comment={comment['id']}").status in (200, 404)
    assert Inbox(ben).go(f"/quiet-inbox/thank?comment={comment['id']}").status == 404
    reader.go(path_of(post) + "/thank")
    reader.submit("text", text="Thank you all.")
    assert "Thank you all." in Browser(here).go(path_of(post)).text
    assert [n for n in cat.notes("mention")][1:] == [] and len(ben.notes()) == 1
    assert reader_of(ben).go(path_of(post) + "/thank").status == 404


def test_visitors_write(here, people, box):
    """Visitor letters (default off): name, confirmed e-mail, 3 a day per address, no links; held; the author may answer through the server without revealing an address."""
    ann, *_ = people
    post = hard_news(ann)
    visitor = Browser(here)
    assert path_of(post) + "/letter" not in visitor.go(path_of(post)).links
    assert visitor.go(path_of(post) + "/letter").has_form("password")
    reader = Inbox(ann)
    reader.go("/settings/letters")
    reader.submit("visitors", visitors="yes")
    page = writes(visitor, post, "See https://shop.example/", name="Nan", email="nan@mail.example")
    assert page.status == 422 and "no links" in page.text
    page = writes(visitor, post, "Dear ann", name="Nan", email="nonsense")
    assert page.status == 422 and "not an e-mail address" in page.text
    for i in range(3):
        page = writes(visitor, post, f"Letter {i}", name="Nan", email="nan@mail.example")
        assert "We sent a link" in page.text
    page = writes(visitor, post, "Letter 4", name="Nan", email="NAN@mail.example")
    assert page.status == 429 and "Nothing has been sent" in page.text
    assert "Letter 0" not in reader.open("letters").text
    link = re.search(r"/letters/[\w-]+", box.to("nan@mail.example").get_content())[0]
    assert visitor.go(link).status == 200
    page = visitor.submit("Send letter")
    assert "They can read it when they wish." in page.text
    assert visitor.go(link).status == 404
    page = reader.open("letters")
    assert "Nan" in page.text and "nan@mail.example" not in page.text and "a visitor" in page.text
    reader.go(next(x for x in page.links if "thank?letter=" in x))
    reader.submit("text", text="Thank you, Nan.")
    answer = box.to("nan@mail.example", 4)
    assert "Thank you, Nan." in answer.get_content() and ann.email.encode() not in answer.raw


def test_people_who_wrote(here, people):
    """Private list "People who wrote": name, when, thanked yes/no (a checkbox for the author only)."""
    ann, ben, cat, _ = people
    post = hard_news(ann)
    cat.answer(post, "One")
    cat.answer(post, "Two")
    writes(reader_of(ben), post, "Dear ann")
    reader = Inbox(ann)
    page = reader.go(path_of(post) + "/wrote")
    assert page.text.count(f"Thanked {cat.name}") == 1 and f"Thanked {ben.name}" in page.text
    page = reader.submit("tick", press="tick") if page.has_form("tick") else reader.submit("account", press="tick")
    ticks = [a["aria-checked"] for tag, a in page.tags if tag == "button" and a.get("role") == "checkbox"]
    assert sorted(ticks) == ["false", "true"]
    page = reader.submit("account", press="untick") if ticks[0] == "true" else page
    assert reader_of(ben).go(path_of(post) + "/wrote").status == 404
    assert reader_of(cat).go(path_of(post) + "/wrote").status == 404


def test_a_letter_is_reported(here, people):
    """actions Show, Keep, Decline, Report, Thank

    Of a letter too: moderators read its words because its reader showed them, and no other letter; the writer learns nothing,
    and keeps what they have. Reports of those who sit with hard news come first."""
    ann, ben, cat, dot = people
    boss = here.person("boss", role="moderator", password=PASSWORD)
    post = hard_news(ann)
    theirs = reader_of(ben)
    writes(theirs, post, "You had it coming.")
    writes(reader_of(cat), post, "I am thinking of you, says cat.")
    before = theirs.go("/notifications").text
    reader = Inbox(ann)
    page = reader.open("letters")
    link, other = [x for x in page.links if "/care?letter=" in x]
    page = reader.go(link)
    assert "Moderators will read this letter" in page.text and "You had it coming." in page.text and "says cat" not in page.text
    page = reader.submit("category", press="report", category="unkind", comment="Please look")
    assert page.status == 200
    moderator = reader_of(boss)
    page = moderator.go("/moderation/reports")
    assert "First: from those whose hard news it is about" in page.text and f"Unkind to somebody who grieves: {ben.name}" in page.text
    report = next(x for x in page.links if x.startswith("/moderation/reports/"))
    page = moderator.go(report)
    assert "The letter they show you" in page.text and "You had it coming." in page.text and "says cat" not in page.text
    assert moderator.go(link).status == 404, "the letter itself is not theirs"
    # the writer learns nothing, and the words stay with the report whatever becomes of them
    assert theirs.go("/notifications").text == before and theirs.go(link).status == 404 and ben.notes() == []
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert "You had it coming." in moderator.go(report).text
    # a moderator answers it as any other
    page = moderator.submit("resolve", press="resolve")
    assert page.status == 200 and "Closed" in page.text


def test_whose_letter_is_shown(here, people):
    """Only who may read a letter can show it, and only as its writer's; a letter of a visitor names nobody to report."""
    ann, ben, cat, dot = people
    post = hard_news(ann)
    writes(reader_of(ben), post, "Between us.")
    make_hand(post, cat, role=3, letters=0)
    make_hand(post, dot, role=3, letters=1)
    with database(here) as db:
        letter, = db.execute("SELECT id FROM letter").fetchone()
        db.execute("INSERT INTO letter (id, thread, owner, name, email, text, created_at) SELECT id + 1, thread, owner, 'Vera', "
                   "'vera@mail.example', 'From afar', created_at FROM letter")
    page = Inbox(ann).open("letters")
    assert "From afar" in page.text and "A visitor has no account that could be reported." in page.text
    assert [x for x in page.links if "/care?letter=" in x] == [f"/@{ben.name}/care?letter={letter}"]
    for who, name, status in ((ann, ben.name, 200), (dot, ben.name, 200), (cat, ben.name, 404), (ann, cat.name, 404)):
        assert reader_of(who).go(f"/@{name}/care?letter={letter}").status == status, (who.name, name)
    assert reader_of(ann).go(f"/@{ben.name}/care?letter={letter + 1}").status == 404

    def reports(who, target, id):
        browser = reader_of(who)
        browser.go(f"/@{target.name}/care")
        form = browser.page.form_with("category")
        body = f"csrf={dict(form.fields)['csrf']}&do=report&category=unkind&letter={id}"
        return browser.go(f"/@{target.name}/care", "POST", body.encode(),
                          {"Content-Type": "application/x-www-form-urlencoded", "Origin": here.url}).status

    assert reports(cat, ben, letter) == 404 and reports(ann, cat, letter) == 404 and reports(ann, cat, letter + 1) == 404
    assert reports(ann, ben, letter + 12345) == 404
    with database(here) as db:
        assert db.execute("SELECT count(*) FROM report").fetchone() == (0,) == db.execute("SELECT count(*) FROM report_letter").fetchone()
    assert reports(dot, ben, letter) == 200
    with database(here) as db:
        assert db.execute("SELECT name, text FROM report_letter").fetchall() == [(ben.name, "Between us.")]


def test_a_kept_letter_is_read_again(here, people):
    """actions Show, Keep, Decline, Report, Thank

    A letter that was kept stands among what was kept of its post, one that was put away among what was declined; either can be
    moved, and nobody else finds them."""
    ann, ben, cat, dot = people
    post = hard_news(ann)
    writes(reader_of(ben), post, "Keep me, please.")
    writes(reader_of(cat), post, "Less so.")
    reader = Inbox(ann)
    page = reader.open("letters")
    letters = {x.rsplit("=", 1)[1]: x for x in page.links if "/care?letter=" in x}
    first, second = sorted(letters, key=int)
    reader.presses("keep", letter=first), reader.presses("decline", letter=second)
    page = reader.open("letters")
    assert "Keep me" not in page.text and "Less so" not in page.text
    at = lambda state: reader.go(f"/quiet-inbox/sorted?post={post['id']}&state={state}")
    assert "Keep me, please." in at("kept").text and "Less so" not in at("kept").text and letters[first] in reader.page.links
    assert "Less so." in at("declined").text and "Keep me" not in at("declined").text
    reader.presses("keep", letter=second)
    assert "Less so." in at("kept").text and "Nothing here." in at("declined").text
    for other in (ben, dot):
        browser = reader_of(other)
        page = browser.go(f"/quiet-inbox/sorted?post={post['id']}&state=kept")
        assert "Keep me" not in page.text
