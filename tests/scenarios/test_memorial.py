"""Accounts of people who have died: told, confirmed, waited for, looked after, and taken back."""
import sqlite3
import urllib.parse

import pytest

from harness import photos
from harness.browser import Browser
from harness.mail import Mailbox
from harness.quiet import Inbox, hard_news
from test_federation import finds, follows
from test_quiet import PASSWORD, Rows, page_of, wait


@pytest.fixture
def box():
    made = Mailbox()
    yield made
    made.close()


def looks(server, what, *values):
    db = sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True)
    try:
        return db.execute(what, values).fetchall()
    finally:
        db.close()


@pytest.fixture
def place(new_server, box):
    """A server with two administrators; Ann, her friend Sam, Cat."""
    server = new_server(smtp_url=box.url, rate_limits="off")
    olga, pavel = server.people("olga", "pavel", password=PASSWORD, role="owner")
    ann, sam, cat = server.people("ann", "sam", "cat", password=PASSWORD)
    assert ann.id  # asked while they can be
    return server, (olga, pavel), ann, sam, cat


def told(server, who, about, **how):
    """Somebody tells; `who` None is a visitor."""
    browser = Browser(server)
    if who:
        browser.sign_in(who)
    browser.go(f"/@{about.name}/died")
    return browser.submit("words", **{"words": "I was at the funeral on Monday.", **how})


def presses(server, who, do, **fields):
    """A button of the administrators' page, without looking whether it is shown."""
    browser, page = page_of(server, who, "/moderation/memorials")
    form = next(f for f in page.forms if "csrf" in dict(f.fields))
    body = {"csrf": dict(form.fields)["csrf"], "do": do, "memorial": looks(server, "SELECT MAX(id) FROM memorial")[0][0], **fields}
    return browser.go("/moderation/memorials", "POST", urllib.parse.urlencode(body).encode(),
                      {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url})


def the_day_comes(server):
    with Rows(server) as db:
        db.execute("UPDATE memorial SET begins_at = 1000 WHERE state = 1")
        db.execute("UPDATE login SET memorial_at = 1000 WHERE memorial_at > 0")
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'memorial_begin'")


def tells_now(server):
    """What changed in a profile is gathered for some seconds before other servers are told."""
    with Rows(server) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'deliver_profile'")


def state(server):
    rows = looks(server, "SELECT state FROM memorial ORDER BY id DESC LIMIT 1")
    return ("told", "waits", "begun", "over")[rows[0][0]] if rows else None


def remembered(server, admins, ann, by=None):
    """All the way to the memorial."""
    told(server, by, ann, **({} if by else {"by_name": "Vera", "by_email": "vera@mail.example"}))
    for admin in admins:
        presses(server, admin, "confirm")
    the_day_comes(server)
    wait(lambda: state(server) == "begun", "memorial")


def names(server, ann, sam):
    browser, page = page_of(server, ann, "/settings/people/steward")
    page = browser.submit("password", name=f"@{sam.name}", password=PASSWORD, press="name")
    assert "Asked." in page.text, page.text[:600]
    browser, page = page_of(server, sam, "/notifications")
    assert f"{ann.name} asks you to look after their account one day." in page.text
    page = browser.go("/settings/people")
    assert "They ask you to be a steward" in page.text
    return browser.submit("do", press="accept")


