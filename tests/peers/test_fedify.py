"""Follow, post, photo, comment, edit, delete, boost, favourite, poll, mention, block, move and report: to a server made with Fedify and
back, over http and over https."""
import time

import pytest

from conftest import Program
from harness.peer import AS, PUBLIC, eventually
from harness.photos import photo

WORDS = [AS, {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive", "toot": "http://joinmastodon.org/ns#", "votersCount": "toot:votersCount"}]


class Far:
    """Somebody on the other server."""

    serial = 0

    def __init__(self, there, name, **more):
        self.there, self.name = there, name
        self.id = there.tell("person", name=name, **more)["id"]
        self.acct = f"{name}@{there.host}"

    def sends(self, kind, object_, person, /, shared=False, **more):
        """To somebody of ours."""
        Far.serial += 1
        activity = {"@context": WORDS, "id": f"{self.there.url}/activities/{Far.serial}", "type": kind, "actor": self.id,
                    "object": object_, **more}
        self.there.tell("send", **{"from": self.name, "recipient": at(person), "inbox": at(person) + "/inbox",
                                   "shared": person.server.url + "/inbox" if shared else None, "activity": activity})
        return activity

    def note(self, content, to=(PUBLIC,), cc=None, kind="Note", **more):
        Far.serial += 1
        path = "polls" if kind == "Question" else "notes"
        return self.there.tell("keep", **{
            "@context": WORDS, "id": f"{self.there.url}/{path}/{Far.serial}", "type": kind, "attributedTo": self.id, "content": content,
            "to": list(to), "cc": [self.id + "/followers"] if cc is None else cc, "published": now(), **more})

    def creates(self, note, person, /, **what):
        self.sends("Create", note, person, to=note["to"], cc=note["cc"], **what)
        return note

    def sees(self, what):
        return self.there.tell("see", **{"from": self.name, "what": what})


def now(ahead=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + ahead))


class There:
    def __init__(self, program, front):
        self.program, self.front = program, front
        self.tell = program.tell
        if front:
            front.behind = program.ports["port"]
            self.tell("origin", url=front.url)
        self.url = front.url if front else f"http://127.0.0.1:{program.ports['port']}"
        self.host = self.url.split("/")[2]

    def came(self, kind, inner=None, actor=None):
        """Activities of this kind, of an object of this type when named."""
        def fits(a):
            o = a.get("object")
            return a["type"] == kind and (inner is None or isinstance(o, dict) and o.get("type") == inner) and actor in (None, a["actor"])
        return [s["activity"] for s in self.tell("seen") if fits(s["activity"])]

    def waits(self, kind, inner=None, actor=None, n=1):
        return eventually(lambda: len(found := self.came(kind, inner, actor)) >= n and found, 20)[-1]


@pytest.fixture(scope="module")
def there(pair, tmp_path_factory):
    _, front, environment = pair
    program = Program(tmp_path_factory.mktemp("fedify"), "fedify.mjs", *([front.url] if front else []), **environment)
    yield There(program, front)
    program.close()


@pytest.fixture
def here(pair):
    return pair[0]


@pytest.fixture
def ann(here, there):
    there.tell("forget")
    return here.person("ann")


@pytest.fixture
def gil(there, request):
    Far.serial += 1
    return Far(there, f"gil{Far.serial}")


def at(person):
    return f"{person.server.url}/users/{person.name}"


def found(person, what):
    said = person.get("/api/v2/search", q=what, resolve="true").ok()
    return (said["accounts"] + said["statuses"])[0]


def follows(ann, gil):
    """ann follows gil, who says yes."""
    far = found(ann, "@" + gil.acct)
    ann.post(f"/api/v1/accounts/{far['id']}/follow").ok()
    follow = gil.there.waits("Follow", actor=at(ann))
    assert follow["object"] == gil.id
    gil.sends("Accept", follow, ann)
    eventually(lambda: knows(ann, far)["following"])
    return far


def followed(ann, gil):
    """gil follows ann, who says yes at once."""
    follow = gil.sends("Follow", at(ann), ann)
    accept = gil.there.waits("Accept", "Follow", at(ann))
    assert accept["object"]["id"] == follow["id"]
    return follow


def knows(person, far):
    return person.get("/api/v1/accounts/relationships", **{"id[]": [far["id"]]}).ok()[0]


def told(person, kind):
    return [n for n in person.get("/api/v1/notifications").ok() if n["type"] == kind]


def test_each_finds_the_other(ann, gil):
    """By name and by address, with keys and collections as Fedify reads them."""
    account = found(ann, "@" + gil.acct)
    assert account["acct"] == gil.acct and account["uri"] == gil.id
    # Names lead to https addresses only, as far as Fedify is concerned.
    seen = gil.sees(f"@{ann.name}@{ann.server.host}" if gil.there.front else at(ann))
    assert seen["type"] == "Person" and seen["id"] == at(ann) and seen["preferredUsername"] == ann.name
    assert seen["publicKey"]["owner"] == at(ann) and seen["inbox"] == at(ann) + "/inbox"
    assert gil.sees(at(ann) + "/outbox")["type"] == "OrderedCollection"


def test_follow_and_unfollow(here, ann, gil, there):
    """Both ways, with yes, no and end."""
    far = follows(ann, gil)
    ann.post(f"/api/v1/accounts/{far['id']}/unfollow").ok()
    assert there.waits("Undo", "Follow", at(ann))["object"]["object"] == gil.id
    follow = followed(ann, gil)
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 1
    gil.sends("Undo", follow, ann)
    eventually(lambda: ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0)
    shy = here.person("shy", locked=True)
    gil.sends("Follow", at(shy), shy)
    asked = eventually(lambda: shy.get("/api/v1/follow_requests").ok())[0]
    shy.post(f"/api/v1/follow_requests/{asked['id']}/reject").ok()
    there.waits("Reject", "Follow", at(shy))


def test_posts_from_here(ann, gil, there):
    """Post with a photo and a content note, edit, delete."""
    followed(ann, gil)
    media = ann.upload(photo(), description="A frozen lake").ok()
    post = ann.say("Look #lake", media_ids=[media["id"]], spoiler_text="cold", language="en")
    note = there.waits("Create", "Note", at(ann))["object"]
    assert note["id"] == post["uri"] and "lake" in note["content"] and note["summary"] == "cold" and note["sensitive"] is True
    files = note["attachment"] if isinstance(note["attachment"], list) else [note["attachment"]]
    assert files[0]["name"] == "A frozen lake" and files[0]["mediaType"].startswith("image/")
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "Look again", "media_ids": [media["id"]]}).ok()
    assert "again" in there.waits("Update", "Note", at(ann))["object"]["content"]
    seen = gil.sees(post["uri"])
    assert seen["id"] == post["uri"] and "again" in seen["content"]
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    gone = there.waits("Delete", actor=at(ann))["object"]
    assert (gone["id"] if isinstance(gone, dict) else gone) == post["uri"]


