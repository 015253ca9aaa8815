"""Veils: a cover over one photo with its author's own sentence, and what apps and other servers are told of it."""
import re

import pytest

from harness.browser import Browser
from harness.photos import photo, png
from test_federation import AS2, here, there, follows, wait  # noqa: F401
from test_quiet import PASSWORD, page_of

ALL, STRANGERS = "all", "strangers"
SENTENCE = "Our girl, a few hours old."


@pytest.fixture
def place(new_server):
    """Ann writes, Ben follows her, Cat does not."""
    server = new_server()
    ann, ben, cat = server.people("ann", "ben", "cat", password=PASSWORD)
    ben.follows(ann)
    return server, ann, ben, cat


def takes_in(browser, n=1):
    """The page for writing with n photos taken in; their ids."""
    browser.go("/write")
    files = {}
    for i in range(n):
        browser.submit("text", press="add", files={"photo": (f"{i}.png", "image/png", png(64 + i, 48))}, text="Look")
    return [v for k, v in browser.page.form_with("text").fields if k == "media[]"]


def sends(browser, ids, veils, far="blur", **more):
    """Sends what stands on the page; veils: what is chosen for each photo, with the sentence."""
    said = {}
    for i, id in enumerate(ids):
        kind, words = veils[i] if i < len(veils) else ("none", "")
        said |= {f"alt_{id}": f"A lake, {i + 1}", f"veil_{id}": kind, f"veil_words_{id}": words}
    return browser.submit("text", press="send", veil_far=far, **said | more)


def posts(server, who, veils, n=1, **more):
    """A post of theirs by the page for writing; as the API has it for them."""
    browser = Browser(server)
    browser.sign_in(who)
    page = sends(browser, takes_in(browser, n), veils, **more)
    assert page.status == 200, page.text[:400]
    return who.get(f"/api/v1/accounts/{who.id}/statuses").ok()[0]


def covers(page):
    """The sentences on the covers of a page, as they are read."""
    return re.findall(r'<details class="veil"><summary>.*?<span dir="auto">(.*?)</span>', page.answer.body.decode())


def path(who, post):
    return f"/@{who.name}/{post['id']}"


def sees(server, who, path):
    return covers(page_of(server, who, path)[1] if who else Browser(server).go(path))


def told(who, post, server=None):
    said = who.show(post).ok() if who else server.get(f"/api/v1/statuses/{post['id']}").ok()
    return said["sensitive"], said["spoiler_text"]


def test_per_photo(place):
    """Veil per photo: none (default) · own sentence · for people who don't follow me."""
    server, ann, ben, cat = place
    browser = Browser(server)
    browser.sign_in(ann)
    ids = takes_in(browser, 3)
    fields = dict(browser.page.form_with("text").fields)
    assert [fields[f"veil_{id}"] for id in ids] == ["none"] * 3 and fields["veil_far"] == "blur" and "stays" not in fields
    sends(browser, ids, [(ALL, SENTENCE), (STRANGERS, "For friends")])
    post = ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()[0]
    assert sees(server, None, path(ann, post)) == sees(server, cat, path(ann, post)) == [SENTENCE, "For friends"]
    assert sees(server, ben, path(ann, post)) == sees(server, ann, path(ann, post)) == [SENTENCE]
    plain = posts(server, ann, [], n=2)
    assert sees(server, None, path(ann, plain)) == []
    # None is without words, and everything typed is still there.
    ids = takes_in(browser)
    page = sends(browser, ids, [(ALL, " ")], text="Kept words")
    assert page.status == 422 and "A veil has no sentence yet." in page.text and "Kept words" in page.text
    assert dict(page.form_with("text").fields)[f"veil_{ids[0]}"] == ALL
    assert sends(browser, ids, [(ALL, "x" * 201)]).status == 422
    assert sends(browser, ids, [(ALL, "<b>&\"")]).status == 200
    assert "&lt;b&gt;&amp;&#34;" in browser.page.answer.body.decode() or "&lt;b&gt;&amp;&quot;" in browser.page.answer.body.decode()


