"""Stories of journals: series of posts with owners, readers and a state of their own."""
import io
import re
import time
import zipfile

import pytest

from harness.browser import Browser
from harness.common import wait, words
from harness.mail import Mailbox, link
from harness.photos import photo

PASSWORD = "correct horse 4"
made = [0]


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


AS2 = "application/activity+json"


def finds(who, name, server):
    acct = f"{name}@{server.host}"
    said = who.get("/api/v2/search", q="@" + acct, resolve="true", type="accounts").ok()["accounts"]
    return said[0]["id"] if said else None


def with_browser(server, name):
    who = server.person(name, password=PASSWORD)
    who.browser = Browser(server)
    who.browser.sign_in(who)
    return who


def test_an_approval_journal_reaches_another_server(new_server):
    """Given a remote Mastodon user follows an approval journal, when an owner accepts, then its followers-only posts reach that user as from any locked account."""
    here, there = new_server(place="here"), new_server(place="there")
    ann, ben = with_browser(here, "ann"), there.person("ben")
    j = Journal(ann, reach="approval")
    actor = here.get(f"/users/{j.name}", headers={"Accept": AS2}).json()
    assert actor["type"] == "Organization" and actor["manuallyApprovesFollowers"] and actor["publicKey"]["publicKeyPem"]
    far = finds(ben, j.name, here)
    ben.post(f"/api/v1/accounts/{far}/follow").ok()
    asking = wait(lambda: ann.get("/api/v1/follow_requests").ok(), "the request")
    assert asking[0]["acct"] == f"{ben.name}@{there.host}"
    assert ann.notes("follow_request")[0][1] == ben.name
    ann.browser.go(j.path + "/journal/readers")
    page = ann.browser.submit("accept", press="accept")
    assert "Accepted" in words(page)
    wait(lambda: ben.get("/api/v1/accounts/relationships", **{"id[]": far}).ok()[0]["following"], "ben follows")
    post = j.say("For those who follow it.")
    assert post["visibility"] == "private"
    got = wait(lambda: [p for p in ben.get("/api/v1/timelines/home").ok() if "For those who follow" in p["content"]], "the post")[0]
    assert got["account"]["id"] == far and got["visibility"] == "private"
    # What the owners change and take away reaches them too.
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "For those who read it."}).ok()
    changed = wait(lambda: [p for p in ben.get("/api/v1/timelines/home").ok() if "who read it" in p["content"]], "the change")[0]
    assert f">{ann.name}</a>" in changed["content"]
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    wait(lambda: not ben.home(), "the deletion")
    # A comment from there is told to the owners; their answer is the journal's or their own.
    second = j.say("Another one.")
    seen = wait(lambda: ben.get("/api/v1/timelines/home").ok(), "the second post")[0]
    ben.answer(seen, f"@{j.name}@{here.host} Good to hear.")
    wait(lambda: ann.notes("mention"), "the comment")
    assert second["id"] in ann.home()
    # Hidden here it is hidden there; deleted here it is gone there.
    ann.browser.go(j.path + "/journal/owners")
    ann.browser.submit("hide", press="hide")
    assert here.get(f"/users/{j.name}", headers={"Accept": AS2}).json()["suspended"] is True
    ann.browser.go(j.path + "/journal/owners")
    ann.browser.submit("unhide", press="unhide")
    ann.browser.go(j.path + "/journal/owners")
    ann.browser.submit("end", press="end", sure="yes")
    wait(lambda: here.get(f"/users/{j.name}", headers={"Accept": AS2}).status == 410, "gone here")
    wait(lambda: (seen := ben.get(f"/api/v1/accounts/{far}")).status in (404, 410) or seen.ok().get("suspended"), "gone there")


