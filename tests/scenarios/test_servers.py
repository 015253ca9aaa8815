"""What moderators decide about other servers: refused, limited, without pictures, allowed; and everything that follows."""
import pytest

from harness.browser import Browser
from harness.peer import Peer, eventually


@pytest.fixture
def own(new_server, keys):
    """A server of the story's own, another one beside it, somebody there, and a moderator here."""
    made = []

    def make(**settings):
        server = new_server(**settings)
        peer = Peer(keys, server)
        made.append(peer)
        boss = server.person("boss", role="moderator", scopes="read write admin:read admin:write")
        return server, peer, boss

    yield make
    for peer in made:
        peer.close()


BLOCKS = "/api/v1/admin/domain_blocks"


def greets(peer, actor, server, person, content="<p>Hello there</p>"):
    uri = f"{server.url}/users/{person.name}"
    tag = [{"type": "Mention", "href": uri, "name": f"@{person.name}@{server.host}"}]
    return peer.note(actor, content, cc=[uri], tag=tag)


def befriend(server, peer, actor, person):
    """Both follow each other; gives the account here of the actor."""
    peer.delivers(peer.activity("Follow", actor, f"{server.url}/users/{person.name}"))
    found = person.get("/api/v2/search", q=actor, resolve=True, type="accounts").ok()["accounts"][0]
    person.post(f"/api/v1/accounts/{found['id']}/follow").ok()
    follow = eventually(lambda: next((a for _, a in peer.inbox if a["type"] == "Follow"), None))
    peer.delivers(peer.activity("Accept", actor, follow))
    eventually(lambda: person.get("/api/v1/accounts/relationships", **{"id[]": found["id"]}).ok()[0]["following"])
    return found


def test_a_refused_server(own):
    """What is refused is 403 at the inbox, not asked, not sent to; follows end, and who lost them is told once, with names."""
    server, peer, boss = own()
    ann, ben = server.people("ann", "ben")
    fay = peer.actor("fay")
    peer.webfinger("fay")
    befriend(server, peer, fay, ann)
    peer.creates(greets(peer, fay, server, ann))
    note = next(n for n in ann.get("/api/v1/notifications").ok() if n["type"] == "mention")["status"]
    block = boss.post(BLOCKS, form={"domain": "127.0.0.1", "severity": "suspend", "public_comment": "Spam"}).ok()
    assert block["severity"] == "suspend" and block["public_comment"] == "Spam"
    assert peer.send(peer.activity("Create", fay, greets(peer, fay, server, ann))).status == 403
    assert not ann.sees(note)
    told = eventually(lambda: [n for n in ann.get("/api/v1/notifications").ok() if n["type"] == "severed_relationships"])
    event = told[0]["event"]
    assert (event["type"], event["target_name"], event["followers_count"], event["following_count"]) == ("domain_block", "127.0.0.1", 1, 1)
    assert len(told) == 1 and not ben.notes("severed_relationships")
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0
    asked, sent = len(peer.asked), len(peer.inbox)
    assert ann.get("/api/v2/search", q=f"{peer.url}/notes/99", resolve=True).ok()["statuses"] == []
    ann.say("Nobody there hears this")
    assert len(peer.asked) == asked and len(peer.inbox) == sent
    # Taken back: people there are met again, follows are not made again by themselves.
    boss.delete(f"{BLOCKS}/{block['id']}").ok()
    peer.creates(greets(peer, fay, server, ann, "<p>Back</p>"))
    assert ann.sees(note) and ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0


def test_names_below_a_refused_one(own):
    """A decision about a name holds for all names below it, and not for those that only end alike."""
    server, peer, boss = own()
    boss.post(BLOCKS, form={"domain": "bad.example", "severity": "suspend"}).ok()
    boss.post(BLOCKS, form={"domain": "bad.example", "severity": "silence"}).fails(422)
    for host, code in [("bad.example", 403), ("a.b.bad.example", 403), ("BAD.example", 403), ("notbad.example", 401)]:
        activity = {"@context": "https://www.w3.org/ns/activitystreams", "id": f"https://{host}/1", "type": "Like",
                    "actor": f"https://{host}/u", "object": f"{server.url}/users/x/statuses/1"}
        assert peer.send(activity, key_id=f"https://{host}/u#k").status == code, host


