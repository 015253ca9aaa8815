"""What stories say again and again."""
import sqlite3
import time
import urllib.parse


def path(post):
    """Of a post's own page."""
    return urllib.parse.urlsplit(post["url"]).path


def uri(server, person):
    """A person's id for other servers."""
    return f"{server.url}/users/{person.name}"


def words(page):
    """All that is to be read on a page, in one line."""
    return " ".join(page.text.split())


def own(person):
    """The person's own posts, as they see them."""
    return person.get(f"/api/v1/accounts/{person.id}/statuses").ok()


def sent(peer, kind):
    """Activities of this kind that came to another server."""
    return [a for _, a in peer.inbox if a["type"] == kind]


def wait(look, what, seconds=20):
    """Until look() gives something; deliveries take a moment."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come about in {seconds} s")


def looks(server, what, *values):
    """Straight into the database, for what no page and no app shows."""
    db = sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True)
    try:
        return db.execute(what, values).fetchall()
    finally:
        db.close()


def set_switches(person, post, **values):
    """On the post's page of switches, by somebody with a browser."""
    person.browser.go(path(post) + "/presets")
    page = person.browser.submit("sw_comments", press="save", **values)
    assert "Saved." in words(page)


def status(said):
    """Of an answer in bytes."""
    return int(said.split(b" ", 2)[1]) if said.startswith(b"HTTP/1.1 ") else None
