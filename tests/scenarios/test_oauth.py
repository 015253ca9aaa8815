"""OAuth as the apps do it: registering, consent, codes, tokens, revoking."""
import base64
import hashlib
import json
import urllib.parse

import pytest

from harness.browser import Browser

OOB = "urn:ietf:wg:oauth:2.0:oob"


def register(server, redirect=OOB, scopes="read write follow push", **more):
    return server.post("/api/v1/apps", form={"client_name": "Heron", "redirect_uris": redirect, "scopes": scopes, **more}).ok()


def consent(server, person, app, redirect=OOB, scope="read write follow push", press=None, path="/oauth/authorize", **more):
    """Opens the consent page, signs in when asked, says yes; gives the browser afterwards."""
    browser = Browser(server)
    query = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": redirect, "scope": scope, **more}
    page = browser.go(path + "?" + urllib.parse.urlencode(query))
    if page.has_form("password"):
        page = browser.sign_in(person)
    assert page is not None and page.status == 200, page and page.text[:300]
    browser.submit("do", press=press or "yes")
    return browser


def shown_code(page):
    """The code on the out-of-band page, which a person selects and copies."""
    words = [w for w in page.text.split() if len(w) >= 20 and w.replace("-", "").replace("_", "").isalnum()]
    assert words, page.text
    return words[0]


def code_of(browser, redirect=OOB):
    if redirect == OOB:
        return shown_code(browser.page)
    assert browser.left and browser.left.startswith(redirect), (browser.left, browser.page and browser.page.text[:300])
    return urllib.parse.parse_qs(urllib.parse.urlsplit(browser.left).query)["code"][0]


def exchange(server, app, code, redirect=OOB, **more):
    form = {"grant_type": "authorization_code", "client_id": app["client_id"], "client_secret": app["client_secret"],
            "redirect_uri": redirect, "code": code, **more}
    return server.post("/oauth/token", form={k: v for k, v in form.items() if v is not None})


@pytest.fixture(scope="module")
def person(shared):
    return shared.person("olga", password="correct horse 4")


def test_out_of_band(server, person):
    """An app without a page of its own gets a code that the person copies, and with it a token that works."""
    app = register(server)
    token = exchange(server, app, code_of(consent(server, person, app))).ok()
    assert token["token_type"] == "Bearer" and token["scope"] == "read write follow push"
    assert server.get("/api/v1/accounts/verify_credentials", token=token["access_token"]).ok()["username"] == person.name


@pytest.mark.parametrize("redirect", [
    "https://elk.example/api/host.example/oauth/https%3A%2F%2Felk.example",
    "icecubesapp://",
    "org.joinmastodon.android-auth://callback",
    "com.tapbots.ivory.22:/request_token/8A2B",
    "http://localhost:4343/callback?already=1",
])
def test_redirects_of_real_apps(server, person, redirect):
    """The redirect addresses that real apps use come back byte for byte, with the code and the state appended."""
    app = register(server, redirect)
    browser = consent(server, person, app, redirect, state="a b&c")
    assert browser.left.startswith(redirect + ("&" if "?" in redirect else "?")), browser.left
    assert urllib.parse.parse_qs(browser.left.split("?", 1)[1])["state"] == ["a b&c"]
    assert exchange(server, app, code_of(browser, redirect), redirect).ok()["access_token"]


def test_saying_no(server, person):
    """Somebody who does not let the app in is sent back with access_denied and no code."""
    app = register(server, "https://heron.example/back")
    browser = Browser(server)
    browser.go("/oauth/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app["client_id"], "redirect_uri": "https://heron.example/back", "scope": "read",
        "state": "s"}))
    if browser.page.has_form("password"):
        browser.sign_in(person)
    browser.submit("do", press="no")
    answer = urllib.parse.parse_qs(urllib.parse.urlsplit(browser.left).query)
    assert answer["error"] == ["access_denied"] and answer["state"] == ["s"] and "code" not in answer


def test_pkce(server, person):
    """With a S256 challenge the code is worth nothing without its verifier; a secret is not needed then."""
    redirect = "https://phanpy.example/"
    app = register(server, redirect)
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    more = {"code_challenge": challenge, "code_challenge_method": "S256"}
    code = code_of(consent(server, person, app, redirect, **more), redirect)
    assert exchange(server, app, code, redirect).fails(400)
    code = code_of(consent(server, person, app, redirect, **more), redirect)
    exchange(server, app, code, redirect, code_verifier="w" * 50).fails(400)
    code = code_of(consent(server, person, app, redirect, **more), redirect)
    exchange(server, app, code, redirect, code_verifier=verifier, client_secret=None).ok()


