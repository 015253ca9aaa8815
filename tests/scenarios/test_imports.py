"""Bringing lists along: CSV files of an export, of Mastodon and of programs that write the same are taken in by the usual rules."""
import csv
import io
import json

import pytest

from harness.browser import Browser
from harness.export import copy_of
from harness.peer import eventually
from harness.quiet import database
from test_federation import here, there  # noqa: F401

PASSWORD = "correct horse 4"


def reader_of(person):
    browser = Browser(person.server)
    browser.sign_in(person)
    return browser


def brings(browser, kind, text, mode="merge"):
    browser.go("/settings/export")
    data = text if isinstance(text, bytes) else text.encode()
    return browser.submit("file", kind=kind, mode=mode, files={"file": ("list.csv", "text/csv", data)})


def ended(browser, seconds=20):
    def look():
        page = browser.go("/settings/export")
        return "so far" not in page.text and "looked at" in page.text and page
    return eventually(look, seconds)


def takes(browser, kind, text, mode="merge"):
    assert brings(browser, kind, text, mode).status == 200
    return ended(browser)


def left_out(browser):
    """The rows of the file of what could not be taken, of the last one."""
    link = next((x for x in browser.page.links if x.startswith("/settings/import/")), None)
    return list(csv.reader(io.StringIO(browser.fetch("GET", link).text))) if link else []


def names(person, path):
    return {a["acct"] for a in person.get(path).ok()}


def follows_of(person):
    return names(person, f"/api/v1/accounts/{person.id}/following")


def test_from_server_to_server(here, there):
    """import of the same"""
    ann, ben, cat = (here.person(n, password=PASSWORD) for n in ("ann", "ben", "cat"))
    new = there.person("new", password=PASSWORD)
    said = ben.say("worth keeping")
    ann.follows(ben), ann.follows(cat)
    circle = ann.post("/api/v1/lists", json_body={"title": "Rowers, old"}).ok()
    ann.post(f"/api/v1/lists/{circle['id']}/accounts", json_body={"account_ids": [ben.id]}).ok()
    ann.does(said, "bookmark"), ann.toward(cat, "mute", json_body={"notifications": False})
    ann.post("/api/v1/domain_blocks", json_body={"domain": "rude.example"}).ok()
    copy = copy_of(reader_of(ann))
    browser = reader_of(new)
    far = {p: f"{p.name}@{here.host}" for p in (ben, cat)}
    page = takes(browser, "following", copy.read("following_accounts.csv"))
    assert "could not" not in page.text
    eventually(lambda: follows_of(new) == set(far.values()))
    takes(browser, "lists", copy.read("lists.csv"))
    made, = new.get("/api/v1/lists").ok()
    assert made["title"] == "Rowers, old" and names(new, f"/api/v1/lists/{made['id']}/accounts") == {far[ben]}
    takes(browser, "muted", copy.read("muted_accounts.csv"))
    muted, = new.get("/api/v1/mutes").ok()
    assert muted["acct"] == far[cat]
    assert new.get("/api/v1/accounts/relationships", **{"id[]": muted["id"]}).ok()[0]["muting_notifications"] is False
    takes(browser, "domains", copy.read("blocked_domains.csv"))
    assert new.get("/api/v1/domain_blocks").ok() == ["rude.example"]
    takes(browser, "bookmarks", copy.read("bookmarks.csv"))
    assert [p["uri"] for p in new.get("/api/v1/bookmarks").ok()] == [said["uri"]]
    with database(there) as db:
        db.execute("UPDATE import SET asked_at = asked_at - 31 * 86400000")
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'tidy'")
    eventually(lambda: "looked at" not in browser.go("/settings/export").text)


def test_what_cannot_be_taken(server):
    """Rows that name nobody, oneself or somebody out of reach are left out and can be fetched as a file of the same form."""
    ann, ben, cat = (server.person(n, password=PASSWORD) for n in ("ann", "ben", "cat"))
    cat.toward(ann, "block")
    browser, other = reader_of(ann), reader_of(ben)
    rows = ["Account address,Show boosts,Notify on new posts,Languages", f"@{ben.name}@{server.host},false,true,\"en, de\"",
            "nobody-of-that-name,true,false,", f"{ann.name},true,false,", f"{cat.name},true,false,", '"=HYPERLINK(""x"")",,,',
            "a@b@c,,,", "https://[::1,,,", "é" * 400 + ",,,"]
    page = takes(browser, "following", "\ufeff" + "\r\n".join(rows))
    assert "7 could not be taken in" in page.text
    assert follows_of(ann) == {ben.name}
    relation = ann.get("/api/v1/accounts/relationships", **{"id[]": ben.id}).ok()[0]
    assert not relation["showing_reblogs"] and relation["notifying"] and relation["languages"] == ["en", "de"]
    left = left_out(browser)
    assert left[0] == rows[0].split(",") and len(left) == 8 and left[4][0] == "'=HYPERLINK(\"x\")"
    link = next(x for x in browser.page.links if x.startswith("/settings/import/"))
    assert other.fetch("GET", link).status == 404 and Browser(server).fetch("GET", link).status != 200
    for forged in ("/settings/import/1.csv", "/settings/import/x.csv", "/settings/import/%2e%2e.csv"):
        assert browser.fetch("GET", forged).status in (400, 404)
    page = takes(browser, "lists", f"Friends,{ben.name}\nFriends,{cat.name}\nFriends,{ben.name}\n")
    assert left_out(browser) == [["Friends", cat.name]], "a list takes whom one follows"


