"""Answers and boosts that an author wants to be asked about, between servers: nobody else sees them before the author agrees."""
import sqlite3

import pytest

from harness.common import sent
from harness.peer import AS, PUBLIC, eventually
from harness.quiet import Inbox, grow_old, hard_news
from test_federation import AS2, follows, here, there, wait  # noqa: F401


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
    assert proof["type"] == "ReplyAuthorization"
    assert proof["interactingObject"] == answer["uri"] and proof["interactionTarget"] == post["uri"]
    assert proof["attributedTo"] == f"{there.url}/users/{ben.name}"


def known_there(server, uri):
    with sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True) as db:
        row = db.execute("SELECT id FROM post WHERE uri = ?", (uri,)).fetchone()
    db.close()
    return row and str(row[0])


def policy(author, newer=True, **rules):
    """As GoToSocial 0.20 writes it: the words of 0.21 beside its older ones; or as 0.19 does, the older ones alone."""
    def rule(a, m):
        return {"always": a, "approvalRequired": m, **({"automaticApproval": a, "manualApproval": m} if newer else {})}
    return {name: rule(a, m) for name, (a, m) in rules.items()}


def asks_first(peer, fay, newer=True, **more):
    rules = {"canReply": ([fay], [PUBLIC]), "canAnnounce": ([fay], [PUBLIC]), "canLike": ([fay], [PUBLIC])}
    return peer.note(fay, interactionPolicy=policy(fay, newer, **rules), **more)


def stamps(peer, by, made, target, kind="ReplyAuthorization", older=False, **more):
    """An approval that can be read where `by` lives."""
    peer.serial += 1
    path = f"/authorizations/{peer.serial}"
    names = ("object", "target") if older else ("interactingObject", "interactionTarget")
    peer.put(path, {"@context": [AS, "https://gotosocial.org/ns"], "id": peer.url + path, "type": kind, "attributedTo": by, names[0]: made,
                    names[1]: target, **more})
    return peer.url + path


def accepts(peer, fay, request, stamp):
    """As GoToSocial does: the request within."""
    within = {k: request[k] for k in ("id", "type", "actor", "object")} | {"instrument": request["instrument"]["id"]}
    return peer.delivers(peer.activity("Accept", fay, within, to=request["actor"], result=stamp))


def document(server, post):
    return server.get(post["uri"][len(server.url):], headers={"Accept": AS2}).json()


def test_asking_a_server_that_decides(server, ann, cat, peer):
    """An answer goes to the author alone, as a request; Accept brings it to everybody, with the proof; Reject leaves it to its
    writer."""
    fay = peer.actor("fay")
    cat.follows(ann)
    note = asks_first(peer, fay)
    copy = found(ann, note["id"])
    yes, no = ann.answer(copy, "may I?"), ann.answer(copy, "or this?")
    asked = eventually(lambda: len(sent(peer, "ReplyRequest")) == 2 and {a["instrument"]["id"]: a for a in sent(peer, "ReplyRequest")})
    assert set(asked) == {yes["uri"], no["uri"]} and sent(peer, "Create") == []
    request = asked[yes["uri"]]
    assert request["object"] == note["id"] and request["to"] == [fay] and request["actor"] == f"{server.url}/users/{ann.name}"
    assert request["instrument"]["inReplyTo"] == note["id"] and "approvedBy" not in request["instrument"]
    assert not cat.sees(yes) and not cat.sees(no)
    stamp = stamps(peer, fay, yes["uri"], note["id"])
    accepts(peer, peer.actor("eve"), request, stamp)
    assert not cat.sees(yes), "somebody else's yes"
    accepts(peer, fay, request, stamp)
    peer.delivers(peer.activity("Reject", fay, asked[no["uri"]]["id"]))
    eventually(lambda: cat.sees(yes))
    assert not cat.sees(no) and ann.sees(no)
    assert document(server, yes)["approvedBy"] == document(server, yes)["replyAuthorization"] == stamp
    ann.delete(f"/api/v1/statuses/{yes['id']}").ok()
    eventually(lambda: [a for a in sent(peer, "Delete") if a["object"]["id"] == yes["uri"]])