def test_pkce_plain_is_refused(server, person):
    """The plain challenge method protects nobody and is refused."""
    app = register(server, "https://heron.example/back")
    browser = Browser(server)
    page = browser.go("/oauth/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app["client_id"], "redirect_uri": "https://heron.example/back", "scope": "read",
        "code_challenge": "v" * 43, "code_challenge_method": "plain"}))
    assert (browser.left and "error=" in browser.left) or page.status == 400


def test_client_credentials(server):
    """An app gets a token for itself, which opens what is the app's and nothing that is a person's."""
    app = register(server)
    token = server.post("/oauth/token", form={
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "redirect_uri": OOB, "scope": "read"}).ok()["access_token"]
    assert server.get("/api/v1/apps/verify_credentials", token=token).ok()["name"] == "Heron"
    server.get("/api/v1/accounts/verify_credentials", token=token).fails(401, 403, 422)
    server.get("/api/v1/timelines/home", token=token).fails(401, 403, 422)


def test_revoking(server, person):
    """A revoked token opens nothing; revoking it again, or what never was, is quietly fine."""
    app = register(server)
    token = exchange(server, app, code_of(consent(server, person, app))).ok()["access_token"]
    form = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    assert server.post("/oauth/revoke", form=form).ok() == {}
    server.get("/api/v1/accounts/verify_credentials", token=token).fails(401)
    assert server.post("/oauth/revoke", form=form).ok() == {}


def test_revoking_with_another_apps_secret(server, person):
    """An app cannot revoke what belongs to another one."""
    app, other = register(server), register(server)
    token = exchange(server, app, code_of(consent(server, person, app))).ok()["access_token"]
    server.post("/oauth/revoke", form={"client_id": other["client_id"], "client_secret": other["client_secret"], "token": token})
    assert server.get("/api/v1/accounts/verify_credentials", token=token).status == 200


def test_a_code_is_good_once(server, person):
    """The second use of a code fails and revokes what the first one gave."""
    app = register(server)
    code = code_of(consent(server, person, app))
    token = exchange(server, app, code).ok()["access_token"]
    said = exchange(server, app, code)
    said.fails(400)
    assert json.loads(said.body)["error"] == "invalid_grant"
    server.get("/api/v1/accounts/verify_credentials", token=token).fails(401)


def test_a_code_belongs_to_its_app_and_address(server, person):
    """A code is refused for another app and for another redirect address."""
    app, other = register(server, f"{OOB}\nhttps://heron.example/back"), register(server)
    exchange(server, other, code_of(consent(server, person, app))).fails(400, 401)
    exchange(server, app, code_of(consent(server, person, app)), "https://heron.example/back").fails(400)


def test_the_scope_granted_is_the_scope_asked(server, person):
    """The token answers with exactly the scopes asked for, in that order, and no more than that works."""
    app = register(server, scopes="read write:statuses follow")
    token = exchange(server, app, code_of(consent(server, person, app, scope="write:statuses read"))).ok()
    assert token["scope"] == "write:statuses read"
    server.post("/api/v1/statuses", token=token["access_token"], form={"status": "hello"}).ok()
    server.post("/api/v1/accounts/1/follow", token=token["access_token"]).fails(403)


