"""What broke real apps on other servers, one story each, numbered by the damage done."""
import re

import pytest

from harness.photos import photo


def test_gotcha_01_ids_are_decimal_and_rise(ann, ben):
    """Ids are decimal text of rising numbers, so that apps may compare them by length and then by text."""
    ids = [ann.say(f"{i}")["id"] for i in range(5)]
    assert all(re.fullmatch(r"[1-9]\d{15,18}", i) and int(i) < 2**63 for i in ids)
    assert ids == sorted(ids, key=lambda i: (len(i), i))


def test_gotcha_02_numbers_and_texts(ann):
    """Counts are numbers and ids are text, but the count of a featured hashtag is text."""
    ann.say("#heron")
    said = ann.post("/api/v1/featured_tags", form={"name": "heron"}).ok()
    assert isinstance(said["statuses_count"], str)


def test_gotcha_03_dates(ann):
    """Dates have three decimals and a Z; an account is as old as its day."""
    post = ann.say("x")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", post["created_at"])
    assert post["account"]["created_at"].endswith("T00:00:00.000Z")


def test_gotcha_04_no_blank_addresses(server, ann):
    """Nowhere does a blank text stand for an address."""
    def walk(value, at=""):
        if isinstance(value, dict):
            for key, inner in value.items():
                assert not (inner == "" and (key == "url" or key.endswith("_url") or key in ("website", "avatar", "header", "uri"))), at + key
                walk(inner, f"{at}{key}.")
        elif isinstance(value, list):
            [walk(inner, at) for inner in value]
    media = ann.upload(photo()).ok()
    walk([ann.say("x", media_ids=[media["id"]]), media, ann.get("/api/v1/accounts/verify_credentials").ok(),
          server.get("/api/v2/instance").ok(), server.get("/api/v1/instance").ok(),
          server.post("/api/v1/apps", form={"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "website": ""}).ok()])


def test_gotcha_05_keys_are_there(ann):
    """Keys that may be null are there, and lists are never null."""
    post = ann.say("x")
    for key in ("edited_at", "card", "poll", "reblog", "language", "in_reply_to_id", "in_reply_to_account_id", "quote"):
        assert key in post, key
    for key in ("media_attachments", "mentions", "tags", "emojis", "filtered"):
        assert post[key] == [], key


def test_gotcha_06_07_attachments(ann):
    """A published photo has its address and its size."""
    post = ann.say("x", media_ids=[ann.upload(photo()).ok()["id"]])
    media, = post["media_attachments"]
    assert media["url"] and media["meta"]["original"]["width"] == 320 and media["meta"]["original"]["height"] == 240


def test_gotcha_08_cors_for_idempotency_key(server):
    """A browser may send Idempotency-Key and read Link."""
    said = server.raw("OPTIONS", "/api/v1/statuses", headers={
        "Origin": "https://phanpy.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"})
    assert said.headers["Access-Control-Allow-Headers"] == "*" or "idempotency-key" in said.headers["Access-Control-Allow-Headers"].lower()


def test_gotcha_10_unknown_paths_are_json(server):
    """An unknown address of the API is a JSON 404."""
    server.get("/api/v2/nothing").fails(404)


def test_gotcha_11_query_and_body(ann, ben):
    """Parameters in the query of a POST count."""
    assert ann.post(f"/api/v1/accounts/{ben.id}/follow?reblogs=false").ok()["showing_reblogs"] is False


def test_gotcha_12_put_is_patch(ann):
    """PUT and PATCH reach the same action, a trailing slash changes nothing, DELETE may have a body."""
    for method in ("PUT", "PATCH"):
        said = ann.request(method, "/api/v1/accounts/update_credentials", form={"display_name": method}).ok()
        assert said["display_name"] == method
    assert ann.get("/api/v1/accounts/verify_credentials/").status == 200


def test_gotcha_13_bare_hosts(server):
    """v1 uri and v2 domain are bare hosts."""
    assert server.get("/api/v1/instance").ok()["uri"] == server.host == server.get("/api/v2/instance").ok()["domain"]


def test_gotcha_14_pictures_everywhere(server, ann):
    """The server has a thumbnail, every account a picture and a header, and all of them load."""
    me = ann.get("/api/v1/accounts/verify_credentials").ok()
    for url in (server.get("/api/v2/instance").ok()["thumbnail"]["url"], me["avatar"], me["avatar_static"], me["header"], me["header_static"]):
        answer = server.raw("GET", url[len(server.url):])
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("image/"), url


def test_gotcha_15_source_for_the_owner_only(server, ann, ben):
    """Nobody but the owner sees the source of a profile and the number of waiting requests."""
    ben.follows(ann)
    for value in (ben.get(f"/api/v1/accounts/{ann.id}").ok(), ann.get(f"/api/v1/accounts/{ann.id}").ok(), ann.say("x")["account"],
                  ben.get("/api/v1/accounts/lookup", acct=ann.name).ok()):
        assert "source" not in value and "role" not in value


def test_gotcha_16_markers_and_preferences(ann):
    """Elk reads the marker of notifications without looking whether there is one."""
    said = ann.get("/api/v1/markers", **{"timeline[]": ["notifications"]}).ok()
    assert said == {} or said["notifications"]["last_read_id"]


def test_gotcha_17_scheduled_posts(ann):
    """A time that has passed publishes at once; a time ahead never does."""
    said = ann.post("/api/v1/statuses", form={"status": "later", "scheduled_at": "2031-01-01T00:00:00.000Z"})
    assert said.status == 422 or b"scheduled_at" in said.body
    assert ann.ids(f"/api/v1/accounts/{ann.id}/statuses") == []


def test_gotcha_18_translation_says_no(ann):
    """What is not there says so: translation is off and answers 503 (or 404 and 403 as Mastodon does)."""
    post = ann.say("x")
    ann.act(post, "translate").fails(503, 404, 403)


def test_gotcha_19_locked_accounts(server, ben):
    """Following somebody who approves by hand answers requested and not following."""
    ann = server.person("ann", locked=True)
    said = ben.follows(ann)
    assert said["requested"] is True and said["following"] is False


def test_gotcha_20_answers_carry_the_new_state(ann, ben):
    """The answer to favouriting and boosting carries the new state."""
    post = ben.say("x")
    assert ann.does(post, "favourite")["favourited"] is True
    wrapper = ann.does(post, "reblog")
    assert wrapper["reblog"]["id"] == post["id"] and wrapper["reblog"]["reblogged"] is True
    assert ann.does(post, "unreblog")["reblogged"] is False


def test_gotcha_21_visibilities(ann):
    """No answer has a visibility outside the four."""
    for visibility in ("public", "unlisted", "private", "direct"):
        assert ann.say("x", visibility)["visibility"] == visibility


def test_gotcha_22_notifications_have_accounts(ann, ben):
    """Every notification has its account, and kinds can be chosen."""
    ben.follows(ann)
    assert all(n["account"]["id"] for n in ann.get("/api/v1/notifications").ok())
    assert ann.get("/api/v1/notifications", **{"exclude_types[]": "follow"}).ok() == []


def test_gotcha_23_source_before_editing(ann):
    """The source of a post is there before an app offers to edit it."""
    assert ann.get(f"/api/v1/statuses/{ann.say('x')['id']}/source").ok()["text"] == "x"


def test_gotcha_24_numbers_fit(server):
    """Every number of the configuration fits 32 bits."""
    def walk(value):
        if isinstance(value, dict):
            [walk(v) for v in value.values()]
        elif isinstance(value, int):
            assert value < 2**31
    walk(server.get("/api/v2/instance").ok()["configuration"])


@pytest.mark.parametrize("blank", [{"in_reply_to_id": ""}, {"language": ""}, {"media_ids[]": ""}, {"spoiler_text": ""}, {"visibility": ""},
                                   {"scheduled_at": ""}, {"poll[expires_in]": ""}, {"sensitive": ""}, {"quoted_status_id": ""}])
def test_gotcha_25_blanks_are_not_given(ann, blank):
    """A blank value counts as not given."""
    said = ann.post("/api/v1/statuses", form={"status": "x", **blank}).ok()
    assert said["in_reply_to_id"] is None and said["media_attachments"] == []
    assert ann.get("/api/v1/timelines/home?limit=&max_id=&since_id=&min_id=").status == 200


def test_gotcha_26_order_of_context(ann, ben):
    """Ancestors come root first, descendants depth first."""
    root = ann.say("root")
    a = ben.answer(root, "a")
    b = ben.answer(root, "b")
    a1 = ann.answer(a, "a1")
    assert ann.context(root)[1] == [a["id"], a1["id"], b["id"]] and ann.context(a1)[0] == [root["id"], a["id"]]


def test_gotcha_28_classes(ann, ben):
    """The classes that apps look for are there and nothing else."""
    post = ann.say(f"@{ben.name} #tree https://example.example/a/long/path/which/is/cut/off")
    for part in ('class="u-url mention"', 'class="mention hashtag"', 'class="invisible"', 'class="ellipsis"', 'class="h-card"'):
        assert part in post["content"], part


def test_gotcha_29_old_does_not_mean_dead(ann):
    """Old filters, the old notification policy and /trends still answer."""
    made = ann.post("/api/v1/filters", form={"phrase": "spoiler", "context[]": ["home"]})
    assert made.status in (200, 404, 422)
    assert ann.get("/api/v1/filters").status == 200 and ann.get("/api/v1/trends").status == 200
    assert ann.get("/api/v1/notifications/policy").status == 200


def test_gotcha_30_application(ann):
    """A post names the app it was written with; its website is an address or null."""
    app = ann.say("x")["application"]
    assert app["name"] and app["website"] != ""


def test_old_forms_say_so(server, ann):
    """What has had a newer form for years says since when, on the routes and with the days of Mastodon; the newer forms say nothing."""
    kept = ann.post("/api/v1/filters", json_body={"phrase": "heron", "context": ["home"]})
    old = {"/api/v1/instance": "@1668384000", "/api/v1/filters": "@1668384000", f"/api/v1/filters/{kept.ok()['id']}": "@1668384000",
           "/api/v1/suggestions": "@1621123200", "/api/v1/trends": "@1648598400",
           f"/api/v1/accounts/{ann.id}/identity_proofs": "@1648598400"}
    for path, since in old.items():
        assert ann.get(path).headers["Deprecation"] == since, path
    assert kept.headers["Deprecation"] == "@1668384000"
    for path in ("/api/v2/instance", "/api/v2/filters", "/api/v2/suggestions", "/api/v1/trends/tags", "/api/v1/timelines/home"):
        assert "Deprecation" not in ann.get(path).headers, path