def test_opening(place):
    """Opening a veil affects that photo, that view; a reader can set "always open veils by people I follow".

    A cover is a disclosure: its name is the author's words, opening is the browser's own, and nothing is sent or kept. The
    picture behind is marked to be fetched when it comes into view."""
    server, ann, ben, cat = place
    post = posts(server, ann, [(ALL, SENTENCE), (STRANGERS, "For friends")], n=2)
    page = Browser(server).go(path(ann, post))
    body = page.answer.body.decode()
    assert body.count('<details class="veil"><summary>') == 2
    behind = re.findall(r'<details class="veil">.*?</summary>\s*<a [^>]*>\s*<img [^>]*>', body)
    assert len(behind) == 2 and all('loading="lazy"' in x for x in behind)
    browser, page = page_of(server, ben, "/settings/reading")
    assert "open_veils" not in dict(page.form_with("zone").fields)
    browser.submit("zone", open_veils="yes")
    assert dict(browser.go("/settings/reading").form_with("zone").fields)["open_veils"] == "yes"
    assert covers(browser.go(path(ann, post))) == [] and told(ben, post) == (False, "")
    dan = server.person("dan", password=PASSWORD)
    strange = posts(server, dan, [(ALL, "Not for everyone")])
    assert sees(server, ben, path(dan, strange)) == ["Not for everyone"], "only those whom they follow"
    assert told(ben, strange) == (True, "")
    # To show all photos is about those covered as a whole: an author's own sentence stays.
    browser, page = page_of(server, cat, "/settings/reading")
    browser.submit("zone", show_media="show_all")
    assert covers(browser.go(path(ann, post))) == [SENTENCE, "For friends"]


def test_apps(place):
    """A post with a veiled photo, as the reader sees it, is `sensitive` in the API: followers do not meet a veil for people who do not follow."""
    server, ann, ben, cat = place
    friends = posts(server, ann, [(STRANGERS, "For friends")])
    mixed = posts(server, ann, [(STRANGERS, "For friends"), (ALL, SENTENCE), (ALL, SENTENCE)], n=3, far="fold")
    for _ in range(2):  # the second time from memory, whoever asked before
        assert told(None, friends, server) == told(cat, friends) == (True, "")
        assert told(ben, friends) == told(ann, friends) == (False, "")
        assert told(None, mixed, server) == told(cat, mixed) == (True, f"For friends · {SENTENCE}")
        assert told(ben, mixed) == told(ann, mixed) == (True, SENTENCE)
    at_home = {p["id"]: (p["sensitive"], p["spoiler_text"]) for p in ben.get("/api/v1/timelines/home").ok()}
    assert at_home[friends["id"]] == (False, "") and at_home[mixed["id"]] == (True, SENTENCE)
    assert [v["sensitive"] for v in cat.get(f"/api/v1/statuses/{friends['id']}/history").ok()] == [True]
    # Where posts stand inside other things too.
    named = posts(server, ann, [(STRANGERS, "For friends")], far="fold", text=f"@{ben.name} @{cat.name} Look")
    inside = lambda who: [(n["status"]["sensitive"], n["status"]["spoiler_text"])
                          for n in who.get("/api/v1/notifications", **{"types[]": "mention"}).ok()]
    assert inside(ben) == [(False, "")] and inside(cat) == [(True, "For friends")]
    reply = cat.answer(named, "So small")
    above = lambda who: [(p["sensitive"], p["spoiler_text"]) 
                         for p in who.get(f"/api/v1/statuses/{reply['id']}/context").ok()["ancestors"]]
    assert above(ben) == [(False, "")] and above(cat) == [(True, "For friends")]
    # Boosted, it is met as its author's.
    ben.does(friends, "reblog")
    cat.follows(ben)
    boosted = [p["reblog"] for p in cat.get("/api/v1/timelines/home").ok() if p["reblog"]]
    assert [p["sensitive"] for p in boosted] == [True]
    cat.follows(ann)
    assert told(cat, friends) == (False, "")
    cat.toward(ann, "unfollow")
    assert told(cat, friends) == (True, "")