def test_an_owner_accepts_in_an_app(server, person):
    """A stock app's list of follow requests holds those of one's journals, and accepting there lets the reader in."""
    ann, ben = person("ann"), person("ben")
    j = Journal(ann, reach="approval")
    post = j.say("Only for followers.")
    assert ben.post(f"/api/v1/accounts/{j.id}/follow").ok()["requested"] and not ben.sees(post)
    assert [a["id"] for a in ann.get("/api/v1/follow_requests").ok()] == [ben.id]
    ann.post(f"/api/v1/follow_requests/{ben.id}/authorize").ok()
    assert ben.sees(post) and not ann.get("/api/v1/follow_requests").ok()
    cleo = person("cleo")
    cleo.post(f"/api/v1/accounts/{j.id}/follow").ok()
    ann.post(f"/api/v1/follow_requests/{cleo.id}/reject").ok()
    assert not cleo.sees(post) and not ann.get("/api/v1/follow_requests").ok()
    ben.post(f"/api/v1/follow_requests/{cleo.id}/authorize").fails(404)


def test_a_journal_for_this_server(new_server):
    """A journal for this server only is there for members, and for nobody else: no page, no document, no name."""
    here, there = new_server(place="here"), new_server(place="there")
    ann, ben, cleo = with_browser(here, "ann"), with_browser(here, "ben"), there.person("cleo")
    j = Journal(ann, reach="here")
    post = j.say("Among us.")
    assert post["local_only"] and post["visibility"] == "private"
    ben.browser.go(j.path)
    page = ben.browser.submit("Follow", press="follow")
    assert page.status == 200 and "Among us." in words(ben.browser.go(j.path)) and "This server only" in words(ben.browser.page)
    stranger = Browser(here)
    assert stranger.go(j.path).status == 404
    assert here.get(f"/users/{j.name}", headers={"Accept": AS2}).status == 404
    assert here.get("/.well-known/webfinger", query={"resource": f"acct:{j.name}@{here.host}"}).status == 404
    here.get("/api/v1/accounts/lookup", query={"acct": j.name}).fails(404)
    here.get(f"/api/v1/accounts/{j.id}").fails(404)
    assert j.id not in [a["id"] for a in here.get(f"/api/v1/accounts/{ann.id}/following").ok()]
    assert finds(cleo, j.name, here) is None


def test_owners_are_equal(person):
    """Each post in a journal may be signed by its writer (default on). Owners are equal; any owner may close comments or hide the journal at once; deleting it needs all owners or 14 days without objection; leaving is free and takes a full copy."""
    ann, ben, cleo = person("ann"), person("ben"), person("cleo")
    j = Journal(ann).shared(ben)
    mine, his = j.say("By the first."), j.say("By the second.", by=ben)
    assert f">{ann.name}</a>" in mine["content"] and f">{ben.name}</a>" in his["content"]
    # Each changes and deletes what any of them wrote; the signature stays the writer's.
    said = ben.put(f"/api/v1/statuses/{mine['id']}", json_body={"status": "By the first, mended by the second."}).ok()
    assert f">{ann.name}</a>" in said["content"] and said["account"]["id"] == j.id
    cleo.put(f"/api/v1/statuses/{mine['id']}", json_body={"status": "no"}).fails(404)
    cleo.delete(f"/api/v1/statuses/{mine['id']}").fails(404)
    # Both hear of comments.
    cleo.answer(his, f"@{j.name} Fair wind.")
    assert cleo.name in [n[1] for n in ann.notes("mention")] and cleo.name in [n[1] for n in ben.notes("mention")]
    # Comments close at once.
    j.does("close-comments", by=ben)
    late = {"status": "late", "in_reply_to_id": his["id"], "visibility": "public"}
    assert "Comments are closed. You can still send a letter." in cleo.post("/api/v1/statuses", json_body=late).fails(422)
    assert "Comments are closed." in words(cleo.browser.go(f"{j.path}/{his['id']}"))
    j.does("open-comments", by=ann)
    cleo.answer(his, f"@{j.name} In time.")
    # Hidden at once, and shown again by any of them.
    j.does("hide", by=ben)
    assert Browser(ann.server).go(j.path).status == 404 and not cleo.sees(his)
    j.does("unhide", by=ann)
    assert Browser(ann.server).go(j.path).status == 200 and cleo.sees(his)
    # Deleting: one asks, the other objects; then both agree.
    page = j.does("end", by=ann, sure="yes")
    assert "An owner wants to delete it" in words(page)
    j.does("object", by=ben)
    assert cleo.sees(his)
    j.does("end", by=ben, sure="yes")
    ann.browser.go(j.path + "/journal/owners")
    page = ann.browser.submit("Agree: delete it", press="Agree: delete it")
    assert not cleo.sees(his) and Browser(ann.server).go(j.path).status in (404, 410)
    wait(lambda: ann.get("/api/v1/accounts/lookup", acct=j.name).status == 404, "the account is gone")
    ann.browser.go("/journals/new")
    page = ann.browser.submit("username", name="Again", username=j.name, reach="public")
    assert page.status == 422 and "taken" in words(page)


