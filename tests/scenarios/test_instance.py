"""What the server says of itself."""


def test_v2(server):
    """The newer document has bare host, a version that libraries can read, and the limits in force."""
    said = server.get("/api/v2/instance").ok()
    assert said["domain"] == server.host and "tidings" in said["version"].lower()
    assert [part.isdigit() for part in said["version"].split(" ")[0].split(".")] == [True] * 3 and "+" not in said["version"]
    limits = said["configuration"]
    assert limits["statuses"]["max_characters"] == 2000 and limits["statuses"]["max_media_attachments"] == 10
    assert limits["statuses"]["characters_reserved_per_url"] == 23
    assert {"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/avif"} <= \
        set(limits["media_attachments"]["supported_mime_types"])
    assert said["registrations"]["enabled"] is False and limits["translation"]["enabled"] is False
    assert limits["urls"]["streaming"] == server.url.replace("http", "ws")


def test_v1(server):
    """The older document says the same in the older shape."""
    old, new = server.get("/api/v1/instance").ok(), server.get("/api/v2/instance").ok()
    assert old["uri"] == new["domain"] and old["version"] == new["version"]
    assert old["configuration"]["statuses"] == {k: v for k, v in new["configuration"]["statuses"].items()
                                                if k in old["configuration"]["statuses"]}
    assert server.raw("GET", "/api/v1/instance/").status == server.raw("GET", "/api/v2/instance/").status == 200


def test_nodeinfo(server):
    """Nodeinfo is found from its well-known address and names this program honestly."""
    links = server.get("/.well-known/nodeinfo").ok()["links"]
    assert [x["href"] for x in links if x["rel"].endswith("/2.0")] == [server.url + "/nodeinfo/2.0"]
    said = server.get("/nodeinfo/2.0").ok()
    assert said["version"] == "2.0" and said["software"]["name"] == "tidings" and "activitypub" in said["protocols"]
    assert said["metadata"]["upstream"]["name"] == "mastodon" and said["openRegistrations"] is False


def test_host_meta_and_webfinger(server, ann):
    """Host-meta leads to webfinger, and webfinger to the person."""
    meta = server.raw("GET", "/.well-known/host-meta")
    assert meta.status == 200 and meta.headers["Content-Type"].startswith("application/xrd+xml")
    assert f"{server.url}/.well-known/webfinger?resource={{uri}}" in meta.text
    found = server.raw("GET", f"/.well-known/webfinger?resource=acct:{ann.name}@{server.host}")
    assert found.status == 200 and found.headers["Content-Type"].startswith("application/jrd+json")
    assert f"acct:{ann.name}@{server.host}" in found.text and f"{server.url}/@{ann.name}" in found.text
    assert server.raw("GET", f"/.well-known/webfinger?resource=acct:nobody@{server.host}").status == 404
    assert server.raw("GET", f"/.well-known/webfinger?resource=acct:{ann.name}@else.example").status == 404
    assert server.raw("GET", "/.well-known/webfinger").status == 400


def test_health_and_metrics(server):
    """Health says OK, and the metrics are there for whoever looks from this machine."""
    assert server.raw("GET", "/health").status == 200
    metrics = server.raw("GET", "/metrics")
    assert metrics.status == 200 and "# TYPE " in metrics.text and "fsync" in metrics.text


def test_robots(server):
    """robots.txt is there and keeps known training crawlers out."""
    said = server.raw("GET", "/robots.txt")
    assert said.status == 200 and said.headers["Content-Type"].startswith("text/plain") and "GPTBot" in said.text


def test_empty_answers(ann):
    """What comes later, or nobody has set, answers an empty list or object and not 404."""
    for path in ("/api/v1/custom_emojis", "/api/v1/announcements", "/api/v1/filters", "/api/v2/filters", "/api/v1/followed_tags",
                 "/api/v1/conversations", "/api/v1/trends", "/api/v1/trends/tags", "/api/v1/trends/statuses",
                 "/api/v1/trends/links", "/api/v2/suggestions", "/api/v1/suggestions", "/api/v1/scheduled_statuses",
                 "/api/v1/featured_tags", "/api/v1/endorsements",
                 "/api/v1/instance/rules", f"/api/v1/accounts/{ann.id}/featured_tags"):
        assert ann.get(path).ok() == [], path
    for path in ("/api/v1/lists", "/api/v1/instance/peers", "/api/v1/directory"):  # others share this server
        assert isinstance(ann.get(path).ok(), list), path
    assert isinstance(ann.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]}).ok(), dict)
    ann.get("/api/v1/preferences").ok()
    ann.get("/api/v1/push/subscription").fails(404)
    assert ann.get("/api/v1/instance/translation_languages").ok() == {}


