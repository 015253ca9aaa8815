"""Hard news, and what its author does in the quiet inbox, in the words of the pages."""
import re
import sqlite3
import urllib.parse

from .browser import Browser

HELD = "Kept safe for them. It will appear if they choose. No reply is expected."
CLOSED = "Comments are closed. You can still send a letter."
EVERYDAY, GOOD_NEWS, HARD_NEWS = range(3)


def database(server):
    db = sqlite3.connect(server.data / "tidings.db", timeout=20)
    db.execute("PRAGMA busy_timeout = 20000")
    return db


def sends(person, preset):
    """From now on this is the preset of what their apps send."""
    with database(person.server) as db:
        db.execute("UPDATE login SET preset = ? WHERE account = ?", (preset, person.id))


def hard_news(person, text="Some news.", visibility="public", **more):
    sends(person, HARD_NEWS)
    post = person.say(text, visibility, **more)
    sends(person, EVERYDAY)
    return post


def grow_old(server, *people):
    """Their accounts are older than a week."""
    with database(server) as db:
        for p in people:
            db.execute("UPDATE account SET created_at = created_at - 8 * 86400000 WHERE id = ?", (p.id,))


def make_hand(post, person, role=3, letters=0):
    """A keeper (3) or co-author (2) of this post."""
    with database(person.server) as db:
        db.execute("INSERT INTO hand (post, account, role, letters) VALUES (?, ?, ?, ?)", (post["id"], person.id, role, letters))


def end_hand(post, person):
    with database(person.server) as db:
        db.execute("DELETE FROM hand WHERE post = ? AND account = ?", (post["id"], person.id))


def state_of(server, post):
    with database(server) as db:
        row = db.execute("SELECT state FROM post WHERE id = ?", (post["id"],)).fetchone()
    return row and ("shown", "held", "kept", "declined")[row[0]]


class Inbox(Browser):
    """Somebody who reads the quiet inbox."""

    def __init__(self, person):
        super().__init__(person.server)
        self.person = person
        self.sign_in(person)

    def open(self, pile=None, post=None, **more):
        query = {**({"post": post["id"]} if post else {}), **({"pile": pile} if pile else {}), **more}
        return self.go("/quiet-inbox?" + urllib.parse.urlencode(query))

    def waits(self, pile, post=None):
        """Ids of the comments on the open page of a pile."""
        page = self.open(pile, post)
        return [dict(f.fields)["comment"] for f in page.forms if "comment" in dict(f.fields)]

    def presses(self, do, **fields):
        """Any button of the quiet inbox, without looking at the page first."""
        page = self.go("/quiet-inbox")
        csrf = next(dict(f.fields)["csrf"] for f in page.forms if "csrf" in dict(f.fields))
        body = urllib.parse.urlencode({"csrf": csrf, "do": do, "back": "/quiet-inbox", **fields})
        return self.go("/quiet-inbox", method="POST", body=body.encode(),
                       headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": self.server.url})

    def presses_under(self, post, do):
        """A button of the form beneath a post."""
        page = self.go("/quiet-inbox")
        csrf = next(dict(f.fields)["csrf"] for f in page.forms if "csrf" in dict(f.fields))
        return self.go(f"/posts/{post['id']}", method="POST", body=urllib.parse.urlencode({"csrf": csrf, "do": do}).encode(),
                       headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": self.server.url})

    def sorts(self, do, comment, expect=1):
        return self.presses(do, comment=comment["id"], expect=expect)

    def undo_of(self, page):
        return re.search(r"undo=(\d+)", page.address)[1]
