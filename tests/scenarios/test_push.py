"""Web push: a device is woken for what its owner asked for, with a message that it alone can open, and for nothing else."""
import json
import sqlite3
import time
import urllib.parse

import pytest

from harness.browser import Browser
from harness.push import PushService, text_of
from harness.quiet import EVERYDAY, GOOD_NEWS, HARD_NEWS, sends

PATH = "/api/v1/push/subscription"
ALERTS = {"mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "admin.sign_up", "admin.report",
          "quote", "quoted_update"}
ALL = dict.fromkeys(ALERTS, True)


@pytest.fixture
def service():
    service = PushService()
    yield service
    service.close()


def rows(server, sql, *what):
    with sqlite3.connect(f"file:{server.data / 'tidings.db'}?mode=ro", uri=True) as db:
        found = db.execute(sql, what).fetchall()
    db.close()
    return found


def settled(server, seconds=10):
    """Until nothing waits to be pushed now."""
    until = time.monotonic() + seconds
    while rows(server, "SELECT 1 FROM job WHERE kind = 'push' AND dead = 0 AND (run_at < ? OR leased_until > ?)",
               (time.time() + 20) * 1000, time.time() * 1000):
        assert time.monotonic() < until
        time.sleep(0.05)


def until(check, what, seconds=15):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, f"still no {what}"
        time.sleep(0.05)


# What apps meet.


def test_the_subscription(server, ann, service):
    """A subscription is made, shown, changed and ended, one a token, and 404 where there is none."""
    assert ann.get(PATH).fails(404)
    device = service.device()
    made = device.wakes(ann, mention=True, policy="all")
    assert isinstance(made["id"], int) and made["id"] < 2 ** 31
    assert made["endpoint"] == device.endpoint and made["standard"] is True and made["policy"] == "all"
    assert set(made["alerts"]) == ALERTS and {k for k, v in made["alerts"].items() if v} == {"mention"}
    assert ann.get(PATH).ok() == made
    changed = ann.put(PATH, json_body={"data": {"alerts": {"follow": True, "quote": "1"}, "policy": "follower"}}).ok()
    assert {k for k, v in changed["alerts"].items() if v} == {"follow", "quote"} and changed["policy"] == "follower"
    assert changed["id"] == made["id"]
    again = service.device(standard=False)
    replaced = again.wakes(ann, reblog=True, policy="none")
    assert replaced["endpoint"] == again.endpoint and replaced["standard"] is False and ann.get(PATH).ok() == replaced
    assert ann.delete(PATH).ok() == {} == ann.delete(PATH).ok()
    assert ann.get(PATH).fails(404) and ann.put(PATH, json_body={"data": {"policy": "all"}}).fails(404)


def test_forms_and_queries(server, ann, service):
    """Tusky sends a form, IceCubes puts everything into the query, and keys come in either alphabet."""
    import base64
    device = service.device()
    fields = {"subscription[endpoint]": device.endpoint, "subscription[keys][p256dh]": base64.b64encode(device.public).decode(),
              "subscription[keys][auth]": base64.b64encode(device.auth).decode(), "data[alerts][mention]": "true",
              "data[alerts][poll]": "false", "data[policy]": "all"}
    made = ann.post(PATH, form=fields).ok()
    assert made["standard"] is False and made["alerts"]["mention"] is True and made["alerts"]["poll"] is False
    ann.delete(PATH).ok()
    assert ann.post(PATH + "?" + urllib.parse.urlencode(fields)).ok()["alerts"] == made["alerts"]
    assert ann.put(PATH + "?" + urllib.parse.urlencode({"data[alerts][poll]": "true"})).ok()["alerts"]["poll"] is True


