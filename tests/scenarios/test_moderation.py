"""What moderators do with people and reports, over the admin API: who may, what it does, what the person is told."""
import time

import pytest

from harness.browser import Browser
from harness.mail import Mailbox

ADMIN = "read write follow admin:read admin:write"
ACCOUNTS, REPORTS = "/api/v1/admin/accounts", "/api/v1/admin/reports"


@pytest.fixture
def boss(server):
    return server.person("boss", role="moderator", scopes=ADMIN)


@pytest.fixture
def owner(server):
    return server.person("owner", role="owner", scopes=ADMIN)


def acts(boss, person, kind, **more):
    return boss.post(f"{ACCOUNTS}/{person.id}/action", json_body={"type": kind, **more})


def shown(boss, person):
    return boss.get(f"{ACCOUNTS}/{person.id}").ok()


def test_t144_members_have_no_admin(server, ann, ben):
    """A member's token with every admin scope reads and does nothing; a moderator's without the scope neither."""
    member = server.person("ann", scopes=ADMIN)
    weak = server.person("boss", role="moderator")
    for who in [member, weak]:
        for path in [ACCOUNTS, "/api/v2/admin/accounts", REPORTS, "/api/v1/admin/domain_blocks", "/api/v1/admin/domain_allows",
                     "/api/v1/admin/email_domain_blocks", "/api/v1/admin/ip_blocks", "/api/v1/admin/canonical_email_blocks"]:
            who.get(path).fails(403)
        acts(who, ben, "suspend").fails(403)
        who.post("/api/v1/admin/domain_blocks", form={"domain": "x.example"}).fails(403)
    assert ann.get(f"/api/v1/accounts/{ben.id}").ok().get("suspended") is None


def test_t145_nobody_acts_on_their_equals(server, boss, owner):
    """A moderator acts on members alone, an owner on both; nobody on themselves."""
    other = server.person("boss", role="moderator")
    for kind in ["none", "disable", "silence", "suspend", "sensitive"]:
        acts(boss, other, kind).fails(403)
        acts(boss, owner, kind).fails(403)
        acts(boss, boss, kind).fails(403)
    acts(owner, other, "silence").ok()
    acts(owner, owner, "silence").fails(403)
    assert shown(boss, other)["silenced"] is True


def test_a_warning_is_told(boss, ann):
    """Words alone: the person sees them as a notification, and nothing else happens."""
    acts(boss, ann, "none", text="Please keep to the rules.").ok()
    told = ann.get("/api/v1/notifications").ok()[0]
    assert told["type"] == "moderation_warning" and told["account"]["id"] == ann.id
    warning = told["moderation_warning"]
    assert (warning["action"], warning["text"], warning["appeal"]) == ("none", "Please keep to the rules.", None)
    assert ann.say("still here") and ann.get("/api/v2/notifications").ok()["notification_groups"][0]["moderation_warning"]["id"] == warning["id"]


def test_a_limited_person(server, boss, ann, ben, cat):
    """Who is limited is met by followers alone, asks before following, and comes back as if nothing had been."""
    cat.follows(ann)
    post = ann.say("Fresh bread #lim")
    acts(boss, ann, "silence").ok()
    assert shown(boss, ann)["silenced"] is True
    for path in ["/api/v1/timelines/public", "/api/v1/timelines/tag/lim"]:
        assert post["id"] in cat.ids(path) and post["id"] in ann.ids(path), path
        assert post["id"] not in ben.ids(path), path
    assert ben.sees(post)
    assert ann.follows(ben)["requested"] is True
    boss.post(f"{ACCOUNTS}/{ann.id}/unsilence").ok()
    assert post["id"] in ben.ids("/api/v1/timelines/public")


def test_a_suspended_person(server, boss, ann, ben):
    """Suspension ends access at once and hides everything; it can be taken back with nothing lost."""
    post = ann.say("hello")
    ben.follows(ann)
    acts(boss, ann, "suspend", text="Spam").ok()
    ann.get("/api/v1/timelines/home").fails(401, 403)
    assert not ben.sees(post) and ben.get(f"/api/v1/accounts/{ann.id}").ok()["suspended"] is True
    assert ben.home() == []
    assert shown(boss, ann)["suspended"] is True
    boss.post(f"{ACCOUNTS}/{ann.id}/unsuspend").ok()
    assert ben.sees(post) and ben.knows(ann)["following"] is True
    ann.token = server.token(ann.name)
    assert ann.get("/api/v1/notifications").ok()[0]["moderation_warning"]["action"] == "suspend"


