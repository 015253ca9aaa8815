"""Streams: what an app that listens hears, once each, and nothing that is not for it."""
import json

import pytest

from harness.stream import Stream, WebSocket


@pytest.fixture(params=[Stream, WebSocket], ids=["sse", "websocket"])
def kind(request):
    return request.param


def ids(events, name="update"):
    return [json.loads(text)["id"] for event, text in events if event == name]


def test_each_post_of_home_comes_once(ann, ben, kind):
    """One's own post, a followed person's post, answer, boost and hashtag come to the user stream, each exactly once."""
    ann.follows(ben)
    ann.post("/api/v1/tags/harbourside/follow").ok()
    listening = kind(ann)
    cat = ann.server.person("cat")
    said = [ann.say("mine"), ben.say("a post"), ben.say("#harbourside of one who is followed", "public")]
    said.append(ben.answer(said[0], "an answer"))
    said.append(cat.say("#harbourside of a stranger", "public"))
    said.append(ben.does(cat.say("worth it", "public"), "reblog"))
    events = listening.rest(2)
    assert sorted(ids(events)) == sorted(p["id"] for p in said)


def test_nothing_of_strangers(ann, ben, kind):
    """Posts of people one does not follow, or that are for others, do not come."""
    listening = kind(ann)
    ben.say("public", "public"), ben.say("for followers", "private"), ben.say("for nobody", "direct")
    assert listening.rest() == []


def test_notifications_and_edits_and_deletes(ann, ben, kind):
    """A mention comes as notification, an edit as status.update, a delete as the post's id."""
    listening = kind(ann)
    post = ben.say(f"@{ann.name} hello", "public")
    told = listening.next("notification")
    assert (told["type"], told["status"]["id"], told["account"]["id"]) == ("mention", post["id"], ben.id)
    ben.put(f"/api/v1/statuses/{post['id']}", json_body={"status": f"@{ann.name} hello there"}).ok()
    assert "hello there" in listening.next("status.update")["content"]
    ben.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert listening.next("delete") == post["id"]
    assert [e for e in listening.rest() if e[0] != "notification"] == []


def test_a_hashtag(ann, ben, kind):
    """The stream of a hashtag brings public posts with it and no others."""
    listening = kind(ann, "hashtag", tag="quayside")
    post = ben.say("down at the #Quayside", "public")
    ben.say("quiet #quayside", "unlisted"), ben.say("#elsewhere", "public")
    assert ids([("update", json.dumps(listening.next("update")))]) == [post["id"]]
    assert listening.rest() == []


def test_a_list(ann, ben, kind):
    """The stream of a list brings what its members write; somebody else's list is refused."""
    cat = ann.server.person("cat")
    ann.follows(ben), ann.follows(cat)
    one = ann.post("/api/v1/lists", json_body={"title": "Rowing"}).ok()["id"]
    ann.post(f"/api/v1/lists/{one}/accounts", json_body={"account_ids": [ben.id]}).ok()
    listening = kind(ann, "list", list=one)
    cat.say("not in it")
    post = ben.say("in it")
    assert listening.next("update")["id"] == post["id"]
    assert listening.rest() == []
    assert ben.get(f"/api/v1/streaming/list?list={one}").status in (401, 404)


def test_direct(ann, ben, kind):
    """A private mention comes as a conversation to the direct stream, to both."""
    listening = kind(ann, "direct")
    post = ben.say(f"@{ann.name} between us", "direct")
    assert listening.next("conversation")["last_status"]["id"] == post["id"]


def test_many_streams_on_one_socket(ann, ben):
    """A WebSocket subscribes and unsubscribes; each event says which stream it belongs to."""
    listening = WebSocket(ann, "")
    listening.say(type="subscribe", stream="hashtag", tag="tide")
    listening.say(type="subscribe", stream="user:notification")
    ann.get("/api/v1/apps/verify_credentials").ok()
    listening.rest(0.3)
    first = ben.say(f"@{ann.name} #tide", "public")
    assert listening.next("update")["id"] == first["id"]
    assert listening.next("notification")["status"]["id"] == first["id"]
    listening.say(type="unsubscribe", stream="hashtag", tag="tide")
    listening.rest(0.3)
    ben.say("#tide again", "public")
    assert listening.rest() == []


def test_who_may_listen(server, ann):
    """Without a token nobody hears a user stream, with a wrong one neither; a token that ends takes its stream along."""
    assert server.raw("GET", "/api/v1/streaming/user").status == 401
    assert server.raw("GET", "/api/v1/streaming?stream=user&access_token=wrong").status == 401
    assert server.raw("GET", "/api/v1/streaming/health").status == 200
    listening = Stream(ann)
    server.command("account", "disable", ann.name)
    with pytest.raises(AssertionError, match="the stream ended"):
        listening.until(lambda: False, 10)
