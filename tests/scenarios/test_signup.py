"""Signing up by invitation, signing in and out, passwords."""
import pytest

from harness.browser import Browser


def join(browser, path, name, password="correct horse 4", **more):
    browser.go(path)
    return browser.submit("password", username=name, email=f"{name}@mail.example", password=password, **more)


def invite_path(server, *arguments):
    address = server.command("invite", "create", *arguments)
    assert address.startswith(server.url + "/"), address
    return address[len(server.url):]


def test_an_invited_person_signs_up_and_is_in(server, browser):
    """Somebody opens the address of an invitation, chooses a name and a password and is signed in."""
    join(browser, invite_path(server), "dora")
    assert server.get("/api/v1/accounts/lookup", query={"acct": "dora"}).ok()["username"] == "dora"
    page = browser.go("/settings")
    assert page.status == 200 and not page.has_form("password") or "/settings" in page.address


def test_an_invitation_is_used_up(server):
    """An invitation for one person takes one person; the second is told so in words."""
    path = invite_path(server, "--uses", "1")
    join(Browser(server), path, "edda")
    page = Browser(server).go(path)
    assert page.status in (404, 410, 403, 422) and not page.has_form("password")
    assert server.get("/api/v1/accounts/lookup", query={"acct": "edda"}).status == 200


def test_an_invitation_for_three_takes_three(server):
    """An invitation for three people takes three and not four."""
    path = invite_path(server, "--uses", "3")
    for name in ("fay", "gus", "hal"):
        join(Browser(server), path, name)
        assert server.get("/api/v1/accounts/lookup", query={"acct": name}).status == 200
    assert not Browser(server).go(path).has_form("password")


def test_without_an_invitation_there_is_no_way_in(server, browser):
    """A server by invitation has no form to sign up for a stranger, and the API refuses as well."""
    page = browser.go("/invite/nonsense")
    assert page.status in (404, 410) and not page.has_form("password")
    app = server.post("/api/v1/apps", form={"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
                                            "scopes": "read write"}).ok()
    token = server.post("/oauth/token", form={"grant_type": "client_credentials", "scope": "read write",
                                              "client_id": app["client_id"], "client_secret": app["client_secret"]}).ok()
    server.post("/api/v1/accounts", token=token["access_token"], form={
        "username": "mallory", "email": "m@mail.example", "password": "correct horse 4", "agreement": True,
        "locale": "en"}).fails(403, 422)


def test_what_was_typed_is_kept(server, browser):
    """A sign-up that fails says why beside the field and keeps the name and the address that were typed."""
    browser.go(invite_path(server))
    page = browser.submit("password", username="has space", email="ida@mail.example", password="correct horse 4")
    assert page.status in (200, 422)
    form = page.form_with("password")
    assert dict(form.fields)["username"] == "has space" and dict(form.fields)["email"] == "ida@mail.example"
    assert not dict(form.fields).get("password")


@pytest.mark.parametrize("name", ["admin", "root", "a b", "ünal", "x" * 31, "", "../x", "a.b", "abuse"])
def test_names_that_cannot_be_had(server, name):
    """Reserved, too long and odd names are refused with a sentence, and nothing is stored."""
    browser = Browser(server)
    browser.go(invite_path(server))
    page = browser.submit("password", username=name, email="jo@mail.example", password="correct horse 4")
    assert page.status in (200, 422) and page.has_form("password")


def test_a_name_is_taken_once_whatever_its_case(server):
    """A name that somebody has cannot be had again in capitals."""
    join(Browser(server), invite_path(server), "kim")
    page = join(Browser(server), invite_path(server), "KIM")
    assert page.status in (200, 422) and page.has_form("password")


def test_short_passwords_are_refused(server, browser):
    """A password of a few letters is refused with a sentence."""
    page = join(browser, invite_path(server), "leo", password="abc")
    assert page.status in (200, 422) and page.has_form("password")


