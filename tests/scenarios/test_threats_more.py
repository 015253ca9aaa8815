"""Attacks that have no other story under their number. Where the rest without a number stand:

    T009, T147       nothing of the kind exists here: no sign-in by others, no services that are given data
    T076, T082       the box around the picture decoders proves itself: photobox/selftest.c
    T131, T132, T134, T136   test_audience.py asks every route, list, page and count for what somebody may not see
    T139             test_far_media.py: all pictures come through us
    T141             nothing of a photo's own data is kept, for its owner neither: test_media.py, t140
    T170             filters are matched in one pass: social/filter_match.c, measured in bench
    T174             PRAGMA synchronous=FULL: lib/db/sqlite.c; crash/test_kill.py kills in the middle of writing
    T179             test_media_sweep.py
    T182, T185       the unit tests run under the sanitizers, script/test clang and tsan
    T186             floors of libraries: meson.build, photobox start
    T188             one handle a request, no netrc, no cookies: lib/http/fetch_hop.c, fetch_test.c
"""
import re

import pytest

from harness.browser import Browser
from harness.common import sent, uri
from harness.peer import PUBLIC, TYPE, eventually

SCHEMES = ["javascript:alert(1)", "java\tscript:alert(1)", "&#106;avascript:alert(1)", "&#x6A;&#x61;vascript&colon;alert(1)", "JAVASCRIPT:alert(1)",
           "\x01javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//evil.example/x\n"]


def fetched(ann, note):
    return ann.get("/api/v2/search", q=note["id"], resolve="true", type="statuses").ok()["statuses"][0]


def hrefs(html):
    return re.findall(r'(?:href|src)="([^"]*)"', html)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_t030_schemes_in_disguise(server, ann, peer, scheme):
    """Links, addresses of pages and of pictures that run something, however they are written, are none."""
    fay = peer.actor("fay", url=scheme, icon={"type": "Image", "url": scheme})
    post = fetched(ann, peer.note(fay, f'<p>See <a href="{scheme}">this</a></p>', url=scheme,
                                  attachment=[{"type": "Image", "mediaType": "image/png", "url": scheme}]))
    for link in hrefs(post["content"]) + [post["url"], post["account"]["url"], post["account"]["avatar"]]:
        assert link.startswith(("http://", "https://")), link
    for media in post["media_attachments"]:
        assert all(str(media[k] or "http").startswith("http") for k in ("url", "preview_url", "remote_url"))
    page = Browser(server).go(f"/@{post['account']['acct']}/{post['id']}")
    assert not [l for l in page.links if not l.startswith(("/", "http", "#"))]


@pytest.mark.parametrize("html", [
    '<math><annotation>x</annotation></math>', '<math><annotation encoding="text/html"><script>1</script></annotation></math>', "<annotation>",
    '<p style="position:fixed" id="csrf" name="csrf" class="button overlay" onclick="x">Hello</p>', '<embed src="https://x.example/">',
    '<object data="https://x.example/"></object>', '<svg><style><img src=x onerror=1></style></svg>', '<form id="sign-in"><input name="csrf"></form>'])
def test_t031_t033_marks_that_do_more(server, ann, peer, html):
    """No element without its attribute ends the cleaning; no style, id, name, foreign class or embedded thing is kept."""
    post = fetched(ann, peer.note(peer.actor("fay"), html + "<p>Bread</p>"))
    assert "Bread" in post["content"]
    for bad in ("<math", "<annotation", "<script", "<style", "<embed", "<object", "<svg", "<form", "<input", " style=", " id=", " name=", "overlay", "on"
                "click", "onerror"):
        assert bad not in post["content"], post["content"]


def test_t133_documents_by_signer(server, ann, peer):
    """A followers-only document is for followers who sign; what one is given is kept for nobody else, and a block ends it."""
    fay, eve = peer.actor("fay"), peer.actor("eve")
    private, public = ann.say("Between us", "private"), ann.say("For all")
    paths = [p["uri"][len(server.url):] for p in (private, public)]
    peer.delivers(peer.activity("Follow", fay, uri(server, ann)))
    eventually(lambda: sent(peer, "Accept"))
    for _ in range(2):
        seen = peer.get(paths[0], fay)
        assert seen.status == 200 and "no-store" in seen.headers["Cache-Control"] and "Between us" in seen.body.decode()
        assert peer.get(paths[0], eve).status == 404 and server.get(paths[0], headers={"Accept": TYPE}).status == 404
    assert peer.get(paths[1], fay).status == peer.get(paths[1], eve).status == 200
    far = ann.get(f"/api/v1/accounts/{ann.id}/followers").ok()[0]
    ann.post(f"/api/v1/accounts/{far['id']}/block").ok()
    assert [peer.get(p, fay).status for p in paths] == [404, 404], "also what was asked for before"
    assert peer.get(paths[1], eve).status == 200


def test_t135_one_follower_is_not_a_server(server, ann, ben, cat, peer):
    """A followers-only post from elsewhere is for who follows, not for everybody where somebody does; and not before the yes."""
    fay = peer.actor("fay")
    far = ann.get("/api/v2/search", q="@" + peer.webfinger("fay"), resolve="true", type="accounts").ok()["accounts"][0]["id"]
    for one in (ann, ben):
        one.post(f"/api/v1/accounts/{far}/follow").ok()
    follow = eventually(lambda: [a for a in sent(peer, "Follow") if a["actor"] == uri(server, ann)])[0]
    peer.delivers(peer.activity("Accept", fay, follow))
    note = peer.creates(peer.note(fay, "<p>For followers</p>", to=[fay + "/followers"], cc=[]))
    post = eventually(lambda: [p for p in ann.get("/api/v1/timelines/home").ok() if p["uri"] == note["id"]])[0]
    for one in (ben, cat, server.stranger()):
        assert one.show(post).status == 404
    for one in (ben, cat):
        assert post["id"] not in one.home() and post["id"] not in one.ids(f"/api/v1/accounts/{far}/statuses")
        assert one.get("/api/v2/search", q=note["id"], type="statuses").ok()["statuses"] == []
    assert PUBLIC not in str(post) and post["visibility"] == "private"
