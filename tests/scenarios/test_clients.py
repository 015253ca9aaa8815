"""Real clients from Debian's packages, through everything a person does with them."""
import json
import os
import re
import subprocess

import pytest

from harness.photos import HERE
from harness.push import PushService
from test_oauth import consent, shown_code


def authorize(server, person, url):
    """What the person does in a browser when the client prints an address: sign in, let it in, copy the code."""
    import urllib.parse
    split = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(split.query, keep_blank_values=True))
    app = {"client_id": query.pop("client_id")}
    query.pop("response_type")
    return shown_code(consent(server, person, app, query.pop("redirect_uri"), query.pop("scope"), path=split.path, **query).page)


class Toot:
    def __init__(self, home):
        self.home = home
        self.environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "PYTHONPATH": "", "NO_COLOR": "1"}

    def run(self, *arguments, stdin=None):
        done = subprocess.run(["toot", *arguments, "--no-color"],
                              input=stdin, capture_output=True, text=True, timeout=60, env=self.environment)
        assert done.returncode == 0 and not re.search(r"^\S*Error", done.stderr, re.M), f"toot {arguments}: {done.stdout}{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def friends(shared):
    return shared.person("tom", password="correct horse 4"), shared.person("una")


@pytest.fixture(scope="module")
def toot(shared, friends, tmp_path_factory):
    """toot, logged in: it registers an app, prints an address, is given the code."""
    client = Toot(tmp_path_factory.mktemp("toot"))
    process = subprocess.Popen(["toot", "login", "--instance", shared.host, "--disable-https", "--no-color"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
                               env={**client.environment, "PYTHONUNBUFFERED": "1"})
    said = ""
    while "/oauth/authorize" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    code = authorize(shared, friends[0], re.search(r"http\S+/oauth/authorize\S+", said)[0])
    rest, _ = process.communicate(f"n\n{code}\n", timeout=60)
    assert process.returncode == 0, said + rest
    return client


def test_toot_knows_who_it_is(server, toot, friends):
    """toot whoami names the person."""
    assert f"@{friends[0].name}" in toot.run("whoami")
    assert server.host in toot.run("instance", "--disable-https")


def test_toot_posts_with_a_photo(server, toot, friends):
    """toot posts words and a photo with its description, and shows them in the timeline."""
    toot.run("post", "morning on the lake", "--media", str(HERE / "lake.jpg"), "--description", "A lake", "--visibility", "public")
    post = friends[0].get(f"/api/v1/accounts/{friends[0].id}/statuses").ok()[0]
    assert post["content"] == "<p>morning on the lake</p>" and post["media_attachments"][0]["description"] == "A lake"
    assert post["application"]["name"].startswith("toot")
    assert "morning on the lake" in toot.run("timeline", "--once")


def test_toot_replies_favourites_boosts(server, toot, friends):
    """toot answers, favourites, boosts, bookmarks, pins and deletes."""
    tom, una = friends
    post = una.say("who is up?")
    toot.run("post", "I am", "--reply-to", post["id"], "--visibility", "public")
    assert len(una.context(post)[1]) == 1 and "I am" in toot.run("thread", post["id"])
    toot.run("favourite", post["id"]), toot.run("reblog", post["id"]), toot.run("bookmark", post["id"])
    now = tom.show(post).ok()
    assert now["favourited"] and now["reblogged"] and now["bookmarked"]
    assert tom.name in [a["username"] for a in una.get(f"/api/v1/statuses/{post['id']}/reblogged_by").ok()]
    assert tom.name not in toot.run("reblogged_by", post["id"])  # names would tell the number
    toot.run("unfavourite", post["id"]), toot.run("unreblog", post["id"]), toot.run("unbookmark", post["id"])
    own = tom.say("pin me")
    toot.run("pin", own["id"]), toot.run("unpin", own["id"]), toot.run("delete", own["id"])
    assert not tom.sees(own)


def test_toot_follows_and_reads_notifications(server, toot, friends):
    """toot follows, mutes, blocks, searches and reads notifications."""
    tom, una = friends
    toot.run("follow", una.name)
    assert tom.knows(una)["following"] and una.name in toot.run("following", tom.name)
    una.say(f"@{tom.name} hello there")
    assert "hello there" in toot.run("notifications")
    toot.run("mute", una.name), toot.run("unmute", una.name)
    assert una.name in toot.run("search", una.name)
    assert una.name in toot.run("whois", una.name)
    toot.run("unfollow", una.name)
    assert not tom.knows(una)["following"]


@pytest.fixture(scope="module")
def api(shared, friends):
    """Mastodon.py, logged in as its documentation says."""
    from mastodon import Mastodon
    client_id, client_secret = Mastodon.create_app("Stories", api_base_url=shared.url, scopes=["read", "write", "follow", "push"])
    client = Mastodon(client_id=client_id, client_secret=client_secret, api_base_url=shared.url, ratelimit_method="throw")
    code = authorize(shared, friends[0], client.auth_request_url(scopes=["read", "write", "follow", "push"]))
    client.log_in(code=code, scopes=["read", "write", "follow", "push"])
    return client


def test_mastodon_py_knows_the_server(server, api, friends):
    """Mastodon.py reads the server's version and who it is, and finds no fault with the answers."""
    assert api.instance()["uri"] == server.host and api.account_verify_credentials()["username"] == friends[0].name
    assert api.verify_minimum_version("3.0.0") and not api.custom_emojis()
    assert api.app_verify_credentials()["name"] == "Stories"
    api.preferences(), api.markers_get(["home", "notifications"]), api.filters(), api.announcements(), api.conversations()


def test_mastodon_py_is_woken(server, api, friends):
    """Mastodon.py makes keys, subscribes, changes and ends the subscription, and what comes opens with its keys."""
    from cryptography.hazmat.primitives.asymmetric import ec
    service = PushService()
    try:
        private, public = api.push_subscription_generate_keys()
        device = service.device(standard=False)
        device.pair, device.public = ec.derive_private_key(private["privkey"], ec.SECP256R1()), public["pubkey"]
        device.auth = public["auth"]
        made = api.push_subscription_set(device.endpoint, public, mention_events=True, follow_events=False, policy="all")
        assert made["endpoint"] == device.endpoint and made["alerts"]["mention"] is True and made["alerts"]["follow"] is False
        assert api.push_subscription_update(poll_events=True, mention_events=True)["alerts"]["poll"] is True
        friends[1].say(f"@{friends[0].name} the kettle is on")
        message = device.waits_for()
        assert message["access_token"] == api.access_token and message["body"].endswith("the kettle is on")
        assert api.notifications(id=message["notification_id"])["type"] == "mention"
        api.push_subscription_delete()
        with pytest.raises(Exception, match="404|Not Found"):
            api.push_subscription()
    finally:
        service.close()


def test_mastodon_py_posts_with_a_photo(server, api, friends):
    """Mastodon.py uploads a photo, changes its description, posts, edits nothing it should not, and pages home."""
    media = api.media_post(str(HERE / "lake.jpg"), description="A lake", focus=(0.1, -0.2))
    media = api.media_update(media, description="A lake at dawn")
    post = api.status_post("photo of the day #lake", media_ids=[media], visibility="public", idempotency_key="py1")
    assert post["media_attachments"][0]["description"] == "A lake at dawn"
    assert api.status_post("photo of the day #lake", idempotency_key="py1")["id"] == post["id"]
    assert post["id"] in [p["id"] for p in api.timeline_hashtag("lake")]
    for i in range(5):
        api.status_post(f"number {i}", visibility="unlisted")
    page = api.timeline_home(limit=3)
    more = api.fetch_next(page)
    assert page[-1]["id"] > more[0]["id"] and api.fetch_previous(more)


def test_mastodon_py_everything_else(server, api, friends):
    """Mastodon.py answers, favourites, boosts, follows, votes, makes lists, searches and reads notifications."""
    tom, una = friends
    post = una.say("a question", poll={"options": ["yes", "no"], "expires_in": 600})
    reply = api.status_reply(api.status(post["id"]), "an answer")
    assert reply["in_reply_to_id"] == int(post["id"]) or str(reply["in_reply_to_id"]) == post["id"]
    assert api.status_favourite(post["id"])["favourited"] and api.status_reblog(post["id"])["reblog"]["reblogged"]
    assert api.status_bookmark(post["id"])["bookmarked"]
    api.poll_vote(api.status(post["id"])["poll"], 0)
    assert api.status(post["id"])["poll"]["voted"]
    context = api.status_context(post["id"])
    assert len(context["descendants"]) == 1
    assert api.account_follow(una.id)["following"]
    made = api.list_create("rowers")
    api.list_accounts_add(made, [una.id])
    assert len(api.list_accounts(made)) == 1
    api.list_delete(made)
    una.say(f"@{tom.name} see you")
    assert "mention" in [n["type"] for n in api.notifications()]
    assert api.search_v2(una.name)["accounts"]
    assert api.account_search(una.name) and api.account_lookup(una.name)["id"]
    assert api.account_relationships([una.id])[0]["following"]
    api.account_update_credentials(display_name="Tom", note="rows", avatar=str(HERE / "lake.png"), locked=False)
    api.status_unreblog(post["id"]), api.status_unfavourite(post["id"]), api.account_unfollow(una.id)
    deleted = api.status_delete(reply)
    assert deleted is None or json.dumps(deleted, default=str)
    api.revoke_access_token()
