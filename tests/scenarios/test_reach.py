"""Audiences and reach: who sees a post, here and elsewhere, and what changes it later."""
import json

from harness.common import path, sent, uri, words
from harness.peer import PUBLIC, eventually


def follows_from_afar(server, peer, name, ann):
    """Somebody elsewhere who follows ann, accepted."""
    actor = peer.actor(name)
    peer.delivers(peer.activity("Follow", actor, uri(server, ann)))
    eventually(lambda: any(a["type"] == "Accept" for _, a in peer.inbox))
    return actor


def make_audience(ann, name, *people):
    ann.browser.go("/audiences")
    page = ann.browser.submit("title", title=name)
    where = page.address.split("?")[0]
    for one in people:
        page = ann.browser.submit("Add", press="add", **{"accounts[]": one})
        assert page.status == 200, words(page)
    return "list:" + where.rsplit("/", 1)[1]


def test_an_audience(server, person, ben, cat, peer):
    """Given an author picks an audience, when the post is sent, then only its members (and mentioned people) can see it, here and elsewhere; API shows `private`; members are not told the audience's name or who else is in it."""
    ann = person("ann")
    dan = server.person("dan")
    ben.follows(ann), cat.follows(ann)
    fay = follows_from_afar(server, peer, "fay", ann)
    gus = follows_from_afar(server, peer, "gus", ann)
    far = {a["acct"].split("@")[0]: a["id"] for a in ann.get(f"/api/v1/accounts/{ann.id}/followers").ok() if "@" in a["acct"]}
    circle = make_audience(ann, "Orchard people", ben.id, far["fay"], far["gus"])
    ann.browser.go("/write")
    ann.browser.submit("text", press="send", text=f"Apples on Sunday. @{dan.name}", visibility=circle)
    post = ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()[0]
    assert post["visibility"] == "private"
    for who in (ben, dan):
        seen = who.show(post).ok()
        assert seen["visibility"] == "private"
        said = json.dumps(seen)
        assert "Orchard" not in said and "fay" not in said and cat.name not in said and "tidings" not in seen
        assert (who is dan) or ben.name not in said.replace(f'"{ben.name}"', "")
    assert not cat.sees(post) and server.stranger().show(post).status == 404
    assert post["id"] in ben.home() and post["id"] not in cat.home()
    creates = eventually(lambda: len(sent(peer, "Create")) == 2 and sent(peer, "Create"))
    for note in (a["object"] for a in creates):
        to = note["to"] + note["cc"]
        assert (fay in to) != (gus in to), "each is named in a document of their own"
        assert PUBLIC not in to and not any("followers" in one for one in to)
        assert "Orchard" not in json.dumps(note)


def test_audiences_are_the_owners_alone(server, person, ben):
    """Nobody else learns of an audience; Close exists from the start; the lists of stock apps hold none of them."""
    ann = person("ann")
    page = ann.browser.go("/audiences")
    assert "Close" in words(page)
    circle = make_audience(ann, "Orchard people")
    number = circle.split(":")[1]
    assert ann.get("/api/v1/lists").ok() == []
    assert {l["title"] for l in ann.get("/api/v1/lists", audience="true").ok()} == {"Close", "Orchard people"}
    assert ben.get("/api/v1/lists/" + number).status == 404
    assert ben.post("/api/v1/statuses", json_body={"status": "mine", "visibility": circle}).status in (404, 422)
    other = person("cat")
    assert other.browser.go("/audiences/" + number).status == 404
    ann.browser.go("/audiences/" + number)
    assert ann.browser.submit("Add", press="add", who=ben.name).status == 422, "who does not follow cannot be in it"
    ben.follows(ann)
    ann.browser.go("/audiences/" + number)
    assert ann.browser.submit("Add", press="add", **{"accounts[]": ben.id}).status == 200
    post = ann.say("To the orchard", circle)
    assert ben.sees(post)
    ann.browser.go("/audiences/" + number)
    ann.browser.submit("account", press="remove")
    assert not ben.sees(post)
    page = ann.browser.submit("title", press="rename", title="Garden people")
    assert "Garden people" in words(page)
    ann.browser.submit("delete", press="delete")
    assert "Garden people" not in words(ann.browser.go("/audiences")) and ann.sees(post)
    close = next(l["id"] for l in ann.get("/api/v1/lists", audience="true").ok() if l["title"] == "Close")
    assert ann.delete("/api/v1/lists/" + close).status == 422


def test_who_stops_following_leaves(person, ben):
    """Whoever stops following is in no audience any more, and sees nothing of what was sent to it."""
    ann = person("ann")
    ben.follows(ann)
    circle = make_audience(ann, "Orchard people", ben.id)
    post = ann.say("To the orchard", circle)
    assert ben.sees(post)
    ben.toward(ann, "unfollow")
    assert not ben.sees(post)
    ben.follows(ann)
    assert not ben.sees(post)


