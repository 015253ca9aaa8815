"""Albums, the gallery, captions, crops, and photos that are not offered whole."""
import re
import time

import pytest

from harness.browser import Browser
from harness.photos import png
from test_federation import AS2, follows, there, wait  # noqa: F401
from test_journals import Journal
from test_quiet import PASSWORD, page_of
from test_veils import covers, path, posts


@pytest.fixture
def place(new_server):
    """Ann writes, Ben follows her, Cat does not."""
    server = new_server()
    ann, ben, cat = server.people("ann", "ben", "cat", password=PASSWORD)
    ben.follows(ann)
    return server, ann, ben, cat


def photo_post(who, name, visibility="public", **more):
    id = who.upload(png(1600, 1200), "a.png", "image/png", description=name, **more).ok()["id"]
    return who.say(name, visibility=visibility, media_ids=[id])


def album_of(server, who, title, posts):
    """An album with the photos of these posts, made by its pages; the browser, its number."""
    browser, page = page_of(server, who, "/albums")
    page = browser.submit("title", press="make", title=title, words="From the garden")
    number = re.search(r"/albums/(\d+)/add", page.address)[1]
    ids = [m["id"] for post in posts for m in post["media_attachments"]]
    browser.submit("media[]", **{"media[]": ids})
    return browser, number


def presses(browser, verb, media):
    return browser.submit(f"{verb}:{media}", press=f"{verb}:{media}")


def shown(page):
    """What the photos of a page show, in their order."""
    return [a["alt"] for tag, a in page.tags if tag == "img" and a.get("alt") and "portrait" not in a.get("class", "")]


def test_in_ones_own_order(place):
    """Albums in the author's order; gallery profile layout; focal point; captions; download off switch.

    Up and Down, never dragging; a cover; a name that can change; deleting an album leaves the photos with their posts."""
    server, ann, ben, cat = place
    first, second, third = [photo_post(ann, name) for name in ("one", "two", "three")]
    browser, number = album_of(server, ann, "Garden", [first, second, third])
    album = f"/@{ann.name}/albums/{number}"
    assert shown(Browser(server).go(album)) == ["one", "two", "three"]
    id = third["media_attachments"][0]["id"]
    browser.go(f"/albums/{number}")
    browser.submit(f"up:{id}", press=f"up:{id}")
    assert shown(Browser(server).go(album)) == ["one", "three", "two"]
    browser.submit(f"up:{id}", press=f"up:{id}")
    page = Browser(server).go(album)
    assert shown(page) == ["three", "one", "two"] and page.heads[0].strip() == "Garden" and "From the garden" in page.text
    presses(browser, "cover", second['media_attachments'][0]['id'])
    profile = Browser(server).go(f"/@{ann.name}/photos")
    assert album in profile.links and "Garden" in profile.text
    small = second["media_attachments"][0]["preview_url"].rsplit("/", 1)[1]
    assert re.search(r'<a class="square" href="%s" aria-label="Garden"><img [^>]*%s' % (album, small), profile.answer.body.decode())
    browser.submit("title", press="save", title="The garden")
    assert Browser(server).go(album).heads[0].strip() == "The garden"
    browser.go(f"/albums/{number}")
    presses(browser, "remove", id)
    assert shown(Browser(server).go(album)) == ["one", "two"]
    _, other = album_of(server, ann, "Lake", [first])
    order = lambda: re.findall(r"(The garden|Lake)</bdi>", Browser(server).go(f"/@{ann.name}/photos").answer.body.decode())
    assert order() == ["The garden", "Lake"]
    browser.go("/albums")
    browser.submit(f"up:{other}", press=f"up:{other}")
    assert order() == ["Lake", "The garden"]
    browser.go(f"/albums/{number}")
    browser.submit("delete", press="delete")
    assert Browser(server).go(album).status == 404 and cat.sees(first)