def test_told_confirmed_and_seen(place, box):
    """Memorial account: reported by a steward or anyone with proof; two administrators (one on single-admin servers, plus the 7 days) confirm; owner is mailed; any sign-in within 7 days cancels."""
    server, (olga, pavel), ann, sam, cat = place
    page = told(server, None, ann)
    assert page.status == 422 and "Say who you are." in page.text and "funeral" in page.answer.body.decode()
    page = told(server, None, ann, by_name="Vera", by_email="vera@mail.example", link="https://paper.example/notice")
    assert page.status == 200 and "Thank you for telling us." in page.text
    assert "@" + ann.name in box.to(olga.email)["Subject"] and box.to(pavel.email)
    assert state(server) == "told"
    page = presses(server, olga, "confirm")
    assert "Another administrator has to confirm it too." in page.text and "https://paper.example/notice" in page.links
    assert state(server) == "told" and ann.get("/api/v1/accounts/verify_credentials").status == 200
    page = presses(server, olga, "confirm")
    assert page.status == 409 and "Another administrator has to do so too." in page.text
    page = presses(server, pavel, "confirm")
    assert "unless they are seen before" in page.text and state(server) == "waits"
    mail = box.to(ann.email)
    assert mail["Subject"] == "Are you there?" and "/sign-in" in mail.get_content() and mail.get_content_type() == "text/plain"
    (at, now), = looks(server, "SELECT begins_at, first_at FROM memorial")
    assert abs(at - now - 7 * 86400000) < 60000
    # Nothing is visible before.
    assert "memorial" not in cat.get(f"/api/v1/accounts/{ann.id}").ok()
    assert "In memory" not in Browser(server).go(f"/@{ann.name}").text
    # A sign-in cancels, silently.
    Browser(server).sign_in(ann)
    assert state(server) == "over"
    assert looks(server, "SELECT count(*) FROM job WHERE kind = 'memorial_begin'") == [(0,)]
    assert "Over: they were seen" in page_of(server, olga, "/moderation/memorials")[1].text
    assert looks(server, "SELECT memorial_at FROM login WHERE account = ?", ann.id) == [(0,)]


def test_a_single_administrator(new_server):
    """One administrator confirms where there is no other, and nobody decides about themselves."""
    server = new_server()
    olga = server.person("olga", password=PASSWORD, role="owner")
    ann, sam = server.people("ann", "sam", password=PASSWORD)
    told(server, sam, ann)
    assert "No mail server is set up" in page_of(server, olga, "/moderation/memorials")[1].text
    presses(server, olga, "confirm")
    assert state(server) == "waits"
    presses(server, olga, "dismiss")
    assert state(server) == "over" and page_of(server, ann, "/")[1].status == 200
    told(server, sam, olga)
    page = presses(server, olga, "confirm")
    assert page.status == 403 and state(server) == "told"
    assert page_of(server, sam, "/moderation/memorials")[1].status == 403


@pytest.mark.parametrize("way", ["an app", "a page", "a session of before", "the seventh day"])
def test_who_is_there(place, way):
    """What the owner writes with a token or session they had cancels it as a sign-in does; what an app reads by itself does not."""
    server, admins, ann, sam, cat = place
    browser, _ = page_of(server, ann, "/")
    told(server, sam, ann)
    for admin in admins:
        presses(server, admin, "confirm")
    ann.get("/api/v1/timelines/home").ok()
    assert state(server) == "waits"
    page = browser.go("/")
    assert "We were told that you have died." in page.text
    if way == "an app":
        ann.say("Still here")
    elif way == "a page":
        assert "nobody was told" in browser.submit("I am here").text
    elif way == "a session of before":
        browser.go("/settings/reading")
        browser.submit("theme", theme="dark")
    else:
        with Rows(server) as db:  # its time is over, and its job has not run yet
            db.execute("UPDATE memorial SET begins_at = 1000")
            db.execute("UPDATE job SET run_at = run_at + 60000 WHERE kind = 'memorial_begin'")
        Browser(server).sign_in(ann)
    wait(lambda: state(server) == "over", "end")
    assert "We were told" not in browser.go("/").text
    ann.say("And here")


def test_a_clock_put_back(place):
    """A job that runs before its day waits for it."""
    server, admins, ann, sam, cat = place
    told(server, sam, ann)
    for admin in admins:
        presses(server, admin, "confirm")
    with Rows(server) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'memorial_begin'")
    wait(lambda: looks(server, "SELECT run_at FROM job WHERE kind = 'memorial_begin'")[0][0] > 1, "later job")
    assert state(server) == "waits"


