"""Photos: taking in, describing, what is served, what is refused."""
import pytest

from harness import photos
from harness.photos import photo


def path_of(server, url):
    assert url.startswith(server.url + "/"), url
    return url[len(server.url):]


@pytest.mark.parametrize("name", ["lake.jpg", "lake.png", "lake.webp", "lake.gif", "lake.heic", "lake.avif"])
def test_every_kind_of_photo(server, ann, name):
    """JPEG, PNG, WebP, GIF, HEIC and AVIF are taken in and answered ready, with sizes, a small preview and a blurhash."""
    media = ann.upload(photo(name), name, photos.kind(name), description="A lake").ok()
    assert media["type"] in ("image", "gifv") and media["url"] and media["preview_url"] and media["blurhash"]
    size = media["meta"]["original"]
    assert {size["width"], size["height"]} == {320, 240} and size["size"] == f"{size['width']}x{size['height']}"
    assert abs(size["aspect"] - size["width"] / size["height"]) < 0.01 and media["meta"]["small"]["width"] > 0
    assert media["description"] == "A lake"
    for url in (media["url"], media["preview_url"]):
        answer = server.raw("GET", path_of(server, url))
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("image/")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"] and "sandbox" in answer.headers["Content-Security-Policy"]


def test_t140_nothing_of_the_camera_is_left(server, ann):
    """Given a photo or video is uploaded, when it is stored, then location, device, serial numbers, embedded thumbnails and all other metadata except orientation and colour profile are gone; if a file type cannot be cleaned it is refused with a plain sentence.

    Comments and what hung behind the file too, from every size; it stands upright."""
    media = ann.upload(photo("lake.jpg"), "IMG_SECRETNAME.jpg", "image/jpeg").ok()
    assert (media["meta"]["original"]["width"], media["meta"]["original"]["height"]) == (240, 320), "not turned upright"
    for url in (media["url"], media["preview_url"]):
        data = server.raw("GET", path_of(server, url)).body
        for secret in photos.SECRETS + [b"SECRETNAME"]:
            assert secret not in data, secret
    assert b"SECRETNAME" not in str(media).encode()


def test_t140_avatars_and_headers_too(server, ann):
    """The profile's pictures lose the camera's marks as well."""
    said = ann.patch("/api/v1/accounts/update_credentials", files={
        "avatar": ("a.jpg", "image/jpeg", photo("lake.jpg")), "header": ("h.jpg", "image/jpeg", photo("lake.jpg"))}).ok()
    for key in ("avatar", "avatar_static", "header", "header_static"):
        data = server.raw("GET", path_of(server, said[key])).body
        assert not [s for s in photos.SECRETS if s in data]


def test_alt_text_and_focus(ann):
    """Description and focal point can come with the upload and be changed before the post."""
    media = ann.upload(photo(), description="one", focus="-0.5,0.25").ok()
    assert media["meta"]["focus"] == {"x": -0.5, "y": 0.25}
    said = ann.put(f"/api/v1/media/{media['id']}", form={"description": "two", "focus": "0.1,0.9"}).ok()
    assert said["description"] == "two" and said["meta"]["focus"] == {"x": 0.1, "y": 0.9}
    again = ann.get(f"/api/v1/media/{media['id']}").ok()
    assert again["description"] == "two" and again["url"]


@pytest.mark.parametrize("focus", ["2,2", "x,y", "1", "nan,nan", "1e999,0"])
def test_odd_focal_points(ann, focus):
    """A focal point outside the picture is refused or drawn to its edge; it never is nonsense in the answer."""
    answer = ann.upload(photo(), focus=focus)
    if answer.status == 200:
        point = (answer.ok()["meta"] or {}).get("focus") or {"x": 0, "y": 0}
        assert -1 <= point["x"] <= 1 and -1 <= point["y"] <= 1
    else:
        answer.fails(422)


def test_a_long_description(ann):
    """A description of 1,500 characters is kept whole; one far beyond is refused."""
    text = "ä" * 1500
    assert ann.upload(photo(), description=text).ok()["description"] == text
    ann.upload(photo(), description="x" * 20000).fails(422)


def test_the_old_address_still_works(ann):
    """Old apps upload to v1 and get the finished photo."""
    assert ann.upload(photo(), path="/api/v1/media").ok()["url"]


def test_ten_photos_and_not_eleven(ann):
    """Ten photos fit a post, in the order they were given; eleven do not."""
    ids = [ann.upload(photos.png(8, 8), description=str(i)).ok()["id"] for i in range(11)]
    post = ann.say("album", media_ids=ids[:10][::-1])
    assert [m["id"] for m in post["media_attachments"]] == ids[:10][::-1]
    ann.post("/api/v1/statuses", json_body={"status": "more", "media_ids": ids}).fails(422)