def test_addresses_as_pixelfed_writes_them(here, there):
    """A JSON list of the addresses one follows is taken like a table; JSON of another kind is not."""
    ann, ben, new = here.person("ann"), here.person("ben"), there.person("new", password=PASSWORD)
    cat = there.person("cat")
    browser = reader_of(new)
    wanted = [f"{here.url}/users/{ann.name}", f"{here.url}/@{ben.name}", f"{there.url}/users/{cat.name}", f"{there.url}/users/nobody"]
    takes(browser, "following", json.dumps(wanted))
    eventually(lambda: follows_of(new) == {f"{ann.name}@{here.host}", f"{ben.name}@{here.host}", cat.name})
    assert left_out(browser)[1:] == [[wanted[3]]]
    for data in ('[{"a": 1}]', "[1, 2]", "[", '["a", null]', "[]", "[" * 200):
        assert brings(browser, "following", data).status == 422, data


def test_merging_and_overwriting(server):
    """Merging adds; overwriting also drops what the file does not name; bringing a file twice changes nothing."""
    ann, ben, cat, dot = (server.person(n, password=PASSWORD) for n in ("ann", "ben", "cat", "dot"))
    ann.follows(ben), ann.toward(dot, "block")
    kept, dropped = ben.say("kept"), ben.say("dropped")
    ann.does(dropped, "bookmark"), ann.post("/api/v1/domain_blocks", json_body={"domain": "old.example"}).ok()
    browser = reader_of(ann)
    for _ in range(2):
        takes(browser, "following", cat.name)
        assert follows_of(ann) == {ben.name, cat.name}
    told = [n for n in cat.get("/api/v1/notifications").ok() if n["type"] in ("follow", "follow_request")]
    assert len(told) == 1, "a second time tells nobody"
    takes(browser, "following", cat.name, "overwrite")
    assert follows_of(ann) == {cat.name}
    takes(browser, "blocked", f"{ben.name}\n", "overwrite")
    assert names(ann, "/api/v1/blocks") == {ben.name}
    takes(browser, "blocked", f"{dot.name}\n", "overwrite")
    takes(browser, "bookmarks", kept["uri"], "overwrite")
    assert [p["id"] for p in ann.get("/api/v1/bookmarks").ok()] == [kept["id"]]
    takes(browser, "domains", "#domain\nNew.example\nno domain at all", "overwrite")
    assert ann.get("/api/v1/domain_blocks").ok() == ["new.example"]
    takes(browser, "muted", f"{dot.name},true\n", "overwrite")
    assert names(ann, "/api/v1/mutes") == {dot.name}
    cat.follows(ann)
    takes(browser, "audiences", f"Close,{cat.name}\nFamily,{cat.name}\nFamily,{dot.name}")
    assert left_out(browser) == [["Family", dot.name]], "an audience takes followers"
    assert "Family" in browser.go("/audiences").text


def test_t156_files_that_are_none(server):
    """No text, too many rows, too long, empty: 422 with a sentence, and nothing is kept."""
    ann = server.person("ann", password=PASSWORD)
    browser = reader_of(ann)
    for data, words in ((b"\xff\xfe\x00a", "text of at most"), (b"a\x00b", "text of at most"), (b"", "Choose a file"),
                        (b"\n\n\n", "no row"), (b"x\n" * 5001, "at most 5000 rows"), (b"x" * (1 << 20) + b"y", "1 MiB"),
                        (b'"' + b"\x01" * 900000 + b'"', "longer than any list"), (b"a," + b"b" * 3000, "longer than any list")):
        page = brings(browser, "following", data)
        assert page.status == 422 and words in page.text, page.text[:300]
    page = brings(browser, "anything", b"x")
    assert page.status == 422
    with database(server) as db:
        assert db.execute("SELECT count(*) FROM import WHERE account = ?", (ann.id,)).fetchone() == (0,)
    assert brings(browser, "following", b"x" * (3 << 20)).status in (413, 422)


def test_one_at_a_time_and_the_power_fails(new_server):
    """One file of a person at a time; killed meanwhile, the server goes on with the row it had come to."""
    server = new_server()
    ann = server.person("ann", password=PASSWORD)
    others = [server.person("o") for _ in range(6)]
    browser = reader_of(ann)
    brings(browser, "following", "\n".join([f"nobody{i}" for i in range(300)] + [o.name for o in others]))
    server.kill()
    server.start()
    with database(server) as db:
        going_on = db.execute("SELECT count(*) FROM import WHERE ended_at IS NULL").fetchone() == (1,)
    if going_on:
        again = brings(browser, "muted", others[0].name)
        assert again.status == 422 or "so far" not in again.text
    page = ended(browser, 30)
    assert "300 could not be taken in" in page.text and follows_of(ann) == {o.name for o in others}
