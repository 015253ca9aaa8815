"""Stories of journals: series of posts with owners, readers and a state of their own."""
import re
import urllib.parse

import pytest

from harness.browser import Browser
from harness.photos import photo

PASSWORD = "correct horse 4"
made = [0]


@pytest.fixture
def person(server):
    def make(name):
        who = server.person(name, password=PASSWORD)
        who.browser = Browser(server)
        who.browser.sign_in(who)
        return who
    return make


def words(page):
    return " ".join(page.text.split())


class Journal:
    """A journal that `owner` started, and what people do with it."""

    def __init__(self, owner, reach="public", name=None, **more):
        made[0] += 1
        self.owner, self.server = owner, owner.server
        self.name = name or f"boats{made[0]}_{owner.name}"[:30]
        owner.browser.go("/journals/new")
        page = owner.browser.submit("username", name="The boats", username=self.name, reach=reach, **more)
        assert page.status == 200, words(page)
        self.account = owner.get("/api/v1/accounts/lookup", acct=self.name).ok()
        self.id, self.path = self.account["id"], f"/@{self.name}"

    def say(self, text, by=None, **more):
        return (by or self.owner).post("/api/v1/statuses", json_body={"status": text, "journal": self.id, **more}).ok()

    def change(self, by=None, **values):
        b = (by or self.owner).browser
        b.go(self.path + "/journal")
        page = b.submit("name", **values)
        assert page.status == 200, words(page)
        return page

    def does(self, what, by=None, **values):
        b = (by or self.owner).browser
        b.go(self.path + "/journal/owners")
        return b.submit(what, press=what, **values)

    def shared(self, other, by=None):
        """Another owner, who was asked and accepted."""
        (by or self.owner).browser.go(self.path + "/journal/owners")
        page = (by or self.owner).browser.submit("who", who=other.name)
        assert page.status == 200, words(page)
        other.browser.go("/journals")
        other.browser.submit("yes", press="yes")
        return self


def test_a_journal_is_made(person):
    """A member creates a journal: name, address, picture, words, optional "in memory of" (name; dates optional, any precision), visibility Public / By approval / This server only."""
    ann = person("ann")
    ann.browser.go("/journals/new")
    name = f"granny_{ann.name}"[:30]
    page = ann.browser.submit("username", name="Granny's kitchen", username=name, words="What she cooked.", reach="public",
                              memory="Ada Lund", memory_from="spring 1931", memory_to="2024-02",
                              avatar_description="A stove", files={"avatar": ("a.png", "image/png", photo("lake.png"))})
    assert page.status == 200
    said = words(page)
    for part in ("Granny's kitchen", "What she cooked.", "In memory of Ada Lund", "spring 1931", "2024-02", f"A journal by {ann.name}"):
        assert part in said, part
    account = ann.get("/api/v1/accounts/lookup", acct=name).ok()
    assert account["display_name"] == "Granny's kitchen" and not account["bot"] and not account["group"] and not account["locked"]
    assert "missing" not in account["avatar"]
    for reach, locked in (("approval", True), ("here", False)):
        assert Journal(ann, reach=reach).account["locked"] is locked


def test_what_a_journal_may_not_be_called(person):
    """A taken, reserved or impossible address, and a missing name, are told beside the field with everything kept."""
    ann = person("ann")
    j = Journal(ann)
    for values, said in (({"username": j.name}, "taken"), ({"username": "admin"}, "reserved"), ({"username": "two words"}, "letters"),
                         ({"name": " "}, "needs a name"), ({"memory": "", "memory_from": "1931"}, "Dates need the name")):
        ann.browser.go("/journals/new")
        page = ann.browser.submit("username", **{"name": "Kept", "username": f"x{made[0]}y", "words": "Kept words", **values})
        assert page.status == 422 and said in words(page), (values, words(page))
        assert dict(page.form_with("username").fields)["words"] == "Kept words"


def test_a_post_of_a_journal(person):
    """A post in a journal is the journal's, signed by its writer unless they say no, and reaches its followers."""
    ann, ben = person("ann"), person("ben")
    j = Journal(ann)
    ben.post(f"/api/v1/accounts/{j.id}/follow").ok()
    post = j.say("The varnish is dry.")
    assert post["account"]["id"] == j.id and post["visibility"] == "public"
    assert "The varnish is dry." in post["content"] and f">{ann.name}</a>" in post["content"]
    assert post["id"] in ben.home() and post["id"] in ann.home()
    bare = j.say("No name under this.", signed=False)
    assert ann.name not in bare["content"].replace(j.name, "")
    assert "The varnish is dry." in words(Browser(ann.server).go(j.path))
    # Nobody else writes in it.
    ben.post("/api/v1/statuses", json_body={"status": "Me too", "journal": j.id}).fails(422)
    ann.post("/api/v1/statuses", json_body={"status": "To one", "journal": j.id, "visibility": "direct"}).fails(422)
