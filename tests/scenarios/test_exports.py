"""Taking along what one has: a copy of everything, lists one by one, and nothing of anybody else's in them."""
import re
import time

import pytest

from harness.browser import Browser
from harness.export import copy_of, link_of
from harness.mail import Mailbox
from harness.peer import eventually
from harness.photos import photo
from harness.quiet import Inbox, database, grow_old, hard_news, state_of

PASSWORD = "correct horse"


def reader_of(person):
    browser = Browser(person.server)
    browser.sign_in(person)
    return browser


def path_of(post):
    return re.sub(r"^https?://[^/]+", "", post["url"])


@pytest.fixture
def box():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def here(new_server, box):
    return new_server(smtp_url=box.url)


def lists_of(ann, ben, cat):
    """Something on every list that ann has."""
    ann.follows(ben), cat.follows(ann)
    circle = ann.post("/api/v1/lists", json_body={"title": "=SUM(A1)"}).ok()
    ann.post(f"/api/v1/lists/{circle['id']}/accounts", json_body={"account_ids": [ben.id]}).ok()
    ann.toward(cat, "mute")
    ann.post("/api/v1/domain_blocks", json_body={"domain": "rude.example"}).ok()
    ann.post("/api/v2/filters", json_body={"title": "spiders", "context": ["home"], "keywords_attributes": [
        {"keyword": "spider", "whole_word": True}]}).ok()


def test_a_copy_of_everything(here, box):
    """Export everything: posts and media (ActivityStreams JSON + HTML to read offline), follows, lists, audiences, blocks, mutes, filters, bookmarks, letters, settings"""
    ann, ben, cat, dot = (here.person(n, password=PASSWORD) for n in ("ann", "ben", "cat", "dot"))
    grow_old(here, ann, ben, cat, dot)
    lists_of(ann, ben, cat)
    ann.toward(dot, "block")
    media = ann.upload(photo(), description="A lake <at dusk>").ok()
    said = ann.say("With a photo & <words>", media_ids=[media["id"]])
    ann.say("for myself", visibility="direct")
    whispered = ann.say(f"only you @{ben.name}", visibility="direct")
    kept = ben.say("Ben's own words")
    ann.does(kept, "bookmark"), ann.does(kept, "favourite"), ann.does(kept, "reblog")
    news = hard_news(ann)
    writer = reader_of(ben)
    writer.go(path_of(news) + "/letter")
    writer.submit("text", text="Dear ann, a letter")
    browser = reader_of(ann)
    page = browser.go("/settings/export")
    assert "A copy of everything" in page.text and "Import, export, move" in page.heads[0]
    browser.submit("Make a copy")
    eventually(lambda: link_of(browser.go("/settings/export")), 20)
    assert "/settings/export" in box.to(ann.email).get_content()
    copy = copy_of(browser)

    outbox = copy.json("outbox.json")
    assert outbox["type"] == "OrderedCollection" and outbox["totalItems"] == len(outbox["orderedItems"]) == 5
    kinds = {i["object"]["id"]: i for i in outbox["orderedItems"] if i["type"] == "Create"}
    assert {said["uri"], whispered["uri"], news["uri"]} < set(kinds)
    attachment, = kinds[said["uri"]]["object"]["attachment"]
    assert attachment["url"].startswith("media_attachments/files/") and attachment["name"] == "A lake <at dusk>"
    assert copy.read(attachment["url"])[:2] in (b"\xff\xd8", b"\x89P")
    assert [i["object"] for i in outbox["orderedItems"] if i["type"] == "Announce"] == [kept["uri"]]
    actor = copy.json("actor.json")
    assert actor["preferredUsername"] == ann.name and actor["outbox"] == "outbox.json"
    assert "privateKey" not in copy.words() and "PRIVATE KEY" not in copy.words()
    assert copy.json("likes.json")["orderedItems"] == copy.json("bookmarks.json")["orderedItems"] == [kept["uri"]]

    domain = here.host
    assert copy.rows("following_accounts.csv") == [["Account address", "Show boosts", "Notify on new posts", "Languages"],
                                                   [f"{ben.name}@{domain}", "true", "false", ""]]
    assert copy.rows("lists.csv") == [["'=SUM(A1)", f"{ben.name}@{domain}"]], "a formula is told to be none"
    assert copy.rows("muted_accounts.csv") == [["Account address", "Hide notifications"], [f"{cat.name}@{domain}", "true"]]
    assert copy.rows("blocked_accounts.csv") == [[f"{dot.name}@{domain}"]]
    assert copy.rows("blocked_domains.csv") == [["rude.example"]]
    assert copy.rows("bookmarks.csv") == [[kept["uri"]]]
    assert copy.json("tidings/filters.json")[0]["title"] == "spiders"
    letter, = copy.json("tidings/letters_to_you.json")
    assert letter["text"] == "Dear ann, a letter" and letter["account"] == f"{ben.name}@{domain}"
    assert "Dear ann, a letter" in copy.pages()["letters.html"]
    settings, = copy.json("tidings/settings.json")
    assert settings["email"] == ann.email and "argon2" not in copy.words()

    month, = (t for n, t in copy.pages().items() if n.startswith("posts/"))
    assert "With a photo &amp; &lt;words&gt;" in month and 'alt="A lake &lt;at dusk&gt;"' in month
    assert "Ben's own words" not in copy.words(), "words of others stay theirs"
    index = copy.read("index.html").decode()
    for link in re.findall(r'href="([^":]+)"', index):
        assert link in copy.names, f"index.html leads to {link}"
    for name, text in copy.pages().items():
        assert "<script" not in text and not re.search(r'src="https?:', text), f"{name} asks the network"


