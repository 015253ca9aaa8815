"""Answers and boosts that an author wants to be asked about, between servers: nobody else sees them before the author agrees."""
import sqlite3

import pytest

from harness.peer import PUBLIC, Peer, eventually
from harness.quiet import Inbox, grow_old, hard_news
from test_federation import AS2, follows, here, there, wait  # noqa: F401


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return str(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def peer(server, keys):
    made = Peer(keys, server)
    yield made
    made.close()


def sent(peer, kind):
    return [a for _, a in peer.inbox if a["type"] == kind]


def found(person, uri):
    return person.get("/api/v2/search", q=uri, resolve="true", type="statuses").ok()["statuses"][0]


def test_an_answer_between_two_servers(here, there):
    """The author's comments are reviewed: an answer from elsewhere is seen by its writer alone, on both servers, until it is shown;
    then its document names the proof."""
    ann, cat, ben = here.person("ann"), here.person("cat"), there.person("ben", password="correct horse")
    grow_old(there, ben)
    grow_old(here, ann)
    follows(cat, ben)
    cat.follows(ann)
    post = hard_news(ben)
    copy = found(ann, post["uri"])
    answer = ann.answer(copy, "I think of you")
    assert ann.sees(answer) and not cat.sees(answer) and answer["id"] not in cat.home()
    path = answer["uri"][len(here.url):]
    assert here.get(path, headers={"Accept": AS2}).status == 404
    inbox = Inbox(ben)
    theirs = wait(lambda: known_there(there, answer["uri"]), "the answer's row")
    inbox.sorts("show", {"id": theirs})
    wait(lambda: cat.sees(answer), "the answer is shown", 30)
    stamp = here.get(path, headers={"Accept": AS2}).json()["approvedBy"]
    proof = there.get(stamp[len(there.url):], headers={"Accept": AS2}).json()
    assert proof["type"] == "ReplyApproval" and proof["object"] == answer["uri"] and proof["target"] == post["uri"]
    assert proof["attributedTo"] == f"{there.url}/users/{ben.name}"


def known_there(server, uri):
    with sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True) as db:
        row = db.execute("SELECT id FROM post WHERE uri = ?", (uri,)).fetchone()
    db.close()
    return row and str(row[0])


def policy(author, **rules):
    """As GoToSocial writes it, with its older words beside the new ones."""
    return {name: {"automaticApproval": a, "manualApproval": m, "always": a, "approvalRequired": m} for name, (a, m) in rules.items()}


def asks_first(peer, fay, **more):
    return peer.note(fay, interactionPolicy=policy(fay, canReply=([fay], [PUBLIC]), canAnnounce=([fay], [PUBLIC]), canLike=([PUBLIC], [])),
                     **more)


def test_asking_a_server_that_decides(server, ann, cat, peer):
    """An answer goes to the author alone; Accept brings it to everybody, with the proof; Reject leaves it to its writer."""
    fay = peer.actor("fay")
    cat.follows(ann)
    note = asks_first(peer, fay)
    copy = found(ann, note["id"])
    yes, no = ann.answer(copy, "may I?"), ann.answer(copy, "or this?")
    asked = eventually(lambda: len(sent(peer, "Create")) == 2 and sent(peer, "Create"))
    assert {a["object"]["id"] for a in asked} == {yes["uri"], no["uri"]} and "approvedBy" not in asked[0]["object"]
    assert not cat.sees(yes) and not cat.sees(no)
    stamp = f"{fay}/accepts/1"
    peer.delivers(peer.activity("Accept", peer.actor("eve"), yes["uri"], result=stamp))
    assert not cat.sees(yes), "somebody else's yes"
    peer.delivers(peer.activity("Accept", fay, yes["uri"], result=stamp))
    peer.delivers(peer.activity("Reject", fay, no["uri"]))
    assert cat.sees(yes) and not cat.sees(no) and ann.sees(no)
    assert server.get(yes["uri"][len(server.url):], headers={"Accept": AS2}).json()["approvedBy"] == stamp
    ann.delete(f"/api/v1/statuses/{yes['id']}").ok()
    eventually(lambda: [a for a in sent(peer, "Delete") if a["object"]["id"] == yes["uri"]])


def test_an_answer_taken_back_while_it_waits(server, ann, peer):
    """Whoever was asked is told that it is gone."""
    fay = peer.actor("fay")
    answer = ann.answer(found(ann, asks_first(peer, fay)["id"]), "may I?")
    eventually(lambda: sent(peer, "Create"))
    ann.delete(f"/api/v1/statuses/{answer['id']}").ok()
    eventually(lambda: [a for a in sent(peer, "Delete") if a["object"]["id"] == answer["uri"]])


def test_boosts_that_are_asked_for(server, ann, peer):
    """The Announce goes to the author; after a yes to everybody, after a no the boost is gone."""
    fay, gil = peer.actor("fay"), peer.actor("gil")
    first, second = found(ann, asks_first(peer, fay)["id"]), found(ann, asks_first(peer, fay)["id"])
    boosts = [ann.does(p, "reblog") for p in (first, second)]
    asked = eventually(lambda: len(sent(peer, "Announce")) == 2 and sent(peer, "Announce"))
    assert {a["id"].removesuffix("/activity") for a in asked} == {b["uri"].removesuffix("/activity") for b in boosts}
    peer.delivers(peer.activity("Follow", gil, f"{server.url}/users/{ann.name}"))
    yes, no = ({b["reblog"]["id"]: a for b in boosts for a in asked if a["object"] == b["reblog"]["uri"]}[p["id"]] for p in (first, second))
    peer.delivers(peer.activity("Accept", fay, yes["id"], result=f"{fay}/accepts/2"))
    peer.delivers(peer.activity("Reject", fay, no["id"]))
    eventually(lambda: len(sent(peer, "Announce")) >= 3)
    assert ann.show(first).ok()["reblogged"] is True
    eventually(lambda: ann.show(second).ok()["reblogged"] is False)


@pytest.mark.parametrize("rules, verb", [({"canReply": ([], [])}, "reply"), ({"canAnnounce": ([], [])}, "reblog"), ({"canLike": ([], [])}, "favourite")])
def test_what_an_author_forbids(server, ann, cat, peer, rules, verb):
    """What the policy gives to nobody is refused at once, and nothing leaves; whoever is named may answer all the same."""
    fay = peer.actor("fay")
    tag = [{"type": "Mention", "href": f"{server.url}/users/{cat.name}", "name": f"@{cat.name}"}]
    note = peer.note(fay, interactionPolicy=policy(fay, **rules), tag=tag, cc=[f"{server.url}/users/{cat.name}"])
    copy = found(ann, note["id"])
    if verb == "reply":
        refused = ann.post("/api/v1/statuses", json_body={"status": "no?", "in_reply_to_id": copy["id"]})
        assert cat.answer(copy, "you named me")["id"]
    else:
        refused = ann.act(copy, verb)
    assert refused.status == 403 and "author" in refused.json()["error"]