def test_a_note_of_ones_own_stays(place):
    """Words of the author's own in front of a post are never replaced by those of a veil."""
    server, ann, ben, cat = place
    post = posts(server, ann, [(ALL, SENTENCE)], far="fold", spoiler_text="Birth")
    assert told(cat, post) == (True, "Birth")


def test_an_app_changes_the_words(place):
    """An app that changes a post sends back what it was shown, and the veil does not become a content note."""
    server, ann, ben, cat = place
    post = posts(server, ann, [(ALL, SENTENCE)], n=2, far="fold")
    shown = ann.show(post).ok()
    ids = [m["id"] for m in shown["media_attachments"]]
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={
        "status": "Look again", "media_ids": ids, "sensitive": shown["sensitive"],
        "spoiler_text": shown["spoiler_text"]}).ok()
    assert ann.get(f"/api/v1/statuses/{post['id']}/source").ok()["spoiler_text"] == ""
    assert covers(Browser(server).go(path(ann, post))) == [SENTENCE], "the other photo stays open"


def test_afterwards(place):
    """A veil can be set, changed and taken away after a post was sent."""
    server, ann, ben, cat = place
    post = posts(server, ann, [])
    id = post["media_attachments"][0]["id"]
    assert told(cat, post) == (False, "") and sees(server, None, path(ann, post)) == []
    browser, page = page_of(server, ann, f"{path(ann, post)}/edit")
    browser.submit("text", press="send", **{f"veil_{id}": ALL, f"veil_words_{id}": SENTENCE})
    assert told(cat, post) == (True, "") and sees(server, None, path(ann, post)) == [SENTENCE]
    page = browser.go(f"{path(ann, post)}/edit")
    assert dict(page.form_with("text").fields)[f"veil_words_{id}"] == SENTENCE
    browser.submit("text", press="send", **{f"veil_{id}": "none"})
    assert told(cat, post) == (False, "") and sees(server, None, path(ann, post)) == []
    # A draft keeps it.
    ids = takes_in(browser)
    browser.submit("text", press="draft", **{f"alt_{ids[0]}": "x", f"veil_{ids[0]}": STRANGERS, f"veil_words_{ids[0]}": "Kept"})
    draft = next(a for a in browser.page.links if a.startswith("/write?draft="))
    assert dict(browser.go(draft).form_with("text").fields)[f"veil_words_{ids[0]}"] == "Kept"


def test_nothing_shows_it_elsewhere(place):
    """Feeds, link previews and frames show no veiled photo, and the page of photos has the same covers."""
    server, ann, ben, cat = place
    post = posts(server, ann, [(STRANGERS, "For friends")], visibility="public")
    small = post["media_attachments"][0]["preview_url"].rsplit("/", 1)[1]
    page = Browser(server).go(path(ann, post))
    assert page.metas.get("og:image") is None
    assert small not in server.get(f"/@{ann.name}.atom").body.decode()
    assert sees(server, None, f"/@{ann.name}/photos") == ["For friends"]
    assert sees(server, ben, f"/@{ann.name}/photos") == []
    other = posts(server, ann, [], visibility="public")
    small = other["media_attachments"][0]["preview_url"].rsplit("/", 1)[1]
    assert small in server.get(f"/@{ann.name}.atom").body.decode()
    assert small in Browser(server).go(path(ann, other)).metas["og:image"]