def test_bad_subscriptions(server, ann, service):
    """What can never work is refused with 422 and a sentence."""
    good = service.device().subscription()

    def refused(sentence, **change):
        body = json.loads(json.dumps(good))
        body["subscription"].update(change)
        assert sentence in ann.post(PATH, json_body=body).fails(422)

    refused("Endpoint", endpoint="")
    for endpoint in ("push", "ftp://push.example/1", "javascript:1", "http://user:word@push.example/", "http://", "http://a b.example/",
                     "http://push.example/" + "x" * 3000, server.url + "/inbox"):
        refused("Endpoint", endpoint=endpoint)
    for key in ("", "AAAA", "!", text_of(b"\4" + bytes(64)), text_of(b"\2" + bytes(32)), "x" * 4000):
        refused("p256dh", keys={**good["subscription"]["keys"], "p256dh": key})
    for auth in ("", "AAAA", text_of(bytes(17)), "ü"):
        refused("auth", keys={**good["subscription"]["keys"], "auth": auth})
    assert "Policy" in ann.post(PATH, json_body={**good, "data": {"policy": "friends"}}).fails(422)
    ann.post(PATH, json_body={}).fails(422)
    ann.get(PATH).fails(404)


def test_who_may(server, ann, service):
    """The scope push is needed, and another token of the same person has a subscription of its own."""
    without = server.token(ann.name, "read write follow")
    server.request("GET", PATH, token=without).fails(403)
    server.request("GET", PATH).fails(401)
    made = service.device().wakes(ann, mention=True)
    other = server.token(ann.name, "push")
    server.request("GET", PATH, token=other).fails(404)
    server.request("DELETE", PATH, token=other).ok()
    assert ann.get(PATH).ok() == made