def test_leaving_a_journal(person):
    """Whoever leaves a journal takes nothing from the others; the last owner cannot leave it to nobody."""
    ann, ben = person("ann"), person("ben")
    j = Journal(ann)
    ann.browser.go(j.path + "/journal/owners")
    assert "You are its last owner" in words(ann.browser.page)
    j.shared(ben)
    post = j.say("Mine, and it stays.")
    page = j.does("leave", by=ann)
    assert "You left" in words(page)
    assert ben.sees(post) and ann.browser.go(j.path + "/journal/owners").status == 404
    ann.post("/api/v1/statuses", json_body={"status": "again", "journal": j.id}).fails(422)


def test_being_asked(person):
    """An owner is asked and has to accept; until then they can do nothing, and the asking can be taken back."""
    ann, ben = person("ann"), person("ben")
    j = Journal(ann)
    ann.browser.go(j.path + "/journal/owners")
    page = ann.browser.submit("who", who="nobody_of_that_name")
    assert page.status == 422 and "Nobody here" in words(page)
    page = ann.browser.submit("who", who="@" + ben.name)
    assert "has not answered" in words(page)
    ben.post("/api/v1/statuses", json_body={"status": "early", "journal": j.id}).fails(422)
    assert ben.browser.go(j.path + "/journal").status == 404
    ann.browser.submit("uninvite", press="uninvite")
    assert "You are asked" not in words(ben.browser.go("/journals"))
    ann.browser.submit("who", who=ben.name)
    ben.browser.go("/journals")
    ben.browser.submit("no", press="no")
    assert "has not answered" not in words(ann.browser.go(j.path + "/journal/owners"))


def test_states(person):
    """States: open → resting (banner in own words, no reminders to post, ever) → closed (read only). Any → any."""
    ann, ben = person("ann"), person("ben")
    j = Journal(ann)
    post = j.say("While it was open.")
    for state in ("resting", "closed", "open", "closed", "resting", "open"):
        j.change(state=state, banner="We have gone south." if state != "open" else "")
        page = Browser(ann.server).go(j.path)
        assert ("We have gone south." in words(page)) == (state != "open")
        said = ann.post("/api/v1/statuses", json_body={"status": f"While {state}", "journal": j.id})
        reply = ben.post("/api/v1/statuses", json_body={"status": "Hello", "in_reply_to_id": post["id"], "visibility": "public"})
        assert (said.status, reply.status) == ((403, 422) if state == "closed" else (200, 200)), state
        assert ann.sees(post)


def test_a_default_preset(person):
    """Given a stock app posts, then the account's (or journal's) default preset applies."""
    ann = person("ann")
    j = Journal(ann, preset="2")
    post = j.say("Quieter news.")
    assert post["visibility"] == "unlisted"


@pytest.fixture
def box():
    kept = Mailbox()
    yield kept
    kept.close()


def asks(server, journal, name, address):
    browser = Browser(server)
    browser.go(journal.path)
    assert journal.path + "/by-mail" in browser.page.links
    browser.go(journal.path + "/by-mail")
    return browser, browser.submit("by_email", by_name=name, by_email=address)