def test_other_servers(here, there):
    """For other servers the author chooses: "Blur the photos there" (`sensitive`) or "Fold the post under my words" (`spoiler_text`)."""
    ann, ben = here.person("ann", password=PASSWORD), there.person("ben")
    follows(ben, ann)
    post = posts(here, ann, [(STRANGERS, SENTENCE)], visibility="public")
    document = lambda: here.get(f"/users/{ann.name}/statuses/{post['id']}", headers={"Accept": AS2}).ok()
    assert (document()["sensitive"], document()["summary"]) == (True, None)
    there_now = lambda: [(p["sensitive"], p["spoiler_text"]) for p in ben.get("/api/v1/timelines/home").ok()]
    wait(lambda: there_now() == [(True, "")], "the post, blurred")
    browser, page = page_of(here, ann, f"{path(ann, post)}/edit")
    assert "Blur the photos there" in page.text and "Fold the post under my words" in page.text
    browser.submit("text", press="send", veil_far="fold")
    assert (document()["sensitive"], document()["summary"]) == (True, SENTENCE)
    wait(lambda: there_now() == [(True, SENTENCE)], "the change, folded")
    id = post["media_attachments"][0]["id"]
    browser.go(f"{path(ann, post)}/edit")
    browser.submit("text", press="send", **{f"veil_{id}": "none"})
    wait(lambda: there_now() == [(False, "")], "the change, open")


def test_more_than_four(place):
    """When a post has more than 4 photos, then its federated text ends with a link "All N photos", because Mastodon keeps only four."""
    server, ann, ben, cat = place
    texts = {}
    for n in (4, 5):
        ids = [ann.upload(png(40 + i, 40), "a.png", "image/png", description="x").ok()["id"] for i in range(n)]
        post = ann.say("Many", media_ids=ids)
        note = server.get(f"/users/{ann.name}/statuses/{post['id']}", headers={"Accept": AS2}).ok()
        texts[n] = note["content"].replace(post["url"], "URL")
        assert note["content"] == "<p>Many</p>" or n == 5
        assert post["content"] == "<p>Many</p>", "here all of them are shown"
    assert texts[5] == '<p>Many</p><p><a href="URL">All 5 photos</a></p>'


@pytest.fixture
def watched(place):
    server, ann, ben, cat = place
    return server, ann, cat, server.person("boss", role="moderator", password=PASSWORD)


def test_moderators_ask(watched):
    """No automatic nudity, gore or grief detection; moderators can request a veil in neutral words; the author can appeal.

    Nothing changes unless the author does it: they are told with a link to the post, set a veil or ask to look again; the
    log keeps what was asked."""
    server, ann, cat, boss = watched
    post = posts(server, ann, [], visibility="public")
    report = cat.post("/api/v1/reports", json_body={"account_id": ann.id, "status_ids": [post["id"]], "comment": "?"}).ok()
    browser, page = page_of(server, boss, f"/moderation/reports/{report['id']}")
    assert "not graphic content" in page.text
    assert browser.submit("act", press="act", act="ask_veil", silent="yes").status == 422
    browser.submit("act", press="act", act="ask_veil", silent=None)
    assert f"asked for a veil over photos of {ann.name}" in browser.go("/moderation/log").text
    assert told(cat, post) == (False, "") and sees(server, None, path(ann, post)) == []
    mine, page = page_of(server, ann, "/warnings")
    assert "The moderators ask for a veil over photos of some posts" in page.text and f"{path(ann, post)}/edit" in page.links
    assert "Nothing was changed." in page.text
    note = next(n for n in ann.get("/api/v1/notifications").ok() if n["type"] == "moderation_warning")
    assert note["moderation_warning"]["action"] == "none" and "Please put a veil" in note["moderation_warning"]["text"]
    mine.submit("text", text="She is asleep, that is all.")
    assert "She is asleep" in browser.go("/moderation").text
    browser.submit(f"Take it back for {ann.name}", press=f"Take it back for {ann.name}")
    assert "they agreed" in mine.go("/warnings").text
    assert "sensitive" not in mine.page.text
    plain = ann.say("No photo")
    other = cat.post("/api/v1/reports", json_body={"account_id": ann.id, "status_ids": [plain["id"]]}).ok()
    browser.go(f"/moderation/reports/{other['id']}")
    page = browser.submit("act", press="act", act="ask_veil", silent=None)
    assert page.status == 422 and "has no photo" in page.text