def test_nobody_sees_more_than_the_posts(place):
    """In an album each reader finds the photos of those posts that they may see; one of which they may see nothing is not there."""
    server, ann, ben, cat = place
    open_one, near, own = photo_post(ann, "open"), photo_post(ann, "near", "private"), photo_post(ann, "own", "self")
    _, mixed = album_of(server, ann, "Mixed", [own, near, open_one])
    _, secret = album_of(server, ann, "Secret name", [own])
    _, empty = album_of(server, ann, "Empty name", [photo_post(ann, "gone")])
    ann.delete(f"/api/v1/statuses/{ann.get(f'/api/v1/accounts/{ann.id}/statuses').ok()[0]['id']}").ok()
    at = lambda who: shown((page_of(server, who, f"/@{ann.name}/albums/{mixed}")[1]) if who else Browser(server).go(f"/@{ann.name}/albums/{mixed}"))
    assert (at(None), at(cat), at(ben), at(ann)) == (["open"], ["open"], ["near", "open"], ["own", "near", "open"])
    nothing = Browser(server).go(f"/@{ann.name}/albums/{int(secret) + 12345}")
    for who in (None, cat, ben):
        go = lambda p: (page_of(server, who, p)[1] if who else Browser(server).go(p))
        assert go(f"/@{ann.name}/albums/{secret}").status == go(f"/@{ann.name}/albums/{empty}").status == 404
        words = go(f"/@{ann.name}/photos").text
        assert "Mixed" in words and "Secret name" not in words and "Empty name" not in words
    strip = lambda page: re.sub(rb"\d{10,}", b"", page.answer.body)
    assert strip(nothing) == strip(Browser(server).go(f"/@{ann.name}/albums/{secret}"))
    # The cover is one that the reader may see, whichever was chosen.
    browser = page_of(server, ann, f"/albums/{mixed}")[0]
    presses(browser, "cover", near["media_attachments"][0]["id"])
    small = near["media_attachments"][0]["preview_url"].rsplit("/", 1)[1]
    album = lambda page: page.answer.body.decode().split('id="albums"')[1].split("</section>")[0]
    assert small not in album(Browser(server).go(f"/@{ann.name}/photos"))
    assert small in album(page_of(server, ben, f"/@{ann.name}/photos")[1])
    # A post that is narrowed or deleted takes its photo along; under another's name there is no album.
    assert Browser(server).go(f"/@{cat.name}/albums/{mixed}").status == 404
    ann.delete(f"/api/v1/statuses/{open_one['id']}").ok()
    assert Browser(server).go(f"/@{ann.name}/albums/{mixed}").status == 404
    assert at(ben) == ["near"]


def test_only_ones_own(place):
    """Only the owner changes an album, and only photos of their own posts go into one."""
    server, ann, ben, cat = place
    mine, other = photo_post(ann, "mine"), photo_post(cat, "other")
    _, number = album_of(server, ann, "Mine", [mine])
    browser = page_of(server, cat, "/albums")[0]
    token = dict(browser.page.form_with("title").fields)["csrf"]
    for target in (f"/albums/{number}", f"/albums/{number}/add"):
        assert browser.go(target).status == 404
        assert browser.go(target, "POST", f"csrf={token}&do=delete&media[]={other['media_attachments'][0]['id']}".encode(),
                          {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}).status == 404
    own = page_of(server, ann, f"/albums/{number}/add")[0]
    own.submit("Add to the album", **{"media[]": [other["media_attachments"][0]["id"], "12345"]})
    assert shown(Browser(server).go(f"/@{ann.name}/albums/{number}")) == ["mine"]
    own.go(f"/albums/{number}/add")
    assert own.submit("Add to the album").status == 422
    own.go("/albums")
    assert own.submit("title", press="make", title=" ").status == 422 and "An album needs a name." in own.page.text
    assert own.submit("title", press="make", title="x" * 101).status == 422
    own.go(f"/albums/{number}")
    assert own.submit("title", press="save", title="").status == 422
    assert Browser(server).go(f"/@{ann.name}/albums/{number}").heads[0].strip() == "Mine"


