"""Quoting from the page for writing, and what apps are told of posts whose author is asked first."""
import pytest

from harness.browser import Browser
from harness.peer import PUBLIC, Peer, eventually

from test_federation import follows, here, there, wait  # noqa: F401

PASSWORD = "correct horse 4"
WAITS = "The author of what this quotes is asked. Until they agree, it is not shown here."


def member(server, name):
    who = server.person(name, password=PASSWORD)
    who.browser = Browser(server)
    who.browser.sign_in(who)
    return who


def words(page):
    return " ".join(page.text.split())


def newest(person):
    return person.get(f"/api/v1/accounts/{person.id}/statuses").ok()[0]


def test_from_a_post_to_its_quote(server):
    """Quote stands on posts that the reader may quote and on no others; the page for writing shows what is quoted and can go on without it; the author is told and takes it out again."""
    ann, ben, cat = (member(server, name) for name in ("ann", "ben", "cat"))
    ben.follows(ann)
    posts = {policy: ann.say(f"For {policy}", quote_approval_policy=policy) for policy in ("public", "followers", "nobody")}
    for person, allowed in ((ann, "public followers nobody"), (ben, "public followers"), (cat, "public")):
        for policy, post in posts.items():
            page = person.browser.go(f"/@{ann.name}/{post['id']}")
            assert ("/write?quote=" + post["id"] in page.links) == (policy in allowed.split()), (person.name, policy)
            assert person.browser.go("/write?quote=" + post["id"]).status == (200 if policy in allowed.split() else 404)
    assert "/write?quote=" not in str(Browser(server).go(f"/@{ann.name}").links)
    page = ben.browser.go("/write?quote=" + posts["followers"]["id"])
    assert f"What you quote, by {ann.name}" in words(page) and "For followers" in words(page)
    page = ben.browser.submit("text", press="drop_quote", text="Read this")
    assert "What you quote" not in words(page) and "Read this" in words(page)
    ben.browser.go("/write?quote=" + posts["followers"]["id"])
    page = ben.browser.submit("text", press="send", text="Read this", visibility="public")
    said = newest(ben)
    assert said["quote"]["state"] == "accepted" and said["quote"]["quoted_status"]["id"] == posts["followers"]["id"]
    assert "Read this" in words(page) and "For followers" in words(page)
    assert ("quote", ben.name, said["id"]) in ann.notes("quote")
    assert "Take my post out of it" not in words(cat.browser.go(f"/@{ben.name}/{said['id']}"))
    page = ann.browser.go(f"/@{ben.name}/{said['id']}")
    page = ann.browser.submit("unquote", press="unquote")
    assert "Taken out." in words(page) and "For followers" not in words(page)
    page = ben.browser.go(f"/@{ben.name}/{said['id']}")
    assert "The author of what this quotes has taken it out." in words(page)
    assert "has taken it out" not in words(cat.browser.go(f"/@{ben.name}/{said['id']}"))
    ben.browser.go("/write?quote=" + posts["public"]["id"])
    ann.put(f"/api/v1/statuses/{posts['public']['id']}/interaction_policy", json_body={"quote_approval_policy": "nobody"}).ok()
    page = ben.browser.submit("text", press="send", text="Read this too", visibility="public")
    assert page.status == 422 and "does not let it be quoted any more" in words(page) and "Read this too" in words(page)


def test_kept_and_paused(server):
    """A draft and a post in its pause keep what they quote."""
    ann, ben = member(server, "ann"), member(server, "ben")
    post = ann.say("Apples", quote_approval_policy="public")
    ben.browser.go("/write?quote=" + post["id"])
    ben.browser.submit("text", press="draft", text="Later")
    page = ben.browser.go("/drafts")
    ben.browser.go(next(a for a in page.links if "draft=" in a))
    page = ben.browser.submit("text", press="send", preset="2", visibility="public")
    assert "Cancel" in words(page)
    ben.browser.submit("Cancel", press="now")
    said = wait(lambda: (p := ben.get(f"/api/v1/accounts/{ben.id}/statuses").ok()) and p[0], "the post")
    assert said["quote"]["quoted_status"]["id"] == post["id"]


