"""What people get by mail: a link that proves an address, a link for a new password, and no more of what they do not want."""
import sqlite3
import time

import pytest

from harness.browser import Browser
from harness.mail import Mailbox, link

PASSWORD = "correct horse 4"


@pytest.fixture
def box():
    made = Mailbox()
    yield made
    made.close()


@pytest.fixture
def server(new_server, box):
    return new_server(smtp_url=box.url, registration="open", title="Alder Lane", rate_limits="off")


def joins(server, name, address):
    browser = Browser(server)
    browser.go("/sign-up")
    browser.submit("username", username=name, email=address, password=PASSWORD)
    return browser


def signs_in(server, name, password=PASSWORD):
    browser = Browser(server)
    browser.go("/sign-in")
    browser.submit("password", name=name, password=password)
    return browser


def test_an_address_is_proven(server, box):
    """A new person gets a mail; its link shows a button and changes nothing until it is pressed; then the account opens, and the
    link is over."""
    page = joins(server, "fay", "fay@mail.example").page
    assert "Look at your mail" in page.text
    mail = box.to("fay@mail.example")
    assert mail["From"] == "Alder Lane <no-reply@127.0.0.1>" and mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None and mail.get_content_type() == "text/plain" and mail["Message-ID"]
    assert "@fay" in mail.get_content() and PASSWORD not in mail.get_content()
    path = link(mail, server)
    browser = Browser(server)
    for _ in range(2):
        assert "Yes, this is mine" in browser.go(path).text
    assert signs_in(server, "fay").go("/home").status == 403, "the address was proven by looking"
    browser.go(path)
    button = next(b for f in browser.page.forms for b in f.buttons)
    assert "confirmed" in browser.submit(button[2].strip()).text
    assert browser.go(path).status == 410
    assert signs_in(server, "fay").go("/home").status == 200


def test_a_new_password_by_mail(server, box):
    """The answer is the same for a name, an address and nobody; the link works once and ends everything else."""
    ann = server.person("ann", password=PASSWORD)
    old = Browser(server)
    old.sign_in(ann)
    answers = set()
    for name in (ann.name, ann.email, "nobody", "nobody@mail.example", "x" * 5000):
        browser = Browser(server)
        assert "A new password" in browser.go("/forgotten").text
        page = browser.submit("name", name=name)
        answers.add((page.status, page.text))
    assert len(answers) == 1
    path = link(box.to(ann.email, 2), server)
    assert Browser(server).go(link(box.to(ann.email), server)).status == 410, "an older link"
    browser = Browser(server)
    browser.go(path)
    assert browser.submit("password", password="short").status == 422
    assert "sign in" in browser.submit("password", password="a new horse 5").text.lower()
    assert browser.go(path).status == 410
    assert ann.get("/api/v1/accounts/verify_credentials").status == 401
    assert old.go("/settings").has_form("password")
    assert signs_in(server, ann.name).page.status == 422
    assert signs_in(server, ann.name, "a new horse 5").go("/home").status == 200
    assert all("password=" not in line and path not in line for line in server.log_text().splitlines())


def test_a_mail_server_that_is_busy(server, box):
    """A mail that cannot leave is tried again, with a new link; one that is refused for good is given up and logged without words."""
    ann = server.person("ann")
    box.refuse = ["451 later"]
    browser = Browser(server)
    browser.go("/forgotten")
    browser.submit("name", name=ann.name)
    until_tried(box, 1)
    server.stop()
    with sqlite3.connect(server.data / "tidings.db") as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'mail'")
        db.commit()
    db.close()
    server.start()
    assert Browser(server).go(link(box.to(ann.email), server)).status == 200
    box.refuse = ["550 never"]
    browser.go("/forgotten")
    browser.submit("name", name=ann.name)
    until_tried(box, 3)
    assert "mail_not_sent" in server.log_text() and ann.email not in server.log_text()


def until_tried(box, n):
    until = time.monotonic() + 15
    while box.tries < n:
        assert time.monotonic() < until, f"{box.tries} tries"
        time.sleep(0.05)
    time.sleep(0.3)


def test_no_more_of_these(server, box):
    """A mail that comes again and again says how to stop it, to the reader and to their program (RFC 8058)."""
    ann, ben = server.people("ann", "ben")
    me = ann.id
    server.stop()
    with sqlite3.connect(server.data / "tidings.db") as db:
        db.execute("UPDATE login SET digest_mail = 1, preset = 1 WHERE account = ?", (me,))
        db.commit()
    db.close()
    server.start()
    ben.does(ann.say("good news"), "favourite")
    server.stop()
    with sqlite3.connect(server.data / "tidings.db") as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'digest'")
        db.commit()
    db.close()
    server.start()
    mail = box.to(ann.email)
    stop = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and stop in mail.get_content().replace("\n", "")
    assert f"{ben.name} thinks of you." in mail.get_content() and "good news" not in mail.get_content()
    path = stop[len(server.url):]
    browser = Browser(server)
    assert "Stop these mails" in browser.go(path).text
    assert browser.go(path[:-1] + ("0" if path[-1] != "0" else "1")).status == 404
    with sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True) as db:
        assert db.execute("SELECT digest_mail FROM login WHERE account = ?", (me,)).fetchone() == (1,)
        answer = server.post(path, form={"List-Unsubscribe": "One-Click"})
        assert answer.status == 200
        assert db.execute("SELECT digest_mail FROM login WHERE account = ?", (me,)).fetchone() == (0,)
    db.close()


def test_without_a_mail_server(new_server):
    """Where no mail is sent nobody is asked to look for one."""
    server = new_server(registration="open")
    assert Browser(server).go("/forgotten").status == 404
    assert "/forgotten" not in Browser(server).go("/sign-in").links
    assert joins(server, "fay", "fay@mail.example").go("/home").status == 200