def test_what_others_did_is_in_no_copy(here):
    """A copy holds what its owner may see: not what became of their comment, not who mutes them, no letter but their own."""
    ann, ben, cat = (here.person(n, password=PASSWORD) for n in ("ann", "ben", "cat"))
    grow_old(here, ann, ben, cat)
    news = hard_news(ann)
    comment = ben.answer(news, "a word that waits")
    cat.toward(ben, "mute")
    cat.post(f"/api/v1/accounts/{ben.id}/note", json_body={"comment": "a note of cat's"}).ok()
    writer = reader_of(cat)
    writer.go(path_of(news) + "/letter")
    writer.submit("text", text="between us")
    assert Inbox(ann).sorts("decline", comment).status == 200 and state_of(here, comment) == "declined"
    mine = copy_of(reader_of(ben)).words()
    assert "a word that waits" in mine and "declined" not in mine
    assert cat.name not in mine and "between us" not in mine and "a note of cat's" not in mine
    assert "a word that waits" not in copy_of(reader_of(ann)).words(), "comments of others stay theirs"
    hers = copy_of(reader_of(cat))
    assert [x["text"] for x in hers.json("tidings/letters_by_you.json")] == ["between us"]
    assert "a note of cat's" in hers.words() and "a word that waits" not in hers.words()


def test_t143_who_can_fetch_it(here):
    """A link is its owner's alone for 7 days; one copy a person and day; after that file and link are gone."""
    ann, ben = (here.person(n, password=PASSWORD) for n in ("ann", "ben"))
    browser, other = reader_of(ann), reader_of(ben)
    copy_of(browser)
    link = link_of(browser.page)
    assert other.fetch("GET", link).status == 404
    assert Browser(here).fetch("GET", link).status in (302, 303, 401)
    for forged in ("/settings/export/1.zip", "/settings/export/-1.zip", "/settings/export/9999999999999999999.zip",
                   "/settings/export/..%2f..%2ftidings.db", "/settings/export/tidings%2fposts.json"):
        assert browser.fetch("GET", forged).status in (400, 404), forged
    assert not any("Make a" in b[2] for f in browser.page.forms for b in f.buttons)
    csrf = next(dict(f.fields)["csrf"] for f in browser.page.forms if "csrf" in dict(f.fields))
    again = browser.go("/settings/export", "POST", f"csrf={csrf}".encode(),
                       {"Content-Type": "application/x-www-form-urlencoded", "Origin": here.url})
    assert again.status == 422 and "tomorrow" in again.text
    files = here.data / "downloads"
    assert len(list(files.iterdir())) == 1
    with database(here) as db:
        db.execute("UPDATE export SET ready_at = ready_at - 8 * 86400000, asked_at = asked_at - 8 * 86400000")
    assert browser.fetch("GET", link).status == 404
    with database(here) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'tidy'")
    eventually(lambda: not list(files.iterdir()))
    assert browser.go("/settings/export").status == 200 and "Make a copy" in str(browser.page.forms[-1].buttons) + browser.page.text


