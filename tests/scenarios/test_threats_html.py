"""Script, markup and disguise in everything a person can write, at every place where it is shown."""
import html.parser
import re

import pytest

from harness.browser import Browser
from harness.photos import photo

LIVE = re.compile(r"<script(?![^>]*src=\"/static/)|javascript:|<iframe|<svg[^>]*onload|<style|<object|<embed|<base|<meta http-equiv=\"refresh", re.I)

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "\"><script>alert(1)</script>", "' onmouseover='alert(1)",
    "javascript:alert(1)", "<a href=\"javascript:alert(1)\">x</a>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<style>@import 'javascript:alert(1)'</style>", "<iframe srcdoc='<script>alert(1)</script>'>", "{{constructor.constructor('alert(1)')()}}",
    "</textarea><script>alert(1)</script>", "</title><script>alert(1)</script>", "<!--><script>alert(1)</script>-->", "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<scr\0ipt>alert(1)</script>", "jAvAsCrIpT&colon;alert(1)", "\u202egnp.exe", "https://a.example/\" onclick=\"alert(1)",
    "https://a.example/'><script>alert(1)</script>", "@<script>alert(1)</script>", "#<img src=x onerror=alert(1)>", "https://evil.example/@user<b>",
]


class Handlers(html.parser.HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.bad = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        for key, value in attrs:
            if key.startswith("on") or key in ("style", "srcdoc") or (key in ("href", "src", "action") and re.match(r"\s*(javascript|data|vbscript):", value or "", re.I)):
                self.bad.append((tag, key, value))
        if tag in ("iframe", "object", "embed", "base", "style", "math"):
            self.bad.append((tag, "", ""))


def dead(text):
    bad = Handlers(text).bad
    assert not bad, bad
    assert "<script>alert" not in text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_t027_script_in_every_field(server, ann, payload):
    """Whatever is written in post, note, poll, alt text, profile, list: it comes out as text, on every page and in every answer."""
    clean = payload.replace("\0", "")
    media = ann.upload(photo(), description=clean).ok()
    posts = [ann.say(clean + " #tag", spoiler_text=clean, media_ids=[media["id"]]),
             ann.say("poll", poll={"options": [clean[:50], clean[:49] + "2"], "expires_in": 600})]
    ann.patch("/api/v1/accounts/update_credentials", json_body={
        "display_name": clean[:30], "note": clean, "fields_attributes": [{"name": clean[:30], "value": clean}]}).ok()
    ann.post("/api/v1/lists", form={"title": clean})
    for post in posts:
        dead(ann.show(post).ok()["content"])
        page = server.raw("GET", post["url"][len(server.url):])
        assert page.status == 200
        dead(page.text)
    account = server.get(f"/api/v1/accounts/{ann.id}").ok()
    dead(account["note"]), dead(account["fields"][0]["value"])
    profile = server.raw("GET", f"/@{ann.name}")
    dead(profile.text)


def test_t036_every_page_has_the_strict_policy(server, ann):
    """Every page forbids scripts and styles from anywhere else, framing and sniffing."""
    post = ann.say("hello")
    browser = Browser(server)
    for path in ("/", "/about", "/sign-in", f"/@{ann.name}", post["url"][len(server.url):], "/nothing-here", "/help", f"/@nobody"):
        page = browser.go(path)
        policy = page.headers["Content-Security-Policy"]
        for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert part in policy, (path, policy)
        assert "unsafe" not in policy and page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] in ("same-origin", "no-referrer", "strict-origin-when-cross-origin")
        assert not [t for t, a in page.tags if "style" in a or any(k.startswith("on") for k in a)], path
        assert not [a for t, a in page.tags if t == "script" and not a.get("src")], path


@pytest.mark.parametrize("path", ["/search?q={}", "/nothing/{}", "/@{}", "/tags/{}", "/sign-in?next={}", "/oauth/authorize?client_id={}&response_type=code",
                                  "/.well-known/webfinger?resource={}", "/invite/{}", "/oauth/authorize?error={}&client_id=x"])
def test_t035_reflected(server, path):
    """What came in the address is never live on the page that comes back."""
    import urllib.parse
    for payload in PAYLOADS[:8]:
        said = server.raw("GET", path.format(urllib.parse.quote(payload, safe="")))
        assert said.status < 500
        if said.headers.get("Content-Type", "").startswith("text/html"):
            dead(said.text)
        assert said.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("next_", ["//evil.example", "/\\evil.example", "https://evil.example", "\\\\evil.example", "/%2f/evil.example", "/%5cevil.example",
                                   "javascript:alert(1)", "/a\r\nSet-Cookie: x=y", "%0d%0aX: y", "///evil.example", "/.//evil.example", ""])
def test_t021_t022_redirects_stay_here(server, next_):
    """After signing in one lands on a page of this server, whatever the address asked for."""
    import urllib.parse
    ann = server.person("ann", password="correct horse 4")
    browser = Browser(server)
    browser.go("/sign-in?" + urllib.parse.urlencode({"next": next_}))
    browser.sign_in(ann)
    assert browser.left is None and browser.page.status in (200, 404)
    assert "x" not in browser.cookies


