"""Two servers that disagree about who follows whom agree again with the next post for followers (FEP-8fcf)."""
import hashlib
import sqlite3
import time

from harness.peer import eventually
from test_federation import AS2, follows, here, there, wait  # noqa: F401


def digest(*uris):
    mixed = bytes(32)
    for uri in uris:
        mixed = bytes(a ^ b for a, b in zip(mixed, hashlib.sha256(uri.encode()).digest()))
    return mixed.hex()


def forget(server, name):
    """The server loses the row of a follow, as a restored backup does."""
    server.stop()
    with sqlite3.connect(server.data / "tidings.db") as db:
        db.execute("DELETE FROM follow WHERE account IN (SELECT id FROM account WHERE username = ?)", (name,))
        db.commit()
    db.close()
    server.start()


def test_a_follower_the_author_forgot(here, there):
    """The author's server lost a follower: with the next post for followers the other server ends that follow, too."""
    ann, dora, ben = here.person("ann"), here.person("dora"), there.person("ben")
    far, _ = follows(ann, ben)
    dora.follows(far)
    wait(lambda: dora.knows(far)["following"], "dora follows")
    forget(there, dora.name)
    ben.say("for followers", visibility="private")
    wait(lambda: len(ann.home()) == 1, "the post")
    wait(lambda: not dora.knows(far)["following"], "the end of the follow", 40)
    assert ann.knows(far)["following"]


def test_a_follower_the_reader_forgot(here, there):
    """The reader's server lost the row: it says so, and the author's server has the follower no more."""
    ann, dora, ben = here.person("ann"), here.person("dora"), there.person("ben")
    far, _ = follows(ann, ben)
    dora.follows(far)
    wait(lambda: len(ben.get(f"/api/v1/accounts/{ben.id}/followers").ok()) == 2, "two followers")
    forget(here, dora.name)
    ben.say("for followers", visibility="private")
    wait(lambda: len(ben.get(f"/api/v1/accounts/{ben.id}/followers").ok()) == 1, "one follower", 40)


def test_the_list_is_for_that_server_alone(here, there):
    """Without a signature nobody reads who follows; the header comes with posts for followers only."""
    ann, ben = here.person("ann"), there.person("ben")
    follows(ann, ben)
    assert there.get(f"/users/{ben.name}/followers_synchronization", headers={"Accept": AS2}).status == 401


def test_headers_as_others_send_them(server, ann, peer):
    """The digest is compared; a list elsewhere, of another author, malformed or cut into pages changes nothing; a good one does."""
    fay = peer.actor("fay")
    peer.webfinger("fay")
    found = ann.get("/api/v2/search", q=fay, resolve="true", type="accounts").ok()["accounts"][0]
    ann.post(f"/api/v1/accounts/{found['id']}/follow").ok()
    follow = eventually(lambda: [a for _, a in peer.inbox if a["type"] == "Follow"])[0]
    peer.delivers(peer.activity("Accept", fay, follow))
    url, me = f"{fay}/followers_synchronization", f"{server.url}/users/{ann.name}"

    def following():
        return ann.get("/api/v1/accounts/relationships", **{"id[]": found["id"]}).ok()[0]["following"]

    def sends(header, seconds=1.5):
        note = peer.note(fay, to=[f"{fay}/followers"], cc=[])
        asked = len(peer.asked)
        peer.creates(note, headers={"collection-synchronization": header})
        time.sleep(seconds)
        return [path for path in peer.asked[asked:] if "synchronization" in path]

    eventually(following)
    same = f'collectionId="{fay}/followers", url="{url}", digest="{digest(me)}"'
    assert sends(same) == [] and following()
    other = digest("https://elsewhere.example/users/x")
    peer.put("/users/fay/followers_synchronization", {"@context": "https://www.w3.org/ns/activitystreams", "id": url,
                                                      "type": "OrderedCollection", "orderedItems": [], "next": url + "?2"})
    bad = [f'collectionId="{fay}/following", url="{url}", digest="{other}"',
           f'collectionId="{fay}/followers", url="https://elsewhere.example/x", digest="{other}"',
           f'collectionId="{fay}/followers", url="{url}", digest="12"', "nonsense", 'collectionId="', "," * 5000]
    for header in bad:
        assert sends(header, 0.3) == []
    good = f'collectionId="{fay}/followers", url="{url}", digest="{other}"'
    assert len(sends(good)) == 1 and following(), "half of a list ended a follow"
    peer.put("/users/fay/followers_synchronization", {"@context": "https://www.w3.org/ns/activitystreams", "id": url,
                                                      "type": "OrderedCollection", "orderedItems": []})
    assert len(sends(good)) == 1
    eventually(lambda: not following())