def test_signing_in_and_out(server, browser):
    """Somebody signs in with e-mail and password, sees their pages, signs out, and the old cookie opens nothing."""
    ann = server.person("ann", password="correct horse 4")
    browser.sign_in(ann)
    assert browser.page.status == 200 and browser.cookies
    home = browser.go("/home")
    assert home.status == 200 and not home.has_form("password")
    old = dict(browser.cookies)
    browser.submit("Sign out")
    browser.cookies = old
    page = browser.go("/settings")
    assert page.has_form("password") or page.status in (401, 403)


def test_a_wrong_password_is_told_kindly(server, browser):
    """A wrong password shows the form again, with the address kept and the password gone."""
    ann = server.person("ann", password="correct horse 4")
    browser.go("/sign-in")
    page = browser.submit("password", name=ann.email, password="wrong horse 4")
    form = page.form_with("password")
    assert page.status in (200, 401, 403, 422)
    assert dict(form.fields)["name"] == ann.email and not dict(form.fields).get("password")


def test_signing_in_with_the_name_works_too(server, browser):
    """People type their name where the address is asked for; that works."""
    ann = server.person("ann", password="correct horse 4")
    browser.go("/sign-in")
    browser.submit("password", name=ann.name, password="correct horse 4")
    assert not browser.go("/home").has_form("password")


def test_open_registration_by_page_and_api(new_server):
    """With registration open a stranger signs up on the page, and an app does it over the API."""
    server = new_server(registration="open")
    browser = Browser(server)
    page = browser.go("/sign-up")
    assert page.status == 200
    browser.submit("password", username="mona", email="mona@mail.example", password="correct horse 4")
    assert server.get("/api/v1/accounts/lookup", query={"acct": "mona"}).status == 200
    app = server.post("/api/v1/apps", form={"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
                                            "scopes": "read write"}).ok()
    token = server.post("/oauth/token", form={"grant_type": "client_credentials", "scope": "read write",
                                              "client_id": app["client_id"], "client_secret": app["client_secret"]}).ok()
    got = server.post("/api/v1/accounts", token=token["access_token"], form={
        "username": "nell", "email": "nell@mail.example", "password": "correct horse 4", "agreement": True,
        "locale": "en"}).ok()
    assert server.get("/api/v1/accounts/verify_credentials", token=got["access_token"]).ok()["username"] == "nell"
    assert server.get("/api/v2/instance").ok()["registrations"]["enabled"] is True


def test_closed_registration_refuses_invitations_of_no_one(new_server):
    """A closed server says so in the instance document."""
    server = new_server(registration="closed")
    assert server.get("/api/v2/instance").ok()["registrations"]["enabled"] is False
    assert server.get("/api/v1/instance").ok()["registrations"] is False


def test_the_owner_gets_a_link_on_the_first_start(new_server):
    """The first start of script/server prints a link; opening it makes the owner's account."""
    server = new_server()
    links = [word for word in server.log_text().replace('"', " ").split() if word.startswith(server.url + "/")]
    assert links, server.log_text()
    browser = Browser(server)
    browser.go(links[-1][len(server.url):].rstrip("."))
    browser.submit("password", username="owner", email="owner@mail.example", password="correct horse 4")
    listed = server.command("account", "list")
    assert "owner" in listed
    account = server.get("/api/v1/accounts/lookup", query={"acct": "owner"}).ok()
    assert account["username"] == "owner"


def test_the_owner_needs_no_mail(new_server):
    """With a mail server that does not answer, the owner's link still makes an account that can be used at once."""
    server = new_server(smtp_url="smtp://127.0.0.1:1")
    links = [word for word in server.log_text().replace('"', " ").split() if word.startswith(server.url + "/")]
    browser = Browser(server)
    browser.go(links[-1][len(server.url):].rstrip("."))
    browser.submit("password", username="owner", email="owner@mail.example", password="correct horse 4")
    assert browser.go("/home").status == 200


def test_new_accounts_approve_their_followers_by_default(new_server):
    """As shipped, a new account lets nobody follow without being asked."""
    server = new_server(new_accounts_approve_followers="yes")
    ann, ben = server.people("ann", "ben")
    assert server.get(f"/api/v1/accounts/{ann.id}").ok()["locked"] is True
    assert ben.follows(ann)["requested"] is True
