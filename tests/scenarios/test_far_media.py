"""Pictures of other servers reach readers through our own addresses: fetched once, drawn anew, and never what a stranger asks for."""
import concurrent.futures
import re
import time

import pytest

from harness.peer import Peer, eventually
from harness.photos import SECRETS, photo, png

EMOJI = "party_parrot"


@pytest.fixture
def here(new_server, keys):
    """A server and another one that is played; gives both."""
    made = []

    def make(**settings):
        server = new_server(**settings)
        made.append(Peer(keys, server))
        return server, made[-1]

    yield make
    for peer in made:
        peer.close()


def picture(peer, name, data=None, kind="image/png", **how):
    peer.put(f"/files/{name}", png(64, 48) if data is None else data, kind=kind, **how)
    return f"{peer.url}/files/{name}"


def image(peer, name, **how):
    return {"type": "Image", "mediaType": "image/png", "url": picture(peer, name, **how)}


def fay_says(server, peer, person, content="<p>Look :" + EMOJI + ":</p>", attachment=(), **more):
    """A note of somebody elsewhere, with a portrait, a header and an emoji, that mentions somebody here; as they see it."""
    fay = peer.actor("fay", icon=image(peer, "face.png"), image=image(peer, "banner.png", data=png(300, 100)))
    tag = [{"type": "Mention", "href": f"{server.url}/users/{person.name}", "name": f"@{person.name}@{server.host}"},
           {"type": "Emoji", "name": f":{EMOJI}:", "icon": image(peer, "parrot.png", data=png(32, 32))}]
    note = peer.note(fay, content, cc=[f"{server.url}/users/{person.name}"], tag=tag, attachment=list(attachment), **more)
    peer.creates(note)
    return eventually(lambda: [n["status"] for n in person.get("/api/v1/notifications").ok()
                               if n["type"] == "mention" and n["status"]["uri"] == note["id"]])[0]


def path(server, url):
    assert url.startswith(server.url + "/media/proxy/"), url
    return url.removeprefix(server.url)


def times(peer, name):
    return peer.asked.count(f"/files/{name}")


def test_all_pictures_come_through_us(here):
    """Portrait, header, emoji and photo have addresses of ours, load as pictures, and carry none of the original's marks."""
    server, peer = here()
    ann = server.person("ann")
    shot = {"type": "Document", "mediaType": "image/jpeg", "url": picture(peer, "lake.jpg", photo("lake.jpg"), "image/jpeg"),
            "name": "A lake at dawn", "focalPoint": [0.5, -0.25], "width": 640, "height": 480,
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj"}
    post = fay_says(server, peer, ann, attachment=[shot])
    face, emoji, one = post["account"], post["emojis"][0], post["media_attachments"][0]
    assert one["type"] == "image" and one["remote_url"] == shot["url"] and one["description"] == "A lake at dawn"
    assert one["meta"]["focus"] == {"x": 0.5, "y": -0.25} and one["blurhash"] == shot["blurhash"]
    assert one["meta"]["original"]["width"] == 640
    assert emoji["shortcode"] == EMOJI
    assert not [p for p in peer.asked if p.startswith("/files/")], "nothing is fetched before somebody looks"
    for url in (face["avatar"], face["avatar_static"], face["header"], face["header_static"], emoji["url"], emoji["static_url"],
                one["url"], one["preview_url"]):
        got = server.raw("GET", path(server, url))
        assert got.status == 200 and got.headers["Content-Type"].startswith("image/"), (url, got.status, got.body[:200])
        assert got.headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in got.headers["Content-Security-Policy"]
        assert "immutable" in got.headers["Cache-Control"]
        assert not [mark for mark in SECRETS if mark in got.body]
    assert {times(peer, n) for n in ("face.png", "banner.png", "parrot.png", "lake.jpg")} == {1}
    again = ann.show(post).ok()["media_attachments"][0]
    assert again["url"] == one["url"] and again["meta"]["small"]["width"] > 0


def test_pages_load_nothing_from_elsewhere(here):
    """A page with a remote post names pictures of ours only; the emoji stands in the text as a picture with its name."""
    server, peer = here()
    ann = server.person("ann", password="correct horse battery")
    post = fay_says(server, peer, ann, attachment=[image(peer, "photo.png")])
    page = server.get(f"/@{post['account']['acct']}/{post['id']}").text
    sources = re.findall(r'(?:src|srcset)="([^"]+)"', page)
    assert sources and not [s for s in sources if "//" in s], sources
    assert any("/media/proxy/photo/" in s for s in sources) and any("/media/proxy/avatar/" in s for s in sources)
    assert re.search(rf'<img class="emoji" src="/media/proxy/emoji/[^"]+" alt=":{EMOJI}:"', page)
    assert peer.url not in "".join(sources)


def test_only_our_own_addresses(here):
    """Without the key of our own entities nothing is fetched and nothing is told."""
    server, peer = here()
    ann = server.person("ann")
    post = fay_says(server, peer, ann, attachment=[image(peer, "photo.png")])
    good = path(server, post["media_attachments"][0]["url"])
    _, _, _, kind, number, key, form = good.split("/")
    other = path(server, post["account"]["avatar"]).split("/")
    for wrong in (f"/media/proxy/{kind}/{number}/{'A' * 22}/{form}", f"/media/proxy/{kind}/{number}/{key}x/{form}",
                  f"/media/proxy/{kind}/{int(number) + 1}/{key}/{form}", f"/media/proxy/{other[3]}/{number}/{key}/{form}",
                  f"/media/proxy/{kind}/{number}/{other[5]}/{form}", f"/media/proxy/{kind}/{number}/{key}/large",
                  f"/media/proxy/http/{number}/{key}/full", f"/media/proxy/{kind}/-1/{key}/{form}",
                  f"/media/proxy/{kind}/{number}/{key}/..%2f..%2fsecret"):
        assert server.raw("GET", wrong).status in (400, 404), wrong
    assert not [p for p in peer.asked if p.startswith("/files/")]
    looped = server.raw("GET", good, headers={"User-Agent": "Tidings/1.0 (+https://far.example/)"})
    assert looped.status == 404 and not times(peer, "photo.png")
    assert server.raw("GET", good).status == 200


@pytest.mark.parametrize("name,data,kind", [
    ("page.png", b"<html><script>alert(1)</script>", "image/png"),
    ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "image/svg+xml"),
    ("cut.png", png(640, 480, rows=3), "image/png"),
    ("nothing.png", b"", "image/png")])
