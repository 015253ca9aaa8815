"""Remembered days: what comes back, when and to whom it was asked for; and nothing else."""
import datetime
import sqlite3

import pytest

from harness.browser import Browser
from harness.mail import Mailbox, link
from test_quiet import PASSWORD, Rows, page_of, wait


@pytest.fixture
def box():
    made = Mailbox()
    yield made
    made.close()


@pytest.fixture
def place(new_server, box):
    server = new_server(smtp_url=box.url, rate_limits="off")
    ann, ben, cat = server.people("ann", "ben", "cat", password=PASSWORD)
    ben.follows(ann)
    return server, ann, ben, cat


def looks(server, what, *values):
    db = sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True)
    try:
        return db.execute(what, values).fetchall()
    finally:
        db.close()


def today(ahead=0):
    return datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=ahead)


def remembers(server, who, date, path="/settings/days/new", **how):
    browser, page = page_of(server, who, path)
    page = browser.submit("length", **{"name": "Ada’s birthday", "length": "day", "day": str(date.day), "month": str(date.month),
                                       "note": None, **how})
    return browser, page


def it_comes(server):
    """The day is today, and it is morning already."""
    with Rows(server) as db:
        db.execute("UPDATE remembered_day SET month = ?, day = ?", (today().month, today().day))
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'remember'")
    wait_came(server)
    with Rows(server) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'remember_mail'")


def wait_came(server):
    wait(lambda: looks(server, "SELECT count(*) FROM remembered_day WHERE came_at > 0")[0][0], "day")


def test_nothing_unasked(place, box):
    """Nothing old is shown unasked. "Remember a day": date (day, month or season), own words, choose: note to me / pinned that day / mail to people who asked. Off in one tap."""
    server, ann, ben, cat = place
    reader, page = page_of(server, ben, f"/@{ann.name}/days")
    assert "nothing to ask for here" in page.text
    browser, page = remembers(server, ann, today(3), note="yes", pinned="yes", mail="yes", words="She would be ninety.")
    assert "Saved." in page.text and "A note to you. Pinned meanwhile. By mail to people who asked." in page.text
    page = reader.go(f"/@{ann.name}/days")
    assert "saved" in reader.submit("ask", press="ask").address
    assert "Ada’s" not in browser.go("/").text and "Ada’s" not in Browser(server).go(f"/@{ann.name}").text
    it_comes(server)
    page = browser.go("/")
    assert "Ada’s birthday" in page.text and "She would be ninety." in page.text
    page = Browser(server).go(f"/@{ann.name}")
    assert "Ada’s birthday" in page.text and "She would be ninety." in page.text
    assert "Ada’s birthday" not in page_of(server, cat, "/")[1].text
    mail = box.to(ben.email)
    assert mail["Subject"] == "Ada’s birthday" and "She would be ninety." in mail.get_content()
    assert mail.get_content_type() == "text/plain" and mail["List-Unsubscribe"]
    # Off in one tap.
    browser.go("/")
    page = browser.submit("off", press="off")
    assert "You are not reminded of it again." in page.text and "Ada’s birthday" not in page.text
    assert "Ada’s birthday" not in Browser(server).go(f"/@{ann.name}").text
    page = browser.go("/settings/days")
    assert "Off." in page.text
    assert looks(server, "SELECT count(*) FROM job WHERE kind = 'remember'") == [(0,)]


def test_it_is_armed_for_its_day(place):
    """A day begins at midnight where the person lives, a month and a season on their first day; 29 February has one each year."""
    server, ann, ben, cat = place
    with Rows(server) as db:
        db.execute("UPDATE login SET zone = 'Pacific/Auckland' WHERE account = ?", (ann.id,))
    here = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=13)
    day = here.date() + datetime.timedelta(days=40)
    remembers(server, ann, day, note="yes")
    (at,), = looks(server, "SELECT run_at FROM job WHERE kind = 'remember'")
    at = datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc)
    assert at.hour in (11, 12) and at.date() == day - datetime.timedelta(days=1)
    remembers(server, ann, day, length="month", month=str(day.month % 12 + 1), note="yes")
    remembers(server, ann, day, length="season", season="6s", note="yes")
    remembers(server, ann, day, day="29", month="2", note="yes")
    page = page_of(server, ann, "/settings/days")[1]
    assert "Winter" in page.text and "29 February" in page.text
    assert looks(server, "SELECT count(*) FROM job WHERE kind = 'remember'") == [(4,)]
    # The clock goes on, and the day is over: the note is gone by itself.
    browser, page = remembers(server, ann, here.date(), note="yes", name="Today")
    wait_came(server)
    assert "Today" in browser.go("/").text
    with Rows(server) as db:
        db.execute("UPDATE remembered_day SET ends_at = 1000 WHERE name = 'Today'")
    assert "Do not remind me again" not in browser.go("/").text