def test_posts_from_there(ann, gil):
    """Post with a photo, edit, delete; to the shared inbox."""
    far = follows(ann, gil)
    picture = {"type": "Image", "mediaType": "image/png", "url": gil.there.url + "/picture.png", "name": "A warm stove", "width": 40, "height": 30}
    note = gil.creates(gil.note("<p>Warm here</p>", summary="stove", sensitive=True, attachment=[picture],
                                tag=[{"type": "Hashtag", "name": "#stove", "href": gil.there.url + "/tags/stove"}]), ann, shared=True)
    came = eventually(ann.home) and ann.get("/api/v1/timelines/home").ok()[0]
    assert came["uri"] == note["id"] and came["spoiler_text"] == "stove" and came["account"]["id"] == far["id"]
    assert came["media_attachments"][0]["description"] == "A warm stove" and came["tags"][0]["name"] == "stove"
    changed = {**note, "content": "<p>Warmer</p>", "updated": now()}
    gil.there.tell("keep", **changed)
    gil.sends("Update", changed, ann, to=[PUBLIC])
    eventually(lambda: "Warmer" in ann.show(came).ok()["content"])
    gil.there.tell("drop", id=note["id"])
    gil.sends("Delete", {"type": "Tombstone", "id": note["id"]}, ann, to=[PUBLIC])
    eventually(lambda: not ann.sees(came))


def test_comments_and_mentions(ann, gil, there):
    """A comment there on a post here, an answer to it, and a letter to one person each way."""
    post = ann.say("Who is hungry?")
    tag = [{"type": "Mention", "href": at(ann), "name": f"@{ann.name}@{ann.server.host}"}]
    comment = gil.creates(gil.note("<p>Me!</p>", cc=[at(ann)], inReplyTo=post["uri"], tag=tag), ann)
    reply = eventually(lambda: told(ann, "mention"))[0]["status"]
    assert reply["uri"] == comment["id"] and reply["in_reply_to_id"] == post["id"]
    ann.answer(reply, f"@{gil.acct} Soup at six")
    answer = there.waits("Create", "Note", at(ann))["object"]
    tags = answer["tag"] if isinstance(answer["tag"], list) else [answer["tag"]]
    assert answer["inReplyTo"] == comment["id"] and [t["href"] for t in tags if t["type"] == "Mention"] == [gil.id]
    ann.say(f"@{gil.acct} between us", visibility="direct")
    letter = there.waits("Create", "Note", at(ann), n=2)
    assert "Public" not in str(letter.get("to")) + str(letter.get("cc")) and letter["to"] in (gil.id, [gil.id])
    gil.creates(gil.note("<p>Our secret</p>", to=[at(ann)], cc=[], tag=tag), ann)
    letters = eventually(lambda: [n for n in told(ann, "mention") if "secret" in n["status"]["content"]])
    assert letters[0]["status"]["visibility"] == "direct"