def test_what_is_no_picture_is_not_served(here, name, data, kind):
    """Type and name count for nothing; the failure is remembered, so the other server is not asked at every look."""
    server, peer = here()
    ann = server.person("ann")
    file = {"type": "Image", "mediaType": "image/png", "url": picture(peer, name, data, kind)}
    url = path(server, fay_says(server, peer, ann, attachment=[file])["media_attachments"][0]["url"])
    for _ in range(3):
        assert server.raw("GET", url).status == 404
    assert times(peer, name) == 1


def test_a_type_that_lies(here):
    """A picture called text is a picture: only its bytes are asked."""
    server, peer = here()
    file = {"type": "Image", "mediaType": "image/png", "url": picture(peer, "plain.txt", png(20, 20), "text/html")}
    got = server.raw("GET", path(server, fay_says(server, peer, server.person("ann"), attachment=[file])["media_attachments"][0]["url"]))
    assert got.status == 200 and got.headers["Content-Type"].startswith("image/")


def test_a_portrait_that_is_gone(here):
    """Where a portrait cannot be had, one of ours stands."""
    server, peer = here()
    post = fay_says(server, peer, server.person("ann"))
    peer.documents.pop("/files/face.png")
    got = server.raw("GET", path(server, post["account"]["avatar"]))
    assert got.status == 303 and got.headers["Location"] == "/static/avatar.png"


def test_one_fetch_for_many_readers(here):
    """Twenty who look at the same moment cost the other server one request."""
    server, peer = here()
    url = path(server, fay_says(server, peer, server.person("ann"), attachment=[image(peer, "photo.png")])["media_attachments"][0]["url"])
    with concurrent.futures.ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: server.raw("GET", url).status, range(20)))
    assert answers == [200] * 20 and times(peer, "photo.png") == 1


def test_blocked_servers_are_not_asked(here):
    """Where the moderators want nothing from, nothing is fetched, and copies are not shown either."""
    server, peer = here()
    ann = server.person("ann")
    post = fay_says(server, peer, ann, attachment=[image(peer, "photo.png"), image(peer, "second.png")])
    first, second = (path(server, m["url"]) for m in post["media_attachments"])
    assert server.raw("GET", first).status == 200
    refuse(server, "127.0.0.1", no_media=True)
    assert server.raw("GET", first).status == 404 and server.raw("GET", second).status == 404
    assert not times(peer, "second.png")


def refuse(server, domain, severity=0, no_media=False):
    """As the moderators' page writes it."""
    import sqlite3
    with sqlite3.connect(server.data / "tidings.db", timeout=10) as db:
        db.execute("INSERT INTO server_policy (domain, id, severity, no_media, created_at) VALUES (?, 1, ?, ?, 1)",
                   (domain, severity, int(no_media)))


