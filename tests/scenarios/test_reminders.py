"""Reminders to write: a name and a date on the day one chose, known to nobody else."""
import datetime
import sqlite3
import time
import urllib.parse

import pytest

from harness.browser import Browser
from harness.common import path
from harness.mail import Mailbox

PASSWORD = "correct horse 4"
DAY = 24 * 3600 * 1000


def change(server, *statements):
    """The database of a stopped server: nobody else may write meanwhile."""
    server.stop()
    db = sqlite3.connect(server.data / "tidings.db")
    found = [db.execute(*s).fetchall() for s in statements]
    db.commit()
    db.close()
    server.start()
    return found


def asks(person, post, after="1m", date=""):
    person.browser.go(path(post) + "/remind")
    return person.browser.submit("after", press="set", after=after, date=date)


def its_day_comes(server, person):
    me, now = person.id, int(time.time() * 1000)
    change(server, ("UPDATE reminder SET at = ? WHERE account = ?", (now - 1000, me)),
           ("UPDATE login SET remind_next = ? WHERE account = ?", (now - 1000, me)))


def test_a_reminder(server, person):
    """Reminder to write: 2 weeks, 1, 3, 6, 12 months, a date. Shows a name and a date, no text or photo; ends with the post, or if the author asked for none."""
    ann, ben = person("ann"), person("ben")
    post = ben.say("My father died on Sunday")
    page = ann.browser.go(path(post))
    assert path(post) + "/remind" in page.links
    page = ann.browser.go(path(post) + "/remind")
    for words in ("In two weeks", "In a month", "In three months", "In six months", "In a year", "On the day below"):
        assert words in page.text
    page = asks(ann, post, "1m")
    assert "It is noted. Only you know of it." in page.text
    assert ben.notes() == []
    page = ann.browser.go("/reminders")
    assert f"write to {ben.name}" in page.text and "My father" not in page.text
    assert "You wanted to write" not in ann.browser.go("/").text
    its_day_comes(server, ann)
    for place in ("/", "/notifications"):
        page = ann.browser.go(place)
        assert f"You wanted to write to {ben.name} again: their post of" in page.text
        assert "My father" not in page.text
    assert path(post) + "#write" in page.links and path(post) + "/letter" in page.links and path(post) + "/remind" in page.links
    page = ann.browser.submit("post", press="done")
    assert "You wanted to write" not in page.text
    assert "You wanted to write" not in ann.browser.go("/").text


def test_its_time(server, person):
    """2 weeks, 1, 3, 6, 12 months, a date"""
    ann, ben = person("ann"), person("ben")
    post = ben.say("Hello")
    now, me = time.time() * 1000, ann.id
    for after, least, most in (("2w", 13, 14), ("1m", 27, 31), ("3m", 88, 92), ("6m", 180, 184), ("12m", 364, 366)):
        asks(ann, post, after)
        at = change(server, ("SELECT at FROM reminder WHERE account = ?", (me,)))[0]
        assert len(at) == 1 and least <= (at[0][0] - now) / DAY <= most, (after, at)
    day = (datetime.date.today() + datetime.timedelta(days=100)).isoformat()
    asks(ann, post, "date", day)
    at = change(server, ("SELECT at FROM reminder WHERE account = ?", (me,)))[0][0][0]
    assert 98 <= (at - now) / DAY <= 101
    for date, words in (("", "Choose a day."), ("2001-02-03", "That day is over."), ("2090-02-03", "Choose a day within")):
        page = asks(ann, post, "date", date)
        assert page.status == 422 and words in page.text, date
    assert asks(ann, post, "never").status == 422
    ann.browser.go(path(post) + "/remind")
    page = ann.browser.submit("end", press="end")
    assert "Taken back." in page.text and "None." in ann.browser.go("/reminders").text