def test_boosts_and_favourites(ann, gil, there):
    """Each given and taken back, both ways."""
    follows(ann, gil)
    note = gil.creates(gil.note("<p>Snow!</p>"), ann)
    came = eventually(lambda: [p for p in ann.get("/api/v1/timelines/home").ok() if p["uri"] == note["id"]])[0]
    for verb, kind in (("favourite", "Like"), ("reblog", "Announce")):
        ann.does(came, verb)
        assert there.waits(kind, actor=at(ann))["object"] == note["id"]
        ann.does(came, "un" + verb)
        assert there.waits("Undo", kind, at(ann))["object"]["object"] == note["id"]
    post = ann.say("Thaw!")
    like = gil.sends("Like", post["uri"], ann)
    boost = gil.sends("Announce", post["uri"], ann, to=[PUBLIC], cc=[gil.id + "/followers", at(ann)])
    eventually(lambda: told(ann, "favourite") and told(ann, "reblog"))
    gil.sends("Undo", like, ann)
    gil.sends("Undo", boost, ann)
    eventually(lambda: (ann.show(post).ok()["favourites_count"], ann.show(post).ok()["reblogs_count"]) == (0, 0))


def test_polls(ann, gil, there):
    """A vote there in a poll here, and the numbers that go back; a vote here in a poll there."""
    followed(ann, gil)
    follows(ann, gil)
    post = ann.say("Tea?", poll={"options": ["yes", "no"], "expires_in": 3600})
    poll = there.waits("Create", "Question", at(ann))["object"]
    assert [o["name"] for o in poll["oneOf"]] == ["yes", "no"]
    gil.sends("Create", {"type": "Note", "id": gil.there.url + f"/votes/{gil.name}", "name": "no", "attributedTo": gil.id, "to": at(ann),
                         "inReplyTo": post["uri"]}, ann, to=at(ann))
    eventually(lambda: [o["votes_count"] for o in ann.show(post).ok()["poll"]["options"]] == [0, 1])
    far = gil.creates(gil.note("<p>Cake?</p>", kind="Question", endTime=now(3600), votersCount=0,
                               oneOf=[{"type": "Note", "name": n, "replies": {"type": "Collection", "totalItems": 0}} for n in ("apple", "plum")]), ann)
    came = eventually(lambda: [p for p in ann.get("/api/v1/timelines/home").ok() if p["uri"] == far["id"]])[0]
    ann.post(f"/api/v1/polls/{came['poll']['id']}/votes", json_body={"choices": [1]}).ok()
    vote = eventually(lambda: [a for a in there.came("Create", "Note", at(ann)) if a["object"].get("inReplyTo") == far["id"]], 20)[0]["object"]
    assert vote["name"] == "plum" and not vote.get("content")


def test_blocks_and_reports(ann, gil, there):
    """A block ends the follows and is told; so is a report, in the server's name."""
    followed(ann, gil)
    far = follows(ann, gil)
    ann.post("/api/v1/reports", json_body={"account_id": far["id"], "comment": "Rude.", "forward": True}).ok()
    flag = there.waits("Flag")
    assert flag["actor"] == ann.server.url + "/actor" and flag["content"] == "Rude." and gil.id in str(flag["object"])
    ann.post(f"/api/v1/accounts/{far['id']}/block").ok()
    assert there.waits("Block", actor=at(ann))["object"] == gil.id
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0
    ann.post(f"/api/v1/accounts/{far['id']}/unblock").ok()
    there.waits("Undo", "Block", at(ann))
    if not knows(ann, far)["following"]:
        follows(ann, gil)
    gil.sends("Block", at(ann), ann)
    eventually(lambda: not knows(ann, far)["following"])


def test_a_move(ann, gil, there):
    """Who follows the old account follows the new one, once that one says that it was the old."""
    follows(ann, gil)
    new = Far(there, gil.name + "new", aliases=[gil.id])
    gil.sends("Move", gil.id, ann, target=new.id)
    again = eventually(lambda: [a for a in there.came("Follow", actor=at(ann)) if a["object"] == new.id], 30)[0]
    new.sends("Accept", again, ann)
    far = found(ann, "@" + new.acct)
    eventually(lambda: knows(ann, far)["following"])
    assert found(ann, "@" + gil.acct)["moved"]["id"] == far["id"]


def test_nothing_without_a_signature(here, ann, gil):
    """A followers-only post: not for a stranger's server, there for one with a follower."""
    post = ann.say("for followers", visibility="private")
    with pytest.raises(AssertionError):
        assert gil.sees(post["uri"])
    followed(ann, gil)
    assert "for followers" in gil.sees(post["uri"])["content"]
