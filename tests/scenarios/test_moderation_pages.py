"""The moderators' pages, walked with a browser that has no JavaScript: reports, accounts, servers, texts; and who may not."""
import sqlite3

import pytest

from harness.browser import Browser

PASSWORD = "four plain words here"


def opened(server, person):
    browser = Browser(server)
    browser.sign_in(person)
    return browser


@pytest.fixture
def boss(server):
    return server.person("boss", role="moderator", password=PASSWORD)


@pytest.fixture
def owner(server):
    return server.person("owner", role="owner", password=PASSWORD)


SECTIONS = ["", "/reports", "/accounts", "/servers", "/joining", "/invites", "/log"]
OWNER = ["/rules", "/announcements", "/emoji"]


def test_t144_pages_are_for_moderators(server, boss, owner):
    """Strangers are sent to sign in, members get nothing, moderators their pages, the owner all of them."""
    member = opened(server, server.person("ann", password=PASSWORD))
    for path in SECTIONS + OWNER:
        assert server.raw("GET", "/moderation" + path).status in (302, 303)
        assert member.go("/moderation" + path).status in (403, 404), path
    assert "/moderation" not in member.go("/more").links
    moderator, all_of_it = opened(server, boss), opened(server, owner)
    for path in SECTIONS:
        assert moderator.go("/moderation" + path).status == 200, path
    for path in OWNER:
        assert moderator.go("/moderation" + path).status in (403, 404), path
        assert all_of_it.go("/moderation" + path).status == 200, path
    assert "/moderation" in moderator.go("/more").links


def test_a_report_is_answered(server, boss, ann, ben):
    """From the queue to the report, with a note, an act on the post that was reported, and words the person reads."""
    post = ann.say(f"@{ben.name} unkind words", visibility="direct")
    report = ben.post("/api/v1/reports", json_body={"account_id": ann.id, "status_ids": [post["id"]], "comment": "This hurts"}).ok()
    browser = opened(server, boss)
    address = f"/moderation/reports/{report['id']}"
    assert address in browser.go("/moderation/reports").links
    page = browser.go(address)
    assert "This hurts" in page.text and "unkind words" in page.text
    page = browser.submit("note", press="note", note="Seen before")
    assert page.status == 200 and "Seen before" in page.text
    assert "I am looking at it" in page.text
    page = browser.submit("I am looking at it")
    assert boss.name in page.text
    page = browser.submit("act", press="act", text="Please be kind")
    assert page.status == 422 and "Choose what is to be done" in page.text and "Please be kind" in page.answer.text
    page = browser.submit("act", press="act", act="delete_statuses", text="Please be kind")
    assert page.status == 200 and "Done." in page.text
    assert not ben.sees(post)
    assert address not in browser.go("/moderation/reports").links
    assert address in browser.go("/moderation/reports?show=closed").links
    log = browser.go("/moderation/log").text
    assert f"deleted posts of {ann.name}" in log and "closed the report" in log


def test_an_account_is_found_and_limited(server, boss, ann):
    """Found by name, limited with words, seen in the log, and let free again."""
    browser = opened(server, boss)
    page = browser.go(f"/moderation/accounts?q={ann.name}")
    address = f"/moderation/accounts/{ann.id}"
    assert address in page.links
    assert ann.email in browser.go(address).text
    page = browser.submit("act", press="act", act="silence", text="A pause")
    assert "State: limited" in page.text and "A pause" in page.text
    assert address in browser.go("/moderation/accounts?state=limited").links
    browser.go(address)
    page = browser.submit("No longer limit them")
    assert "State: active" in page.text and "Taken back" in page.text
    page = browser.go(f"/moderation/accounts/{boss.id}")
    assert "cannot act" in page.text