def test_gallery(place):
    """A profile can begin with a gallery of its photos; each is cropped round the point its author chose, and opens its post."""
    server, ann, ben, cat = place
    post = photo_post(ann, "three fields", focus="0.8,-1.0")
    veiled = posts(server, ann, [("strangers", "For friends")], visibility="public")
    words = ann.say("No photo")
    browser, page = page_of(server, ann, "/settings/profile")
    browser.submit("gallery", gallery="true")
    page = Browser(server).go(f"/@{ann.name}")
    squares = [a for tag, a in page.tags if tag == "a" and a.get("class") == "square"]
    assert [a["href"] for a in squares] == [path(ann, veiled), path(ann, post)]
    assert squares[1]["aria-label"] == "The post with this photo: three fields"
    assert "For friends" in page.text and "No photo" not in page.text
    crops = [a["class"] for tag, a in page.tags if tag == "img" and "crop" in a.get("class", "")]
    assert crops == ["crop x9 y10"]
    assert veiled["media_attachments"][0]["preview_url"].rsplit("/", 1)[1] not in page.answer.body.decode()
    near = page_of(server, ben, f"/@{ann.name}")[1]
    assert len([a for tag, a in near.tags if tag == "img" and "crop" in a.get("class", "")]) == 2
    assert "No photo" in Browser(server).go(f"/@{ann.name}/posts").text and f"/@{ann.name}/posts" in page.links
    # What is kept in view is chosen among nine places while writing.
    id = post["media_attachments"][0]["id"]
    browser.go(f"{path(ann, post)}/edit")
    assert dict(browser.page.form_with("text").fields)[f"focus_{id}"] == "", "a point an app has set stays as it is"
    page = browser.submit("text", press="crop", **{f"focus_{id}": "-0.7,0.7"})
    assert [a["class"] for tag, a in page.tags if tag == "img" and "crop" in a.get("class", "")] == ["crop x2 y2"]
    browser.submit("text", press="send")
    assert ann.show(post).ok()["media_attachments"][0]["meta"]["focus"] == {"x": -0.7, "y": 0.7}
    browser.go("/settings/profile")
    browser.submit("gallery", gallery=None)
    assert "No photo" in Browser(server).go(f"/@{ann.name}").text


def test_captions(place):
    """A caption stands under its photo, behind the veil where there is one."""
    server, ann, ben, cat = place
    post = posts(server, ann, [], visibility="public")
    id = post["media_attachments"][0]["id"]
    browser, page = page_of(server, ann, f"{path(ann, post)}/edit")
    browser.submit("text", press="send", **{f"caption_{id}": "At the <lake>"})
    body = Browser(server).go(path(ann, post)).answer.body.decode()
    assert '<figcaption class="caption" dir="auto">At the &lt;lake&gt;</figcaption>' in body
    browser.go(f"{path(ann, post)}/edit")
    assert browser.submit("text", press="send", **{f"caption_{id}": "x" * 501}).status == 422
    browser.go(f"{path(ann, post)}/edit")
    browser.submit("text", press="send", **{f"veil_{id}": "all", f"veil_words_{id}": "Covered"})
    body = Browser(server).go(path(ann, post)).answer.body.decode()
    assert re.search(r"</summary>.*At the &lt;lake&gt;.*</details>", body, re.S) and "figcaption" not in body


