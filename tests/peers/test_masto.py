"""masto.js, the library under Elk and Phanpy: reading and writing posts, and what it makes of reviewed comments, quiet posts, closed
comments, letters' sentences, grouped notifications, quotes and push."""
import base64

import pytest

from conftest import Program
from harness.peer import eventually
from harness.photos import HERE as PHOTOS
from harness.push import PushService
from harness.quiet import CLOSED, EVERYDAY, GOOD_NEWS, HARD_NEWS, Inbox, database, sends


class App:
    """Somebody's app."""

    def __init__(self, program, person):
        self.person, self.program = person, program

    def tell(self, command, **what):
        return self.program.tell(command, token=self.person.token, **what)

    def ask(self, *path, **values):
        """rest.v1.statuses.create(values): ask("v1", "statuses", "create", **values); ("id",) selects."""
        done = self.tell("call", path=[{"$select": part[0]} if isinstance(part, tuple) else part for part in path],
                                 args=[values] if values else [])
        assert "answer" in done, f"{path}: {done}"
        return done["answer"]

    def is_refused(self, *path, **values):
        done = self.tell("call", path=[{"$select": part[0]} if isinstance(part, tuple) else part for part in path],
                                 args=[values] if values else [])
        assert "status" in done, f"{path}: {done}"
        return done["status"], done["sentence"]

    def say(self, status, **more):
        return self.ask("v1", "statuses", "create", status=status, **more)

    def show(self, post):
        return self.ask("v1", "statuses", (post["id"],), "fetch")

    def answers(self, post):
        return [p["id"] for p in self.ask("v1", "statuses", (post["id"],), "context", "fetch")["descendants"]]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from harness.server import Server
    server = Server(tmp_path_factory.mktemp("masto")).start()
    yield server
    try:
        server.assert_sound()
        server.stop()
    finally:
        server.kill()


@pytest.fixture(scope="module")
def program(server, tmp_path_factory):
    program = Program(tmp_path_factory.mktemp("apps"), "app.mjs", server.url)
    yield program
    program.close()


@pytest.fixture
def apps(server, program):
    """Ann, Ben and Cat, each with an app; Ben and Cat follow Ann."""
    people = ann, ben, cat = [server.person(name, password="correct horse 4") for name in ("ann", "ben", "cat")]
    ben.follows(ann), cat.follows(ann)
    ann.post("/api/v1/notifications/clear").ok()
    return [App(program, person) for person in people]


def test_reading_and_writing(server, apps):
    """A post with a photo and a poll is written, read, edited, boosted, paged and deleted."""
    ann, ben, _ = apps
    me = ann.ask("v1", "accounts", "verifyCredentials")
    assert me["username"] == ann.person.name and me["source"]["privacy"] == "unlisted"
    photo = ann.tell("photo", data=base64.b64encode((PHOTOS / "lake.jpg").read_bytes()).decode(), description="A lake")
    post = ann.say("Morning at the #lake", mediaIds=[photo["id"]], visibility="public", language="en")
    assert post["mediaAttachments"][0]["description"] == "A lake" and post["tags"][0]["name"] == "lake"
    assert ben.ask("v1", "timelines", "home", "list")[0]["id"] == post["id"]
    assert ben.ask("v1", "statuses", (post["id"],), "reblog")["reblog"]["id"] == post["id"]
    assert ben.ask("v1", "statuses", (post["id"],), "favourite")["favourited"] is True
    edited = ann.ask("v1", "statuses", (post["id"],), "update", status="Noon at the lake", mediaIds=[photo["id"]])
    assert "Noon" in edited["content"] and edited["editedAt"]
    assert [v["content"] for v in ben.ask("v1", "statuses", (post["id"],), "history", "list")][-1] == edited["content"]
    poll = ann.say("When?", poll={"options": ["Saturday", "Sunday"], "expiresIn": 3600})["poll"]
    assert ben.ask("v1", "polls", (poll["id"],), "votes", "create", choices=[1])["ownVotes"] == [1]
    for n in range(5):
        ann.say(f"Number {n}", visibility="public")
    pages = ben.tell("pages", path=["v1", "accounts", {"$select": me["id"]}, "statuses", "list"], args=[{"limit": 2}])
    ids = [p["id"] for page in pages for p in page]
    assert len(ids) == len(set(ids)) == 7 and ids == sorted(ids, reverse=True) and all(len(page) <= 2 for page in pages)
    ann.ask("v1", "statuses", (post["id"],), "remove")
    assert ben.is_refused("v1", "statuses", (post["id"],), "fetch")[0] == 404
    found = ben.ask("v2", "search", "list", q=f"@{ann.person.name}", type="accounts")
    assert [a["id"] for a in found["accounts"]] == [me["id"]]