def test_disabling_and_enabling(server, boss, ann):
    """Whose sign-in is disabled has no way in, while their posts stay."""
    post = ann.say("hello")
    acts(boss, ann, "disable").ok()
    ann.get("/api/v1/timelines/home").fails(401, 403)
    assert boss.sees(post) and shown(boss, ann)["disabled"] is True
    assert boss.post(f"{ACCOUNTS}/{ann.id}/enable").ok()["disabled"] is False


def test_covered_photos(boss, ann, ben):
    """Who is marked sensitive has every post so, also those of before, until it is taken back."""
    post = ann.say("hello")
    assert ben.show(post).ok()["sensitive"] is False
    acts(boss, ann, "sensitive").ok()
    assert ben.show(post).ok()["sensitive"] is True and ben.show(ann.say("again")).ok()["sensitive"] is True
    assert boss.post(f"{ACCOUNTS}/{ann.id}/unsensitive").ok()["sensitized"] is False
    assert ben.show(post).ok()["sensitive"] is False


def test_a_report_from_end_to_end(boss, ann, ben):
    """A report is told to moderators, shows the posts that were reported and no others, and is closed by the act."""
    private = ann.say(f"@{ben.name} unkind words", visibility="direct")
    other = ann.say(f"@{ben.name} kind words", visibility="direct")
    report = ben.post("/api/v1/reports", json_body={"account_id": ann.id, "status_ids": [private["id"]], "comment": "This hurts",
                                                     "category": "other"}).ok()
    told = next(n for n in boss.get("/api/v1/notifications").ok() if n["type"] == "admin.report")
    assert told["report"]["id"] == report["id"]
    assert not boss.sees(private) and not boss.sees(other)
    full = boss.get(f"{REPORTS}/{report['id']}").ok()
    assert [s["id"] for s in full["statuses"]] == [private["id"]] and full["comment"] == "This hurts"
    assert (full["account"]["username"], full["target_account"]["username"]) == (ben.name, ann.name)
    assert boss.post(f"{REPORTS}/{report['id']}/assign_to_self").ok()["assigned_account"]["username"] == boss.name
    assert boss.post(f"{REPORTS}/{report['id']}/unassign").ok()["assigned_account"] is None
    assert boss.put(f"{REPORTS}/{report['id']}", form={"category": "spam"}).ok()["category"] == "spam"
    boss.put(f"{REPORTS}/{report['id']}", form={"category": "ugly"}).fails(422)
    assert report["id"] in [r["id"] for r in boss.get(REPORTS).ok()]
    acts(boss, ann, "delete_statuses", report_id=report["id"], text="Not here.").ok()
    assert not ben.sees(private) and ben.sees(other)
    assert report["id"] not in [r["id"] for r in boss.get(REPORTS).ok()]
    done = next(r for r in boss.get(REPORTS, resolved="true", target_account_id=ann.id).ok() if r["id"] == report["id"])
    assert done["action_taken"] and done["action_taken_by_account"]["username"] == boss.name
    assert boss.post(f"{REPORTS}/{report['id']}/reopen").ok()["action_taken"] is False
    assert boss.post(f"{REPORTS}/{report['id']}/resolve").ok()["action_taken"] is True
    boss.get(f"{REPORTS}/123").fails(404)


def test_only_posts_of_the_report_or_ones_anybody_sees(boss, ann, ben):
    """A moderator cannot act on a private post that nobody reported."""
    private = ann.say(f"@{ben.name} words", visibility="direct")
    public = ann.say("hello", visibility="public")
    acts(boss, ann, "delete_statuses", status_ids=[private["id"]]).fails(404)
    acts(boss, ann, "delete_statuses", status_ids=[ben.say("x")["id"]]).fails(404)
    acts(boss, ann, "delete_statuses").fails(422)
    acts(boss, ann, "mark_statuses_as_sensitive", status_ids=[public["id"]]).ok()
    assert ben.show(public).ok()["sensitive"] is True and ben.sees(private)