def test_roles_are_given_by_the_owner(server, boss, owner, ann):
    """The owner makes a moderator; a moderator sees no such form and cannot send it either."""
    browser = opened(server, owner)
    browser.go(f"/moderation/accounts/{ann.id}")
    page = browser.submit("role", press="role", role="moderator")
    assert "Role: moderator" in page.text
    other = opened(server, boss)
    assert not other.go(f"/moderation/accounts/{owner.id}").has_form("role")
    csrf = dict(other.go(f"/moderation/accounts/{server.person('ben').id}").form_with("act").fields)["csrf"]
    answer = other.fetch("POST", f"/moderation/accounts/{boss.id}", f"csrf={csrf}&do=role&role=owner".encode(),
                         {"Origin": server.url, "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 403


def test_a_server_is_decided_about(server, boss):
    """A policy with its reasons, kept through a mistake, listed, shown to everybody, and taken back."""
    browser = opened(server, boss)
    browser.go("/moderation/servers")
    page = browser.submit("name", name="Pages-Bad.example")
    assert page.status == 200 and "pages-bad.example" in page.text
    page = browser.submit("severity", severity="refused", public_comment="x" * 2001, private_comment="seen twice")
    assert page.status == 422 and "seen twice" in page.answer.text
    page = browser.submit("severity", severity="refused", public_comment="Spam", private_comment="seen twice")
    assert page.status == 200 and "Saved." in page.text
    page = browser.go("/moderation/servers?find=pages-")
    assert "pages-bad.example" in page.text and "seen twice" in page.text
    about = Browser(server).go("/about").text
    assert "pages-bad.example: refused. Spam" in about and "seen twice" not in about
    page = browser.go("/moderation/server?name=sub.pages-bad.example")
    assert "The stricter of both counts" in page.text
    assert browser.go("/moderation/server?name=no%20name").status == 422
    browser.go("/moderation/server?name=pages-bad.example")
    browser.submit("severity", severity="none", public_comment="", private_comment="")
    assert "pages-bad.example" not in browser.go("/moderation/servers").text


MASTODON = '''#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate
list-a.example,suspend,True,False,"Spam, and ""worse""",False
list-b.example,silence,False,False,=HYPERLINK("x"),True
no domain,suspend,False,False,,False
'''


def test_lists_as_files(server, boss, tmp_path):
    """A list of another server is taken in, what is stricter here stays, and the list that leaves can be taken in again."""
    server.command("server", "refuse", "list-b.example")
    browser = opened(server, boss)
    browser.go("/moderation/servers")
    page = browser.submit("file", files={"file": ("list.csv", "text/csv", MASTODON.encode())})
    assert page.status == 200 and "taken in" in page.text
    out = browser.fetch("GET", "/moderation/servers.csv")
    assert out.status == 200 and out.headers["Content-Type"].startswith("text/csv")
    lines = out.text.splitlines()
    assert 'list-a.example,suspend,True,False,"Spam, and ""worse""",False' in lines
    assert any(line.startswith("list-b.example,suspend") for line in lines) and "no domain" not in out.text
    assert lines == server.command("server", "export").splitlines()
    other = tmp_path / "list.csv"
    other.write_text("list-c.example\nlist-a.example\n\nx y\n")
    said = server.command("server", "import", str(other))
    assert said == "1 taken in, 1 as strict already, 1 not understood."
    assert "list-c.example,suspend" in server.command("server", "export")
    browser.go("/moderation/servers")
    for bad in [b"\xff\xfe", b"a.example\n" * 5002, b""]:
        assert browser.submit("file", files={"file": ("list.csv", "text/csv", bad)}).status == 422
    for name in ["list-a.example", "list-b.example", "list-c.example"]:
        server.command("server", "forget", name)
    assert server.run("server", "forget", "list-a.example").returncode == 65
    assert server.run("server", "refuse", "no name").returncode == 65


def test_t156_formulas_are_not_exported(server):
    """A reason that a spreadsheet would run gets an apostrophe in front."""
    boss = server.person("boss", role="moderator", scopes="read admin:write admin:read")
    block = boss.post("/api/v1/admin/domain_blocks", form={"domain": "formula.example", "severity": "silence", "public_comment": "=1+1"}).ok()
    assert "formula.example,silence,False,False,\"'=1+1\",False" in server.command("server", "export")
    boss.delete(f"/api/v1/admin/domain_blocks/{block['id']}").ok()


def test_who_may_not_join(server, boss):
    """Mail servers and networks are put on the list and taken off it; a mistake is said in words."""
    browser = opened(server, boss)
    browser.go("/moderation/joining")
    page = browser.submit("domain", domain="Trash-Pages.example")
    assert "trash-pages.example" in page.text
    assert browser.submit("domain", domain="trash-pages.example").status == 422
    page = browser.submit("Take off trash-pages.example")
    assert "trash-pages.example" not in page.text
    page = browser.submit("network", network="203.0.113.7/24", severity="sign_up_block", days="7", comment="a flood")
    assert "203.0.113.0/24" in page.text and "a flood" in page.text
    assert browser.submit("network", network="203.0.113", severity="no_access", days="7").status == 422
    browser.submit("Take off 203.0.113.0/24")


def test_the_owners_texts(server, owner, ann):
    """Rules are written, ordered and deleted; announcements reach apps and are taken back."""
    browser = opened(server, owner)
    browser.go("/moderation/rules")
    before = [r["text"] for r in server.get("/api/v1/instance/rules").ok()]
    browser.submit("Add the rule", text="Be kind", hint="Also when tired")
    browser.submit("Add the rule", text="No adverts", hint="")
    assert browser.submit("Add the rule", text="").status == 422
    rules = server.get("/api/v1/instance/rules").ok()
    assert [r["text"] for r in rules] == before + ["Be kind", "No adverts"]
    page = browser.go("/moderation/rules")
    n = len(before)
    page = browser.submit(f"Up: rule {n + 2}", press=f"Up: rule {n + 2}")
    assert [r["text"] for r in server.get("/api/v1/instance/rules").ok()] == before + ["No adverts", "Be kind"]
    for _ in range(2):
        browser.go("/moderation/rules")
        browser.submit(f"Delete rule {n + 1}", press=f"Delete rule {n + 1}")
    assert [r["text"] for r in server.get("/api/v1/instance/rules").ok()] == before
    browser.go("/moderation/announcements")
    page = browser.submit("text", press="add", text="Bread on Sunday", until="2099-01-01")
    assert page.status == 200 and "Bread on Sunday" in page.text
    assert "Bread on Sunday" in str(ann.get("/api/v1/announcements").ok())
    assert browser.submit("text", press="add", text="x", until="yesterday").status == 422
    browser.go("/moderation/announcements")
    browser.submit("Take back: Bread on Sunday")
    assert "Bread on Sunday" not in str(ann.get("/api/v1/announcements").ok())


def test_an_emoji_of_this_server(server, owner, ann):
    """A picture becomes an emoji by the box, is grouped, switched off, and goes with its files."""
    from harness import photos
    browser = opened(server, owner)
    browser.go("/moderation/emoji")
    assert browser.submit("picture", shortcode="a b", files={"picture": ("x.png", "image/png", photos.png(64, 64))}).status == 422
    assert browser.submit("picture", shortcode="lantern", files={"picture": ("x.png", "image/png", b"no picture")}).status == 422
    page = browser.submit("picture", shortcode=":lantern:", category="Lights", files={"picture": ("x.png", "image/png", photos.png(64, 64))})
    assert page.status == 200 and ":lantern:" in page.text
    listed = [e for e in server.get("/api/v1/custom_emojis").ok() if e["shortcode"] == "lantern"]
    assert listed[0]["category"] == "Lights" and server.raw("GET", listed[0]["url"].removeprefix(server.url)).status == 200
    post = ann.say("a :lantern: at night")
    assert [e["shortcode"] for e in ann.show(post).ok()["emojis"]] == ["lantern"]
    browser.submit("Save lantern", category="Lights", offered="yes", off="yes")
    assert ann.show(post).ok()["emojis"] == [] and "lantern" not in str(server.get("/api/v1/custom_emojis").ok())
    browser.go("/moderation/emoji")
    browser.submit("Delete lantern", press="Delete lantern")
    assert ":lantern:" not in browser.go("/moderation/emoji").text.replace("like :lantern:.", "")


def test_invites_of_everybody(server, boss):
    """A moderator sees who invited and ends an invite; the link itself is not shown to them."""
    ann = server.person("ann", password=PASSWORD)
    mine = opened(server, ann)
    mine.go("/settings/invites")
    page = mine.submit("uses", uses="5")
    code = [w for w in page.text.split() if "/invite/" in w][0].rsplit("/", 1)[1]
    browser = opened(server, boss)
    page = browser.go("/moderation/invites")
    assert ann.name in page.text and code not in page.answer.text
    page = browser.submit(next(b[2].strip() for f in page.forms for b in f.buttons if b[2].startswith("End now")))
    assert page.status == 200
    assert f"ended an invite of {ann.name}" in browser.go("/moderation/log").text


def test_an_appeal(server, boss):
    """Who was limited reads why, asks once to look again, and is free when a moderator agrees."""
    ann = server.person("ann", password=PASSWORD)
    browser, mine = opened(server, boss), opened(server, ann)
    browser.go(f"/moderation/accounts/{ann.id}")
    browser.submit("act", press="act", act="silence", text="Too many adverts")
    page = mine.go("/notifications")
    assert "The moderators have a word for you" in page.text and "/warnings" in page.links
    page = mine.go("/warnings")
    assert "Too many adverts" in page.text and "limited" in page.text
    assert mine.submit("text", text="  ").status == 422
    page = mine.submit("text", text="It was my own bread")
    assert "Sent." in page.text and "have not answered yet" in page.text and not page.has_form("text")
    page = browser.go("/moderation")
    assert "It was my own bread" in page.text
    page = browser.submit("Take it back for " + ann.name, press="Take it back for " + ann.name)
    assert page.status == 200
    assert ann.get("/api/v1/accounts/verify_credentials").ok().get("limited") is None
    assert "they agreed" in mine.go("/warnings").text
    other = opened(server, server.person("ben", password=PASSWORD))
    assert "Too many adverts" not in other.go("/warnings").text


def test_a_report_from_a_post(server, boss, ben):
    """The report form on the way from a post names it; its kind and the post are on the moderators' page."""
    ann = server.person("ann", password=PASSWORD)
    post = ben.say("Buy my boats that are not there")
    private = ben.say("only mine", visibility="private")
    mine = opened(server, ann)
    page = mine.go(f"/@{ben.name}/{post['id']}")
    link = next(link for link in page.links if "/care" in link)
    page = mine.go(link)
    assert "Buy my boats" in page.text
    page = mine.submit("category", press="report", category="fundraiser", comment="There are no boats")
    assert page.status == 200
    assert not mine.go(f"/@{ben.name}/care?post={private['id']}").has_form("posts[]")
    browser = opened(server, boss)
    page = browser.go("/moderation/reports")
    assert f"A fundraiser or stream that is not real: {ben.name}" in page.text
    address = next(link for link in page.links if link.startswith("/moderation/reports/"))
    assert "Buy my boats" in browser.go(address).text


def test_hard_news_comes_first(server, boss, ben):
    """A report by the author of hard news about a comment beneath it stands before all others."""
    ann = server.person("ann")
    news = ann.say("It is hard to write this")
    database = sqlite3.connect(server.data / "tidings.db", timeout=10)
    with database:
        database.execute("INSERT INTO switches (post, preset, careful) VALUES (?, 2, 1)", (news["id"],))
        database.execute("UPDATE post SET has = has | 64 WHERE id = ?", (news["id"],))
    comment = ben.answer(news, "At least it was quick")
    with database:
        database.execute("UPDATE post SET has = has | 64 WHERE id = ?", (comment["id"],))
    ann.post("/api/v1/reports", json_body={"account_id": ben.id, "status_ids": [comment["id"]], "comment": "Please"}).ok()
    for i in range(3):
        ann.post("/api/v1/reports", json_body={"account_id": ben.id, "comment": f"later {i}"}).ok()
    page = opened(server, boss).go("/moderation/reports")
    first = page.text.split("First: from those whose hard news it is about")[1].split("later 2")[0]
    assert "Please" in first and "later" not in first


def test_names_that_look_alike(new_server):
    """A new name that passes for somebody's here is told on the overview."""
    server = new_server()
    for name in ["maren", "mar3n", "wanda"]:
        server.command("account", "create", name, "--email", f"{name}@mail.example")
    page = opened(server, server.person("boss", role="moderator", password=PASSWORD)).go("/moderation")
    assert "@mar3n , like @maren" in page.text.replace("  ", " ") and "wanda" not in page.text
