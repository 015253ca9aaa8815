"""A text browser can do the whole path: w3m, driven by its keys through a terminal."""

import pytest

from harness.quiet import grow_old
from harness.w3m import W3m

PASSWORD = "correct horse 4"


@pytest.fixture
def sits_down(server):
    opened = []

    def make(person):
        w3m = W3m(f"{server.url}/sign-in")
        opened.append(w3m)
        w3m.fill("E-mail or name", person.email)
        w3m.fill("Password", PASSWORD)
        w3m.press("Sign in")
        w3m.shows("Write")
        return w3m
    yield make
    for w3m in opened:
        w3m.close()


def test_the_whole_path(server, sits_down):
    """In w3m a person signs in, writes hard news with its preset and reads it; another comments and writes a letter; the author reads the quiet inbox, shows the comment and reads the letter."""
    ann, ben = (server.person(name, password=PASSWORD) for name in ("ann", "ben"))
    grow_old(server, ann, ben)
    hers = sits_down(ann)
    hers.go(server.url + "/write")
    hers.write("Your words", "My mother died this morning.\nShe was at home.")
    hers.tick("Hard news")
    hers.press("Show what it sets", last=False)
    page = hers.shows("What “Hard news” sets")
    assert "My mother died this morning." in page and "Called “Thinking of you”" in page
    hers.press("Send")
    page = hers.shows("Cancel")
    assert "My mother died this morning." in page
    hers.press("Send now")
    page = hers.shows("Comments are reviewed before they appear.", again="R")
    post, = ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()
    assert "She was at home." in post["content"]

    his = sits_down(ben)
    page = his.go(post["url"])
    assert ann.name in page and "My mother died this morning." in page and "Thinking of you" in page
    his.write("Your words", "I am so sorry.")
    his.press("Send comment")
    page = his.shows("Kept safe for them.")
    assert "I am so sorry." not in hers.go(post["url"])
    his.go(post["url"])
    his.press("Write a letter")
    his.write("Your words", "She taught me to swim.")
    his.press("Send letter")
    his.shows("Sent. They can read it when they wish.")

    hers.go(server.url + "/quiet-inbox")
    page = hers.shows("There is no hurry.")
    hers.press("Read as a page")
    page = hers.shows("I am so sorry.")
    hers.press("Show")
    hers.shows("Shown.")
    assert "I am so sorry." in his.go(post["url"])
    hers.go(server.url + "/quiet-inbox")
    hers.press("Read as a page", last=False)
    assert "She taught me to swim." in hers.shows("She taught me to swim.")
    assert b"I am so sorry." in server.stranger().get(f"/api/v1/statuses/{post['id']}/context").body