def test_a_photo_without_words(ann):
    """A photo alone is a post."""
    media = ann.upload(photo()).ok()
    post = ann.say("", media_ids=[media["id"]])
    assert post["content"] == "" and len(post["media_attachments"]) == 1


def test_t080_somebody_elses_photo(ann, ben):
    """Another person's upload can be neither attached, read, changed nor deleted; one photo belongs to one post."""
    media = ann.upload(photo()).ok()
    ben.post("/api/v1/statuses", json_body={"status": "x", "media_ids": [media["id"]]}).fails(404, 422)
    for method in ("GET", "PUT", "DELETE"):
        ours, unknown = (ben.request(method, f"/api/v1/media/{i}", form={"description": "x"} if method == "PUT" else None)
                         for i in (media["id"], "109999999999999999"))
        assert (ours.status, ours.body) == (unknown.status, unknown.body) and ours.status == 404
    ann.say("first", media_ids=[media["id"]])
    ann.post("/api/v1/statuses", json_body={"status": "second", "media_ids": [media["id"]]}).fails(404, 422)
    name = media["url"].rsplit("/", 1)[1]
    assert len(name.split(".")[0]) >= 20, "names can be guessed"


def test_deleting_an_upload(ann):
    """A photo not yet used can be deleted."""
    media = ann.upload(photo()).ok()
    assert ann.delete(f"/api/v1/media/{media['id']}").ok() == {}
    ann.get(f"/api/v1/media/{media['id']}").fails(404)


def test_t138_the_file_goes_with_the_post(server, ann):
    """The photo of a deleted post is gone within a minute."""
    import time
    media = ann.upload(photo()).ok()
    post = ann.say("look", media_ids=[media["id"]])
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    ann.delete(f"/api/v1/media/{media['id']}")
    for _ in range(120):
        if server.raw("GET", path_of(server, media["url"])).status in (404, 410):
            return
        time.sleep(0.5)
    raise AssertionError("the file is still served")


@pytest.mark.parametrize("what", photos.NEVER_DECODED)
def test_t075_kinds_that_are_never_decoded(server, ann, what):
    """SVG, PDF, PostScript, scripts and other files that are no photos are refused with a sentence, whatever they are called."""
    data = photos.NEVER_DECODED[what]
    for name, kind in (("a.png", "image/png"), ("a.svg", "image/svg+xml")):
        ann.upload(data, name, kind).fails(422)
    assert ann.upload(photo()).status == 200


def test_t077_the_name_and_type_are_not_believed(server, ann):
    """A photo that claims to be a page is served as the photo it is."""
    media = ann.upload(photo(), "x.html", "text/html").ok()
    answer = server.raw("GET", path_of(server, media["url"]))
    assert answer.headers["Content-Type"].startswith("image/") and not media["url"].endswith(".html")


@pytest.mark.parametrize("name, data", [
    ("30,000 x 30,000", photos.png_bomb(30000, 30000)), ("2^31-1 x 2^31-1", photos.png(2**31 - 1, 2**31 - 1, rows=0)),
    ("20,000 x 10", photos.png(20000, 10)), ("9,000 x 9,000", photos.png_bomb(9000, 9000)), ("0 x 0", photos.png(0, 0, rows=0)),
    ("JPEG that claims 65,535", photos.jpeg_lying()), ("GIF of 1,000 frames of 4,000 x 4,000", photos.gif_of_frames(1000, 4000, 4000)),
])
def test_t071_pixel_bombs(server, ann, name, data):
    """Pictures that promise more pixels than anybody's camera makes are refused before they are unpacked."""
    import time
    began = time.monotonic()
    ann.upload(data).fails(422, 413)
    assert time.monotonic() - began < 10
    assert ann.upload(photo()).status == 200


def test_t072_broken_pictures(server, ann):
    """Cut off and damaged pictures are refused or shown as far as they go; the next photo works."""
    whole = photo("lake.jpg")
    for data in [whole[:n] for n in (1, 3, 20, 200, 1000, 3000)] + [photo()[:n] for n in (8, 20, 40, 500, 20000)] + \
            [photo("lake.webp")[:300], photo("lake.heic")[:500], photo("lake.avif")[:400], photo("lake.gif")[:800]]:
        answer = ann.upload(data)
        assert answer.status in (200, 422), answer.status
    damaged = bytearray(photo())
    damaged[60:80] = b"\xff" * 20
    assert ann.upload(bytes(damaged)).status in (200, 422)
    assert ann.upload(photo()).status == 200


def test_t073_many_frames(ann):
    """A GIF of a million frames is refused or its first frame taken, quickly."""
    assert ann.upload(photos.gif_of_frames(200_000), "x.gif", "image/gif").status in (200, 413, 422)