def test_a_member_elsewhere_is_told_of(server, person, peer):
    """When any member of the audience is on another server, the composer says: "Replies from other servers may be seen by the replier's followers." and offers "Use an approval journal instead"."""
    ann = person("ann")
    follows_from_afar(server, peer, "fay", ann)
    assert "Replies from other servers" not in words(ann.browser.go("/write"))
    far = ann.get(f"/api/v1/accounts/{ann.id}/followers").ok()[0]["id"]
    make_audience(ann, "Orchard people", far)
    page = ann.browser.go("/write")
    assert "Replies from other servers may be seen by the replier’s followers. Use an approval journal instead" in words(page)
    assert "/journals/new" in page.links and ann.browser.go("/journals/new").status == 200


def test_this_server_only(server, person, peer):
    """This-server-only is a switch on any visibility (`local_only`), never federated, marked with a small house and words."""
    ann = person("ann")
    fay = follows_from_afar(server, peer, "fay", ann)
    for visibility in ("public", "unlisted", "private", "direct"):
        post = ann.say(f"Only here: {visibility} @fay@{peer.url.removeprefix('http://')}", visibility, local_only=True)
        assert post["local_only"] is True
        page = ann.browser.go(path(post))
        assert "This server only" in words(page) and any(tag == "svg" for tag, _ in page.tags)
        answer = server.stranger().get(f"/users/{ann.name}/statuses/{post['id']}", headers={"Accept": "application/activity+json"})
        assert answer.status == 404
    ann.say("Everywhere")
    eventually(lambda: sent(peer, "Create"))
    assert [a["object"]["content"] for a in sent(peer, "Create")] == ["<p>Everywhere</p>"] and fay


def test_who_can_see_this(server, person, ben, cat):
    """Given a post, when the author opens "Who can see this?", then it answers in one sentence with names or groups, not numbers."""
    ann = person("ann")
    ben.follows(ann), cat.follows(ann)
    circle = make_audience(ann, "Orchard people", ben.id, cat.id)
    for visibility, sentence in (
            ("public", "Everybody: people here, people on other servers, and anyone who opens the link."),
            ("unlisted", "Your followers, and anyone who has the link; it is not in public lists or search."),
            ("private", "Your followers."),
            ("self", "Only you.")):
        page = ann.browser.go(path(ann.say("Who", visibility)) + "/who")
        assert "Who can see this? " + sentence in words(page)
    page = ann.browser.go(path(ann.say("Who", circle)) + "/who")
    lede = words(page).split("Who can see this? ")[1].split(" Change")[0]
    assert ben.name in lede and cat.name in lede and lede.endswith("; and you.") and " 2 " not in lede
    page = ann.browser.go(path(ann.say(f"Who @{ben.name}", "direct")) + "/who")
    assert f"{ben.name}, and you." in words(page)
    assert person("dan").browser.go(path(ann.say("Who")) + "/who").status == 404


def set_reach(ann, post, visibility):
    ann.browser.go(path(post) + "/who")
    return ann.browser.submit("visibility", visibility=visibility)


def test_narrowing_and_widening(server, person, ben, cat, peer):
    """Narrowing after posting is always possible (public → followers → audience → only me). Here it is immediate; for other servers a delete (or edit, where possible) is sent, and the page says copies may remain. Widening asks for confirmation."""
    ann = person("ann")
    ben.follows(ann), cat.follows(ann)
    follows_from_afar(server, peer, "fay", ann)
    circle = make_audience(ann, "Orchard people", ben.id)
    post = ann.say("We moved house")
    stranger = server.stranger()
    eventually(lambda: sent(peer, "Create"))
    assert "copies may remain" in words(ann.browser.go(path(post) + "/who"))
    set_reach(ann, post, "unlisted")
    update = eventually(lambda: sent(peer, "Update"))[0]["object"]
    assert PUBLIC in update["cc"] and ann.show(post).ok()["visibility"] == "unlisted"
    page = set_reach(ann, post, "private")
    assert "copies may remain there" in words(page)
    gone = eventually(lambda: sent(peer, "Delete"))[0]
    assert gone["object"]["id"] == post["uri"]
    assert stranger.show(post).status == 404 and cat.sees(post)
    assert server.stranger().get(path(post)).status == 404
    set_reach(ann, post, circle)
    assert ben.sees(post) and not cat.sees(post) and post["id"] not in cat.home()
    set_reach(ann, post, "self")
    assert not ben.sees(post) and ann.sees(post)
    page = set_reach(ann, post, "private")
    assert "Let others see this?" in words(page) and "Your followers." in words(page)
    assert not ben.sees(post), "nothing changes before the answer"
    ann.browser.submit("sure", press="Let them see it")
    assert ben.sees(post) and cat.sees(post) and stranger.show(post).status == 404


def test_only_the_author_changes_reach(server, person):
    """The page for changing who sees a post is its author's alone, and takes nothing that is no audience of theirs."""
    ann, dan = person("ann"), person("dan")
    post = ann.say("Mine")
    assert dan.browser.go(path(post) + "/who").status == 404
    ann.browser.go(path(post) + "/who")
    assert ann.browser.submit("visibility", visibility="list:1").status in (404, 422)
    ann.browser.go(path(post) + "/who")
    assert ann.browser.submit("visibility", visibility="everyone").status in (400, 422)
    assert ann.show(post).ok()["visibility"] == "public"
