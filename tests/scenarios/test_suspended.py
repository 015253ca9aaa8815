"""What is left of suspended accounts, here and elsewhere: kept for some weeks, then deleted."""
import pytest

from harness.browser import Browser
from harness.common import looks, sent, uri, wait, words
from harness.peer import TYPE, Peer, eventually
from harness.quiet import database

PASSWORD = "correct horse 4"
ADMIN = "read write follow admin:read admin:write"
ACCOUNTS = "/api/v1/admin/accounts"
DAY = 24 * 3600 * 1000


@pytest.fixture
def server(new_server):
    return new_server()


@pytest.fixture
def boss(server):
    return server.person("boss", role="moderator", scopes=ADMIN, password=PASSWORD)


@pytest.fixture
def peer(server, keys):
    made = Peer(keys, server)
    yield made
    made.close()


def suspends(boss, who):
    boss.post(f"{ACCOUNTS}/{who}/action", json_body={"type": "suspend", "text": "Spam"}).ok()


def time_passes(server, days):
    """For everybody who is suspended; then the hourly job."""
    with database(server) as db:
        db.execute("UPDATE account SET suspended_at = suspended_at - ? WHERE suspended_at IS NOT NULL", (days * DAY,))
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'tidy'")
    wait(lambda: looks(server, "SELECT 1 FROM job WHERE kind = 'tidy' AND run_at > 1"), "the hourly job")


def posts_of(server, account):
    return looks(server, "SELECT count(*) FROM post WHERE account = ?", int(account))[0][0]


def test_its_time_is_over(server, boss, peer):
    """After 30 days what a suspended member wrote is deleted, other servers are told, and the name is nobody else's."""
    ann, ben = server.person("ann"), server.person("ben")
    fay = peer.actor("fay")
    peer.delivers(peer.activity("Follow", fay, uri(server, ann)))
    eventually(lambda: sent(peer, "Accept"))
    ann.say("Buy this"), ben.say("Hello")
    hers, his = ann.id, ben.id
    suspends(boss, ann.id)
    browser = Browser(server)
    browser.sign_in(boss)
    page = browser.go(f"/moderation/accounts/{ann.id}")
    assert "what they wrote is deleted, and other servers are asked to delete it too; until then this can be taken back" in words(page)
    time_passes(server, 29)
    assert posts_of(server, hers) == 1 and sent(peer, "Delete") == []
    time_passes(server, 2)
    wait(lambda: posts_of(server, hers) == 0, "the posts deleted")
    gone = eventually(lambda: [a for a in sent(peer, "Delete") if a["object"] == uri(server, ann)])[0]
    assert gone["actor"] == uri(server, ann)
    assert server.get(f"/users/{ann.name}", headers={"Accept": TYPE}).status == 410
    assert posts_of(server, his) == 1 and ben.get(f"/api/v1/accounts/{ben.id}").ok()
    boss.post(f"{ACCOUNTS}/{hers}/unsuspend").fails(404)


def test_what_keeps_it(server, boss):
    """Nothing is deleted of whom the suspension was taken back, of who appealed, nor of a journal that its owners hid."""
    ann, ben = server.person("ann"), server.person("ben", password=PASSWORD)
    ann.say("One"), ben.say("Two")
    ids = [one.id for one in (ann, ben)]
    for one in (ann, ben):
        suspends(boss, one.id)
    boss.post(f"{ACCOUNTS}/{ann.id}/unsuspend").ok()
    with database(server) as db:
        db.execute("UPDATE warning SET appeal = 'It was not me', appeal_state = 1, appealed_at = 1 WHERE account = ?", (ben.id,))
    cat = server.person("cat", password=PASSWORD)
    browser = Browser(server)
    browser.sign_in(cat)
    browser.go("/journals/new")
    browser.submit("username", name="The boats", username="boats", reach="public")
    journal = cat.get("/api/v1/accounts/lookup", acct="boats").ok()["id"]
    cat.post("/api/v1/statuses", json_body={"status": "Three", "journal": journal}).ok()
    browser.go("/@boats/journal/owners")
    browser.submit("hide", press="hide")
    with database(server) as db:
        db.execute("UPDATE journal SET hidden_at = hidden_at - ?", (400 * DAY,))
    time_passes(server, 400)
    assert [posts_of(server, one) for one in (*ids, journal)] == [1, 1, 1]
    assert looks(server, "SELECT count(*) FROM account_gone")[0][0] == 0


def test_people_elsewhere(server, boss, peer):
    """Of a suspended person elsewhere what they wrote is deleted here; they stay suspended, and nothing new is taken."""
    ann = server.person("ann")
    fay = peer.actor("fay")
    note = peer.note(fay, "<p>Buy this</p>")
    copy = ann.get("/api/v2/search", q=note["id"], resolve="true", type="statuses").ok()["statuses"][0]
    far = copy["account"]["id"]
    suspends(boss, far)
    time_passes(server, 31)
    wait(lambda: posts_of(server, far) == 0, "the posts deleted")
    assert boss.get(f"{ACCOUNTS}/{far}").ok()["suspended"] is True
    peer.send(peer.activity("Create", fay, peer.note(fay, "<p>Again</p>", cc=[uri(server, ann)])))
    assert ann.get("/api/v2/search", q=note["id"], resolve="true", type="statuses").ok()["statuses"] == []
    assert posts_of(server, far) == 0


def test_for_ever(new_server):
    """With suspended-days = 0 nothing is ever deleted, and the moderators' page says no date."""
    server = new_server(suspended_days="0")
    boss, ann = server.person("boss", role="moderator", scopes=ADMIN, password=PASSWORD), server.person("ann")
    ann.say("One")
    id = ann.id
    suspends(boss, id)
    time_passes(server, 4000)
    assert posts_of(server, id) == 1
    browser = Browser(server)
    browser.sign_in(boss)
    assert "is deleted" not in words(browser.go(f"/moderation/accounts/{id}"))
