"""Previews of links: read from the page itself, stored once an address, with a picture of ours, and never of a private network."""
import sqlite3

import pytest

from harness.peer import Peer, eventually
from harness.photos import png
from test_far_media import path, refuse

PAGE = """<!doctype html><html lang="en-GB"><head><title>Plain title</title>
<meta property="og:title" content="Bread &amp; butter &lt;b&gt;"><meta property="og:description" content="How the
mill does it."><meta property="og:image" content="/loaf.png"><meta property="og:image:alt" content="A loaf">
<meta property="og:site_name" content="The Mill"><meta name="author" content="Ida">
<meta property="article:published_time" content="2026-01-02T03:04:05Z"><script>alert(1)</script></head><body>...</body></html>"""


@pytest.fixture
def here(new_server, keys):
    made = []

    def make(**settings):
        server = new_server(**{"link_preview_delay": "0", **settings})
        made.append(Peer(keys, server))
        return server, made[-1]

    yield make
    for peer in made:
        peer.close()


@pytest.fixture
def mill(here):
    """A server, a site with a page, the address of the page."""
    server, peer = here()
    return server, peer, page(peer)


def page(peer, at="/bread", html=PAGE, **how):
    peer.put(at, html, kind=how.pop("kind", "text/html; charset=utf-8"), **how)
    peer.put("/loaf.png", png(600, 300), kind="image/png")
    return peer.url + at


def card(person, post):
    return person.show(post).ok()["card"]


def waits(person, post):
    return eventually(lambda: card(person, post), 20)


def no_jobs(server, kind="link_card"):
    """All that was to be asked has been."""
    def none():
        with sqlite3.connect(f"file:{server.data}/tidings.db?mode=ro", uri=True, timeout=10) as db:
            return db.execute("SELECT count(*) FROM job WHERE kind = ? AND dead = 0", (kind,)).fetchone()[0] == 0
    eventually(none, 20)


def test_a_page_is_shown(mill):
    """All the fields of a preview; its picture comes through us; the page in the browser loads nothing from elsewhere."""
    server, peer, url = mill
    ann = server.person("ann")
    post = ann.say(f"Worth reading: {url}#part")
    found = eventually(lambda: (c := card(ann, post)) and c["width"] and c, 20)
    assert found["url"] == url and found["title"] == "Bread & butter <b>" and found["type"] == "link"
    assert found["description"] == "How the mill does it." and found["language"] == "en"
    assert found["provider_name"] == "The Mill" and found["provider_url"] == peer.url + "/"
    assert found["author_name"] == "Ida" and found["authors"] == [{"name": "Ida", "url": "", "account": None}]
    assert found["published_at"] == "2026-01-02T03:04:05.000Z" and found["image_description"] == "A loaf"
    assert (found["width"], found["height"]) == (600, 300) and found["blurhash"]
    assert found["html"] == "" and found["embed_url"] == ""
    got = server.raw("GET", path(server, found["image"]))
    assert got.status == 200 and got.headers["Content-Type"].startswith("image/")
    shown = server.get(f"/@{ann.name}/{post['id']}").text
    assert "Bread &amp; butter &lt;b&gt;" in shown and "alert(1)" not in shown
    assert f'src="{peer.url}' not in shown and "/media/proxy/link/" in shown


def test_once_for_all_posts(mill):
    """Many posts, one request; a post that comes later has its preview at once."""
    server, peer, url = mill
    ann = server.person("ann")
    posts = [ann.say(f"{n}: {url}") for n in range(4)]
    for post in posts:
        assert waits(ann, post)["title"]
    assert card(ann, ann.say(f"again {url}"))["title"]
    assert peer.asked.count("/bread") == 1


def test_only_what_may_be_asked(mill):
    """No preview of private posts, of mentions, hashtags and links to ourselves; an edit takes it away and brings it back."""
    server, peer, url = mill
    ann, ben = server.people("ann", "ben")
    for visibility in ("private", "direct"):
        ann.say(f"@{ben.name} {url}", visibility=visibility)
    ann.say(f"@{ben.name} #bread {server.url}/about")
    no_jobs(server)
    assert not peer.asked
    post = ann.say(f"@{ben.name} #bread {url}")
    assert waits(ann, post)["url"] == url
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "no link any more"}).ok()
    assert card(ann, post) is None
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": f"back: {url}"}).ok()
    assert card(ann, post)["url"] == url