def test_asking_a_server_that_knows_no_requests(server, ann, cat, peer):
    """Where a policy has the older words alone the answer itself is the question."""
    fay = peer.actor("fay")
    cat.follows(ann)
    note = asks_first(peer, fay, newer=False)
    copy = found(ann, note["id"])
    yes, no = ann.answer(copy, "may I?"), ann.answer(copy, "or this?")
    asked = eventually(lambda: len(sent(peer, "Create")) == 2 and sent(peer, "Create"))
    assert {a["object"]["id"] for a in asked} == {yes["uri"], no["uri"]} and "approvedBy" not in asked[0]["object"]
    stamp = stamps(peer, fay, yes["uri"], note["id"], "ReplyApproval", older=True)
    peer.delivers(peer.activity("Accept", fay, yes["uri"], result=stamp))
    peer.delivers(peer.activity("Reject", fay, no["uri"]))
    eventually(lambda: cat.sees(yes))
    assert not cat.sees(no) and ann.sees(no)
    assert document(server, yes)["approvedBy"] == stamp
    boost = ann.does(copy, "reblog")
    announce = eventually(lambda: sent(peer, "Announce"))[0]
    assert boost["uri"].removesuffix("/activity") == announce["id"].removesuffix("/activity")
    ann.does(copy, "favourite")
    eventually(lambda: sent(peer, "Like"))
    assert sent(peer, "ReplyRequest") + sent(peer, "AnnounceRequest") + sent(peer, "LikeRequest") == []


@pytest.mark.parametrize("lie", ["not_there", "elsewhere", "of_another", "about_another", "another_author", "another_type", "another_id"])
def test_t100_approvals_that_prove_nothing(server, ann, cat, peer, lie):
    """An approval named in an Accept is read where it lives; what is not there, or says something else, approves nothing."""
    fay, eve = peer.actor("fay"), peer.actor("eve")
    cat.follows(ann)
    note = asks_first(peer, fay)
    answer = ann.answer(found(ann, note["id"]), "may I?")
    request = eventually(lambda: sent(peer, "ReplyRequest"))[0]
    stamp = {
        "not_there": lambda: f"{fay}/authorizations/1",
        "elsewhere": lambda: f"{server.url}/users/{ann.name}/authorizations/1",
        "of_another": lambda: stamps(peer, fay, answer["uri"] + "0", note["id"]),
        "about_another": lambda: stamps(peer, fay, answer["uri"], note["id"] + "0"),
        "another_author": lambda: stamps(peer, eve, answer["uri"], note["id"]),
        "another_type": lambda: stamps(peer, fay, answer["uri"], note["id"], "LikeAuthorization"),
        "another_id": lambda: stamps(peer, fay, answer["uri"], note["id"], id=f"{fay}/authorizations/2"),
    }[lie]()
    before = server.log_text().count("why=approval_")
    accepts(peer, fay, request, stamp)
    eventually(lambda: server.log_text().count("why=approval_") > before)
    assert not cat.sees(answer)
    good = stamps(peer, fay, answer["uri"], note["id"])
    accepts(peer, fay, request, good)
    eventually(lambda: cat.sees(answer))
    assert document(server, answer)["approvedBy"] == good


def test_an_answer_taken_back_while_it_waits(server, ann, peer):
    """Whoever was asked is told that it is gone."""
    fay = peer.actor("fay")
    answer = ann.answer(found(ann, asks_first(peer, fay)["id"]), "may I?")
    eventually(lambda: sent(peer, "ReplyRequest"))
    ann.delete(f"/api/v1/statuses/{answer['id']}").ok()
    eventually(lambda: [a for a in sent(peer, "Delete") if a["object"]["id"] == answer["uri"]])


def test_boosts_that_are_asked_for(server, ann, peer):
    """The request goes to the author; after a yes the Announce goes to everybody with the proof, after a no the boost is gone."""
    fay, gil = peer.actor("fay"), peer.actor("gil")
    first, second = found(ann, asks_first(peer, fay)["id"]), found(ann, asks_first(peer, fay)["id"])
    peer.delivers(peer.activity("Follow", gil, f"{server.url}/users/{ann.name}"))
    boosts = {p["uri"]: ann.does(p, "reblog") for p in (first, second)}
    asked = eventually(lambda: len(sent(peer, "AnnounceRequest")) == 2 and {a["object"]: a for a in sent(peer, "AnnounceRequest")})
    assert set(asked) == set(boosts) and sent(peer, "Announce") == []
    stamp = stamps(peer, fay, asked[first["uri"]]["instrument"]["id"], first["uri"], "AnnounceAuthorization")
    accepts(peer, fay, asked[first["uri"]], stamp)
    peer.delivers(peer.activity("Reject", fay, asked[second["uri"]]["id"]))
    told = eventually(lambda: sent(peer, "Announce"))[0]
    assert told["object"] == first["uri"] and told["approvedBy"] == told["announceAuthorization"] == stamp
    assert told["id"] == asked[first["uri"]]["instrument"]["id"]
    assert server.get(told["id"][len(server.url):], headers={"Accept": AS2}).json()["announceAuthorization"] == stamp
    assert ann.show(first).ok()["reblogged"] is True
    eventually(lambda: ann.show(second).ok()["reblogged"] is False)