def test_finding_accounts(server, boss, owner, ann):
    """Accounts are found by name, e-mail, state and role; both versions answer; pages are walked to the end."""
    acts(boss, ann, "silence").ok()
    for path, query, found in [
            (ACCOUNTS, {"username": ann.name}, True), (ACCOUNTS, {"email": ann.email}, True), (ACCOUNTS, {"silenced": "true"}, True),
            (ACCOUNTS, {"suspended": "true"}, False), (ACCOUNTS, {"staff": "true"}, False), (ACCOUNTS, {"remote": "true"}, False),
            ("/api/v2/admin/accounts", {"status": "silenced", "origin": "local"}, True),
            ("/api/v2/admin/accounts", {"permissions": "staff"}, False), ("/api/v2/admin/accounts", {"status": "active"}, False)]:
        names = [a["username"] for a in boss.get(path, **query).ok()]
        assert (ann.name in names) == found, (path, query)
    assert {boss.name, owner.name} <= {a["username"] for a in boss.get(ACCOUNTS, staff="true").ok()}
    page, seen = ACCOUNTS + "?limit=2&local=true", []
    while page and len(seen) < 500:
        answer = boss.get(page)
        seen += [a["id"] for a in answer.ok()]
        page = answer.link("next")
    assert len(seen) == len(set(seen)) and ann.id in seen


def sign_up(server, name, email=None, **more):
    app = server.post("/api/v1/apps", form={"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"}).ok()
    token = server.post("/oauth/token", form={"grant_type": "client_credentials", "client_id": app["client_id"], "scope": "read write",
                                              "client_secret": app["client_secret"]}).ok()["access_token"]
    form = {"username": name, "email": email or f"{name}@mail.example", "password": "long enough words", "agreement": "true",
            "locale": "en", "reason": "I live here", **more}
    return server.request("POST", "/api/v1/accounts", form=form, token=token)


def test_who_waits_is_let_in_or_not(new_server):
    """Sign-ups that wait are listed with their reason; approving lets them in, rejecting leaves no trace."""
    server = new_server(registration="open", registration_approval="yes")
    boss = server.person("boss", role="moderator", scopes=ADMIN)
    token = sign_up(server, "nia").ok()["access_token"]
    sign_up(server, "oto").ok()
    waiting = {a["username"]: a for a in boss.get(ACCOUNTS, pending="true").ok()}
    assert set(waiting) == {"nia", "oto"} and waiting["nia"]["invite_request"] == "I live here"
    server.request("GET", "/api/v1/timelines/home", token=token).fails(403)
    assert boss.post(f"{ACCOUNTS}/{waiting['nia']['id']}/approve").ok()["approved"] is True
    server.request("GET", "/api/v1/timelines/home", token=token).ok()
    boss.post(f"{ACCOUNTS}/{waiting['oto']['id']}/reject").ok()
    boss.post(f"{ACCOUNTS}/{waiting['nia']['id']}/reject").fails(404)
    boss.get(f"{ACCOUNTS}/{waiting['oto']['id']}").fails(404)
    sign_up(server, "oto").ok()


def test_who_may_not_join(new_server):
    """Mail servers (with names below), single addresses in every spelling, and networks are kept out; approval can be asked."""
    server = new_server(registration="open")
    boss = server.person("boss", role="moderator", scopes=ADMIN)
    block = boss.post("/api/v1/admin/email_domain_blocks", form={"domain": "trash.example"}).ok()
    boss.post("/api/v1/admin/email_domain_blocks", form={"domain": "Trash.example"}).fails(422)
    boss.post("/api/v1/admin/email_domain_blocks", form={"domain": "no domain"}).fails(422)
    sign_up(server, "a1", "a@trash.example").fails(422)
    sign_up(server, "a2", "a@sub.TRASH.example").fails(422)
    assert boss.get(f"/api/v1/admin/email_domain_blocks/{block['id']}").ok() in boss.get("/api/v1/admin/email_domain_blocks").ok()
    boss.delete(f"/api/v1/admin/email_domain_blocks/{block['id']}").ok()
    sign_up(server, "a3", "a@trash.example").ok()

    one = boss.post("/api/v1/admin/canonical_email_blocks", form={"email": "ann.other+news@mail.example"}).ok()
    assert boss.post("/api/v1/admin/canonical_email_blocks/test", form={"email": "AnnOther@mail.example"}).ok() == [one]
    sign_up(server, "b1", "a.nnother+x@mail.example").fails(422)
    boss.delete(f"/api/v1/admin/canonical_email_blocks/{one['id']}").ok()
    boss.post("/api/v1/admin/canonical_email_blocks", form={"canonical_email_hash": "xyz"}).fails(422)

    net = boss.post("/api/v1/admin/ip_blocks", form={"ip": "127.0.0.77/8", "severity": "sign_up_requires_approval"}).ok()
    assert net["ip"] == "127.0.0.0/8" and net["expires_at"] is None
    sign_up(server, "c1").ok()
    assert [a["username"] for a in boss.get(ACCOUNTS, pending="true").ok()] == ["c1"]
    boss.put(f"/api/v1/admin/ip_blocks/{net['id']}", form={"severity": "sign_up_block", "expires_in": 3600}).ok()
    sign_up(server, "c2").fails(403)
    boss.delete(f"/api/v1/admin/ip_blocks/{net['id']}").ok()
    sign_up(server, "c3").ok()
    for bad in ["x", "127.0.0.1/64", "", "::1/300"]:
        boss.post("/api/v1/admin/ip_blocks", form={"ip": bad, "severity": "no_access"}).fails(422)


