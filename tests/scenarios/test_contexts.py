"""Addresses that other servers follow from a document or page: a thread's own collection, older names of posts, and the header that
leads from a page to its document."""
import base64
import json
import pathlib
import re
import subprocess
import tempfile

import pytest

from harness.browser import Browser
from harness.common import set_switches, uri
from harness.peer import TYPE, eventually
from harness.quiet import Inbox, grow_old, hard_news


def reads(server, address, **headers):
    return server.get(address.removeprefix(server.url), headers={"Accept": TYPE, **headers})


def thread_of(server, post):
    note = reads(server, post["uri"]).ok()
    context = reads(server, note["context"]).ok()
    assert context["id"] == note["context"] and context["type"] == "OrderedCollection" and context["first"]["partOf"] == note["context"]
    return context


def items(context):
    return context["first"]["orderedItems"]


def test_a_thread_has_an_address(server, ann, ben, cat):
    """What everybody may see of a thread stands at its context, oldest first, also when asked for at a comment (FEP-7888)."""
    post = ann.say("Who is hungry?")
    one = ben.answer(post, "Me!")
    two = cat.answer(one, "And me.")
    ben.answer(post, "Between us", visibility="private")
    ben.answer(post, "Only here", local_only=True)
    context = thread_of(server, post)
    assert items(context) == [post["uri"], one["uri"], two["uri"]] and context["attributedTo"] == uri(server, ann)
    assert "totalItems" not in str(context) and thread_of(server, two) == context
    page = reads(server, context["first"]["id"]).ok()
    assert page["type"] == "OrderedCollectionPage" and page["orderedItems"] == items(context)
    number = context["id"].rsplit("/", 1)[1]
    for other in (one["id"], "1", "x", "-1", "9" * 30):
        assert reads(server, "/contexts/" + other).status == 404, other
    assert reads(server, context["id"]).headers["Content-Type"].startswith(TYPE) and number == post["id"]
    ann.delete(f"/api/v1/statuses/{two['id']}").status
    cat.delete(f"/api/v1/statuses/{two['id']}").ok()
    assert items(thread_of(server, post)) == [post["uri"], one["uri"]]


def test_pages_of_a_thread(server, ann):
    """A long thread is read page by page."""
    post = ann.say("Counting")
    said = [post["uri"]] + [ann.answer(post, str(n))["uri"] for n in range(41)]
    context = thread_of(server, post)
    assert items(context) == said[:40]
    rest = reads(server, context["first"]["next"]).ok()
    assert rest["orderedItems"] == said[40:] and "next" not in rest


def test_what_waits_is_in_no_thread(new_server):
    """Held, kept and declined comments stand in no thread; shown they do."""
    server = new_server()
    ann, ben = (server.person(n, password="correct horse") for n in ("ann", "ben"))
    grow_old(server, ann, ben)
    post = hard_news(ann)
    held, kept, declined = (ben.answer(post, f"Words {n}") for n in range(3))
    inbox = Inbox(ann)
    inbox.sorts("keep", kept), inbox.sorts("decline", declined)
    assert items(thread_of(server, post)) == [post["uri"]]
    inbox.sorts("show", held)
    assert items(thread_of(server, post)) == [post["uri"], held["uri"]]


def test_private_threads(server, ann, peer):
    """A thread for followers is the same 404 for a stranger as one that never was; a follower's server reads it, signed."""
    post = ann.say("For followers", "private")
    path = "/contexts/" + post["id"]
    assert reads(server, path).status == 404 and reads(server, path).body == reads(server, "/contexts/1").body
    fay = peer.actor("fay")
    assert peer.get(path, fay).status == 404
    peer.delivers(peer.activity("Follow", fay, uri(server, ann)))
    eventually(lambda: any(a["type"] == "Accept" for _, a in peer.inbox))
    seen = peer.get(path, fay)
    assert items(seen.ok()) == [post["uri"]] and "no-store" in seen.headers["Cache-Control"]
    assert peer.get(path, peer.actor("eve")).status == 404


def test_a_thread_from_elsewhere(server, ann, peer):
    """Of a thread that began elsewhere the public part known here stands at our word for it; its own context is copied."""
    fay = peer.actor("fay")
    note = peer.note(fay, context=peer.url + "/contexts/7")
    copy = ann.get("/api/v2/search", q=note["id"], resolve="true", type="statuses").ok()["statuses"][0]
    answer = ann.answer(copy, "Good morning", visibility="public")
    document = reads(server, answer["uri"]).ok()
    assert document["context"] == note["context"] and document["inReplyToAtomUri"] == document["inReplyTo"] == note["id"]
    assert document["atomUri"] == document["id"]
    said = reads(server, document["conversation"]).ok()
    assert items(said) == [note["id"], answer["uri"]] and "attributedTo" not in said


@pytest.mark.parametrize("times", [1, 2])  # the second time from memory
def test_pages_lead_to_documents(server, person, times):
    """Pages of posts and profiles say in a header where their documents are; those that have none say nothing."""
    ann = person("ann")
    post, house = ann.say("Everywhere"), ann.say("Only here", local_only=True)
    set_switches(ann, post, sw_counts_others="yes")
    for _ in range(times):
        for address, document in ((f"/@{ann.name}", uri(server, ann)), (f"/@{ann.name}/{post['id']}", post["uri"])):
            page = Browser(server).go(address)
            assert page.headers["Link"] == f'<{document}>; rel="alternate"; type="{TYPE}"', address
            assert reads(server, document).ok()["id"] == document
        assert Browser(server).go(f"/@{ann.name}/{house['id']}").headers["Link"] is None


def fits(server, headers, target):
    """Is it signed over this target, by the server's own key?"""
    parts = dict(re.findall(r'(\w+)="([^"]*)"', headers.get("Signature", "")))
    if "signature" not in parts:
        return False
    lines = [f"(request-target): get {target}" if n == "(request-target)" else f"{n}: {headers[n]}" for n in parts["headers"].split()]
    with tempfile.TemporaryDirectory() as place:
        key, proof = pathlib.Path(place, "key"), pathlib.Path(place, "proof")
        key.write_text(reads(server, "/actor").ok()["publicKey"]["publicKeyPem"])
        proof.write_bytes(base64.b64decode(parts["signature"]))
        return subprocess.run(["openssl", "dgst", "-sha256", "-verify", key, "-signature", proof], input="\n".join(lines).encode(),
                              capture_output=True).returncode == 0


def test_servers_that_sign_no_query(server, ann, peer):
    """A document with a query that is refused is asked for once more, signed as if it had none; others are not."""
    fay = peer.actor("fay")
    seen = []
    for path, bare in (("/posts?id=1", True), ("/posts?id=2", False), ("/posts/3", False)):
        note = {**peer.note(fay, "<p>Found</p>"), "id": peer.url + path}

        def script(handler, note=note, bare=bare, path=path):
            good = bare and fits(server, handler.headers, path.split("?")[0])
            seen.append(path)
            handler.answer(*((200, TYPE, json.dumps(note)) if good else (401, "text/plain", "")))
        peer.play(path, script)
        found = ann.get("/api/v2/search", q=peer.url + path, resolve="true", type="statuses").ok()["statuses"]
        assert [p["uri"] for p in found] == ([note["id"]] if bare else [])
    assert [seen.count(p) for p in ("/posts?id=1", "/posts?id=2", "/posts/3")] == [3, 3, 2]