def test_favourites_that_are_asked_for(server, ann, peer):
    """A request first; after a yes the Like goes out with the proof, after a no it is gone; and one taken back is no longer asked for."""
    fay = peer.actor("fay")
    first, second, third = (found(ann, asks_first(peer, fay)["id"]) for _ in range(3))
    for post in (first, second, third):
        ann.does(post, "favourite")
    asked = eventually(lambda: len(sent(peer, "LikeRequest")) == 3 and {a["object"]: a for a in sent(peer, "LikeRequest")})
    assert sent(peer, "Like") == [] and all(a["instrument"]["type"] == "Like" and a["instrument"]["object"] == o for o, a in asked.items())
    ann.does(third, "unfavourite")
    stamp = stamps(peer, fay, asked[first["uri"]]["instrument"]["id"], first["uri"], "LikeAuthorization")
    accepts(peer, fay, asked[first["uri"]], stamp)
    peer.delivers(peer.activity("Reject", fay, {**asked[second["uri"]], "instrument": asked[second["uri"]]["instrument"]["id"]}))
    accepts(peer, fay, asked[third["uri"]], stamp)
    eventually(lambda: not ann.show(second).ok()["favourited"])
    like = eventually(lambda: sent(peer, "Like"))[0]
    assert like["object"] == first["uri"] and like["likeAuthorization"] == like["approvedBy"] == stamp
    assert ann.show(first).ok()["favourited"] and not ann.show(second).ok()["favourited"] and not ann.show(third).ok()["favourited"]
    assert len(sent(peer, "Like")) == 1


def test_what_an_author_rejects_unasked(server, ann, cat, peer):
    """A favourite, a boost and an answer that needed nobody's leave end when the author says no; nobody else can say so."""
    fay, eve = peer.actor("fay"), peer.actor("eve")
    cat.follows(ann)
    copy = found(ann, peer.note(fay)["id"])
    ann.does(copy, "favourite")
    ann.does(copy, "reblog")
    answer = ann.answer(copy, "hello")
    eventually(lambda: sent(peer, "Like") and sent(peer, "Announce") and sent(peer, "Create"))
    like, boost = sent(peer, "Like")[0], sent(peer, "Announce")[0]

    def state():
        now = ann.show(copy).ok()
        return now["favourited"], now["reblogged"], now["favourites_count"], cat.sees(answer)
    for named in (like["id"], boost["id"], answer["uri"]):
        peer.delivers(peer.activity("Reject", eve, named))
    assert state() == (True, True, 1, True)
    peer.delivers(peer.activity("Reject", fay, {k: like[k] for k in ("id", "type", "actor", "object")}))
    peer.delivers(peer.activity("Reject", fay, boost["id"]))
    peer.delivers(peer.activity("Reject", fay, sent(peer, "Create")[0]["id"]))
    assert state() == (False, False, 0, False) and ann.sees(answer)
    eventually(lambda: sent(peer, "Undo"))


# Asked by others.

def asks_us(peer, kind, by, target, made):
    return peer.delivers(peer.activity(kind, by, target, to=[target.split("/statuses/")[0]], instrument=made))


def answered(peer, request, kind="Accept"):
    found = [a for a in sent(peer, kind) if isinstance(a["object"], dict) and a["object"].get("id") == request["id"]]
    return found and found[-1]


def read(server, uri):
    return server.get(uri[len(server.url):], headers={"Accept": AS2})


def test_requests_from_elsewhere(server, ann, peer):
    """An answer, a favourite and a boost that ask first are taken and accepted, each with an authorization that can be read."""
    fay = peer.actor("fay")
    post = ann.say("Come in")
    me = f"{server.url}/users/{ann.name}"
    note = peer.note(fay, "<p>Thank you</p>", inReplyTo=post["uri"], cc=[me])
    like = {"type": "Like", "id": f"{fay}/likes/1", "actor": fay, "object": post["uri"]}
    boost = peer.activity("Announce", fay, post["uri"], to=[PUBLIC], cc=[me])
    for kind, made, proof in (("ReplyRequest", note, "ReplyAuthorization"), ("LikeRequest", like, "LikeAuthorization"),
                              ("AnnounceRequest", boost, "AnnounceAuthorization")):
        request = asks_us(peer, kind, fay, post["uri"], made)
        yes = eventually(lambda: answered(peer, request))
        assert yes["actor"] == me and yes["object"]["type"] == kind and yes["object"]["instrument"] == made["id"]
        stamp = read(server, yes["result"]).json()
        assert stamp["type"] == proof and stamp["id"] == yes["result"] and stamp["attributedTo"] == me
        assert stamp["interactingObject"] == made["id"] and stamp["interactionTarget"] == post["uri"]
        other = server.person("other").name
        assert read(server, yes["result"].replace(f"/users/{ann.name}/", f"/users/{other}/")).status == 404
    now = ann.show(post).ok()
    assert (now["favourites_count"], now["reblogs_count"], len(ann.context(post)[1])) == (1, 1, 1)
    peer.creates({**note, "replyAuthorization": stamp["id"]})
    assert len(ann.context(post)[1]) == 1
    # What is taken back is no longer agreed to.
    peer.delivers(peer.activity("Undo", fay, like))
    assert read(server, f"{me}/authorizations/{post['id']}/likes/1").status == 404