def test_public_timelines(new_server):
    """The local timeline is for members; visitors may read it only where the settings say so."""
    server = new_server()
    ann = server.person("ann")
    post = ann.say("hello everybody")
    assert post["id"] in ann.ids("/api/v1/timelines/public", local=True)
    closed = server.get("/api/v1/timelines/public")
    assert closed.status in (401, 403, 422) or closed.ok() == []
    if closed.status == 401:
        access = server.get("/api/v2/instance").ok()["configuration"].get("timelines_access")
        assert not access or access["live_feeds"]["local"] != "public"
    open_server = new_server(local_timeline_for_visitors="yes")
    post = open_server.person("ann").say("hello everybody")
    assert [p["id"] for p in open_server.get("/api/v1/timelines/public").ok()] == [post["id"]]


def test_nodeinfo_both_versions(server):
    """Both versions are linked, and the server's own actor; each says its schema in its type."""
    links = {x["rel"].rsplit("/", 1)[-1]: x["href"] for x in server.get("/.well-known/nodeinfo").ok()["links"]}
    assert links["2.1"] == server.url + "/nodeinfo/2.1" and links["activitystreams#Application"] == server.url + "/actor"
    said = server.get("/nodeinfo/2.1")
    assert 'profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"' in said.headers["Content-Type"]
    new, old = said.ok(), server.get("/nodeinfo/2.0").ok()
    assert new.pop("version") == "2.1" and old.pop("version") == "2.0"
    assert new["software"].pop("repository") and new["software"].pop("homepage") and new == old


def test_host_meta_as_json_and_the_server_by_name(server):
    """Host-meta comes as JSON to those who ask for it; the server's own actor is found by its name."""
    for path, accept in (("/.well-known/host-meta.json", "*/*"), ("/.well-known/host-meta", "application/json")):
        link = server.get(path, headers={"Accept": accept}).ok()["links"][0]
        assert link["rel"] == "lrdd" and link["template"].endswith("/.well-known/webfinger?resource={uri}")
    found = server.raw("GET", f"/.well-known/webfinger?resource=acct:{server.host}@{server.host}")
    assert found.status == 200 and f"{server.url}/actor" in found.text
    assert server.get("/actor", headers={"Accept": "application/activity+json"}).json()["preferredUsername"] == server.host


def test_what_the_level_unlocks(new_server):
    """The level 7 of the API is said in version 2, and all that apps switch on by it is there."""
    server = new_server()
    ann, ben = server.people("ann", "ben")
    said = server.get("/api/v2/instance").ok()
    assert said["api_versions"] == {"mastodon": 7} and said["version"].startswith("4.5.0 ")
    # 2: grouped notifications, with their own count, policy and requests.
    post = ann.say("Bread is in the oven")
    ben.does(post, "favourite")
    group, = ann.get("/api/v2/notifications").ok()["notification_groups"]
    assert ann.get("/api/v2/notifications/unread_count").ok() == {"count": 1} and group["type"] == "favourite"
    assert set(ann.get("/api/v2/notifications/policy").ok()) >= {"for_not_following", "for_new_accounts", "summary"}
    assert ann.get("/api/v1/notifications/requests").ok() == []
    ann.post("/api/v2/notifications/clear").ok()
    assert ann.get("/api/v2/notifications").ok()["notification_groups"] == []
    # 3: PKCE. 4: web push of the RFC.
    assert server.get("/.well-known/oauth-authorization-server").ok()["code_challenge_methods_supported"] == ["S256"]
    assert len(said["configuration"]["vapid"]["public_key"]) == 87
    # 5: the filter that blurs. 6: people on one's profile.
    blur = ann.post("/api/v2/filters", json_body={"title": "x", "context": ["home"], "filter_action": "blur"}).ok()
    assert blur["filter_action"] == "blur"
    ann.follows(ben)
    assert ann.toward(ben, "endorse")["endorsed"] is True and ann.toward(ben, "pin")["endorsed"] is True
    assert [a["id"] for a in server.get(f"/api/v1/accounts/{ann.id}/endorsements").ok()] == [ben.id]
    assert ann.toward(ben, "unendorse")["endorsed"] is False
    # 7: quotes, who may make them, and taking them back.
    assert post["quote_approval"]["automatic"] == ["followers"] and post["quotes_count"] == 0
    ann.put(f"/api/v1/statuses/{post['id']}/interaction_policy", json_body={"quote_approval_policy": "public"}).ok()
    quote = ben.say("Mine too", quoted_status_id=post["id"])
    assert quote["quote"]["state"] == "accepted" and quote["quote"]["quoted_status"]["id"] == post["id"]
    assert ann.ids(f"/api/v1/statuses/{post['id']}/quotes") == [quote["id"]]
    revoked = ann.post(f"/api/v1/statuses/{post['id']}/quotes/{quote['id']}/revoke").ok()
    assert revoked["quote"]["state"] == "revoked"
