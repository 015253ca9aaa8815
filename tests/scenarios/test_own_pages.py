"""Pages about what is one's own: conversations, filters, blocked servers."""
import pytest

from harness.browser import Browser

PASSWORD = "four plain words here"


@pytest.fixture
def ann(server):
    return server.person("ann", password=PASSWORD)


@pytest.fixture
def browser(server, ann):
    browser = Browser(server)
    browser.sign_in(ann)
    return browser


def test_conversations(server, ann, ben, browser):
    """Private mentions stand by thread with who is in them; they are marked read, marked new, and taken off."""
    assert "Nothing here" in browser.go("/conversations").text
    post = ben.say(f"@{ann.name} only for you", visibility="direct")
    page = browser.go("/conversations")
    assert ben.name in page.text and "only for you" in page.text and "new" in page.text
    assert f"/@{ben.name}/{post['id']}" in page.links
    page = browser.submit(f"Mark as read: {ben.name}")
    assert "Mark as new" in page.text
    page = browser.submit(f"Mark as new: {ben.name}", press="unread")
    assert ann.get("/api/v1/conversations").ok()[0]["unread"] is True
    page = browser.submit(f"Mark as read: {ben.name}", press="drop")
    assert "only for you" not in page.text and ann.sees(post)


def test_somebody_elses_conversation(server, ann, ben, cat, browser):
    """A conversation of others is as one that never was."""
    ben.say(f"@{cat.name} psst", visibility="direct")
    other = cat.get("/api/v1/conversations").ok()[0]["id"]
    ben.say(f"@{ann.name} hello", visibility="direct")
    csrf = dict(browser.go("/conversations").form_with("csrf").fields)["csrf"]
    for number in [other, "123"]:
        answer = browser.fetch("POST", f"/conversations/{number}", f"csrf={csrf}&do=drop".encode(),
                               {"Origin": server.url, "Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status == 404
    assert len(cat.get("/api/v1/conversations").ok()) == 1


def test_a_filter(server, ann, ben, browser):
    """A filter is made with a word, obeyed at once, changed, and ended; mistakes keep what was typed."""
    ann.follows(ben)
    post = ben.say("The marzipan is ready")
    assert "None yet" in browser.go("/filters").text
    browser.go("/filters/new")
    page = browser.submit("title", title="", word="marzipan", action="hide")
    assert page.status == 422 and "marzipan" in page.answer.text
    page = browser.submit("title", title="Sweets", word="marzipan", action="hide", days="7")
    assert page.status == 200 and "marzipan" in page.text
    assert "marzipan" not in browser.go("/").text and post["id"] not in ann.home()
    page = browser.go("/filters")
    address = next(link for link in page.links if link.startswith("/filters/") and link != "/filters/new")
    browser.go(address)
    page = browser.submit("Add it", word="nougat", press="add")
    assert "nougat" in page.text
    page = browser.submit("Take off marzipan", press="remove")
    assert post["id"] in ann.home()
    page = browser.submit("title", title="Less sweet", home=None, notifications=None, public=None, thread=None, account=None)
    assert page.status == 422 and "at least one place" in page.text
    page = browser.submit("Delete the filter", press="delete")
    assert "Less sweet" not in page.text and "Sweets" not in page.text


def test_somebody_elses_filter(ann, ben, browser):
    """T143: a filter of somebody else is as one that never was."""
    made = ben.post("/api/v2/filters", json_body={"title": "x", "context": ["home"]}).ok()
    assert browser.go(f"/filters/{made['id']}").status == 404


def test_blocked_servers(ann, browser):
    """A server is blocked by name and the block ended; what is no server is said in words."""
    browser.go("/blocked-servers")
    assert browser.submit("domain", domain="not a server").status == 422
    page = browser.submit("domain", domain="Own-Bad.example")
    assert "own-bad.example" in page.text and ann.get("/api/v1/domain_blocks").ok() == ["own-bad.example"]
    browser.submit("End the block of own-bad.example", press="end")
    assert ann.get("/api/v1/domain_blocks").ok() == []