def test_requests_about_reviewed_comments(server, peer):
    """Accepted once the author shows it, not before; where comments are closed, rejected as people here are."""
    fay, ann = peer.actor("fay"), server.person("ann", password="correct horse")
    grow_old(server, ann)
    post = hard_news(ann)
    me = f"{server.url}/users/{ann.name}"
    note = peer.note(fay, "<p>I think of you</p>", inReplyTo=post["uri"], cc=[me])
    request = asks_us(peer, "ReplyRequest", fay, post["uri"], note)
    theirs = known_there(server, note["id"])
    assert theirs and not answered(peer, request) and not answered(peer, request, "Reject")
    assert read(server, f"{me}/authorizations/{theirs}").status == 404
    inbox = Inbox(ann)
    inbox.sorts("show", {"id": theirs})
    yes = eventually(lambda: answered(peer, request))
    assert yes["result"] == f"{me}/authorizations/{theirs}" and read(server, yes["result"]).json()["interactingObject"] == note["id"]
    inbox.sorts("hide", {"id": theirs}, expect=0)
    eventually(lambda: [a for a in sent(peer, "Delete") if a["object"]["id"] == yes["result"]])
    assert read(server, yes["result"]).status == 404
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE switches SET comments = 4 WHERE post = ?", (post["id"],))
    db.close()
    late = peer.note(fay, "<p>And another thing</p>", inReplyTo=post["uri"], cc=[me])
    request = asks_us(peer, "ReplyRequest", fay, post["uri"], late)
    no = eventually(lambda: answered(peer, request, "Reject"))
    assert no["object"]["instrument"] == late["id"] and "result" not in no and not known_there(server, late["id"])


def test_requests_that_lie(server, ann, ben, peer):
    """About a post nobody may see, with somebody else's answer, with one to another post: nothing is stored, nothing accepted."""
    fay, eve = peer.actor("fay"), peer.actor("eve")
    post, other, hidden = ann.say("Come in"), ann.say("Not here"), ben.say("between us", visibility="private")
    stranger = peer.note(eve, "<p>mine</p>", inReplyTo=post["uri"])
    astray = peer.note(fay, "<p>there</p>", inReplyTo=other["uri"])
    secret = peer.note(fay, "<p>where?</p>", inReplyTo=hidden["uri"])
    asked = [asks_us(peer, "ReplyRequest", fay, post["uri"], stranger), asks_us(peer, "ReplyRequest", fay, post["uri"], astray),
             asks_us(peer, "ReplyRequest", fay, hidden["uri"], secret),
             asks_us(peer, "LikeRequest", fay, hidden["uri"], {"type": "Like", "id": f"{fay}/likes/9", "actor": fay, "object": hidden["uri"]}),
             asks_us(peer, "AnnounceRequest", fay, hidden["uri"], peer.activity("Announce", fay, hidden["uri"], to=[PUBLIC])),
             asks_us(peer, "LikeRequest", fay, post["uri"], {"type": "Like", "id": "https://elsewhere.example/likes/1"}),
             asks_us(peer, "AnnounceRequest", fay, post["uri"], None)]
    peer.delivers(peer.activity("Follow", fay, f"{server.url}/users/{ann.name}"))
    eventually(lambda: sent(peer, "Accept"))
    assert not any(answered(peer, r) for r in asked)
    assert not any(known_there(server, n["id"]) for n in (stranger, astray, secret))
    now = ann.show(post).ok()
    assert (now["favourites_count"], now["reblogs_count"]) == (0, 0)


def test_every_post_says_who_may_do_what(server, ann):
    """GoToSocial before 0.21 takes a right that a policy leaves out for one that nobody has."""
    rules = document(server, ann.say("for all"))["interactionPolicy"]
    for right in ("canLike", "canReply", "canAnnounce"):
        assert rules[right] == {"automaticApproval": [PUBLIC], "manualApproval": [], "always": [PUBLIC], "approvalRequired": []}


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
