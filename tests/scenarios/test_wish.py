"""The author's wish, embeds, and what search engines and crawlers are told."""
import urllib.parse

import pytest

from harness.browser import Browser
from harness.common import path, set_switches, words
from harness.photos import photo

PASSWORD = "correct horse 4"
NOTHING = "noindex, noarchive, noimageindex, nosnippet"


@pytest.fixture
def ann(server):
    ann = server.person("ann", password=PASSWORD)
    ann.browser = Browser(server)
    ann.browser.sign_in(ann)
    return ann


def oembed(server, post, **query):
    return server.stranger().get("/api/oembed", url=post["url"], **query)


def look(server, post):
    return Browser(server).go(path(post))


@pytest.mark.parametrize("wish, sentence, word", [
    ("1", "Free to reproduce, with a link to this page.", "free-with-link"),
    ("2", "Please ask first before you reproduce this.", "ask-first"),
    ("3", "Please don’t reproduce this.", "please-dont")])
def test_a_wish(server, ann, wish, sentence, word):
    """Wish per post: free to reproduce with link / ask first (contact: letter) / please don't. Shown under the post in words and as metadata."""
    post = ann.say("The apples are in.")
    assert "reproduc" not in words(look(server, post)) and "reproduction" not in look(server, post).metas
    set_switches(ann, post, sw_wish=wish, sw_embeds="yes", sw_indexing="yes")
    page = look(server, post)
    assert sentence in words(page) and page.metas["reproduction"] == word
    ben = server.person("ben", password=PASSWORD)
    reader = Browser(server)
    reader.sign_in(ben)
    assert "Write a letter" in words(reader.go(path(post))), "the way to ask"
    profile = Browser(server).go(f"/@{ann.name}")
    assert sentence in words(profile)


def test_asked_not_to(server, ann):
    """"Ask first" and "don't": no oEmbed (404), `frame-ancestors 'none'`, preview card with only "A post by NAME" and no picture, `noindex, noarchive, noimageindex, nosnippet`, same on media."""
    media = ann.upload(photo("lake.png"), description="A lake").ok()
    post = ann.say("The lake has a skin of ice.", media_ids=[media["id"]])
    ann.patch("/api/v1/accounts/update_credentials", json_body={"indexable": True})
    for wish in ("2", "3"):
        set_switches(ann, post, sw_wish=wish, sw_embeds="yes", sw_indexing="yes")
        page = look(server, post)
        assert oembed(server, post).status == 404 and Browser(server).go(path(post) + "/embed").status == 404
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.metas["og:title"] == f"A post by {ann.name}"
        assert not {"og:image", "og:description", "description"} & set(page.metas)
        assert page.metas["robots"] == NOTHING and page.headers["X-Robots-Tag"] == NOTHING
        assert not any("oembed" in (rel.get("type") or "") for rel in page.rels)
        assert page.metas["tdm-reservation"] == "1"
        again = look(server, post)
        assert again.headers["X-Robots-Tag"] == NOTHING, "a page from memory says the same"
        file = server.stranger().get(urllib.parse.urlsplit(media["url"]).path)
        assert file.headers["X-Robots-Tag"] == NOTHING


def test_what_a_wish_cannot_do(server, ann):
    """The author's page says plainly: "This asks; it cannot stop screenshots.\""""
    post = ann.say("The lake has a skin of ice.")
    for wish, said in (("1", False), ("2", True), ("3", True)):
        set_switches(ann, post, sw_wish=wish)
        assert ("This asks; it cannot stop screenshots." in words(ann.browser.go(path(post)))) is said
        assert "screenshots" not in words(look(server, post)), "a word for the author"


def test_a_frame_on_another_site(server, ann):
    """Otherwise embeds are a plain frame loading the live post, so edits and deletion carry through."""
    post = ann.say("The apples are in.")
    assert oembed(server, post).status == 404, "embeds are off until somebody opens them"
    set_switches(ann, post, sw_embeds="yes")
    page = look(server, post)
    found = [rel["href"] for rel in page.rels if rel.get("type") == "application/json+oembed"]
    assert len(found) == 1
    said = server.stranger().get(found[0].removeprefix(server.url)).ok()
    assert said["type"] == "rich" and said["version"] == "1.0" and said["author_name"] == ann.name
    assert path(post) + "/embed" in said["html"] and "<script" not in said["html"]
    assert oembed(server, post, maxwidth="300").ok()["width"] == 300
    assert oembed(server, post, format="xml").status == 404
    frame = Browser(server).go(path(post) + "/embed")
    assert "The apples are in." in words(frame) and not frame.forms
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"] and frame.headers["X-Frame-Options"] != "DENY"
    assert frame.metas["robots"].startswith("noindex")
    ann.put("/api/v1/statuses/" + post["id"], json_body={"status": "The pears are in."}).ok()
    assert "The pears are in." in words(Browser(server).go(path(post) + "/embed"))
    ann.delete("/api/v1/statuses/" + post["id"]).ok()
    assert Browser(server).go(path(post) + "/embed").status == 404


def test_embeds_of_everyday_posts(server, ann):
    """Everyday posts are framed where the account allows it, those for fewer people never."""
    post, followers = ann.say("For all"), ann.say("For followers", "private")
    here = ann.say("For here", local_only=True)
    ann.browser.go("/settings/privacy")
    ann.browser.submit("locked", press="Save", embeds="yes")
    assert oembed(server, post).ok()["type"] == "rich"
    for other in (followers, here):
        assert oembed(server, other).status == 404 and Browser(server).go(path(other) + "/embed").status == 404
        assert ann.browser.go(path(other) + "/embed").status == 404, "nor for its author, whose browser may be in another site's frame"
    never = server.stranger().get("/api/oembed", url=server.url + f"/@{ann.name}/1")
    assert never.status == 404 and never.body == oembed(server, followers).body
    for bad in ("", "https://elsewhere.example/@a/1", "x" * 3000):
        assert server.stranger().get("/api/oembed", url=bad).status in (404, 422)


def test_indexing_is_set_for_a_post(server, ann):
    """Search engines may keep a post when its author says so, on the whole or for this one."""
    post = ann.say("For all")
    assert look(server, post).metas["robots"] == "noindex, noarchive"
    set_switches(ann, post, sw_indexing="yes")
    assert "robots" not in look(server, post).metas
    set_switches(ann, post, sw_indexing=None)
    assert look(server, post).metas["robots"] == "noindex, noarchive"


def test_crawlers_that_train(new_server, tmp_path):
    """robots.txt refuses known AI-training crawlers by default (administrator may edit)."""
    server = new_server()
    text = server.stranger().get("/robots.txt").body.decode()
    for crawler in ("GPTBot", "CCBot", "ClaudeBot", "Google-Extended"):
        assert f"User-agent: {crawler}\n" in text
    assert "Disallow: /\n" in text
    mine = tmp_path / "robots.txt"
    mine.write_text("User-agent: *\nDisallow: /\n")
    server = new_server(robots_file=str(mine))
    assert server.stranger().get("/robots.txt").body.decode() == mine.read_text()
    mine.unlink()
    assert "GPTBot" in server.stranger().get("/robots.txt").body.decode(), "a file that is gone opens nothing"
