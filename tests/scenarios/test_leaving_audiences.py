"""Taking somebody out of an audience: here it holds at once, their server is asked for its copies when nobody there may see them any more."""
import pytest

from harness.browser import Browser
from harness.common import words
from harness.peer import Peer, eventually

from test_federation import follows, here, there, wait  # noqa: F401

PASSWORD = "correct horse 4"


def member(server, name):
    who = server.person(name, password=PASSWORD)
    who.browser = Browser(server)
    who.browser.sign_in(who)
    return who


def make_audience(ann, name, *people):
    ann.browser.go("/audiences")
    where = ann.browser.submit("title", title=name).address.split("?")[0]
    for one in people:
        ann.browser.submit("Add", press="add", **{"accounts[]": one})
    return where.rsplit("/", 1)[1]


def write(ann, text, audience):
    ann.browser.go("/write")
    ann.browser.submit("text", press="send", text=text, visibility="list:" + audience)
    return ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()[0]


def take_out(ann, audience, person):
    ann.browser.go("/audiences/" + audience)
    return ann.browser.submit(f"Take out {person}")


def came(person, words_of_it):
    return next((p for p in person.get("/api/v1/timelines/home").ok() if words_of_it in p["content"]), None)


def test_their_server_loses_its_copy(here, there):
    """Who is taken out of an audience loses what was sent to it, here at once and on their own server soon; whoever stays keeps it."""
    ann, ben, eve, fay = member(here, "ann"), here.person("ben"), there.person("eve"), there.person("fay")
    far = {}
    ben.follows(ann)
    for one in (eve, fay):
        far[one.name] = follows(one, ann)[1]
    circle = make_audience(ann, "Orchard people", ben.id, far[eve.name].id, far[fay.name].id)
    post = write(ann, "Apples on Sunday.", circle)
    copy = wait(lambda: came(eve, "Apples"), "the post")
    wait(lambda: came(fay, "Apples"), "the post")
    page = ann.browser.go("/audiences/" + circle)
    assert "that server is asked to delete its copies; copies may remain all the same" in words(page)

    take_out(ann, circle, eve.name)
    ann.say("A sign that all before it was sent")
    wait(lambda: came(eve, "A sign"), "the sign")
    assert fay.sees(copy), "somebody there may still see it, and the server has one copy for both"
    take_out(ann, circle, fay.name)
    wait(lambda: not fay.sees(copy) and not eve.sees(copy), "the copy deleted")
    assert ben.sees(post)
    take_out(ann, circle, ben.name)
    assert not ben.sees(post) and ann.sees(post)


@pytest.mark.parametrize("how", ["app", "unfollowed", "removed", "blocked", "deleted", "another"])
def test_every_way_out(here, there, how):
    """Through an app, by following no more, as a removed follower, when blocked, with the audience itself, by choosing another one: each time the copy is asked back."""
    ann, eve = member(here, "ann"), there.person("eve")
    far_ann, far_eve = follows(eve, ann)
    circle = make_audience(ann, "Orchard people", far_eve.id)
    post = write(ann, "Apples on Sunday.", circle)
    copy = wait(lambda: came(eve, "Apples"), "the post")
    if how == "app":
        ann.delete(f"/api/v1/lists/{circle}/accounts", query={"account_ids[]": far_eve.id}).ok()
    elif how == "unfollowed":
        eve.toward(far_ann, "unfollow")
    elif how == "removed":
        ann.toward(far_eve, "remove_from_followers")
    elif how == "blocked":
        ann.toward(far_eve, "block")
    elif how == "deleted":
        ann.browser.go("/audiences/" + circle)
        ann.browser.submit("Delete the audience", press="delete")
    else:
        other = make_audience(ann, "Others")
        ann.browser.go(f"/@{ann.name}/{post['id']}/who")
        ann.browser.submit("visibility", visibility="list:" + other)
        ann.browser.submit("sure", press="Let them see it")
    wait(lambda: not eve.sees(copy), f"the copy deleted ({how})")
    assert ann.sees(post)


def test_who_never_had_it_learns_nothing(server, tmp_path):
    """A server that was never sent a post hears of it neither when its people join the audience nor when they leave it."""
    peer = Peer(str(tmp_path), server)
    ann = member(server, "ann")
    peer.delivers(peer.activity("Follow", peer.actor("gus"), f"{server.url}/users/{ann.name}"))
    eventually(lambda: any(a["type"] == "Accept" for _, a in peer.inbox))
    gus, = [a["id"] for a in ann.get(f"/api/v1/accounts/{ann.id}/followers").ok() if a["username"] == "gus"]
    circle = make_audience(ann, "Orchard people")
    write(ann, "Apples on Sunday.", circle)
    ann.browser.go("/audiences/" + circle)
    ann.browser.submit("Add", press="add", **{"accounts[]": gus})
    take_out(ann, circle, "Gus")
    ann.say("A sign that all before it was sent")
    eventually(lambda: any(a["type"] == "Create" for _, a in peer.inbox))
    assert not [a for _, a in peer.inbox if "Apples" in str(a) or a["type"] == "Delete"]
    peer.close()