def test_a_preset_says_the_veil(place, there):
    """Veil per photo: none (default) · own sentence · for people who don't follow me.

    A preset of one's own can begin every photo with a veil: on the page for writing, where it can be taken off one by one, and
    for what apps send. What is beside a photo already stays as it was chosen."""
    server, ann, ben, cat = place
    far = there.person("far", password=PASSWORD)
    follows(far, ann)
    browser, page = page_of(server, ann, "/write")
    assert "Photos begin without a veil." in page.text
    fields = dict(page.form_with("text").fields)
    assert fields["sw_veil"] == "0" and fields["sw_veil_folds"] == "0" and fields["sw_veil_words"] == ""
    page = browser.submit("text", press="keep_preset", text="x", sw_veil="1", preset_name="Veiled")
    assert page.status == 422 and "A veil has no sentence yet." in page.text
    page = browser.submit("text", press="keep_preset", text="x", sw_veil="1", sw_veil_words="y" * 201, preset_name="Veiled")
    assert page.status == 422
    page = browser.submit("text", press="keep_preset", text="x", sw_veil="1", sw_veil_words=SENTENCE, sw_veil_folds="1", preset_name="Veiled")
    assert page.status == 200 and "Photos begin with your veil. Other servers and apps fold the post under your words." in page.text
    preset = dict(page.form_with("text").fields)["preset"]
    # a photo that was there before is veiled when the preset is picked, and one taken off stays off
    [one] = takes_in(browser)
    page = browser.submit("text", press="preset", preset=preset)
    fields = dict(page.form_with("text").fields)
    assert fields[f"veil_{one}"] == ALL and fields[f"veil_words_{one}"] == SENTENCE and fields["veil_far"] == "fold"
    page = browser.submit("text", press="add", files={"photo": ("b.png", "image/png", png(80, 60))},
                          **{f"veil_{one}": "none", f"veil_words_{one}": ""})
    fields = dict(page.form_with("text").fields)
    two = [v for k, v in page.form_with("text").fields if k == "media[]"][1]
    assert (fields[f"veil_{one}"], fields[f"veil_{two}"]) == ("none", ALL)
    browser.submit("text", press="send", text="Two", **{f"alt_{one}": "A", f"alt_{two}": "B"})
    post = ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()[0]
    assert sees(server, cat, path(ann, post)) == [SENTENCE] and told(cat, post) == (True, SENTENCE)
    # as the account's default it holds for apps
    browser.go("/settings/posting")
    browser.submit("need_alt", preset=preset)
    id = ann.upload(png(64, 48), "a.png", "image/png", description="A lake").ok()["id"]
    sent = ann.say("From an app", visibility="public", media_ids=[id])
    assert sees(server, cat, path(ann, sent)) == [SENTENCE] and told(cat, sent) == (True, SENTENCE)
    note = server.get(f"/users/{ann.name}/statuses/{sent['id']}", headers={"Accept": AS2}).ok()
    assert note["sensitive"] is True and note["summary"] == SENTENCE
    got = wait(lambda: [p for p in far.get("/api/v1/timelines/home").ok() if p["spoiler_text"] == SENTENCE and p["media_attachments"]], "the post there")
    assert all(p["sensitive"] for p in got)
    words = ann.say("Words alone")
    assert told(cat, words) == (False, "")
    # what was sent keeps its own; its page of presets leaves veils to the page where photos are changed
    page = browser.go(path(ann, sent) + "/presets")
    assert "Photos begin with" not in page.text and "sw_veil" not in dict(page.form_with("topic[]").fields)
    browser.go("/settings/posting")
    browser.submit("need_alt", preset="0")
    id = ann.upload(png(64, 48), "a.png", "image/png", description="A lake").ok()["id"]
    assert told(cat, ann.say("Plain again", media_ids=[id])) == (False, "")