def test_no_download(place):
    """With no download, a photo is offered as it is shown and not whole, on pages, in apps and to other servers; it says that this cannot stop screenshots."""
    server, ann, ben, cat = place
    whole = photo_post(ann, "whole")
    file = lambda post: server.get(f"/api/v1/statuses/{post['id']}").ok()["media_attachments"][0]
    full, small = (file(whole)[k].rsplit("/", 1)[1] for k in ("url", "preview_url"))
    everywhere = lambda: [Browser(server).go(path(ann, whole)).answer.body.decode(), str(file(whole)),
                          str(server.get(f"/users/{ann.name}/statuses/{whole['id']}", headers={"Accept": AS2}).ok())]
    assert full != small and all(full in said for said in everywhere())
    browser, page = page_of(server, ann, f"{path(ann, whole)}/edit")
    assert "This asks; it cannot stop screenshots." in page.text
    browser.submit("text", press="send", stays="yes")
    assert all(full not in said and small in said for said in everywhere())
    meta = file(whole)["meta"]
    assert meta["original"] == meta["small"] and file(whole)["url"] == file(whole)["preview_url"]
    browser.go(f"{path(ann, whole)}/edit")
    browser.submit("text", press="send", stays=None)
    assert all(full in said for said in everywhere())
    # Of all of them at once, also of those to come.
    browser.go("/settings/posting")
    browser.submit("need_alt", photos_stay="yes")
    assert all(full not in said for said in everywhere()[:2])
    later = photo_post(ann, "later")
    assert file(later)["url"] == file(later)["preview_url"]
    browser.go("/settings/posting")
    assert dict(browser.page.form_with("need_alt").fields)["photos_stay"] == "yes"
    browser.submit("need_alt", photos_stay=None)
    assert file(later)["url"] != file(later)["preview_url"]


def test_a_journals_albums(place):
    """Albums in the author's order

    A journal has albums that any of its owners keeps: of the photos of its posts, by whomever they were written; its readers
    find them under its photos, as far as they may read it."""
    server, ann, ben, cat = place
    dan = server.person("dan", password=PASSWORD)
    for who in (ann, ben, cat, dan):
        who.browser = Browser(server)
        who.browser.sign_in(who)
    boats = Journal(ann, reach="approval").shared(ben)
    cat.post(f"/api/v1/accounts/{boats.id}/follow").ok()
    ann.browser.go(boats.path + "/journal/readers")
    ann.browser.submit("accept", press="accept")

    def photo_in(who, name):
        id = who.upload(png(1600, 1200), "a.png", "image/png", description=name).ok()["id"]
        return boats.say(name, by=who, media_ids=[id])["media_attachments"][0]["id"]

    hull, keel = photo_in(ann, "the hull"), photo_in(ben, "the keel")
    own = photo_post(ann, "not the journal's")["media_attachments"][0]["id"]
    shelf = boats.path + "/journal/albums"
    assert shelf in ann.browser.go(boats.path).links and shelf in ann.browser.go(boats.path + "/photos").links
    ann.browser.go(shelf)
    page = ann.browser.submit("title", press="make", title="The building", words="Winter by winter")
    number = re.search(r"/albums/(\d+)/add", page.address)[1]
    assert shown(page)[:2] == ["the keel", "the hull"]
    ann.browser.submit("media[]", **{"media[]": [hull, keel, own]})
    album = f"{boats.path}/albums/{number}"
    assert shown(cat.browser.go(album)) == ["the hull", "the keel"] and album in cat.browser.go(boats.path + "/photos").links
    assert shelf not in cat.browser.page.links and "Change this album" not in cat.browser.go(album).text
    # any owner keeps it
    page = ben.browser.go(f"{shelf}/{number}")
    assert page.status == 200 and ben.browser.go(album).status == 200 and "Change this album" in ben.browser.page.text
    ben.browser.go(f"{shelf}/{number}")
    presses(ben.browser, "up", keel)
    assert shown(cat.browser.go(album)) == ["the keel", "the hull"]
    ben.browser.go(f"{shelf}/{number}")
    assert ben.browser.submit("title", press="save", title=" ").status == 422
    # nobody else does, nor sees more than the journal's posts
    token = dict(cat.browser.go("/albums") and cat.browser.page.form_with("title").fields)["csrf"]
    for target in (shelf, f"{shelf}/{number}", f"{shelf}/{number}/add", f"/albums/{number}", f"/albums/{number}/add"):
        assert cat.browser.go(target).status == 404 or target == "/albums"
        assert cat.browser.go(target, "POST", f"csrf={token}&do=delete&title=x&media[]={own}".encode(),
                              {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}).status == 404
    assert ann.browser.go(f"/albums/{number}").status == 404, "it is not among the owner's own albums"
    for reader in (dan.browser, Browser(server)):
        assert reader.go(album).status == 404 and "The building" not in reader.go(boats.path + "/photos").text
    ann.browser.go(shelf)
    ann.browser.submit("title", press="make", title="Empty")
    assert "Empty" not in cat.browser.go(boats.path + "/photos").text
    assert "Empty" in ben.browser.go(boats.path + "/photos").text
    ben.browser.go(f"{shelf}/{number}")
    ben.browser.submit("delete", press="delete")
    assert cat.browser.go(album).status == 404