def test_bad_input(place):
    """What cannot be is said in a sentence, and everything typed stays."""
    server, ann, ben, cat = place
    for how, why in (({"name": " "}, "what day it is"), ({"day": "31", "month": "4", "note": "yes"}, "no such day in April"),
                     ({"day": "0", "note": "yes"}, "no such day"), ({"name": "x" * 101, "note": "yes"}, "up to 100"),
                     ({}, "at least one way"), ({"month": "13", "note": "yes"}, "Choose a day"),
                     ({"length": "season", "season": "4", "note": "yes"}, "Choose a season")):
        browser, page = remembers(server, ann, today(3), **{"words": "kept words", **how})
        assert page.status == 422 and why in page.text and "kept words" in page.answer.body.decode(), (how, page.text[:400])
    assert looks(server, "SELECT count(*) FROM remembered_day") == [(0,)]
    post = ben.say("not yours")
    assert page_of(server, ann, f"/settings/days/new?post={post['id']}")[1].status == 404
    remembers(server, ben, today(3), note="yes")
    (theirs,), = looks(server, "SELECT id FROM remembered_day")
    assert page_of(server, ann, f"/settings/days/{theirs}")[1].status == 404
    # Only followers ask for mails.
    assert "for people who follow them" in page_of(server, cat, f"/@{ann.name}/days")[1].text


def test_a_post_pinned(place):
    """A post chosen for the day stands with the words on top of the profile, for those who may see it."""
    server, ann, ben, cat = place
    post = ann.say("The orchard in May", "private")
    assert "Remember a day" in page_of(server, ann, f"/@{ann.name}/{post['id']}")[1].text
    remembers(server, ann, today(), f"/settings/days/new?post={post['id']}", pinned="yes", post=post["id"])
    wait_came(server)
    assert "The orchard in May" in page_of(server, ben, f"/@{ann.name}")[1].text
    page = Browser(server).go(f"/@{ann.name}")
    assert "Ada’s birthday" in page.text and "orchard" not in page.text


def test_one_mail_and_its_stop(place, box):
    """One mail that day with name and words, stopped with one press; who no longer follows gets none."""
    server, ann, ben, cat = place
    cat.follows(ann)
    remembers(server, ann, today(3), mail="yes")
    for who in (ben, cat):
        browser, page = page_of(server, who, f"/@{ann.name}/days")
        browser.submit("ask", press="ask")
    cat.toward(ann, "unfollow")
    it_comes(server)
    mail = box.to(ben.email)
    with Rows(server) as db:  # a job may run twice
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'remember'")
    wait(lambda: looks(server, "SELECT run_at FROM job WHERE kind = 'remember'")[0][0] > 1, "second run")
    assert [m.envelope_to for m in box.mails if "birthday" in m["Subject"]] == [ben.email]
    path = mail["List-Unsubscribe"].strip("<>")[len(server.url):]
    assert "Stop them" in Browser(server).go(path).text
    assert looks(server, "SELECT count(*) FROM day_asked WHERE account = ?", ben.id) == [(1,)], "by looking"
    assert server.raw("POST", path, b"List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"}).status == 200
    assert looks(server, "SELECT count(*) FROM day_asked WHERE account = ?", ben.id) == [(0,)]
    assert "Stopped" in Browser(server).go(path).text and Browser(server).go("/days/x" + path[6:]).status == 200


def test_held_in_quiet_time(place, box):
    """What comes in quiet time waits, and nothing is sent by itself when it ends."""
    server, ann, ben, cat = place
    reader, page = page_of(server, ben, f"/@{ann.name}")
    browser, page = page_of(server, ann, "/settings/quiet")
    browser.submit("begin", press="begin", end="open")
    remembers(server, ann, today(), note="yes", pinned="yes", mail="yes")
    reader.go(f"/@{ann.name}/days")
    reader.submit("ask", press="ask")
    wait_came(server)
    assert "Ada’s birthday" not in browser.go("/").text
    assert "Ada’s birthday" not in Browser(server).go(f"/@{ann.name}").text
    browser.go("/settings/quiet")
    page = browser.submit("end", press="end")
    assert "These waited" in page.text and "Ada’s birthday" in page.text and "have not been sent" in page.text
    assert looks(server, "SELECT count(*) FROM job WHERE kind = 'remember_mail'") == [(0,)]
    page = browser.submit("day", press="yes")
    assert "Ada’s birthday" not in page.text
    assert box.to(ben.email)["Subject"] == "Ada’s birthday"
    assert "Ada’s birthday" in browser.go("/").text and "Ada’s birthday" in Browser(server).go(f"/@{ann.name}").text


def test_a_journal_remembers(place, box):
    """A person who never had an account (a child, a grandparent) has a journal "in memory of"."""
    server, ann, ben, cat = place
    browser, page = page_of(server, ann, "/journals/new")
    page = browser.submit("username", name="Letters to Ada", username="ada", memory="Ada", memory_from="spring 1931", reach="public")
    assert "In memory of Ada" in Browser(server).go("/@ada").text
    (journal,), = looks(server, "SELECT account FROM journal")
    # An e-mail follower asks, too.
    reader = Browser(server)
    reader.go("/@ada/by-mail")
    reader.submit("by_name", by_name="Vera", by_email="vera@mail.example")
    reader.go(link(box.to("vera@mail.example"), server))
    reader.submit("csrf")
    mine = reader.page.address
    remembers(server, ann, today(3), f"/settings/days/new?journal={journal}", pinned="yes", mail="yes")
    reader.go(mine)
    page = reader.submit("ask", press="ask")
    assert "On days it remembers you get a mail." in page.text
    it_comes(server)
    assert "Ada’s birthday" in Browser(server).go("/@ada").text and "Ada’s birthday" not in Browser(server).go(f"/@{ann.name}").text
    assert box.to("vera@mail.example", 2)["Subject"] == "Ada’s birthday"
    assert page_of(server, ben, f"/settings/days/new?journal={journal}")[1].status == 404