def test_reviewed_comments(server, apps):
    """A comment on reviewed news is there for its writer alone until the author favourites it; nobody is alerted; counts stay hidden."""
    ann, ben, cat = apps
    sends(ann.person, HARD_NEWS)
    news = ann.say("Some news.", visibility="public")
    sends(ann.person, EVERYDAY)
    held = ben.say("A held word", inReplyToId=news["id"], visibility="public")
    assert ben.answers(news) == [held["id"]] and cat.answers(news) == []
    assert cat.is_refused("v1", "statuses", (held["id"],), "fetch")[0] == 404
    assert cat.show(news)["repliesCount"] == 0 and ann.ask("v1", "notifications", "list") == []
    assert held["id"] not in [p["id"] for p in cat.ask("v1", "timelines", "home", "list")]
    ann.ask("v1", "statuses", (held["id"],), "favourite")
    assert cat.answers(news) == [held["id"]] and cat.show(news)["repliesCount"] == 1
    for n in (cat, ben):
        seen = n.show(news)
        assert seen["favouritesCount"] == seen["reblogsCount"] == 0


def test_closed_comments(server, apps):
    """Comments have closed: when someone here tries, the app is answered 422 with the sentence of the page."""
    ann, ben, _ = apps
    sends(ann.person, HARD_NEWS)
    news = ann.say("Some news.", visibility="public")
    sends(ann.person, EVERYDAY)
    with database(server) as db:
        db.execute("UPDATE switches SET closes_at = 1 WHERE post = ?", (news["id"],))
    assert ben.is_refused("v1", "statuses", "create", status="Late", inReplyToId=news["id"]) == (422, CLOSED)
    assert ann.say("One more word from me", inReplyToId=news["id"])["inReplyToId"] == news["id"]


def test_quiet_posts(server, apps):
    """A quiet post is muted for its author; what happens to it comes as filtered requests, and grouped once the digest was opened."""
    ann, ben, cat = apps
    sends(ann.person, GOOD_NEWS)
    news = ann.say("She is born", visibility="public")
    sends(ann.person, EVERYDAY)
    assert ann.show(news)["muted"] is True and not ben.show(news)["muted"]
    ben.ask("v1", "statuses", (news["id"],), "favourite"), cat.ask("v1", "statuses", (news["id"],), "favourite")
    assert ann.ask("v1", "notifications", "list") == [] and ann.ask("v2", "notifications", "unreadCount", "fetch") == {"count": 0}
    assert {r["account"]["username"] for r in ann.ask("v1", "notifications", "requests", "list")} == {ben.person.name, cat.person.name}
    Inbox(ann.person).go("/digest")
    groups = ann.ask("v2", "notifications", "list")["notificationGroups"]
    assert [(g["type"], g["notificationsCount"]) for g in groups] == [("favourite", 2)]


def test_live(server, apps):
    """The stream of masto.js brings posts, notifications, edits and deletions of an everyday post, and nothing of a quiet one."""
    ann, ben, _ = apps
    streaming = ann.ask("v2", "instance", "fetch")["configuration"]["urls"]["streaming"]
    ann.tell("listen", streaming=streaming)
    eventually(lambda: ben.say(f"@{ann.person.name} are you there?") and ann.tell("heard"))

    def heard(event):
        return [e["payload"] for e in ann.tell("heard") if e["event"] == event]
    said = ben.say(f"@{ann.person.name} the kettle is on")
    eventually(lambda: any(n["status"]["id"] == said["id"] for n in heard("notification")))
    mine = ann.say("Coming", inReplyToId=said["id"])
    eventually(lambda: any(p["id"] == mine["id"] for p in heard("update")))
    ann.ask("v1", "statuses", (mine["id"],), "update", status="Coming now")
    eventually(lambda: any("Coming now" in p["content"] for p in heard("status.update")))
    ann.ask("v1", "statuses", (mine["id"],), "remove")
    eventually(lambda: mine["id"] in heard("delete"))


def test_quotes_and_push(server, apps):
    """Quotes with their state, and a subscription for push that is woken, in the words of masto.js."""
    ann, ben, _ = apps
    post = ann.say("Bread is in the oven", visibility="public", quoteApprovalPolicy="public")
    quote = ben.say("Mine too", quotedStatusId=post["id"], visibility="public")
    assert quote["quote"]["state"] == "accepted" and quote["quote"]["quotedStatus"]["id"] == post["id"]
    service = PushService()
    try:
        device = service.device()
        keys = device.subscription()["subscription"]["keys"]
        assert ann.is_refused("v1", "push", "subscription", "fetch")[0] == 404
        made = ann.ask("v1", "push", "subscription", "create", policy="all", data={"alerts": {"mention": True}, "policy": "all"},
                       subscription={"endpoint": device.endpoint, "keys": keys, "standard": True})
        assert made["endpoint"] == device.endpoint and made["alerts"]["mention"] is True
        assert made["serverKey"] == ann.ask("v2", "instance", "fetch")["configuration"]["vapid"]["publicKey"]
        ben.say(f"@{ann.person.name} come and eat")
        assert device.waits_for()["title"] == f"{ben.person.name} mentioned you"
        ann.ask("v1", "push", "subscription", "remove")
        assert ann.is_refused("v1", "push", "subscription", "fetch")[0] == 404
    finally:
        service.close()