def test_reading_a_journal_by_e_mail(new_server, box):
    """E-mail following: visitor enters an address, confirms by link, owner approves if the journal is by approval; mails carry name, first lines and a link, never photos of a veiled or Hard news post; one-click stop. Owners see names, not addresses."""
    server = new_server(smtp_url=box.url, title="Alder Lane", rate_limits="off")
    ann = with_browser(server, "ann")
    j = Journal(ann, reach="approval")
    before = j.say("Before anybody read it.")
    browser, page = asks(server, j, "Aunt Kari", "kari@mail.example")
    assert page.status == 200 and "Look at your mail" in words(page)
    path = link(box.to("kari@mail.example"), server)
    # Opening the link changes nothing; pressing the button does.
    for _ in range(2):
        page = Browser(server).go(path)
        assert "Yes, send them to me" in words(page) and "Before anybody" not in words(page)
    browser.go(path)
    page = browser.submit("Yes, send them to me")
    assert "lets each reader in by hand" in words(page)
    # The owners are told, see a name, and no address.
    assert "Aunt Kari" in box.to(ann.email).get_content() and "kari@" not in box.to(ann.email).get_content()
    page = ann.browser.go(j.path + "/journal/readers")
    assert "Aunt Kari" in words(page) and "kari@" not in page.answer.body.decode()
    ann.browser.submit("mail-accept", press="mail-accept")
    assert path in box.to("kari@mail.example", 2).get_content()
    assert "Before anybody read it." in words(Browser(server).go(path))
    # A post with a photo: words and a link, no photo.
    media = ann.upload(photo("lake.png"), description="A lake").ok()["id"]
    post = j.say("The second letter home. " * 40, media_ids=[media])
    mail = box.to("kari@mail.example", 3)
    said = mail.get_content()
    assert mail["Subject"] == "The boats" and "The boats" in said and "The second letter home." in said and said.count("letter home") < 25
    assert mail.get_content_type() == "text/plain" and "/media/" not in said
    assert mail["List-Unsubscribe"] == f"<{server.url}{path}/stop>" and mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page = Browser(server).go(link(mail, server))
    assert "The second letter home." in words(page) and "A lake" in page.answer.body.decode()
    assert Browser(server).go(f"{path}/{before['id']}").status == 200
    # What is behind a content note stays behind it; a comment makes no mail.
    noted = j.say("Not for the subject line", spoiler_text="About the hospital")
    said = box.to("kari@mail.example", 4).get_content()
    assert "About the hospital" in said and "Not for" not in said
    ann.answer(noted, f"@{j.name} a comment")
    # One press stops them, without any form of ours.
    assert server.post(path + "/stop", form={"List-Unsubscribe": "One-Click"}).status == 200
    assert Browser(server).go(path).status == 404 and Browser(server).go(link(mail, server)).status == 404
    j.say("After she stopped.")
    time.sleep(1)
    assert len([m for m in box.mails if m.envelope_to == "kari@mail.example"]) == 4
    assert "Aunt Kari" not in words(ann.browser.go(j.path + "/journal/readers"))


def test_what_mail_following_refuses(new_server, box):
    """An address that is none is told beside its field; one address gets a few mails a day; a journal of this server is in no mail."""
    server = new_server(smtp_url=box.url, rate_limits="off")
    ann = with_browser(server, "ann")
    j, here = Journal(ann), Journal(ann, reach="here")
    _, page = asks(server, j, "Kari", "no address")
    assert page.status == 422 and "no e-mail address" in words(page)
    _, page = asks(server, j, " ", "kari@mail.example")
    assert page.status == 422 and "who you are" in words(page)
    for _ in range(3):
        assert asks(server, j, "Kari", "kari@mail.example")[1].status == 200
    _, page = asks(server, j, "Kari", "KARI@mail.example")
    assert page.status == 429 and "tomorrow" in words(page)
    ann.browser.go(here.path)
    assert here.path + "/by-mail" not in ann.browser.page.links and ann.browser.go(here.path + "/by-mail").status == 404
    for path in ("/by-mail/x", "/by-mail/" + "x" * 32, "/by-mail/" + "x" * 32 + "/1"):
        assert Browser(server).go(path).status == 404
    # A public journal needs no owner.
    browser = Browser(server)
    browser.go(link(box.to("kari@mail.example"), server))
    browser.submit("Yes, send them to me")
    post = j.say("For everybody.")
    mail = wait(lambda: [m for m in box.mails if "For everybody." in m.get_content()], "the mail")[0]
    page = Browser(server).go(link(mail, server))
    assert page.address == f"{j.path}/{post['id']}"