def test_t024_forms_need_their_token(server):
    """A form sent from elsewhere, without or with a wrong token, or as JSON, changes nothing."""
    ann = server.person("ann", password="correct horse 4")
    browser = Browser(server)
    browser.sign_in(ann)
    page = browser.go("/settings/profile")
    if page.status != 200:
        page = browser.go("/settings")
    form = page.form_with("display_name")
    cookie = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    good = dict(form.fields, display_name="changed")
    token = [k for k in good if "csrf" in k or k == "token"]
    assert token, good
    import json
    import urllib.parse
    target = form.action or browser.page.address
    for fields, headers in ((dict(good, **{token[0]: ""}), {}), (dict(good, **{token[0]: "x" * 43}), {}),
                            ({k: v for k, v in good.items() if k != token[0]}, {}),
                            (good, {"Origin": "https://evil.example"}), (good, {"Sec-Fetch-Site": "cross-site"})):
        body = urllib.parse.urlencode(fields)
        said = server.raw("POST", target, body, {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", **headers})
        assert said.status in (400, 403, 422), (headers, said.status)
    said = server.raw("POST", target, json.dumps(good), {"Cookie": cookie, "Content-Type": "text/plain"})
    assert said.status >= 400
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["display_name"] != "changed"


def test_t024_the_api_reads_no_cookies(server):
    """A signed-in browser's cookie opens nothing of the API, and no parameter changes the method."""
    ann = server.person("ann", password="correct horse 4")
    browser = Browser(server)
    browser.sign_in(ann)
    cookie = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    assert server.raw("GET", "/api/v1/timelines/home", headers={"Cookie": cookie}).status in (401, 422)
    post = ann.say("stay")
    server.raw("POST", f"/api/v1/statuses/{post['id']}?_method=DELETE", b"", {"Authorization": f"Bearer {ann.token}"})
    server.raw("GET", f"/api/v1/statuses/{post['id']}?_method=DELETE", None, {"Authorization": f"Bearer {ann.token}", "X-HTTP-Method-Override": "DELETE"})
    assert ann.sees(post)


def test_t025_looking_changes_nothing(server):
    """No address changes anything by being looked at; signing in and out need their forms."""
    ann = server.person("ann", password="correct horse 4")
    browser = Browser(server)
    browser.sign_in(ann)
    post = ann.say("hello")
    for path in ("/sign-out", f"{post['url'][len(server.url):]}/favourite", f"{post['url'][len(server.url):]}/delete"):
        browser.go(path)
    assert ann.sees(post) and ann.show(post).ok()["favourited"] is False
    assert not browser.go("/home").has_form("password")
    said = server.raw("POST", "/sign-in", b"name=x&password=y", {"Content-Type": "application/x-www-form-urlencoded"})
    assert said.status in (400, 403, 422)


def test_t026_nothing_can_be_framed(server):
    """Consent and settings cannot be framed, and no answer to a page's request carries credentials across origins."""
    for path in ("/oauth/authorize", "/settings", "/sign-in"):
        said = server.raw("GET", path, headers={"Origin": "https://evil.example"})
        assert not said.headers.get("Access-Control-Allow-Credentials")
        if said.status == 200:
            assert "frame-ancestors 'none'" in said.headers["Content-Security-Policy"]


def test_t008_cookies(server):
    """The session's cookie is out of reach of scripts and of other sites."""
    ann = server.person("ann", password="correct horse 4")
    browser = Browser(server)
    browser.go("/sign-in")
    seen = []
    fetch = browser.fetch
    browser.fetch = lambda *a, **k: seen.append(fetch(*a, **k)) or seen[-1]
    browser.sign_in(ann)
    lines = [line for a in seen for line in a.headers.get_all("Set-Cookie") or []]
    assert lines and all("HttpOnly" in line and "SameSite=Lax" in line and "Path=/" in line for line in lines), lines


def test_t037_feeds_are_well_formed(server, ann):
    """The feed of a profile is well-formed whatever was written."""
    import xml.etree.ElementTree
    for payload in PAYLOADS[:6]:
        ann.say(payload.replace("\0", ""))
    page = Browser(server).go(f"/@{ann.name}")
    feeds = [r["href"] for r in page.rels if r.get("type") == "application/atom+xml"]
    assert feeds
    said = server.raw("GET", feeds[0].removeprefix(server.url))
    assert said.status == 200 and said.headers["Content-Type"].startswith("application/atom+xml")
    root = xml.etree.ElementTree.fromstring(said.text)
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 6


def test_t159_t160_names_that_pretend(server, ann):
    """Names lose the marks that turn text around; user text stands in isolation."""
    said = ann.patch("/api/v1/accounts/update_credentials", form={"display_name": "\u202eevil\u202c\u200b"}).ok()
    assert "\u202e" not in said["display_name"] and not said["display_name"].endswith("\u200b")
    assert "<bdi>" in server.raw("GET", f"/@{ann.name}").text