def test_copies_give_way(here):
    """Beyond the limit those that nobody looked at for longest go, and come back when somebody looks."""
    server, peer = here(far_media_size="1 MiB")
    ann = server.person("ann")
    noise = [noisy(i) for i in range(6)]
    files = [image(peer, f"n{i}.png", data=data) for i, data in enumerate(noise)]
    urls = [path(server, m["url"]) for m in fay_says(server, peer, ann, attachment=files)["media_attachments"]]
    for url in urls:
        assert server.raw("GET", url).status == 200
    stored = lambda: sum(f.stat().st_size for f in (server.data / "media").rglob("*") if f.is_file())
    eventually(lambda: stored() <= 1 << 20, 30)
    assert server.raw("GET", urls[0]).status == 200 and times(peer, "n0.png") == 2


def noisy(seed, edge=400):
    """A picture that does not shrink."""
    import random
    import struct
    import zlib
    from harness.photos import chunk
    raw = random.Random(seed)
    rows = b"".join(b"\0" + raw.randbytes(edge * 3) for _ in range(edge))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def test_a_lost_file_is_fetched_again(here):
    """A copy whose file went from the disk is no dead picture."""
    server, peer = here()
    url = path(server, fay_says(server, peer, server.person("ann"), attachment=[image(peer, "photo.png")])["media_attachments"][0]["url"])
    assert server.raw("GET", url).status == 200
    for file in (server.data / "media").rglob("*"):
        if file.is_file():
            file.unlink()
    assert server.raw("GET", url).status == 200 and times(peer, "photo.png") == 2


class Trickle(bytes):
    """A body that takes twelve seconds on its way, but is never slow enough to be given up."""

    def __new__(cls, data):
        return super().__new__(cls, data)

    def pieces(self):
        step = len(self) // 24
        for at in range(0, len(self), step):
            time.sleep(0.5)
            yield self[at:at + step]


def test_slow_servers_do_not_hold_readers(here):
    """Somebody who looks at what does not come is told to come back, within a deadline; the server goes on meanwhile."""
    server, peer = here()
    post = fay_says(server, peer, server.person("ann"), attachment=[image(peer, "photo.png")])
    url = path(server, post["media_attachments"][0]["url"])
    whole = noisy(1, 100)
    peer.put("/files/photo.png", Trickle(whole), kind="image/png")
    began = time.monotonic()
    got = server.raw("GET", url)
    assert got.status == 503 and int(got.headers["Retry-After"]) > 0 and time.monotonic() - began < 11
    assert eventually(lambda: server.raw("GET", url).status == 200, 20)
    assert times(peer, "photo.png") == 1


def test_videos_come_as_they_are(here):
    """A video is what its first bytes say, is served with our type, in parts when asked; other bytes are refused."""
    server, peer = here()
    film = b"\0\0\0\x18ftypisom" + bytes(5000)
    good = {"type": "Video", "mediaType": "video/mp4", "url": picture(peer, "film.mp4", film, "video/mp4")}
    bad = {"type": "Video", "mediaType": "video/mp4", "url": picture(peer, "page.mp4", b"<html>" * 100, "video/mp4")}
    one, two = fay_says(server, peer, server.person("ann"), attachment=[good, bad])["media_attachments"]
    assert one["type"] == "video" and one["preview_url"]
    got = server.raw("GET", path(server, one["url"]))
    assert got.status == 200 and got.headers["Content-Type"] == "video/mp4" and got.body == film
    part = server.raw("GET", path(server, one["url"]), headers={"Range": "bytes=4-7"})
    assert part.status == 206 and part.body == b"ftyp"
    assert server.raw("GET", path(server, two["url"])).status == 404


def test_pictures_of_videos(here):
    """What a video elsewhere shows first comes through us, as a picture, beside the video itself; both are forgotten with the post."""
    server, peer = here()
    ann = server.person("ann")
    film = b"\0\0\0\x18ftypisom" + bytes(5000)
    video = {"type": "Video", "mediaType": "video/mp4", "url": picture(peer, "film.mp4", film, "video/mp4"),
             "icon": {"type": "Image", "mediaType": "image/png", "url": picture(peer, "first.png")}}
    post = fay_says(server, peer, ann, attachment=[video])
    one = post["media_attachments"][0]
    assert one["type"] == "video" and one["preview_remote_url"] == video["icon"]["url"]
    shown, played = path(server, one["preview_url"]), path(server, one["url"])
    assert shown.startswith("/media/proxy/film/")
    for _ in range(2):
        assert server.raw("GET", played).body == film
        got = server.raw("GET", shown)
        assert got.status == 200 and got.headers["Content-Type"].startswith("image/")
    assert times(peer, "first.png") == times(peer, "film.mp4") == 1
    now = ann.show(post).ok()["media_attachments"][0]
    assert now["meta"]["small"]["width"] and now["blurhash"] and now["preview_url"] == one["preview_url"]
    assert server.raw("GET", shown.replace("/film/", "/photo/")).status == 404
    peer.delivers(peer.activity("Delete", post["account"]["uri"], post["uri"]))
    assert server.raw("GET", shown).status == 404 and server.raw("GET", played).status == 404