def test_it_ends_with_the_post(server, person):
    """ends with the post, or if the author asked for none"""
    ann, ben = person("ann"), person("ben")
    gone, closed, kept = ben.say("This goes"), ben.say("No reminders"), ben.say("This stays")
    for post in (gone, closed, kept):
        asks(ann, post)
    ben.delete(f"/api/v1/statuses/{gone['id']}").ok()
    ben.browser.go(path(closed) + "/presets")
    ben.browser.submit("sw_reminders", press="save", sw_reminders=None)
    its_day_comes(server, ann)
    page = ann.browser.go("/")
    assert page.text.count("You wanted to write") == 1
    assert path(closed) + "/remind" not in ann.browser.go(path(closed)).links
    assert "There are no reminders for this post." in ann.browser.go(path(closed) + "/remind").text
    mine = ann.say("Mine")
    assert "There are no reminders" in ann.browser.go(path(mine) + "/remind").text


def test_quiet_time_holds_it(server, person):
    """reminders and digests wait"""
    ann, ben = person("ann"), person("ben")
    post = ben.say("Hello")
    asks(ann, post)
    ann.browser.go("/settings/quiet")
    ann.browser.submit("end", press="begin", end="open", show="none")
    its_day_comes(server, ann)
    assert "You wanted to write" not in ann.browser.go("/").text
    assert "You wanted to write" not in ann.browser.go("/notifications").text
    page = ann.browser.go("/waited")
    assert "Reminders to write" in page.text and f"You wanted to write to {ben.name}" in page.text
    ann.browser.submit("post", press="done")
    assert "You wanted to write" not in ann.browser.go("/waited").text


@pytest.fixture
def box():
    made = Mailbox()
    yield made
    made.close()


def test_by_mail(new_server, box):
    """Reminder to write: 2 weeks, 1, 3, 6, 12 months, a date. Shows a name and a date, no text or photo"""
    server = new_server(smtp_url=box.url, rate_limits="off")
    ann, ben = server.person("ann", password=PASSWORD), server.person("ben")
    ann.browser = Browser(server)
    ann.browser.sign_in(ann)
    post = ben.say("My father died on Sunday")
    asks(ann, post)
    ann.browser.go("/reminders")
    ann.browser.submit("mail", press="mail", mail="yes")
    me, now = ann.id, int(time.time() * 1000)
    change(server, ("UPDATE reminder SET at = ? WHERE account = ?", (now - 1000, me)),
           ("UPDATE job SET run_at = 1 WHERE kind = 'remind'",))
    mail = box.to(ann.email)
    words = mail.get_content()
    assert mail["Subject"] == "A reminder to write" and "My father" not in words
    assert f"You wanted to write to {ben.name} again" in words and path(post) in words
    stop = words.split("To get no more of these: ")[1].split()[0]
    page = Browser(server).go(urllib.parse.urlsplit(stop).path)
    assert "reminders to write" in page.text


def test_a_resting_journal(server, person):
    """resting (banner in own words, no reminders to post, ever)"""
    ann, ben = person("ann"), person("ben")
    name = f"story{ben.name}"
    ben.browser.go("/journals/new")
    ben.browser.submit("username", name="A story", username=name, reach="public")
    ben.browser.go(f"/write?journal={[a['id'] for a in [server.request('GET', '/api/v1/accounts/lookup', query={'acct': name}).ok()]][0]}")
    ben.browser.submit("text", press="send", text="The first day", visibility="public")
    post = ann.get("/api/v1/accounts/" + ann.get("/api/v1/accounts/lookup", acct=name).ok()["id"] + "/statuses").ok()[0]
    asks(ann, post)
    its_day_comes(server, ann)
    assert "You wanted to write to A story again" in ann.browser.go("/").text
    me = ann.get("/api/v1/accounts/lookup", acct=name).ok()["id"]
    change(server, ("UPDATE journal SET state = 1 WHERE account = ?", (me,)))
    assert "You wanted to write" not in ann.browser.go("/").text
    assert "There are no reminders for this post." in ann.browser.go(path(post) + "/remind").text