def test_more_scope_than_registered_is_refused(server, person):
    """An app that registered for reading cannot ask for writing."""
    app = register(server, "https://heron.example/back", scopes="read")
    browser = Browser(server)
    page = browser.go("/oauth/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app["client_id"], "redirect_uri": "https://heron.example/back", "scope": "read write"}))
    if page is not None and page.has_form("password"):
        page = browser.sign_in(person)
    assert (browser.left and "error=invalid_scope" in browser.left) or page.status in (400, 422)


def test_unknown_scopes_at_registration(server):
    """A scope that does not exist is refused when the app registers."""
    server.post("/api/v1/apps", form={"client_name": "x", "redirect_uris": OOB, "scopes": "read everything"}).fails(422)


def test_secret_by_basic_and_json_bodies(server, person):
    """The secret may come by HTTP Basic, and every OAuth body may be JSON."""
    app = server.post("/api/v1/apps", json_body={"client_name": "Elk", "redirect_uris": [OOB], "scopes": "read"}).ok()
    basic = base64.b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    code = code_of(consent(server, person, app, scope="read"))
    server.post("/oauth/token", headers={"Authorization": f"Basic {basic}"},
                json_body={"grant_type": "authorization_code", "redirect_uri": OOB, "code": code}).ok()


def test_several_tokens_at_once(server, person):
    """A second sign-in of the same app does not end the first."""
    app = register(server)
    tokens = [exchange(server, app, code_of(consent(server, person, app))).ok()["access_token"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    for token in tokens:
        assert server.get("/api/v1/accounts/verify_credentials", token=token).status == 200


@pytest.mark.parametrize("flag", ["force_login=false", "force_login=False", "force_login=", "lang=None&state=None"])
def test_flags_that_clients_add(server, person, flag):
    """force_login=False, lang=None and state=None are sent by libraries and change nothing."""
    app = register(server)
    key, _, value = flag.partition("&")[0].partition("=")
    assert exchange(server, app, code_of(consent(server, person, app, path="/oauth/authorize/", **{key: value}))).ok()


def test_the_metadata_document(server):
    """The metadata document tells clients where things are and that PKCE is there."""
    said = server.get("/.well-known/oauth-authorization-server").ok()
    assert said["issuer"] == server.url + "/" and said["authorization_endpoint"] == server.url + "/oauth/authorize"
    assert "S256" in said["code_challenge_methods_supported"] and "read:statuses" in said["scopes_supported"]
    assert set(said["grant_types_supported"]) == {"authorization_code", "client_credentials"}


def test_apps_survive_a_restart(new_server):
    """An app and its tokens are there after a restart."""
    server = new_server()
    ann = server.person("ann", password="correct horse 4")
    app = register(server)
    token = exchange(server, app, code_of(consent(server, ann, app))).ok()["access_token"]
    server.stop()
    server.start()
    assert server.get("/api/v1/accounts/verify_credentials", token=token).status == 200
    assert exchange(server, app, code_of(consent(server, ann, app))).ok()


def test_the_consent_page_can_lead_to_an_app(server, person):
    """The consent page has no form-action and no opener policy that would keep a browser from going to the app."""
    app = register(server, "icecubesapp://")
    browser = Browser(server)
    browser.go("/sign-in")
    browser.sign_in(person)
    page = browser.go("/oauth/authorize?" + urllib.parse.urlencode({
        "response_type": "code", "client_id": app["client_id"], "redirect_uri": "icecubesapp://", "scope": "read"}))
    policy = page.headers["Content-Security-Policy"]
    assert "form-action" not in policy and "frame-ancestors 'none'" in policy
    assert page.headers.get("Cross-Origin-Opener-Policy") in (None, "unsafe-none", "same-origin-allow-popups")


def test_userinfo_and_sessions_page(server, person):
    """The person finds the app on the page of sessions and apps and can end it there."""
    app = register(server)
    token = exchange(server, app, code_of(consent(server, person, app))).ok()["access_token"]
    browser = Browser(server)
    browser.sign_in(person)
    page = browser.go("/settings/sessions")
    if page.status != 200:
        page = browser.go("/settings/apps")
    assert "Heron" in page.text
    for form in page.forms:
        labels = [b[2].strip() for b in form.buttons]
        if any("Heron" in label or label in ("End", "End now", "Remove") for label in labels):
            break
    else:
        raise AssertionError([b for f in page.forms for b in f.buttons])
    count = sum("Heron" in line for line in page.words)
    while count:
        page = browser.page
        forms = [f for f in page.forms if any("Heron" in b[2] for b in f.buttons)] or [
            f for f in page.forms if any(b[2].strip().startswith(("End", "Remove")) for b in f.buttons)]
        if not forms or server.get("/api/v1/accounts/verify_credentials", token=token).status == 401:
            break
        form = forms[-1]
        browser.submit(form.buttons[0][0] or form.buttons[0][2].strip(), press=form.buttons[0][2].strip() or None)
        count -= 1
    server.get("/api/v1/accounts/verify_credentials", token=token).fails(401)
