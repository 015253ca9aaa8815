"""Somebody moves to another account: followers are led there, by servers that ask both ends; nobody else can send them away."""
import time

import pytest

from harness.browser import Browser
from harness.peer import eventually
from test_federation import AS2, finds, follows, here, there, wait  # noqa: F401

PASSWORD = "correct horse 4"


def at_page(person):
    browser = Browser(person.server)
    browser.sign_in(person)
    browser.go("/settings/move")
    return browser


def names_as_old(person, other):
    page = at_page(person).submit("old", old=f"@{other.name}@{other.server.host}")
    assert f"/users/{other.name}" in page.text, page.text


def moves(person, other, password=PASSWORD):
    return at_page(person).submit("to", to=f"{other.name}@{other.server.host}", password=password)


def time_to_think(server, ann, peer):
    """Until the server has dealt with what came before: something that comes after it, and needs a fetch too, is there."""
    late = peer.actor(f"late{len(peer.asked)}")
    tag = [{"type": "Mention", "href": f"{server.url}/users/{ann.name}", "name": f"@{ann.name}"}]
    peer.creates(peer.note(late, "<p>later</p>", cc=[f"{server.url}/users/{ann.name}"], tag=tag))
    eventually(lambda: "later" in str(ann.get("/api/v1/notifications").ok()))
    time.sleep(1)


def following(person):
    return {a["acct"] for a in person.get(f"/api/v1/accounts/{person.id}/following").ok()}


def test_moving_out_and_in(new_server, here, there):
    """Account move in and out (`Move`, aliases).

    ben moves to another server: those who follow him, on a third server and on his own, follow him there; lists, notes, blocks
    and mutes come along; he can read but not write, and take the sign down, but not move again soon."""
    third = new_server(place="third")
    ann, dora, eve = here.person("ann"), here.person("dora"), here.person("eve")
    ben, cat, bert = there.person("ben", password=PASSWORD), there.person("cat"), third.person("bert", password=PASSWORD)
    far, _ = follows(ann, ben)
    cat.follows(ben)
    dora.toward(far, "mute")
    eve.toward(far, "block")
    ann.post(f"/api/v1/accounts/{far.id}/note", json_body={"comment": "from the choir"}).ok()
    ann.post(f"/api/v1/accounts/{far.id}/follow", json_body={"notify": True, "reblogs": False}).ok()
    chosen = ann.post("/api/v1/lists", json_body={"title": "choir"}).ok()
    ann.post(f"/api/v1/lists/{chosen['id']}/accounts", json_body={"account_ids": [far.id]}).ok()
    page = moves(ben, bert)
    assert page.status == 422 and "does not say yet" in page.text
    names_as_old(bert, ben)
    actor = third.get(f"/users/{bert.name}", headers={"Accept": AS2}).json()
    assert actor["alsoKnownAs"] == [f"{there.url}/users/{ben.name}"]
    assert "not your password" in moves(ben, bert, "wrong horse 4").text
    page = moves(ben, bert)
    assert "You moved to" in page.text, page.text
    acct = f"{bert.name}@{third.host}"
    wait(lambda: following(ann) == {acct}, "ann follows the new account", 40)
    wait(lambda: following(cat) == {acct}, "cat follows the new account", 40)
    new = finds(ann, bert)
    known = ann.knows(new)
    assert known["notifying"] and not known["showing_reblogs"] and known["note"] == "from the choir"
    assert [a["acct"] for a in ann.get(f"/api/v1/lists/{chosen['id']}/accounts").ok()] == [acct]
    wait(lambda: dora.knows(new)["muting"], "the mute comes along")
    wait(lambda: eve.knows(new)["blocking"], "the block comes along")
    moved = ann.get(f"/api/v1/accounts/{far.id}").ok()["moved"]
    assert moved["acct"] == acct
    assert there.get(f"/users/{ben.name}", headers={"Accept": AS2}).json()["movedTo"] == f"{third.url}/users/{bert.name}"
    assert ben.post("/api/v1/statuses", json_body={"status": "still here"}).status == 403
    assert ben.get("/api/v1/timelines/home").status == 200
    assert ann.post(f"/api/v1/accounts/{far.id}/follow").status == 403
    at_page(ben).submit("back")
    assert ben.say("back again")["id"]
    page = moves(ben, bert)
    assert page.status == 422 and "30 days" in page.text


def test_names_can_be_taken_away(here, there):
    """An account that was named is listed and can be removed; nobody found and oneself are said in words."""
    ann, ben = here.person("ann", password=PASSWORD), there.person("ben")
    names_as_old(ann, ben)
    page = at_page(ann).submit("remove")
    assert "/users/" not in page.text
    assert "alsoKnownAs" not in here.get(f"/users/{ann.name}", headers={"Accept": AS2}).json()
    browser = at_page(ann)
    assert "Nobody was found" in browser.submit("old", old="nobody@nowhere.example").text
    assert "using now" in browser.submit("old", old=ann.name).text


@pytest.mark.parametrize("what", ["no link back", "somebody else's", "to itself", "twice", "a chain"])
def test_forged_moves_lead_nobody(server, ann, peer, what):
    """T098: a Move counts when the new account names the old one, the old one signed it, and once in seven days."""
    new, third = peer.actor("new"), peer.actor("third")
    old = peer.actor("old")
    peer.actor("new", alsoKnownAs=[] if what == "no link back" else [old], **({"movedTo": third} if what == "a chain" else {}))
    peer.actor("third", alsoKnownAs=[old, new])
    for name in ("old", "third"):
        peer.webfinger(name)
    found = ann.get("/api/v2/search", q=old, resolve="true", type="accounts").ok()["accounts"][0]
    ann.post(f"/api/v1/accounts/{found['id']}/follow").ok()
    follow = eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Follow"])[0]
    peer.delivers(peer.activity("Accept", old, follow))
    by, target = old, new
    if what == "somebody else's":
        by = peer.actor("mallory")
    if what == "to itself":
        target = old
    peer.delivers({**peer.activity("Move", by, old), "target": target})
    if what == "twice":
        eventually(lambda: "old@" not in str(following(ann)), 20)
        peer.delivers({**peer.activity("Move", old, old), "target": third})
    peer.delivers(peer.activity("Like", old, f"{server.url}/nothing"))
    time_to_think(server, ann, peer)
    wanted = [a["object"] for _, a in peer.inbox if a["type"] == "Follow" and a["actor"].endswith(ann.name)]
    assert wanted == ([old, new] if what == "twice" else [old])