def test_videos_that_are_posts(here):
    """PeerTube's Video: the tallest file that a copy may hold, with the widest of its pictures; else that picture alone."""
    server, peer = here()
    ann = server.person("ann")

    def link(name, size, height):
        return {"type": "Link", "mediaType": "video/mp4", "href": f"{peer.url}/files/{name}", "size": size, "height": height}
    icons = [{"type": "Image", "mediaType": "image/jpeg", "url": f"{peer.url}/files/{n}.jpg", "width": w, "height": w // 2} for n, w in
             (("small", 280), ("wide", 850))]
    page = {"type": "Link", "mediaType": "text/html", "href": peer.url + "/w/1"}
    stream = {"type": "Link", "mediaType": "application/x-mpegURL", "href": peer.url + "/live.m3u8"}
    files = [link("240.mp4", 10_000, 240), link("720.mp4", 2_000_000, 720), link("2160.mp4", 900_000_000, 2160)]
    whole = fay_says(server, peer, ann, type="Video", name="A film", icon=icons, url=[page, stream, *files])
    one = whole["media_attachments"][0]
    assert (one["type"], one["remote_url"], one["preview_remote_url"]) == ("video", files[1]["href"], icons[1]["url"])
    streamed = fay_says(server, peer, ann, type="Video", name="A film", icon=icons, url=[page, stream, files[2]])
    one = streamed["media_attachments"][0]
    assert (one["type"], one["remote_url"]) == ("image", icons[1]["url"]) and streamed["url"] == peer.url + "/w/1"


def test_private_networks_are_not_asked(here):
    """What a row names inside a private network is refused by the fetcher, whatever the row says."""
    server, peer = here()
    urls = [path(server, m["url"]) for m in fay_says(server, peer, server.person("ann"), attachment=[
        image(peer, "photo.png"), image(peer, "second.png")])["media_attachments"]]
    server.stop()
    server.environment["TIDINGS_FEDERATION_ALLOW_PRIVATE_ADDRESSES"] = "no"
    server.start()
    for url in urls:
        assert server.raw("GET", url).status == 404
    assert not [p for p in peer.asked if p.startswith("/files/")]


def test_a_redirect_into_a_loop(here):
    """Redirects are followed a few times; circles and lost ways end as no picture."""
    server, peer = here()
    ann = server.person("ann")
    circle = {"type": "Image", "mediaType": "image/png", "url": peer.url + "/files/a"}
    peer.put("/files/a", b"", status=302, kind="text/plain", headers={"Location": peer.url + "/files/b"})
    peer.put("/files/b", b"", status=302, kind="text/plain", headers={"Location": peer.url + "/files/a"})
    away = {"type": "Image", "mediaType": "image/png", "url": peer.url + "/files/c"}
    peer.put("/files/c", b"", status=302, kind="text/plain", headers={"Location": picture(peer, "d.png")})
    one, two = fay_says(server, peer, ann, attachment=[circle, away])["media_attachments"]
    assert server.raw("GET", path(server, one["url"])).status in (404, 503)
    assert server.raw("GET", path(server, two["url"])).status == 200


def test_readers_who_leave(here):
    """Sockets that close while their picture is on its way do no harm, and neither does a stop in the middle."""
    server, peer = here()
    post = fay_says(server, peer, server.person("ann"), attachment=[image(peer, "photo.png"), image(peer, "second.png")])
    first, second = (path(server, m["url"]) for m in post["media_attachments"])
    peer.put("/files/photo.png", Trickle(noisy(1, 100)), kind="image/png")
    for _ in range(20):
        with server.socket() as s:
            s.sendall(f"GET {first} HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
            time.sleep(0.02)
    assert server.raw("GET", second).status == 200
    server.assert_sound()
    with server.socket(20) as s:
        s.sendall(f"GET {first} HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
        time.sleep(0.2)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 8
        assert s.recv(100).startswith(b"HTTP/1.1 503")