@pytest.mark.parametrize("html,kind,status", [
    ("", "text/html", 200), ("<p>no title", "text/html", 200), (PAGE, "application/pdf", 200), (PAGE, "text/html", 404),
    (b"\x89PNG\r\n", "image/png", 200), (b"\xff\xfe" * 1000, "text/html", 200)])
def test_pages_that_say_nothing(here, html, kind, status):
    server, peer = here()
    ann = server.person("ann")
    post = ann.say(page(peer, html=html, kind=kind, status=status))
    no_jobs(server)
    assert card(ann, post) is None and peer.asked.count("/bread") == 1


def test_a_long_page(here):
    """Of a page of many megabytes the beginning is read."""
    server, peer = here()
    ann = server.person("ann")
    assert waits(ann, ann.say(page(peer, html=PAGE + "x" * (3 << 20))))["title"]


def test_other_encodings(here):
    server, peer = here()
    ann = server.person("ann")
    post = ann.say(page(peer, html="<title>Café à Łódź".encode("utf-8"), kind="text/html"))
    assert waits(ann, post)["title"] == "Café à Łódź"
    post = ann.say(page(peer, "/old", html="<title>Café".encode("latin-1"), kind="text/html; charset=ISO-8859-1"))
    assert waits(ann, post)["title"] == "Café"


def test_private_networks_are_not_asked(here, keys):
    """Without the switch for tests nothing on this machine is asked, by name, by number or by redirect."""
    server, peer = here(federation_allow_private_addresses="no")
    ann = server.person("ann")
    page(peer)
    port = peer.http.server_port
    posts = [ann.say(address) for address in (
        f"http://127.0.0.1:{port}/bread", f"https://127.0.0.1:{port}/bread", f"https://localhost:{port}/bread",
        f"https://[::1]:{port}/bread", "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/bread",
        "https://[::ffff:127.0.0.1]/bread", f"https://2130706433:{port}/bread")]
    no_jobs(server)
    assert not peer.asked and not [p for p in posts if card(ann, p)]


def test_refused_servers_have_no_previews(mill):
    server, peer, url = mill
    ann = server.person("ann")
    post = ann.say(url)
    assert waits(ann, post)
    refuse(server, "127.0.0.1", severity=2)
    eventually(lambda: card(ann, post) is None)
    other = ann.say(page(peer, "/other"))
    no_jobs(server)
    assert card(ann, other) is None and "/other" not in peer.asked


def test_switched_off(here):
    server, peer = here(link_previews="no")
    ann = server.person("ann")
    post = ann.say(page(peer))
    no_jobs(server)
    assert card(ann, post) is None and not peer.asked
    assert server.raw("GET", "/health").status == 200


def test_posts_of_other_servers(mill):
    """The page a remote post links to is asked for as well; what its server says of the page is believed instead."""
    server, peer, url = mill
    ann = server.person("ann")
    fay = peer.actor("fay")
    tag = [{"type": "Mention", "href": f"{server.url}/users/{ann.name}", "name": f"@{ann.name}@{server.host}"}]

    def seen(note):
        peer.creates(note)
        return eventually(lambda: [n["status"] for n in ann.get("/api/v1/notifications").ok()
                                   if n["status"]["uri"] == note["id"]])[0]

    words = f'<p><a href="{server.url}/@{ann.name}" class="u-url mention">@ann</a> <a href="{url}">read</a></p>'
    post = seen(peer.note(fay, words, cc=[tag[0]["href"]], tag=tag))
    assert waits(ann, post)["title"] == "Bread & butter <b>"
    given = seen(peer.note(fay, words.replace("/bread", "/other"), cc=[tag[0]["href"]], tag=tag, type="Page", name="Cake",
                           attachment=[{"type": "Link", "href": peer.url + "/other"}],
                           image={"type": "Image", "url": peer.url + "/loaf.png"}))
    no_jobs(server)
    said = card(ann, given)
    assert said["title"] == "Cake" and said["url"] == peer.url + "/other" and said["image"]
    assert "/other" not in peer.asked


def test_a_list_of_servers_is_none_of_pages(here):
    """Where only listed servers are spoken with, pages that people link to are shown all the same."""
    server, peer = here(federation_allow_list="yes")
    ann = server.person("ann")
    assert waits(ann, ann.say(page(peer)))["title"]
