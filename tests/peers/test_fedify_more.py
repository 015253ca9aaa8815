"""What is rarer, to a server made with Fedify and back: moves, changed names, pins, quotes, reports, refusals, requests, goodbyes."""
import sqlite3

import pytest

from harness.browser import Browser
from harness.peer import PUBLIC, TYPE, eventually
from test_fedify import Far, WORDS, ann, at, follows, followed, found, gil, here, knows, now, there, told  # noqa: F401

PASSWORD = "correct horse 4"
GTS = "https://gotosocial.org/ns"
QUOTES = {"QuoteRequest": "https://w3id.org/fep/044f#QuoteRequest",
          "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization", "gts": GTS + "#",
          "interactingObject": {"@id": "gts:interactingObject", "@type": "@id"},
          "interactionTarget": {"@id": "gts:interactionTarget", "@type": "@id"},
          "quote": {"@id": "https://w3id.org/fep/044f#quote", "@type": "@id"}}


def asks(gil, kind, ann, target, made):
    """A request that carries what it asks for."""
    return gil.sends(kind, target, ann, **{"@context": [*WORDS, GTS, QUOTES], "to": at(ann), "instrument": made})


def answer_to(there, request, kind="Accept"):
    def of(activity):
        inner = activity["object"]
        return request["id"] == (inner["id"] if isinstance(inner, dict) else inner)
    return eventually(lambda: [a for a in there.came(kind) if of(a)], 20)[-1]


def in_home(ann, note):
    return eventually(lambda: [p for p in ann.get("/api/v1/timelines/home").ok() if p["uri"] == note["id"]], 20)[0]


def rows(server, text, *values):
    db = sqlite3.connect(server.data / "tidings.db", timeout=20)
    try:
        with db:
            return db.execute(text, values).fetchall()
    finally:
        db.close()


def signed_in(person):
    browser = Browser(person.server)
    if person.server.url.startswith("https"):
        browser.headers.update({"X-Forwarded-Proto": "https", "Host": person.server.host})
    browser.sign_in(person)
    return browser


def test_a_move_to_there(here, ann, gil, there):
    """Somebody here moves to an account there: followers there are told where to, those here follow it."""
    ben = here.person("ben", password=PASSWORD)
    ann.follows(ben)
    followed(ben, gil)
    new = Far(there, gil.name + "new", aliases=[at(ben)])
    browser = signed_in(ben)
    browser.go("/settings/move")
    page = browser.submit("to", to=new.acct if there.front else new.id, password=PASSWORD)
    assert "You moved to" in page.text, page.text
    move = there.waits("Move", actor=at(ben))
    assert move["object"] == at(ben) and move["target"] == new.id
    update = there.waits("Update", "Person", at(ben))["object"]
    assert new.id in str(update.get("movedTo")) and new.id in str(gil.sees(at(ben)).get("movedTo"))
    follow = eventually(lambda: [a for a in there.came("Follow", actor=at(ann)) if a["object"] == new.id], 30)[0]
    new.sends("Accept", follow, ann)
    far = found(ann, new.id)
    eventually(lambda: knows(ann, far)["following"])


def test_names_that_change(ann, gil, there):
    """A new name there is seen here, and the other way."""
    far = follows(ann, gil)
    followed(ann, gil)
    ann.patch("/api/v1/accounts/update_credentials", json_body={"display_name": "Anna of the lake"}).ok()
    eventually(lambda: there.came("Update", "Person", at(ann)), 60)  # several changes at once are told as one
    assert there.came("Update", "Person", at(ann))[-1]["object"]["name"] == "Anna of the lake"
    there.tell("person", name=gil.name, **{"summary": "<p>Sails</p>"})
    gil.sends("Update", {**gil.sees(gil.id), "name": "Gil the sailor"}, ann, to=[PUBLIC])
    eventually(lambda: ann.get(f"/api/v1/accounts/{far['id']}").ok()["display_name"] == "Gil the sailor", 20)


def test_refusals(ann, gil, there):
    """Who is asked there says no, at once and later."""
    far = found(ann, "@" + gil.acct)
    ann.post(f"/api/v1/accounts/{far['id']}/follow").ok()
    follow = there.waits("Follow", actor=at(ann))
    gil.sends("Reject", follow, ann)
    eventually(lambda: not knows(ann, far)["requested"])
    assert not knows(ann, far)["following"]
    there.tell("forget")
    follows(ann, gil)
    gil.sends("Reject", there.came("Follow", actor=at(ann))[-1], ann)
    eventually(lambda: not knows(ann, far)["following"])


def test_pins(ann, gil, there):
    """A pinned post, and one no longer pinned, each way."""
    far = follows(ann, gil)
    followed(ann, gil)
    post = ann.say("Look at this first")
    for verb, kind in (("pin", "Add"), ("unpin", "Remove")):
        ann.does(post, verb)
        said = there.waits(kind, actor=at(ann))
        assert said["object"] == post["uri"] and said["target"] == at(ann) + "/collections/featured"
    note = gil.creates(gil.note("<p>Read me</p>"), ann)
    in_home(ann, note)

    def pinned():
        return [p["uri"] for p in ann.get(f"/api/v1/accounts/{far['id']}/statuses", pinned="true").ok()]
    gil.sends("Add", note["id"], ann, target=gil.id + "/featured", to=[PUBLIC])
    eventually(lambda: pinned() == [note["id"]])
    gil.sends("Remove", note["id"], ann, target=gil.id + "/featured", to=[PUBLIC])
    eventually(lambda: pinned() == [])