def test_a_network_that_is_shut_out(new_server):
    """A network without access gets nothing that knows people apart; the command line still works, and so does taking it back."""
    server = new_server(trusted_proxies="127.0.0.1")
    boss = server.person("boss", role="moderator", scopes=ADMIN)
    boss.post("/api/v1/admin/ip_blocks", form={"ip": "198.51.100.0/24", "severity": "no_access", "comment": "a flood"}).ok()
    there = {"X-Forwarded-For": "198.51.100.9"}
    server.request("GET", "/api/v1/timelines/home", token=boss.token, headers=there).fails(403)
    assert server.raw("GET", "/sign-in", headers=there).status == 403
    assert server.raw("GET", "/health", headers=there).status == 200
    server.request("GET", "/api/v1/timelines/home", token=boss.token, headers={"X-Forwarded-For": "198.51.101.9"}).ok()


def listens(person, stream):
    """An open stream; gives the socket."""
    s = person.server.socket(timeout=3)
    s.sendall(f"GET /api/v1/streaming/{stream} HTTP/1.1\r\nHost: {person.server.host}\r\n"
              f"Authorization: Bearer {person.token}\r\n\r\n".encode())
    assert s.recv(4096).startswith(b"HTTP/1.1 200")
    return s


def hears(s, word, seconds):
    came, until = b"", time.monotonic() + seconds
    while time.monotonic() < until and word.encode() not in came:
        s.settimeout(max(0.05, until - time.monotonic()))
        try:
            came += s.recv(65536)
        except OSError:
            break
    return word.encode() in came


def test_streams_of_limited_people(boss, ann, ben, cat):
    """Live public streams leave out limited people but for those who follow them."""
    cat.follows(ann)
    acts(boss, ann, "silence").ok()
    follower, stranger = listens(cat, "public"), listens(ben, "public")
    ann.say("limited words")
    assert hears(follower, "limited words", 3)
    assert not hears(stranger, "limited words", 1)
    boss.say("plain words")
    assert hears(stranger, "plain words", 3)
    follower.close(), stranger.close()


def test_moderators_words_come_by_mail(new_server):
    """Who cannot sign in any more reads by mail what happened; who is let in is told so, and who is not as well."""
    box = Mailbox()
    try:
        server = new_server(smtp_url=box.url, contact_email="keeper@alder.example", registration="open", registration_approval="yes")
        boss, ann = server.person("boss", role="moderator", scopes=ADMIN), server.person("ann")
        acts(boss, ann, "suspend", text="Three warnings were enough.").ok()
        mail = box.to(ann.email)
        text = str(mail)
        assert "Three warnings were enough." in text and "suspended" in text and "keeper@alder.example" in text
        sign_up(server, "nia").ok()
        box.to("nia@mail.example")  # "Is this your address?"
        waiting = boss.get(ACCOUNTS, pending="true").ok()[0]
        boss.post(f"{ACCOUNTS}/{waiting['id']}/approve").ok()
        assert "ready" in str(box.to("nia@mail.example", n=2))
    finally:
        box.close()


def test_a_journal_that_is_limited(server, boss, ann, ben):
    """Nobody signs in as a journal: its owners read what was done to it."""
    owner = server.person("ann", password="four plain words")
    browser = Browser(server)
    browser.sign_in(owner)
    browser.go("/journals/new")
    name = f"boats_{owner.name}"
    browser.submit("username", name="The boats", username=name, reach="public")
    journal = owner.get("/api/v1/accounts/lookup", acct=name).ok()
    boss.post(f"{ACCOUNTS}/{journal['id']}/action", json_body={"type": "silence", "text": "Fewer adverts, please."}).ok()
    told = [n for n in owner.get("/api/v1/notifications").ok() if n["type"] == "moderation_warning"]
    assert told[0]["moderation_warning"]["text"] == "Fewer adverts, please." and not ben.notes("moderation_warning")