def test_what_a_memorial_is(place):
    """Then: no sign-in, no posting; banner in the chosen words (default "In memory of"), `memorial: true`; not in suggestions, directories or birthdays; new comments reviewed by stewards."""
    server, admins, ann, sam, cat = place
    ann.patch("/api/v1/accounts/update_credentials", fields={"discoverable": "true"}).ok()
    names(server, ann, sam)
    cat.follows(ann)
    post = ann.say("Apples are ripe")
    before = cat.answer(post, "Lovely")
    ann.post("/api/v1/statuses", json_body={"status": "later", "scheduled_at": "2030-01-01T00:00:00Z"}).ok()
    assert ann.id in [a["id"] for a in server.get("/api/v1/directory").ok()]
    browser, _ = page_of(server, ann, "/")
    remembered(server, admins, ann, sam)
    assert "In memory of " + ann.name in Browser(server).go(f"/@{ann.name}").text
    assert cat.get(f"/api/v1/accounts/{ann.id}").ok()["memorial"] is True
    actor = server.get(f"/users/{ann.name}", headers={"Accept": "application/activity+json"}).ok()
    assert actor["memorial"] is True
    assert ann.id not in [a["id"] for a in server.get("/api/v1/directory").ok()]
    # No sign-in, no token, no session.
    assert ann.post("/api/v1/statuses", json_body={"status": "x"}).status == 403
    assert ann.get("/api/v1/accounts/verify_credentials").status == 403
    assert browser.go("/settings").status == 403
    page = Browser(server).sign_in(ann)
    assert page.status == 422 and "kept in memory of somebody" in page.text
    # Nothing of theirs is sent.
    with Rows(server) as db:
        db.execute("UPDATE scheduled SET at = 1000")
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'publish'")
    wait(lambda: looks(server, "SELECT count(*) FROM job WHERE kind = 'publish'") == [(0,)], "job")
    assert looks(server, "SELECT count(*) FROM scheduled") == [(1,)]
    # New comments wait for the steward, old ones stand.
    comment = cat.answer(post, "I miss you")
    assert cat.sees(comment) and not server.stranger().sees(comment) and server.stranger().sees(before)
    assert sam.sees(comment)
    assert "Comments are reviewed before they appear." in Browser(server).go(f"/@{ann.name}/{post['id']}").text
    inbox = Inbox(sam)
    inbox.sorts("show", comment)
    assert server.stranger().sees(comment)


def test_chosen_words(place):
    """The banner stands in the words the person chose."""
    server, admins, ann, sam, cat = place
    browser, page = page_of(server, ann, "/settings/people/steward")
    page = browser.submit("banner", banner="x" * 200)
    assert page.status == 422 and "up to 100 characters" in page.text
    browser.submit("banner", banner="Gone fishing")
    remembered(server, admins, ann, sam)
    page = Browser(server).go(f"/@{ann.name}")
    assert "Gone fishing" in page.text and "In memory of" not in page.text


def test_naming_stewards(place):
    """A member names up to three stewards with their password; each has to accept; either side ends it; all are listed with an end."""
    server, admins, ann, sam, cat = place
    browser, page = page_of(server, ann, "/settings/people/steward")
    page = browser.submit("password", name=sam.name, password="wrong horse 4", press="name")
    assert page.status == 422 and "not your password" in page.text
    for name, why in ((ann.name, "somebody else"), ("nobody", "Nobody here has this name.")):
        page = browser.submit("password", name=name, password=PASSWORD, press="name")
        assert page.status == 422 and why in page.text
    names(server, ann, sam)
    browser, page = page_of(server, ann, "/settings/people/steward")
    assert "named already" in browser.submit("password", name=sam.name, password=PASSWORD, press="name").text
    for more in server.people("dan", "eve"):
        browser.go("/settings/people/steward")
        browser.submit("password", name=more.name, password=PASSWORD, press="name")
    browser.go("/settings/people/steward")
    assert "up to 3 stewards" in browser.submit("password", name=cat.name, password=PASSWORD, press="name").text
    page = browser.go("/settings/people")
    assert page.text.count("Looks after your account once you have died") == 3
    # Until then they see and may nothing.
    mine, page = page_of(server, sam, "/settings/people")
    assert "You are a steward for" in page.text and mine.go(f"/@{ann.name}/steward").status == 404
    page = mine.go("/settings/people")
    assert "Ended." in mine.submit("do", press="end").text
    assert looks(server, "SELECT state FROM steward WHERE steward = ?", sam.id) == [(2,)]
    # Somebody else's grant is nobody's business.
    (grant,), = looks(server, "SELECT id FROM steward WHERE state = 0 LIMIT 1")
    other, page = page_of(server, cat, "/settings/people/steward")
    csrf = dict(page.form_with("password").fields)["csrf"]
    for do in ("accept", "end"):
        answer = other.go(f"/settings/people/steward/{grant}", "POST", f"csrf={csrf}&do={do}".encode(),
                          {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url})
        assert answer.status == 404