def test_quotes_from_there(ann, gil, there):
    """Somebody there asks to quote: by the post's rule yes with a stamp that can be read, or no."""
    post = ann.say("Quote me", quote_approval_policy="public")
    quote = gil.note("<p>As she says</p>", **{"@context": [*WORDS, QUOTES], "quote": post["uri"]})
    yes = answer_to(there, asks(gil, "QuoteRequest", ann, post["uri"], quote))
    stamp = gil.sees(yes["result"])
    assert stamp["type"] == "QuoteAuthorization" and stamp["attributedTo"] == at(ann)
    assert stamp["interactingObject"] == quote["id"] and stamp["interactionTarget"] == post["uri"]
    assert ann.show(post).ok()["quotes_count"] == 1
    close = ann.say("But not me", quote_approval_policy="nobody")
    other = gil.note("<p>And this</p>", **{"@context": [*WORDS, QUOTES], "quote": close["uri"]})
    assert "result" not in answer_to(there, asks(gil, "QuoteRequest", ann, close["uri"], other), "Reject")


def test_quotes_from_here(ann, gil, there):
    """Somebody here quotes a post there: its author is asked, and the quote shows once they agree."""
    follows(ann, gil)
    note = gil.note("<p>Quote me</p>", **{"@context": [*WORDS, GTS, {"canQuote": {"@id": GTS + "#canQuote", "@type": "@id"}}],
                                          "interactionPolicy": {"canQuote": {"automaticApproval": PUBLIC}}})
    gil.creates(note, ann)
    came = in_home(ann, note)
    quote = ann.say("As gil says", quoted_status_id=came["id"])
    request = there.waits("QuoteRequest", actor=at(ann))
    assert request["object"] == note["id"] and ann.show(quote).ok()["quote"]["state"] == "pending"
    Far.serial += 1
    stamp = there.tell("keep", **{"@context": [*WORDS, QUOTES], "id": f"{there.url}/stamps/{Far.serial}", "type": "QuoteAuthorization",
                                  "attributedTo": gil.id, "interactingObject": quote["uri"], "interactionTarget": note["id"]})
    gil.sends("Accept", request, ann, **{"@context": [*WORDS, QUOTES], "result": stamp["id"]})
    eventually(lambda: ann.show(quote).ok()["quote"]["state"] == "accepted")


def test_requests_from_there(ann, gil, there):
    """May this answer, this favourite, this boost be? Yes, with an authorization as Fedify reads it."""
    post = ann.say("Come in")
    reply = gil.note("<p>Thank you</p>", cc=[at(ann)], inReplyTo=post["uri"])
    like = {"type": "Like", "id": f"{gil.id}/likes/1", "actor": gil.id, "object": post["uri"]}
    boost = {"type": "Announce", "id": f"{gil.id}/boosts/1", "actor": gil.id, "object": post["uri"], "to": [PUBLIC], "cc": [at(ann)]}
    for kind, made in (("Reply", reply), ("Like", like), ("Announce", boost)):
        yes = answer_to(there, asks(gil, kind + "Request", ann, post["uri"], made))
        assert yes["object"]["type"] == kind + "Request"
        stamp = gil.sees(yes["result"])
        assert stamp["type"] == kind + "Authorization" and stamp["attributedTo"] == at(ann)
        assert stamp["interactingObject"] == made["id"] and stamp["interactionTarget"] == post["uri"]
    shown = ann.show(post).ok()
    assert (shown["replies_count"], shown["favourites_count"], shown["reblogs_count"]) == (1, 1, 1)


def stamp(gil, kind, path, made, note):
    """An approval, to be read there."""
    Far.serial += 1
    return gil.there.tell("keep", **{"@context": GTS, "id": f"{gil.there.url}/stamps/{path}/{Far.serial}", "type": kind,
                                     "attributedTo": gil.id, "interactingObject": made, "interactionTarget": note["id"]})["id"]