def test_writing_on_the_page(person):
    """On the page to write on an owner chooses the journal; what it says about who can see it and signing comes along."""
    ann, ben = person("ann"), person("ben")
    j, other = Journal(ann, reach="approval"), Journal(ann)
    assert not ben.browser.go("/write").has_form("journal")
    ann.browser.go(j.path)
    page = ann.browser.go([a for a in ann.browser.page.links if a.startswith("/write?journal=")][0])
    fields = dict(page.form_with("text").fields)
    assert fields["journal"] == j.id and fields["visibility"] == "private" and fields["signs"] == "yes"
    media = ("lake.png", "image/png", photo("lake.png"))
    page = ann.browser.submit("text", press="add", text="The keel is laid.", files={"photo": media})
    fields = dict(page.form_with("text").fields)
    assert fields["journal"] == j.id
    page = ann.browser.submit("text", press="send", **{f"alt_{fields['media[]']}": "A keel"})
    assert page.address.startswith(j.path) and "The keel is laid." in words(page)
    post = ann.get(f"/api/v1/accounts/{j.id}/statuses").ok()[0]
    assert post["visibility"] == "private" and post["media_attachments"][0]["description"] == "A keel" and f">{ann.name}</a>" in post["content"]
    # Wider than the journal allows is narrowed; without signing there is no name; drafts keep the choice.
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="draft", text="Kept for later.", journal=j.id, visibility="public", signs=None)
    page = ann.browser.go([a for a in page.links if a.startswith("/write?draft=")][0])
    fields = dict(page.form_with("text").fields)
    assert fields["journal"] == j.id and "signs" not in fields
    ann.browser.submit("text", press="send")
    post = ann.get(f"/api/v1/accounts/{j.id}/statuses").ok()[0]
    assert "Kept for later." in post["content"] and post["visibility"] == "private" and f">{ann.name}</a>" not in post["content"]
    # A change keeps the photo, and may be another owner's.
    j.shared(ben)
    first = ann.get(f"/api/v1/accounts/{j.id}/statuses").ok()[1]
    ben.browser.go(f"{j.path}/{first['id']}/edit")
    page = ben.browser.submit("text", press="send", text="The keel is laid and the ribs stand.")
    assert "the ribs stand" in words(page)
    first = ann.show(first).ok()
    assert len(first["media_attachments"]) == 1 and f">{ann.name}</a>" in first["content"]
    page = ann.browser.go(f"/write?journal={other.id}")
    assert dict(page.form_with("text").fields)["visibility"] == "public"


def test_all_owners_sort(person):
    """Comments on a journal's reviewed post wait for any of its owners, also one who came later."""
    ann, ben, cleo = person("ann"), person("ben"), person("cleo")
    j = Journal(ann, preset="2")
    post = j.say("Hard to write.")
    j.shared(ben)
    comment = cleo.answer(post, f"@{j.name} I am here.")
    assert not person("dora").sees(comment)
    ben.does(comment, "favourite")
    assert person("dora").sees(comment)


