"""Co-authors as other servers see them: one of the same kind, and one that knows one author only."""
import re
import urllib.parse

import pytest

from harness.browser import Browser
from harness.common import sent, uri
from harness.peer import Peer, eventually

from test_federation import follows, here, there, wait  # noqa: F401

PASSWORD = "correct horse 4"


def member(server, name):
    who = server.person(name, password=PASSWORD)
    who.browser = Browser(server)
    who.browser.sign_in(who)
    return who


def path(post):
    return urllib.parse.urlsplit(post["url"]).path + "/authors"


def together(ann, ben, post):
    ann.browser.go(path(post))
    ann.browser.submit("who", press="ask", who=ben.name)
    ben.browser.go(path(post))
    ben.browser.submit("accept", press="accept")


def part(ben, post):
    ben.browser.go(path(post))
    ben.browser.submit("account", press="end")


def text_of(post):
    return re.sub("<[^>]+>", "", post["content"])


def test_two_servers(here, there):
    """On another server of this kind the post has both authors too, on both profiles and in the homes of those who follow either; once ended, one."""
    ann, ben = member(here, "ann"), member(here, "ben")
    eve, fay = there.person("eve"), there.person("fay")
    far_ann, _ = follows(eve, ann)
    far_ben, _ = follows(fay, ben)
    post = ann.say("We married on Saturday.")
    came = wait(lambda: eve.get("/api/v1/timelines/home").ok(), "the post")[0]
    together(ann, ben, post)
    seen = wait(lambda: (p := eve.show(came).ok()).get("co_authors") and p, "the second author")
    assert [a["acct"] for a in seen["co_authors"]] == [far_ben.acct] and seen["account"]["acct"] == far_ann.acct
    assert text_of(seen) == f"We married on Saturday.With @{ben.name}"
    got = wait(lambda: fay.get("/api/v1/timelines/home").ok(), "the post at who follows the co-author")
    assert [p["id"] for p in got] == [came["id"]] and got[0]["reblog"] is None
    far = {a["username"]: a["id"] for a in [seen["account"], *seen["co_authors"]]}
    for name in (ann.name, ben.name):
        assert fay.ids(f"/api/v1/accounts/{far[name]}/statuses") == [came["id"]]

    fay.answer(came, f"@{far_ann.acct} @{far_ben.acct} How lovely.")
    for one in (ann, ben):
        wait(lambda: one.notes("mention"), f"the comment at {one.name}")

    part(ben, post)
    wait(lambda: "co_authors" not in eve.show(came).ok(), "one author again")
    assert text_of(eve.show(came).ok()) == "We married on Saturday."
    assert came["id"] not in fay.home() and fay.ids(f"/api/v1/accounts/{far[ben.name]}/statuses") == []
    assert eve.home() == [came["id"]]


def test_a_post_deleted_goes_everywhere(here, there):
    """Who has the post through its co-author alone is told when it goes."""
    ann, ben, fay = member(here, "ann"), member(here, "ben"), there.person("fay")
    follows(fay, ben)
    post = ann.say("We married on Saturday.")
    together(ann, ben, post)
    came = wait(lambda: fay.get("/api/v1/timelines/home").ok(), "the post")[0]
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "We married on Sunday."}).ok()
    wait(lambda: "Sunday" in fay.show(came).ok()["content"], "the edit")
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    wait(lambda: not fay.sees(came), "the post deleted")


@pytest.fixture
def peer(server, tmp_path):
    made = Peer(str(tmp_path), server)
    yield made
    made.close()


def test_one_that_knows_one_author(server, peer):
    """Other servers get one author, the other tagged, addressed and named in a last line, as an Update; a public post is announced by the co-author, one for followers is not."""
    ann, ben = member(server, "ann"), member(server, "ben")
    for person in (ann, ben):
        peer.inbox.clear()
        peer.delivers(peer.activity("Follow", peer.actor("zoe"), uri(server, person)))
        eventually(lambda: sent(peer, "Accept"))
    peer.inbox.clear()
    private = ann.say("For few", "private")
    together(ann, ben, private)
    eventually(lambda: sent(peer, "Update"))
    note = sent(peer, "Update")[0]["object"]
    assert note["attributedTo"] == uri(server, ann) and uri(server, ben) in note["cc"] + note["to"]
    assert {"type": "Mention", "href": uri(server, ben), "name": f"@{ben.name}@{server.host}"} in note["tag"]
    assert text_of(note) == f"For fewWith @{ben.name}" and note["tidings:coAuthors"] == [uri(server, ben)] and note["updated"]
    public = ann.say("For all")
    together(ann, ben, public)
    eventually(lambda: sent(peer, "Announce"))
    announce, = sent(peer, "Announce")
    assert announce["actor"] == uri(server, ben) and announce["object"] == public["uri"]
    part(ben, public)
    eventually(lambda: sent(peer, "Undo"))
    undo, = sent(peer, "Undo")
    assert undo["actor"] == uri(server, ben) and undo["object"]["id"] == announce["id"]
    eventually(lambda: sent(peer, "Update")[-1]["object"]["content"] == "<p>For all</p>")
    assert not sent(peer, "Create")[-1]["object"].get("tidings:coAuthors")


def test_a_server_speaks_for_its_own(server, peer):
    """What another server says of second authors holds for its own people, and says nothing where one is of elsewhere."""
    ann = server.person("ann")
    zoe, yan = peer.actor("zoe"), peer.actor("yan")
    far = ann.get("/api/v2/search", q="@" + peer.webfinger("zoe"), resolve="true", type="accounts").ok()["accounts"][0]
    ann.post(f"/api/v1/accounts/{far['id']}/follow").ok()
    eventually(lambda: sent(peer, "Follow"))
    peer.delivers(peer.activity("Accept", zoe, sent(peer, "Follow")[0]))
    for n, (authors, count) in enumerate((([yan], 1), ([yan, uri(server, ann)], 0), ([zoe], 0), ([yan] * 9, 1), ("x", 0))):
        note = peer.note(zoe, f"Number {n}", **{"tidings:coAuthors": authors,
                         "tag": [{"type": "Mention", "href": yan, "name": f"@yan@{peer.url[7:]}"}]})
        peer.delivers(peer.activity("Create", zoe, note))
        def came():
            return [p for p in ann.get("/api/v1/timelines/home").ok() if f"Number {n}" in p["content"]]
        eventually(lambda: came() and len(came()[0].get("co_authors", [])) == count)
        assert len(came()[0].get("co_authors", [])) == count
