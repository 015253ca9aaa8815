"""activitypub-bot, which signs as RFC 9421 says, keeps its keys in documents of their own and answers Follow by bare ids: everything it
can do, to and from a server of this kind, over http and over https."""
import pytest

from conftest import POSTGRES, Program
from harness.peer import eventually


class Clerk:
    """The one bot there."""

    def __init__(self, program, front):
        self.program = program
        if front:
            front.behind = program.ports["port"]
        self.url = front.url if front else f"http://127.0.0.1:{program.ports['port']}"
        self.id, self.tell = self.url + "/user/clerk", program.tell

    def came(self, kind):
        return [a for a in self.tell("seen") if a["type"] == kind]

    def waits(self, kind, n=1):
        return eventually(lambda: len(found := self.came(kind)) >= n and found, 20)[-1]


@pytest.fixture(scope="module")
def clerk(pair, tmp_path_factory):
    _, front, environment = pair
    program = Program(tmp_path_factory.mktemp("bot"), "bot.mjs", *([front.url] if front else []), beside=[POSTGRES], **environment)
    yield Clerk(program, front)
    program.close()


@pytest.fixture
def ann(pair, clerk):
    clerk.tell("forget")
    return pair[0].person("ann")


def at(person):
    return f"{person.server.url}/users/{person.name}"


def id_of(value):
    return value["id"] if isinstance(value, dict) else value


def found(person, what):
    said = person.get("/api/v2/search", q=what, resolve="true").ok()
    return (said["accounts"] + said["statuses"])[0]


def knows(person, far):
    return person.get("/api/v1/accounts/relationships", **{"id[]": [far["id"]]}).ok()[0]


def follows(ann, clerk):
    far = found(ann, clerk.id)
    ann.post(f"/api/v1/accounts/{far['id']}/follow").ok()
    eventually(lambda: knows(ann, far)["following"], 20)
    return far


def followed(ann, clerk):
    clerk.tell("follow", id=at(ann))
    clerk.waits("Accept")


def home(ann, uri):
    return eventually(lambda: [p for p in ann.get("/api/v1/timelines/home").ok() if p["uri"] == uri], 20)[0]


def test_follow_and_unfollow(ann, clerk):
    """It says yes by itself; so does an open account here."""
    far = follows(ann, clerk)
    assert far["bot"] and far["username"] == "clerk"
    ann.post(f"/api/v1/accounts/{far['id']}/unfollow").ok()
    clerk.waits("Undo")
    followed(ann, clerk)
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 1
    clerk.tell("unfollow", id=at(ann))
    eventually(lambda: ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0, 20)


def test_posts_from_here(ann, clerk):
    """Post, edit and delete, as it reads them."""
    followed(ann, clerk)
    post = ann.say("Hello clerk")
    assert "Hello clerk" in clerk.waits("Create")["object"]["content"]
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "Hello again"}).ok()
    assert "again" in clerk.waits("Update")["object"]["content"]
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert id_of(clerk.waits("Delete")["object"]) == post["uri"]


def test_posts_from_there(ann, clerk):
    """Post, edit and delete, as they arrive here."""
    follows(ann, clerk)
    note = clerk.tell("say", content="The office is open")["id"]
    came = home(ann, note)
    assert came["visibility"] == "public" and "open" in came["content"]
    clerk.tell("edit", id=note, content="The office is closed")
    eventually(lambda: "closed" in ann.show(came).ok()["content"], 20)
    clerk.tell("remove", id=note)
    eventually(lambda: not ann.sees(came), 20)


def test_a_mention_is_answered(ann, clerk):
    """Somebody here mentions it; its answer arrives as a comment below."""
    far = found(ann, clerk.id)
    post = ann.say(f"@{far['acct']} are you there?")
    clerk.waits("Create")
    eventually(lambda: [n for n in ann.get("/api/v1/notifications").ok() if n["type"] == "mention"] or ann.context(post)[1], 30)
    assert ann.context(post)[1], "the answer is not below the post"


def test_likes_and_boosts(ann, clerk):
    """Both, both ways, and taken back."""
    follows(ann, clerk)
    came = home(ann, clerk.tell("say", content="Forms are ready")["id"])
    for verb, kind in (("favourite", "Like"), ("reblog", "Announce")):
        ann.does(came, verb)
        assert id_of(clerk.waits(kind)["object"]) == came["uri"]
        ann.does(came, "un" + verb)
    clerk.waits("Undo", 2)
    post = ann.say("Forms are filled in")
    clerk.tell("like", id=post["uri"])
    clerk.tell("announce", id=post["uri"])
    eventually(lambda: (ann.show(post).ok()["favourites_count"], ann.show(post).ok()["reblogs_count"]) == (1, 1), 20)
    clerk.tell("unlike", id=post["uri"])
    clerk.tell("unannounce", id=post["uri"])
    eventually(lambda: (ann.show(post).ok()["favourites_count"], ann.show(post).ok()["reblogs_count"]) == (0, 0), 20)


def test_blocks(ann, clerk):
    """Here: it is told, and the follow ends."""
    far = follows(ann, clerk)
    followed(ann, clerk)
    ann.post(f"/api/v1/accounts/{far['id']}/block").ok()
    clerk.waits("Block")
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["followers_count"] == 0