def test_captions_go_along(place, there):
    """captions

    Beside the description and never in its place: in feeds, in frames, for apps and for other servers, where schema.org's word
    carries it. Under a veil it stays at home with what it tells. A reader's rest from a word hears it."""
    server, ann, ben, cat = place
    far_ben = there.person("farben", password=PASSWORD)
    follows(far_ben, ann)
    post = posts(server, ann, [], visibility="public", text="A walk")
    id = post["media_attachments"][0]["id"]
    alt = post["media_attachments"][0]["description"]
    file = lambda: ann.show(post).ok()["media_attachments"][0]
    document = lambda: server.get(f"/users/{ann.name}/statuses/{post['id']}", headers={"Accept": AS2}).ok()["attachment"][0]
    arrived = lambda: wait(lambda: [p for p in far_ben.get("/api/v1/timelines/home").ok() if "walk" in p["content"]], "the post")[0]
    assert "caption" not in file() and "caption" not in document()
    arrived()
    time.sleep(1.1)  # other servers are told whole seconds
    browser, page = page_of(server, ann, f"{path(ann, post)}/edit")
    browser.submit("text", press="send", **{f"caption_{id}": "At the <lake>, in blackthorn time"})
    said = "At the <lake>, in blackthorn time"
    assert file()["caption"] == document()["caption"] == said
    assert file()["description"] == document()["name"] == alt and "summary" not in document()
    assert f"&lt;figcaption&gt;At the &amp;lt;lake" in server.get(f"/@{ann.name}.atom").body.decode()
    there_file = lambda: arrived()["media_attachments"][0]
    wait(lambda: there_file().get("caption") == said, "the caption elsewhere")
    assert there_file()["description"] == alt
    shown_there = page_of(there, far_ben, f"/@{ann.name}@{server.host}/{arrived()['id']}")[1].answer.body.decode()
    assert "At the &lt;lake&gt;" in shown_there
    # found by it, and left out with it
    assert [p["id"] for p in ann.get("/api/v2/search", q="blackthorn", type="statuses").ok()["statuses"]] == [post["id"]]
    assert post["id"] in ben.home()
    ben.post("/api/v2/filters", json_body={"title": "no", "context": ["home"], "filter_action": "hide",
                                           "keywords_attributes": [{"keyword": "blackthorn", "whole_word": True}]}).ok()
    assert post["id"] not in ben.home()
    # under a veil nobody else has it
    time.sleep(1.1)
    browser.go(f"{path(ann, post)}/edit")
    browser.submit("text", press="send", **{f"veil_{id}": "all", f"veil_words_{id}": "Covered"})
    assert "caption" not in file() and "caption" not in document()
    assert "blackthorn" not in server.get(f"/@{ann.name}.atom").body.decode()
    wait(lambda: "caption" not in there_file(), "no caption elsewhere")