def test_what_stewards_do(place, box):
    """Stewards: pinned words, pictures, follow requests, tributes, ways to help, keepsake, ask for removal. Never: read letters or private mentions, change or delete past posts, sign in."""
    server, admins, ann, sam, cat = place
    ann.patch("/api/v1/accounts/update_credentials", fields={"locked": "true"}).ok()
    names(server, ann, sam)
    post = ann.say("Apples", "unlisted")
    secret = ann.say(f"@{cat.name} between us", "direct")
    remembered(server, admins, ann, sam)
    cat.follows(ann)
    reader, page = page_of(server, cat, f"/@{ann.name}/tributes")
    page = reader.submit("words", words="She taught me to graft trees.", press="write")
    assert "read it first" in page.text and "graft" not in Browser(server).go(f"/@{ann.name}/tributes").text
    steward, page = page_of(server, sam, f"/@{ann.name}/steward")
    page = steward.submit("words", words="Thank you for the apples.", press="words")
    assert page.status == 200 and "apples." in Browser(server).go(f"/@{ann.name}").text
    page = steward.submit("tribute", press="show")
    assert "graft" in Browser(server).go(f"/@{ann.name}/tributes").text
    page = steward.submit("account", press="accept")
    assert cat.knows(ann)["following"]
    steward.submit("avatar", files={"avatar": ("a.png", "image/png", photos.png(80, 100))}, avatar_description="An apple tree")
    first = cat.get(f"/api/v1/accounts/{ann.id}").ok()["avatar"]
    assert "missing" not in first and "/static/" not in first
    steward.go(f"/@{ann.name}/steward/ways")
    page = steward.submit("label", label="Trees for the park", link="https://trees.example/ann", kind="3", state="0")
    assert "Trees for the park" in Browser(server).go(f"/@{ann.name}").text
    page = steward.go(f"/@{ann.name}/steward")
    for words in ("changed the pinned words", "showed a tribute", f"accepted {cat.name}", "changed the picture", "changed the ways to help"):
        assert words in page.text, words
    # Each is undone, the newest first as the list has them.
    for _ in range(5):
        page = steward.submit("act", press="undo")
        assert "Taken back." in page.text, page.text[:800]
    profile = Browser(server).go(f"/@{ann.name}")
    assert "apples." not in profile.text and "Trees for the park" not in profile.text
    assert "graft" not in Browser(server).go(f"/@{ann.name}/tributes").text and not cat.knows(ann)["following"]
    assert cat.get(f"/api/v1/accounts/{ann.id}").ok()["avatar"] != first
    # Removal is asked for, and the administrators decide.
    page = steward.submit("why", why="The family asks for it.", press="removal")
    assert "They decide." in page.text
    assert "The family asks for it." in page_of(server, admins[0], "/moderation/memorials")[1].text
    # Never.
    assert not sam.sees(secret) and sam.show(post).status == 200
    assert sam.delete(f"/api/v1/statuses/{post['id']}").status in (403, 404)
    assert sam.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "x"}).status in (403, 404)
    assert page_of(server, cat, f"/@{ann.name}/steward")[1].status == 404
    reader, page = page_of(server, cat, f"/@{ann.name}/{post['id']}")
    assert not any("letter" in link for link in page.links), "letters that nobody would read"