def test_across_servers(here, there):
    """What is quoted from another server is asked for, said so until the answer, shown after it, and gone when its author takes it out."""
    ann, ben = here.person("ann"), member(there, "ben")
    follows(ben, ann)
    ann.say("Apples on Sunday.", quote_approval_policy="followers")
    came = wait(lambda: ben.get("/api/v1/timelines/home").ok(), "the post")[0]
    page = ben.browser.go("/write?quote=" + came["id"])
    assert "Its author’s server is asked when you send." in words(page)
    ben.browser.submit("text", press="send", text="Read this", visibility="public")
    said = newest(ben)
    wait(lambda: ben.show(said).ok()["quote"]["state"] == "accepted", "the answer")
    assert "Apples on Sunday." in words(ben.browser.go(f"/@{ben.name}/{said['id']}"))
    told = wait(lambda: ann.notes("quote"), "the author told")
    quoted = newest(ann)
    ann.post(f"/api/v1/statuses/{quoted['id']}/quotes/{told[0][2]}/revoke").ok()
    wait(lambda: ben.show(said).ok()["quote"]["state"] == "revoked", "the leave taken back")
    assert "has taken it out" in words(ben.browser.go(f"/@{ben.name}/{said['id']}"))


@pytest.fixture
def peer(server, tmp_path):
    made = Peer(str(tmp_path), server)
    yield made
    made.close()


def sent(peer, kind):
    return [a for _, a in peer.inbox if a["type"] == kind]


def test_an_author_who_is_asked_first(server, peer):
    """Apps read from a post whose author is asked by hand that they may ask; the request leaves, the page says that it waits, and the answer is shown."""
    ann = member(server, "ann")
    zoe = peer.actor("zoe")
    far = ann.get("/api/v2/search", q="@" + peer.webfinger("zoe"), resolve="true", type="accounts").ok()["accounts"][0]
    ann.post(f"/api/v1/accounts/{far['id']}/follow").ok()
    eventually(lambda: sent(peer, "Follow"))
    peer.delivers(peer.activity("Accept", zoe, sent(peer, "Follow")[0]))
    followers = zoe + "/followers"
    cases = [({"automaticApproval": [], "manualApproval": [PUBLIC]}, [], ["public"], "manual"),
             ({"automaticApproval": [followers], "manualApproval": [PUBLIC]}, ["followers"], ["public"], "automatic"),
             ({"automaticApproval": [], "manualApproval": [followers]}, [], ["followers"], "manual"),
             ({"automaticApproval": [zoe], "manualApproval": []}, [], [], "denied"),
             ({"always": [], "approvalRequired": ["as:Public"]}, [], ["public"], "manual")]
    notes = []
    for n, (rule, automatic, manual, mine) in enumerate(cases):
        notes.append(peer.creates(peer.note(zoe, f"<p>Number {n}</p>", interactionPolicy={"canQuote": rule})))
        eventually(lambda: [p for p in ann.get("/api/v1/timelines/home").ok() if f"Number {n}" in p["content"]])
        post = next(p for p in ann.get("/api/v1/timelines/home").ok() if f"Number {n}" in p["content"])
        assert post["quote_approval"] == {"automatic": automatic, "manual": manual, "current_user": mine}, rule
        assert ann.browser.go("/write?quote=" + post["id"]).status == (404 if mine == "denied" else 200)
    post = next(p for p in ann.get("/api/v1/timelines/home").ok() if "Number 0" in p["content"])
    ann.browser.go("/write?quote=" + post["id"])
    page = ann.browser.submit("text", press="send", text="Read this", visibility="public")
    assert WAITS in words(page) and "Number 0" not in words(page)
    said = newest(ann)
    assert said["quote"]["state"] == "pending" and WAITS not in words(Browser(server).go(f"/@{ann.name}/{said['id']}"))
    request = eventually(lambda: sent(peer, "QuoteRequest"))[0]
    assert request["object"] == notes[0]["id"]
    stamp = f"{peer.url}/stamps/1"
    peer.put("/stamps/1", {"@context": "https://www.w3.org/ns/activitystreams", "id": stamp, "type": "QuoteAuthorization",
                           "attributedTo": zoe, "interactingObject": said["uri"], "interactionTarget": notes[0]["id"]})
    peer.delivers(peer.activity("Accept", zoe, request, result=stamp))
    eventually(lambda: ann.show(said).ok()["quote"]["state"] == "accepted")
    assert "Number 0" in words(ann.browser.go(f"/@{ann.name}/{said['id']}"))
    ann.browser.go("/write?quote=" + post["id"])
    ann.browser.submit("text", press="send", text="And this", visibility="public")
    again = newest(ann)
    request = eventually(lambda: sent(peer, "QuoteRequest")[1:])[0]
    peer.delivers(peer.activity("Reject", zoe, request))
    eventually(lambda: ann.show(again).ok()["quote"]["state"] == "rejected")
    assert "would rather not have it quoted" in words(ann.browser.go(f"/@{ann.name}/{again['id']}"))