def test_a_full_copy(person):
    """leaving is free and takes a full copy.

    One page of all posts in order, the photos beside it, to read without this server."""
    ann, ben, cleo = person("ann"), person("ben"), person("cleo")
    j = Journal(ann, reach="approval").shared(ben)
    media = ann.upload(photo("lake.png"), description="A lake at dawn").ok()["id"]
    for i in range(45):
        j.say(f"Day number {i:02} <b>", **({"media_ids": [media]} if i == 3 else {}))
    assert "/journal/copy" in " ".join(ben.browser.go(j.path + "/journal/owners").links)
    answer = ben.browser.fetch("GET", j.path + "/journal/copy")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/zip" and j.name in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.body)) as copy:
        assert copy.testzip() is None
        page = copy.read("index.html").decode()
        photos = [n for n in copy.namelist() if n.startswith("photos/")]
        assert len(photos) == 1 and f'src="{photos[0]}"' in page and "A lake at dawn" in page and len(copy.read(photos[0])) > 100
    days = re.findall(r"Day number (\d\d) &lt;b&gt;", page)
    assert days == [f"{i:02}" for i in range(45)] and "http" not in page.split("</style>")[0]
    assert cleo.browser.fetch("GET", j.path + "/journal/copy").status == 404
    assert Browser(ann.server).fetch("GET", j.path + "/journal/copy").status in (303, 401, 403)


def test_feeds_of_journals(person):
    """RSS/Atom only for Public journals and profiles; never for quiet or wish "please don't" posts."""
    ann = person("ann")
    j, closed = Journal(ann), Journal(ann, reach="approval")
    j.say("For everybody.")
    j.say("For those with the link.", visibility="unlisted")
    j.say("For followers.", visibility="private")
    answer = ann.server.get(j.path + ".atom")
    feed = answer.body.decode()
    assert answer.status == 200 and "For everybody." in feed and "with the link" not in feed and "For followers" not in feed
    assert j.path + ".atom" in Browser(ann.server).go(j.path).links
    assert ann.server.get(closed.path + ".atom").status == 404
    # Hard news asks first and is quiet; whoever asks that nothing is reproduced is not in a feed either.
    j.change(preset="2")
    hard = j.say("Hard news in public.", visibility="public")
    assert "Hard news in public." not in ann.server.get(j.path + ".atom").body.decode() and hard["visibility"] == "public"


def test_journals_of_a_person(person):
    """A profile lists the journals its person writes, as far as the reader may know of them."""
    ann, ben = person("ann"), person("ben")
    a, b = Journal(ann), Journal(ann, reach="here")
    page = Browser(ann.server).go(f"/@{ann.name}/journals")
    assert a.path in page.links and b.path not in page.links
    page = ben.browser.go(f"/@{ann.name}/journals")
    assert a.path in page.links and b.path in page.links


def test_what_is_asked_is_named(person, server):
    """Notifications: grouped, by day; filters by kind; requests from strangers apart; no red dots, a word "new".

    On top stands by name all that waits for an answer: invitations to write a post, to keep, to look after an account or to own a
    journal, and what is asked of one's journals. Answered, it is gone."""
    ann, ben, cat = person("ann"), person("ben"), person("cat")

    def asked(who):
        page = who.browser.go("/notifications")
        return words(page).split("Which", 1)[-1], page

    boats = Journal(ann, reach="approval")
    boats.does("invite", who=ben.name)
    text, page = asked(ben)
    assert "You are asked to write the journal The boats with others." in text and "/journals" in page.links
    ben.browser.go("/journals")
    ben.browser.submit("yes", press="yes")
    assert "You are asked" not in asked(ben)[0]
    # a request to follow it waits for each owner
    cat.post(f"/api/v1/accounts/{boats.id}/follow").ok()
    for owner in (ann, ben):
        text, page = asked(owner)
        assert "Somebody asks to follow your journal The boats" in text and boats.path + "/journal/readers" in page.links
        assert "asked to follow a journal of yours" in text and "asked to follow you" not in text
        assert "People who ask to follow you or a journal of yours" in text
    assert "your journal" not in asked(cat)[0]
    ann.browser.go(boats.path + "/journal/readers")
    ann.browser.submit("accept", press="accept")
    assert "Somebody asks to follow" not in asked(ann)[0] and "Somebody asks to follow" not in asked(ben)[0]
    # so does the wish of one to delete it, until they object or agree
    boats.does("end", sure="yes")
    assert "wants to delete" not in asked(ann)[0]
    text, page = asked(ben)
    assert "An owner wants to delete your journal The boats" in text and boats.path + "/journal/owners" in page.links
    boats.does("object", by=ben)
    assert "wants to delete" not in asked(ben)[0]