def test_only_what_came_since(place):
    """A steward sorts what was written since the memorial began; what was held before stays with who has died."""
    server, admins, ann, sam, cat = place
    names(server, ann, sam)
    post = hard_news(ann, "Some news")
    before = cat.answer(post, "held before")
    remembered(server, admins, ann, sam)
    after = cat.answer(post, "held after")
    assert sam.sees(after) and not sam.sees(before)
    inbox = Inbox(sam)
    text = inbox.open("others", post).text + inbox.open("check", post).text
    assert "held after" in text and "held before" not in text
    assert inbox.sorts("show", before).status == 404
    assert not server.stranger().sees(before)


def test_taken_back(place):
    """Undo: administrators, 30 days."""
    server, admins, ann, sam, cat = place
    names(server, ann, sam)
    post = ann.say("Apples")
    browser, _ = page_of(server, ann, "/")
    remembered(server, admins, ann, sam)
    steward, page = page_of(server, sam, f"/@{ann.name}/steward")
    steward.submit("words", words="Thank you.", press="words")
    comment = cat.answer(post, "I miss you")
    page = presses(server, admins[1], "undo")
    assert page.status == 200 and state(server) == "over"
    assert "memorial" not in cat.get(f"/api/v1/accounts/{ann.id}").ok()
    assert browser.go("/settings").status == 200, "the session of before"
    ann.say("I was away")
    assert ann.sees(comment) and not sam.sees(comment)
    assert "In memory" not in Browser(server).go(f"/@{ann.name}").text
    assert looks(server, "SELECT words FROM memorial") == [("",)]
    assert "took the memorial back for" in page_of(server, admins[0], "/moderation/log")[1].text
    remembered(server, admins, ann, sam)
    with Rows(server) as db:
        db.execute("UPDATE memorial SET began_at = began_at - 31 * 86400000")
    page = presses(server, admins[0], "undo")
    assert page.status == 409 and "30 days" in page.text and state(server) == "begun"


def test_a_memorial_without_stewards(place, box):
    """Where nobody was named, administrators name somebody; what waited is theirs to sort then."""
    server, admins, ann, sam, cat = place
    post = ann.say("Apples")
    remembered(server, admins, ann)
    comment = cat.answer(post, "I miss you")
    browser, page = page_of(server, admins[0], "/moderation/memorials")
    assert "Nobody looks after it." in page.text
    assert "Nobody here has this name." in browser.submit("name", name="nobody").text
    browser.submit("name", name=sam.name)
    assert "look after the account" in box.to(sam.email)["Subject"]
    steward, page = page_of(server, sam, "/settings/people")
    steward.submit("do", press="accept")
    assert sam.sees(comment)


def test_removal(place):
    """Administrators remove the account when a steward asks, or keep it."""
    server, admins, ann, sam, cat = place
    names(server, ann, sam)
    remembered(server, admins, ann, sam)
    assert presses(server, admins[0], "remove", sure="yes").status == 409
    steward, page = page_of(server, sam, f"/@{ann.name}/steward")
    steward.submit("why", why="The family asks for it.", press="removal")
    presses(server, admins[0], "keep")
    page = steward.go(f"/@{ann.name}/steward")
    steward.submit("why", why="They ask again.", press="removal")
    assert presses(server, admins[1], "remove").status == 422, "without the tick"
    presses(server, admins[1], "remove", sure="yes")
    assert server.get(f"/@{ann.name}", headers={"Accept": "text/html"}).status == 410


def test_elsewhere(place, new_server):
    """A memorial is known on other servers: the actor says so, and its page there shows it."""
    server, admins, ann, sam, cat = place
    there = new_server()
    ben = there.person("ben", password=PASSWORD)
    far = finds(ben, ann)
    follows(ben, ann)
    remembered(server, admins, ann, sam)
    tells_now(server)
    wait(lambda: ben.get(f"/api/v1/accounts/{far.id}").ok().get("memorial") is True, "memorial there")
    page = page_of(there, ben, f"/@{far.acct}")[1]
    assert f"In memory of {ann.name}" in page.text
    presses(server, admins[0], "undo")
    tells_now(server)
    wait(lambda: "memorial" not in ben.get(f"/api/v1/accounts/{far.id}").ok(), "end there")