def test_requests_from_here(ann, gil, there):
    """An author there wants to be asked: the requests arrive as what they are, and a yes and a no are understood."""
    follows(ann, gil)
    rule = {"automaticApproval": gil.id, "manualApproval": PUBLIC}
    note = gil.note("<p>Ask me</p>", **{"@context": [*WORDS, GTS], "interactionPolicy": {"canLike": rule, "canReply": rule, "canAnnounce": rule}})
    gil.creates(note, ann)
    came = in_home(ann, note)
    answer = ann.answer(came, "May I?")
    ann.does(came, "favourite")
    ann.does(came, "reblog")
    asked = {kind: there.waits(kind, actor=at(ann)) for kind in ("ReplyRequest", "LikeRequest", "AnnounceRequest")}
    assert {a["object"] for a in asked.values()} == {note["id"]} and asked["ReplyRequest"]["instrument"]["id"] == answer["uri"]
    context = {"@context": [*WORDS, GTS]}
    made = asked["LikeRequest"]["instrument"]
    like_stamp = stamp(gil, "LikeAuthorization", "likes", made if isinstance(made, str) else made["id"], note)
    reply_stamp = stamp(gil, "ReplyAuthorization", "replies", answer["uri"], note)
    gil.sends("Accept", asked["LikeRequest"], ann, **context, result=like_stamp)
    gil.sends("Accept", asked["ReplyRequest"]["id"], ann, **context, result=reply_stamp)
    gil.sends("Reject", asked["AnnounceRequest"], ann, **context)
    eventually(lambda: there.came("Like", actor=at(ann)))
    eventually(lambda: not ann.show(came).ok()["reblogged"])
    assert ann.show(came).ok()["favourited"]
    like = there.came("Like", actor=at(ann))[-1]
    assert like_stamp in str(like.get("likeAuthorization")) + str(like.get("approvedBy"))
    shown = eventually(lambda: (seen := gil.sees(answer["uri"])) and reply_stamp in str(seen) and seen, 20)
    assert reply_stamp in str(shown.get("replyAuthorization")) + str(shown.get("approvedBy"))
    gil.sends("Reject", like, ann)
    eventually(lambda: not ann.show(came).ok()["favourited"])


def test_reports_and_blocks_from_there(here, ann, gil):
    """A report there about a post here reaches who looks after the server; a block there is taken back."""
    owner = here.person("owner", role="owner")
    far = follows(ann, gil)
    post = ann.say("Something rude")
    gil.sends("Flag", [at(ann), post["uri"]], ann, content="This is rude.")
    report = eventually(lambda: [n["report"] for n in told(owner, "admin.report") if n["report"]["comment"] == "This is rude."])[0]
    assert report["target_account"]["id"] == ann.id and post["id"] in [str(i) for i in report["status_ids"]]
    block = gil.sends("Block", at(ann), ann)
    eventually(lambda: knows(ann, far)["blocked_by"])
    gil.sends("Undo", block, ann)
    eventually(lambda: not knows(ann, far)["blocked_by"])


def test_how_a_poll_stands(here, ann, gil, there):
    """Some minutes after votes their numbers go to followers and voters there, once; and again when it ends."""
    hal = Far(there, gil.name + "hal")
    followed(ann, gil)
    post = ann.say("Tea?", poll={"options": ["yes", "no"], "expires_in": 3600})
    there.waits("Create", "Question", at(ann))
    for voter, name in ((gil, "no"), (hal, "yes")):
        voter.sends("Create", {"type": "Note", "id": there.url + f"/votes/{voter.name}", "name": name, "attributedTo": voter.id,
                               "to": at(ann), "inReplyTo": post["uri"]}, ann, to=at(ann))
    eventually(lambda: ann.show(post).ok()["poll"]["votes_count"] == 2)
    due = rows(here, "SELECT run_at - created_at FROM job WHERE kind = 'poll_news' AND unique_key = ?", post["id"])
    assert len(due) == 1 and 100_000 < due[0][0] <= 180_000
    rows(here, "UPDATE job SET run_at = 1 WHERE kind = 'poll_news'")
    stands = there.waits("Update", "Question", at(ann))["object"]
    assert [o["replies"]["totalItems"] for o in stands["oneOf"]] == [1, 1] and stands["votersCount"] == 2 and "updated" not in stands
    assert len(there.came("Update", "Question", at(ann))) <= 2  # one an inbox: both live behind the shared one, or each has an own
    rows(here, "UPDATE poll SET expires_at = 1 WHERE post = ?", post["id"])
    rows(here, "UPDATE job SET run_at = 1 WHERE kind = 'poll_end' AND unique_key = ?", post["id"])
    eventually(lambda: [a for a in there.came("Update", "Question", at(ann)) if a["object"].get("closed")], 20)


def test_goodbyes(here, ann, gil, there):
    """Whoever leaves there is gone here; who leaves here is gone for who asks there."""
    follows(ann, gil)
    note = gil.creates(gil.note("<p>My last words</p>"), ann)
    came = in_home(ann, note)
    gil.sends("Delete", gil.id, ann, to=[PUBLIC])
    eventually(lambda: not ann.sees(came))
    ben, hal = here.person("ben", password=PASSWORD), Far(there, gil.name + "hal")
    followed(ben, hal)
    browser = signed_in(ben)
    browser.go("/settings/leave")
    browser.submit("password", password=PASSWORD)
    leaver = ben.id
    here.stop()
    rows(here, "UPDATE login SET leaving_at = 1 WHERE account = ?", leaver)
    rows(here, "UPDATE job SET run_at = 1 WHERE kind = 'leave'")
    here.start()
    # Its key is gone with it: Fedify, which keeps none, takes no Delete from it, but is told when it asks.
    eventually(lambda: here.get(f"/users/{ben.name}", headers={"Accept": TYPE}).status == 410)
    with pytest.raises(AssertionError):
        assert hal.sees(at(ben))