def test_the_power_fails_meanwhile(here):
    """Killed while a copy is put together, the server puts it together after its next start, and nothing half is left."""
    ann = here.person("ann", password=PASSWORD)
    media = [ann.upload(photo(), description="A lake").ok()["id"] for _ in range(3)]
    posts = [ann.say(f"words {i}") for i in range(60)] + [ann.say("photos", media_ids=media)]
    browser = reader_of(ann)
    browser.go("/settings/export")
    browser.submit("Make a copy")
    here.kill()
    here.start()
    ann.delete(f"/api/v1/statuses/{posts[0]['id']}").ok()
    eventually(lambda: link_of(browser.go("/settings/export")), 30)
    copy = copy_of(browser)
    assert copy.json("outbox.json")["totalItems"] in (60, 61) and len(list((here.data / "downloads").iterdir())) == 1


def test_lists_one_by_one(here):
    """Each list can be fetched by itself at once, with the very columns Mastodon's have."""
    ann, ben, cat = (here.person(n, password=PASSWORD) for n in ("ann", "ben", "cat"))
    lists_of(ann, ben, cat)
    browser = reader_of(ann)
    page = browser.go("/settings/export")
    links = [x for x in page.links if x.endswith(".csv")]
    assert len(links) == 8
    for link in links:
        answer = browser.fetch("GET", link)
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/csv")
        assert "attachment" in answer.headers["Content-Disposition"] and "no-store" in answer.headers["Cache-Control"]
    assert browser.fetch("GET", "/settings/export/lists.csv").text == f"\"'=SUM(A1)\",{ben.name}@{here.host}\n"


def test_t146_a_closed_account_takes_its_things_along(here):
    """Whose account is disabled or suspended gets 403 everywhere but at sign-out and export."""
    ann, ben = (here.person(n, password=PASSWORD) for n in ("ann", "ben"))
    owner = here.person("owner", role="owner", scopes="admin:read admin:write read write")
    for p, how in ((ann, "disable"), (ben, "suspend")):
        p.say(f"words of {p.name}")
        number = p.id
        owner.post(f"/api/v1/admin/accounts/{number}/action", json_body={"type": how}).ok()
        browser = Browser(here)
        browser.go("/sign-in")
        page = browser.submit("password", name=p.email, password=PASSWORD)
        assert page.address == "/settings/export" and "closed" in page.text
        assert f"words of {p.name}" in copy_of(browser).words()
        assert browser.go("/home").status == 403 and browser.go("/settings/leave").status == 403
        assert p.get("/api/v1/accounts/verify_credentials").status in (401, 403)


def test_download_offered_first(here):
    """Delete account: 7 days of grace, download offered first, then deletes are federated."""
    ann = here.person("ann", password=PASSWORD)
    ann.say("what I leave behind")
    browser = reader_of(ann)
    page = browser.go("/settings/leave")
    assert page.text.index("First, take a copy") < page.text.index("Then leave")
    browser.submit("Make a copy")
    eventually(lambda: link_of(browser.go("/settings/leave")), 20)
    page = browser.submit("password", password=PASSWORD)
    assert "is deleted" in page.text and link_of(page), "the copy can be fetched during the days of grace"
    assert "what I leave behind" in copy_of(browser).words()
    with database(here) as db:
        at, = db.execute("SELECT leaving_at FROM login WHERE account = ?", (ann.id,)).fetchone()
    assert 6.9 < (at / 1000 - time.time()) / 86400 < 7.1
    browser.go("/settings/leave")
    browser.submit("stay")