def test_the_key_is_the_same_everywhere(new_server, service):
    """The VAPID key of the instance, of an app and of the subscription is one, and stays when the server starts again."""
    server = new_server()
    ann, = server.people("ann")

    def key():
        return server.get("/api/v2/instance").ok()["configuration"]["vapid"]["public_key"]

    before = key()
    app = server.post("/api/v1/apps", json_body={"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}).ok()
    assert app["vapid_key"] == before == service.device().wakes(ann)["server_key"] and len(before) == 87
    assert ann.get("/api/v1/apps/verify_credentials").ok()["vapid_key"] == before
    server.stop()
    server.start()
    assert key() == before


# What is sent.


@pytest.mark.parametrize("standard", [True, False])
def test_a_mention_wakes(server, ann, ben, service, standard):
    """A mention by somebody followed reaches the device in both encodings, signed by the server's key, with Mastodon's fields."""
    device = service.device(standard)
    made = device.wakes(ann)
    assert made["policy"] == "followed" and [k for k, v in made["alerts"].items() if v] == ["mention"]
    ann.follows(ben)
    ben.patch("/api/v1/accounts/update_credentials", form={"display_name": "Ben Tree"}).ok()
    said = ben.say(f"@{ann.name} the kettle is on & <warm>\nCome in")
    message = device.waits_for()
    assert set(message) == {"access_token", "preferred_locale", "notification_id", "notification_type", "icon", "title", "body"}
    assert message["access_token"] == ann.token and message["notification_type"] == "mention"
    note = ann.get(f"/api/v1/notifications/{message['notification_id']}").ok()
    assert isinstance(message["notification_id"], int) and note["status"]["id"] == said["id"]
    assert message["title"] == "Ben Tree mentioned you" and message["icon"] == note["account"]["avatar_static"]
    assert message["body"] == f"@{ann.name} the kettle is on & <warm> Come in" and message["preferred_locale"] == "en"
    assert service.key == made["server_key"]


def test_all_kinds(server, ann, ben, service):
    """Whatever a device asks for wakes it, whatever it does not ask for leaves it alone."""
    all_of_it, some = service.device(), service.device()
    all_of_it.wakes(ann, **ALL, policy="all")
    other = type(ann)(server, ann.name, server.token(ann.name))
    some.wakes(other, follow=True, policy="all")
    post = ann.say("Bread is in the oven")
    ben.does(post, "favourite"), ben.does(post, "reblog"), ben.follows(ann)
    ben.say("Mine too", quoted_status_id=post["id"])
    ben.answer(post, "How lovely")
    ann.follows(ben, json_body={"notify": True})
    ben.say("News of the day")
    all_of_it.waits_for(6)
    said = {m["notification_type"]: (m["title"], m["body"]) for m in all_of_it.came()}
    assert said["favourite"] == (f"{ben.name} marked what you wrote as a favourite", "Bread is in the oven")
    assert said["follow"] == (f"{ben.name} follows you now", f"@{ben.name}")
    assert said["mention"][0] == f"{ben.name} answered you" and said["status"] == (f"{ben.name} wrote", "News of the day")
    assert {"reblog", "quote"} <= set(said)
    settled(server)
    assert [m["notification_type"] for m in some.came()] == ["follow"]
    assert some.came()[0]["access_token"] == other.token


def test_policies(server, ann, ben, cat, service):
    """followed, follower and none say whose doing wakes."""
    device = service.device()
    ann.follows(ben), cat.follows(ann)

    def wakes(policy):
        before = len(device.came())
        device.wakes(ann, mention=True, policy=policy)
        ben.say(f"@{ann.name} one"), cat.say(f"@{ann.name} two")
        settled(server)
        return sorted(m["title"].split()[0] for m in device.came()[before:])

    assert wakes("all") == sorted([ben.name, cat.name])
    assert wakes("followed") == [ben.name] and wakes("follower") == [cat.name] and wakes("none") == []


def test_a_content_note_stands_for_the_words(server, ann, ben, service):
    """A post with a content note shows the note alone; a long one is cut."""
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    ben.say(f"@{ann.name} the secret word", spoiler_text="About the garden")
    assert device.waits_for()["body"] == "About the garden"
    ben.say(f"@{ann.name} " + "ä" * 500)
    body = device.waits_for(2)["body"]
    assert len(body) == 141 and body.endswith("ä…")


# What is not sent.


def test_quiet_posts_wake_nobody(server, ann, ben, service):
    """Given a quiet post, when people comment, favourite or boost, then no push, badge, sound or mail is made."""
    device = service.device()
    device.wakes(ann, **ALL, policy="all")
    sends(ann, GOOD_NEWS)
    post = ann.say("She is born")
    sends(ann, EVERYDAY)
    ben.answer(post, "How lovely"), ben.does(post, "favourite"), ben.does(post, "reblog")
    ben.say(f"@{ann.name} something else")
    device.waits_for()
    settled(server)
    assert [m["body"] for m in device.came()] == [f"@{ann.name} something else"]
    assert len(rows(server, "SELECT 1 FROM notification WHERE account = ? AND filtered > 0", ann.id)) == 3


def test_held_comments_wake_nobody(server, ann, ben, cat, service):
    """A comment that is held, shown later or kept wakes neither the author nor whoever it mentions."""
    mine, hers = service.device(), service.device()
    mine.wakes(ann, **ALL, policy="all"), hers.wakes(cat, **ALL, policy="all")
    sends(ann, HARD_NEWS)
    post = ann.say("Some news.")
    sends(ann, EVERYDAY)
    ben.answer(post, f"@{cat.name} a held word")
    ben.say(f"@{ann.name} @{cat.name} hello")
    mine.waits_for(), hers.waits_for()
    settled(server)
    assert [m["body"] for m in mine.came() + hers.came()] == [f"@{ann.name} @{cat.name} hello"] * 2


def test_quiet_time_wakes_nobody(server, ann, ben, service):
    """In quiet time mentions by people not followed wait, and nothing is pushed when it ends."""
    device = service.device()
    device.wakes(ann, **ALL, policy="all")
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE login SET quiet_from = ? WHERE account = ?", (int(time.time() * 1000) - 1000, ann.id))
    ben.say(f"@{ann.name} psst")
    settled(server)
    assert rows(server, "SELECT filtered FROM notification WHERE account = ?", ann.id) == [(4,)]
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE login SET quiet_from = 0 WHERE account = ?", (ann.id,))
    settled(server)
    assert device.came() == []


def test_requests_wake_nobody(server, ann, ben, service):
    """What the policy about strangers holds is not pushed, not even when it is let in later."""
    device = service.device()
    device.wakes(ann, **ALL, policy="all")
    ann.patch("/api/v2/notifications/policy", json_body={"for_not_following": "filter"}).ok()
    ben.say(f"@{ann.name} hello from outside")
    request, = ann.get("/api/v1/notifications/requests").ok()
    ann.post(f"/api/v1/notifications/requests/{request['id']}/accept").ok()
    settled(server)
    assert device.came() == []
    ben.say(f"@{ann.name} and again")
    assert device.waits_for()["body"].endswith("and again")


def test_mutes_and_blocks_wake_nobody(server, ann, ben, cat, service):
    """Muted people, blocked people and muted threads wake nobody."""
    device = service.device()
    device.wakes(ann, **ALL, policy="all")
    post = ann.say("Bread")
    settled(server)
    ann.toward(ben, "mute"), ann.toward(cat, "block"), ann.does(post, "mute")
    dan = server.person("dan")
    ben.say(f"@{ann.name} one"), cat.post("/api/v1/statuses", json_body={"status": f"@{ann.name} two"}), dan.answer(post, "three")
    dan.say(f"@{ann.name} four")
    assert device.waits_for()["body"].endswith("four")
    settled(server)
    assert len(device.came()) == 1


def test_filters(server, ann, ben, service):
    """What a filter hides wakes nobody; what it covers comes without its words."""
    device = service.device()
    device.wakes(ann, **ALL, policy="all")

    def keep(title, word, action):
        ann.post("/api/v2/filters", json_body={"title": title, "context": ["notifications"], "filter_action": action,
                                               "keywords_attributes": [{"keyword": word, "whole_word": True}]}).ok()

    keep("Elections", "ballot", "hide"), keep("Spiders", "spider", "warn")
    ben.say(f"@{ann.name} the ballot is open"), ben.say(f"@{ann.name} a spider sat there")
    assert device.waits_for()["body"] == "Covered by your filter “Spiders”"
    settled(server)
    assert len(device.came()) == 1


# How it ends.


def test_ends_with_the_token(server, ann, ben, service):
    """A subscription ends with its token, its app's end and a new password, and nothing is pushed after that."""
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    server.post("/oauth/revoke", json_body={"token": ann.token, **rows_of_app(server, ann)})
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("DELETE FROM token WHERE account = ?", (rows(server, "SELECT id FROM account WHERE username = ?", ann.name)[0][0],))
    assert rows(server, "SELECT 1 FROM push WHERE bearer = ?", ann.token) == []
    ben.say(f"@{ann.name} hello?")
    settled(server)
    assert device.came() == []
    again = type(ann)(server, ann.name, server.token(ann.name))
    device.wakes(again, mention=True, policy="all")
    server.command("account", "disable", ann.name)
    ben.say(f"@{ann.name} hello??")
    settled(server)
    assert device.came() == []


def rows_of_app(server, person):
    return {"client_id": "none", "client_secret": "none"}


@pytest.mark.parametrize("status", [404, 410])
def test_gone(server, ann, ben, service, status):
    """404 and 410 of the push service end the subscription."""
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    service.answers[device.path] = [status]
    ben.say(f"@{ann.name} one")
    until(lambda: ann.get(PATH).status == 404, "end of the subscription")
    ben.say(f"@{ann.name} two")
    settled(server)
    assert service.posts(device.path) == [device.path]


def test_refused_again_and_again(server, ann, ben, service):
    """A service that will not take the messages loses the subscription after five in a row; one that is taken forgives."""
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    service.answers[device.path] = [403, 400, 401, 413, 201, 403, 403, (302, {"Location": "/elsewhere"}), 403, 403]
    for n in range(10):
        assert ann.get(PATH).status == 200
        ben.say(f"@{ann.name} number {n}")
        until(lambda: len(service.posts(device.path)) == n + 1, f"message {n}")
        settled(server)
    until(lambda: ann.get(PATH).status == 404, "end of the subscription")
    assert not any(path == "/elsewhere" for _, path in service.asked)


def test_again_after_a_failure(server, ann, ben, service):
    """A service that fails is left alone for a minute and more, for all its devices; then the message comes."""
    device, other = service.device(), service.device()
    device.wakes(ann, mention=True, policy="all"), other.wakes(ben, mention=True, policy="all")
    service.answers[device.path] = [503]
    ben.say(f"@{ann.name} one")
    until(lambda: rows(server, "SELECT failures FROM push_host"), "failure noted")
    ann.say(f"@{ben.name} two")
    settled(server)
    assert service.posts() == [device.path]
    (failures, at), = rows(server, "SELECT failures, until FROM push_host")
    assert failures == 1 and 30 < at / 1000 - time.time() <= 60
    (run_at,), (late,) = rows(server, "SELECT run_at FROM job WHERE kind = 'push' ORDER BY id")
    assert min(run_at, late) >= at - 1000
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE push_host SET until = 1")
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'push'")
    until(lambda: len(service.taken) > 0, "message")
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'push'")
    assert device.waits_for()["body"].endswith("one") and other.waits_for()["body"].endswith("two")
    assert rows(server, "SELECT 1 FROM push_host") == []


def test_too_many_requests(server, ann, ben, service):
    """After 429 the message waits as long as the service asks, and others go on."""
    device, other = service.device(), service.device()
    device.wakes(ann, mention=True, policy="all"), other.wakes(ben, mention=True, policy="all")
    service.answers[device.path] = [(429, {"Retry-After": "600"})]
    ben.say(f"@{ann.name} one")
    until(lambda: rows(server, "SELECT 1 FROM job WHERE kind = 'push' AND run_at > ?", (time.time() + 500) * 1000), "pause")
    ann.say(f"@{ben.name} two")
    assert other.waits_for()["body"].endswith("two")
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'push'")
    assert device.waits_for()["body"].endswith("one")


def test_given_up(server, ann, ben, service):
    """News that would come hours late wakes nobody."""
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    service.answers[device.path] = [(429, {"Retry-After": "86400"})]
    ben.say(f"@{ann.name} one")
    until(lambda: service.posts(device.path), "try")
    settled(server)
    assert rows(server, "SELECT 1 FROM job WHERE kind = 'push'") == [] and ann.get(PATH).status == 200


def test_gone_meanwhile(server, ann, ben, service):
    """What was deleted, dismissed or blocked while the message waited is not pushed."""
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    service.answers[device.path] = [(429, {"Retry-After": "600"})] * 3
    said = ben.say(f"@{ann.name} one")
    ben.say(f"@{ann.name} two")
    cat = server.person("cat")
    cat.say(f"@{ann.name} three")
    until(lambda: len(service.posts(device.path)) == 3, "tries")
    ben.delete(f"/api/v1/statuses/{said['id']}").ok()
    two = next(n for n in ann.get("/api/v1/notifications").ok() if "two" in n["status"]["content"])
    ann.post(f"/api/v1/notifications/{two['id']}/dismiss").ok()
    ann.toward(cat, "block")
    settled(server)
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'push'")
    until(lambda: not rows(server, "SELECT 1 FROM job WHERE kind = 'push'"), "end")
    assert device.came() == []


def test_put_away_meanwhile(server, ben, service):
    """What somebody puts away ("Not now") while its message waits does not wake them."""
    ann = server.person("ann", password="correct horse 4")
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    service.answers[device.path] = [(429, {"Retry-After": "600"})]
    said = ben.say(f"@{ann.name} the long story")
    until(lambda: service.posts(device.path), "try")
    settled(server)
    browser = Browser(server)
    browser.sign_in(ann)
    browser.go(said["url"].removeprefix(server.url))
    browser.submit("notnow", press="notnow")
    with sqlite3.connect(server.data / "tidings.db", timeout=20) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'push'")
    until(lambda: not rows(server, "SELECT 1 FROM job WHERE kind = 'push'"), "end")
    assert device.came() == []


# T060, T143: what strangers and bad services do.


def test_private_addresses(new_server):
    """T060: a push endpoint on a private address, by http, on another port or on this server is never asked."""
    server = new_server(federation_allow_private_addresses="no")
    ann, ben = server.people("ann", "ben")
    service = PushService()
    try:
        device = service.device()
        for url in (device.endpoint, "https://127.0.0.1/1", "https://[::1]/1", "https://10.0.0.1/1", "https://192.168.1.1/x",
                    "https://169.254.169.254/latest", "https://0.0.0.0/", "https://[::ffff:127.0.0.1]/", "http://push.example/1",
                    "https://push.example:8443/1", "https://0x7f.1/", "https://2130706433/"):
            body = device.subscription()
            body["subscription"]["endpoint"] = url
            answer = ann.post(PATH, json_body=body)
            assert answer.status == 422, f"{url}: {answer.status} {answer.body}"
        body["subscription"]["endpoint"] = "https://localhost./1"
        if ann.post(PATH, json_body={**body, "data": {"alerts": {"mention": True}, "policy": "all"}}).status == 200:
            for n in range(5):
                ben.say(f"@{ann.name} {n}")
            until(lambda: ann.get(PATH).status == 404, "end of a subscription that leads inside")
        assert service.asked == []
    finally:
        service.close()


def test_slow_and_huge_answers(server, ann, ben, cat, service):
    """A service that never answers, or answers without end, holds up nobody else's messages."""
    others = PushService("127.0.0.2")
    try:
        def slow(handler):
            for _ in range(40):
                time.sleep(0.5)
                handler.wfile.write(b"H")

        def huge(handler):
            handler.send_response(201)
            handler.send_header("Content-Length", str(1 << 30))
            handler.end_headers()
            for _ in range(1 << 14):
                handler.wfile.write(bytes(1 << 16))

        bad, good = service.device(), others.device()
        bad.wakes(ann, mention=True, policy="all"), good.wakes(cat, mention=True, policy="all")
        service.answers[bad.path] = [slow] * 4 + [huge] * 4
        for n in range(8):
            ben.say(f"@{ann.name} number {n}")
        began = time.monotonic()
        ben.say(f"@{cat.name} hello")
        assert good.waits_for(seconds=25)["body"].endswith("hello")
        assert time.monotonic() - began < 25
    finally:
        others.close()


def test_many_devices(server, ann, ben, service):
    """Of more than thirty devices of one person the oldest ends; each of the others is woken."""
    devices = []
    for n in range(31):
        device, one = service.device(), type(ann)(server, ann.name, server.token(ann.name))
        device.wakes(one, mention=True, policy="all")
        devices.append(device)
    assert rows(server, "SELECT COUNT(*) FROM push WHERE account = ?", ann.id) == [(30,)]
    ben.say(f"@{ann.name} hello")
    for device in devices[1:]:
        device.waits_for(seconds=30)
    assert devices[0].came() == []


def test_the_log_is_silent(server, ann, ben, service):
    """Neither the token, nor the keys, nor the words of a message stand in the log; nor does the endpoint's path."""
    device = service.device()
    device.wakes(ann, mention=True, policy="all")
    service.answers[device.path] = [500]
    ben.say(f"@{ann.name} marzipan in the log")
    until(lambda: service.posts(device.path), "try")
    settled(server)
    log = server.log_text()
    for secret in (ann.token, text_of(device.auth), text_of(device.public), "marzipan", device.path):
        assert secret not in log
    assert not any(ann.token in str(row) for row in rows(server, "SELECT payload, last_error FROM job"))


# The page of the settings.


def test_the_page(server, service):
    """Settings, Notifications: each device with what it wakes for; changed, ended, and what a new one begins with."""
    ann, ben = server.person("ann", password="correct horse 4"), server.person("ben")
    browser = Browser(server)
    assert browser.go("/settings/notifications").status == 200 and browser.page.address.startswith("/sign-in")
    browser.sign_in(ann)
    page = browser.go("/settings/notifications")
    assert "No app has asked to wake you." in page.text and "Reports" not in page.text
    page = browser.submit("policy", policy="all")
    assert "Saved." in page.text
    device = service.device()
    assert device.wakes(ann)["policy"] == "all", "the person's own choice, where the app does not say"
    page = browser.go("/settings/notifications")
    assert "Command line" in page.text
    form = page.form_with("mention")
    assert dict(form.fields)["mention"] == "yes" and "favourite" not in dict(form.fields)
    browser.submit("mention", mention=None, favourite="yes", policy="follower")
    changed = ann.get(PATH).ok()
    assert {k for k, v in changed["alerts"].items() if v} == {"favourite"} and changed["policy"] == "follower"
    page = browser.go("/settings/notifications")
    page = browser.submit("favourite", press="end")
    assert "Ended." in page.text and "No app has asked to wake you." in page.text
    ann.get(PATH).fails(404)
    theirs = device.wakes(ben, mention=True)
    page = browser.go("/settings/notifications")
    browser.submit("policy", policy="all", device=str(rows(server, "SELECT token FROM push WHERE bearer = ?", ben.token)[0][0]))
    assert browser.page.status == 404 and ben.get(PATH).ok() == theirs, "T143: nobody else's"
    browser.go("/settings/notifications")
    assert browser.submit("policy", policy="friends").status == 422