def test_a_limited_server(own):
    """Posts of a limited server are for its followers here; its strangers' notifications wait; search does not find them."""
    server, peer, boss = own()
    ann, ben = server.people("ann", "ben")
    fay = peer.actor("fay", discoverable=True, indexable=True)
    peer.webfinger("fay")
    befriend(server, peer, fay, ann)
    boss.post(BLOCKS, form={"domain": "127.0.0.1", "severity": "silence"}).ok()
    note = greets(peer, fay, server, ben, "<p>Rolls #bread</p>")
    note["tag"].append({"type": "Hashtag", "name": "#bread", "href": f"{peer.url}/tags/bread"})
    peer.creates(note)
    for who, sees in [(ann, 1), (ben, 0)]:
        assert len(who.get("/api/v1/timelines/public").ok()) == sees, who.name
        assert len(who.get("/api/v1/timelines/tag/bread").ok()) == sees, who.name
        assert len(who.get("/api/v2/search", q="rolls").ok()["statuses"]) == (1 if who is ann else 1)  # it mentions ben
        assert len(who.get("/api/v1/accounts/search", q="fay").ok()) == sees, who.name
    assert len(ann.get("/api/v1/timelines/home").ok()) == 1
    assert not ben.notes("mention")
    assert ben.get("/api/v2/notifications/policy").ok()["for_limited_accounts"] == "filter"
    assert len(ben.get("/api/v1/notifications/requests").ok()) == 1
    assert server.get("/api/v1/timelines/public").status in (401, 422, 200)


def test_only_listed_servers(own):
    """Where only allowed servers are spoken with, everybody else is 403 until allowed."""
    server, peer, boss = own(federation_allow_list="yes")
    ann = server.person("ann")
    fay = peer.actor("fay")
    assert peer.send(peer.activity("Create", fay, greets(peer, fay, server, ann))).status == 403
    assert peer.asked == []
    allow = boss.post("/api/v1/admin/domain_allows", form={"domain": "127.0.0.1"}).ok()
    peer.creates(greets(peer, fay, server, ann))
    assert ann.notes("mention")
    assert [a["domain"] for a in boss.get("/api/v1/admin/domain_allows").ok()] == ["127.0.0.1"]
    assert boss.get(f"/api/v1/admin/domain_allows/{allow['id']}").ok() == allow
    boss.delete(f"/api/v1/admin/domain_allows/{allow['id']}").ok()
    assert peer.send(peer.activity("Create", fay, greets(peer, fay, server, ann))).status == 403


def test_the_public_list(own):
    """Everybody reads which servers are limited or refused, unless the settings say otherwise; reasons likewise."""
    server, _, boss = own()
    boss.post(BLOCKS, form={"domain": "bad.example", "severity": "suspend", "public_comment": "Spam", "private_comment": "seen twice"}).ok()
    boss.post(BLOCKS, form={"domain": "hidden.example", "severity": "silence", "obfuscate": "true"}).ok()
    said = server.get("/api/v1/instance/domain_blocks").ok()
    assert [(b["domain"], b["severity"], b.get("comment")) for b in said] == [
        ("bad.example", "suspend", "Spam"), ("hidd**.****ple", "silence", None)] or len(said) == 2
    assert "seen twice" not in str(said)


@pytest.mark.parametrize("blocks, reasons, stranger, member", [
    ("members", "everybody", None, "Spam"), ("everybody", "members", "", "Spam"), ("everybody", "nobody", "", ""), ("nobody", "everybody", None, None)])