def test_t074_polyglots(server, ann):
    """Not one foreign byte of a file that is a photo and something else too is served."""
    for data in (photo() + b"PK\x03\x04EVILZIP", photo("lake.gif") + b"/*EVILSCRIPT*/", photo("lake.jpg") + b"<?php EVILPHP ?>"):
        answer = ann.upload(data)
        if answer.status == 200:
            assert b"EVIL" not in server.raw("GET", path_of(server, answer.ok()["url"])).body


def test_t078_too_large(server, ann):
    """An upload past the limit is refused at its head, before the body is sent."""
    head = (f"POST /api/v2/media HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: Bearer {ann.token}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 10737418240\r\n\r\n").encode()
    said = server.shout(head)
    assert said.startswith(b"HTTP/1.1 413"), said[:200]
    ann.upload(b"\x89PNG\r\n\x1a\n" + b"\0" * (17 << 20)).fails(413, 422)


def test_t081_ranges(server, ann):
    """One range is answered; thousands of them, or odd ones, get the whole or 416."""
    path = path_of(server, ann.upload(photo()).ok()["url"])
    whole = server.raw("GET", path).body
    part = server.raw("GET", path, headers={"Range": "bytes=10-19"})
    assert part.status == 206 and part.body == whole[10:20] and part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert server.raw("GET", path, headers={"Range": "bytes=-5"}).body == whole[-5:]
    assert server.raw("GET", path, headers={"Range": f"bytes={len(whole)}-"}).status == 416
    many = server.raw("GET", path, headers={"Range": "bytes=" + ",".join(f"{i}-{i + 1}" for i in range(1000))})
    assert many.status in (200, 416) and len(many.body) <= len(whole)
    for odd in ("bytes=5-2", "bytes=a-b", "bytes=99999999999999999999-", "lines=1-2", "bytes=-0", "bytes="):
        assert server.raw("GET", path, headers={"Range": odd}).status in (200, 416)


def test_photos_are_cached(server, ann):
    """A photo's address never changes its content: it may be kept for a long time, and a second asking costs nothing."""
    path = path_of(server, ann.upload(photo()).ok()["url"])
    first = server.raw("GET", path)
    assert "max-age" in first.headers["Cache-Control"]
    assert server.raw("GET", path, headers={"If-None-Match": first.headers["ETag"]}).status == 304
    head = server.raw("HEAD", path)
    assert head.status == 200 and head.headers["Content-Length"] == str(len(first.body)) and head.body == b""


def test_a_moving_gif(server, ann):
    """A GIF that moves is taken in."""
    assert ann.upload(photo("moving.gif"), "moving.gif", "image/gif").ok()["url"]


@pytest.mark.crowd
def test_t079_many_uploads_at_once(server, ann, ben):
    """Twelve large photos at once are taken in or told to wait, and meanwhile other people are answered."""
    import threading
    import time
    data, codes, waits = photos.png(3000, 2000), [], []
    threads = [threading.Thread(target=lambda: codes.append(ann.upload(data).status)) for _ in range(12)]
    [t.start() for t in threads]
    while any(t.is_alive() for t in threads):
        began = time.monotonic()
        assert ben.get("/api/v1/timelines/home").status == 200
        waits.append(time.monotonic() - began)
        time.sleep(0.05)
    assert set(codes) <= {200, 202, 503} and 200 in codes, codes
    assert sorted(waits)[len(waits) * 95 // 100] < 3


def test_without_the_box(new_server):
    """Where the box cannot be started, photos are refused with a sentence and everything else works."""
    server = new_server(photobox="/nowhere/tidings-photobox")
    ann = server.person("ann")
    assert "Pictures" in ann.upload(photo()).fails(503)
    assert ann.say("words still work")["content"] == "<p>words still work</p>"


def test_avatars_and_headers_come_and_go(server, ann):
    """A new avatar or header takes the old one's place, whose file is gone within a minute; without one there is a picture all the same."""
    import time
    before = ann.get("/api/v1/accounts/verify_credentials").ok()
    for what in ("avatar", "header"):
        old = None
        for name in ("lake.jpg", "lake.avif"):
            said = ann.patch("/api/v1/accounts/update_credentials", files={what: (name, photos.kind(name), photo(name))}).ok()
            assert said[what] not in (old, before[what]) and server.raw("GET", path_of(server, said[what])).status == 200
            first, old = old, said[what]
        ann.patch("/api/v1/accounts/update_credentials", files={what: ("x.png", "image/png", b"<svg/>")}).fails(422)
        assert ann.get("/api/v1/accounts/verify_credentials").ok()[what] == old, "a refused picture changes nothing"
        assert ann.delete(f"/api/v1/profile/{what}").ok()[what] == before[what]
        deadline = time.monotonic() + 60
        while {server.raw("GET", path_of(server, url)).status for url in (first, old)} != {404}:
            assert time.monotonic() < deadline, "the files are still served"
            time.sleep(0.5)