def test_who_reads_the_list(own, blocks, reasons, stranger, member):
    """The list and its reasons are for everybody, members or nobody."""
    server, _, boss = own(show_server_blocks=blocks, show_server_block_reasons=reasons)
    ann = server.person("ann")
    boss.post(BLOCKS, form={"domain": "bad.example", "severity": "suspend", "public_comment": "Spam"}).ok()
    for who, expected in [(server.stranger(), stranger), (ann, member)]:
        answer = who.get("/api/v1/instance/domain_blocks")
        if expected is None:
            answer.fails(401, 404)
        else:
            assert [b.get("comment", "") for b in answer.ok()] == [expected]


def test_quarantine(own):
    """With the quarantine on, a mention by somebody elsewhere whom nobody here follows waits; from people known it comes."""
    server, peer, boss = own(quarantine_mentions="yes")
    ann, ben = server.people("ann", "ben")
    fay, gus = peer.actor("fay"), peer.actor("gus")
    peer.webfinger("fay")
    befriend(server, peer, fay, ann)
    peer.creates(greets(peer, fay, server, ben))
    peer.creates(greets(peer, gus, server, ben))
    assert [n[1] for n in ben.notes("mention")] == ["fay"]
    waiting = ben.get("/api/v1/notifications/requests").ok()
    assert [w["account"]["username"] for w in waiting] == ["gus"]
    ben.post(f"/api/v1/notifications/requests/{waiting[0]['id']}/accept").ok()
    peer.creates(greets(peer, gus, server, ben))
    assert sorted(n[1] for n in ben.notes("mention")) == ["fay", "gus", "gus"]


def test_one_person_elsewhere_is_suspended(own):
    """Whoever is suspended elsewhere is not heard, their follows end and are told, and others of their server go on."""
    server, peer, boss = own()
    ann = server.person("ann")
    fay, gus = peer.actor("fay"), peer.actor("gus")
    peer.webfinger("fay")
    found = befriend(server, peer, fay, ann)
    boss.post(f"/api/v1/admin/accounts/{found['id']}/action", form={"type": "suspend"}).ok()
    told = eventually(lambda: [n for n in ann.get("/api/v1/notifications").ok() if n["type"] == "severed_relationships"])[0]["event"]
    assert (told["type"], told["target_name"]) == ("account_suspension", found["acct"])
    assert (told["followers_count"], told["following_count"]) == (1, 1)
    peer.creates(greets(peer, fay, server, ann))
    peer.creates(greets(peer, gus, server, ann))
    eventually(lambda: ann.notes("mention"))
    assert [n[1] for n in ann.notes("mention")] == ["gus"]
    browser = Browser(server)
    ann.password = "four plain words here"
    server.command("account", "password", ann.name, "--password-stdin", stdin=ann.password + "\n")
    browser.sign_in(ann)
    page = browser.go("/severed")
    assert found["acct"] in page.text
    names = [browser.fetch("GET", link).text for link in page.links if link.endswith(".csv")]
    assert len(names) == 2 and all(found["acct"] in n for n in names)
    assert browser.fetch("GET", "/severed/123/following.csv").status == 404
    other = Browser(server)
    other.sign_in(server.person("ben", password="four plain words here"))
    assert all(other.fetch("GET", link).status == 404 for link in page.links if link.endswith(".csv"))


def test_no_pictures_from_a_server(own):
    """From a server without pictures posts come without them; its other words do."""
    server, peer, boss = own()
    ann = server.person("ann")
    fay = peer.actor("fay", icon={"type": "Image", "mediaType": "image/png", "url": f"{peer.url}/face.png"})
    boss.post(BLOCKS, form={"domain": "127.0.0.1", "severity": "noop", "reject_media": "true"}).ok()
    note = greets(peer, fay, server, ann)
    note["attachment"] = [{"type": "Document", "mediaType": "image/png", "url": f"{peer.url}/a.png", "name": "a lake"}]
    peer.creates(note)
    came = next(n["status"] for n in ann.get("/api/v1/notifications").ok() if n["type"] == "mention")
    assert came["media_attachments"] == [] and "Hello there" in came["content"]
    assert "/face.png" not in peer.asked and "/a.png" not in peer.asked
