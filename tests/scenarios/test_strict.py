"""Servers that answer signed requests only, names on another domain than the pages, and what strangers learn from lists."""
from harness.browser import Browser
from test_federation import AS2, finds, follows, here, there, wait  # noqa: F401


def test_two_strict_servers(new_server):
    """With signed-fetch on both sides nothing is shown unsigned but the servers' own actors, and everything between them works."""
    here, there = new_server(place="here", signed_fetch="yes"), new_server(place="there", signed_fetch="yes")
    ann, ben = here.person("ann"), there.person("ben")
    said = ben.say("before anybody follows")
    uri = said["uri"][len(there.url):]
    for path in (f"/users/{ben.name}", f"/users/{ben.name}/outbox", f"/users/{ben.name}/followers", f"/@{ben.name}", uri,
                 uri + "/replies", uri + "/likes", uri + "/activity", f"/users/{ben.name}/collections/featured"):
        answer = there.get(path, headers={"Accept": AS2})
        assert answer.status == 401 and "before anybody" not in answer.text, path
    for path in ("/actor", "/nodeinfo/2.1", f"/.well-known/webfinger?resource=acct:{ben.name}@{there.host}"):
        assert there.get(path, headers={"Accept": AS2}).status == 200, path
    assert there.get(f"/@{ben.name}", headers={"Accept": "text/html"}).status == 200
    assert there.get(uri, headers={"Accept": "text/html"}).status in (302, 303)
    follows(ann, ben)
    ben.say("after", visibility="private")
    wait(lambda: len(ann.home()) == 1, "the post")
    found = ann.get("/api/v2/search", q=said["uri"], resolve="true", type="statuses").ok()["statuses"]
    assert [p["content"] for p in found] == ["<p>before anybody follows</p>"]
    ann.answer(found[0], "hello")
    wait(lambda: ben.context(said)[1], "the answer")


def test_names_on_another_domain(new_server, here):
    """People are @name@account-domain while their addresses lie on the web domain; others find, follow and mention them so."""
    there = new_server(place="there", start=False)
    there.environment["TIDINGS_ACCOUNT_DOMAIN"] = f"localhost:{there.port}"
    there.start()
    ann, ben = here.person("ann"), there.person("ben")
    acct = f"{ben.name}@localhost:{there.port}"
    finger = there.get(f"/.well-known/webfinger?resource=acct:{acct}").json()
    assert finger["subject"] == f"acct:{acct}"
    actor = there.get(f"/users/{ben.name}", headers={"Accept": AS2}).json()
    assert actor["id"] == f"{there.url}/users/{ben.name}" and actor["webfinger"] == acct
    said = ann.get("/api/v2/search", q="@" + acct, resolve="true", type="accounts").ok()
    assert [a["acct"] for a in said["accounts"]] == [acct]
    by_web_domain = ann.get("/api/v2/search", q=f"@{ben.name}@{there.host}", resolve="true", type="accounts").ok()
    assert [a["acct"] for a in by_web_domain["accounts"]] == [acct]
    ann.post(f"/api/v1/accounts/{said['accounts'][0]['id']}/follow").ok()
    ann.say(f"hello @{acct}")
    told = wait(lambda: [n for n in ben.get("/api/v1/notifications").ok() if n["type"] == "mention"], "the mention")[0]
    assert told["account"]["acct"] == f"{ann.name}@{here.host}"
    ben.say("my first")
    wait(lambda: len(ann.home()) == 2, "the post")


def people(server, path):
    return server.get(path, headers={"Accept": AS2}).json()


def test_what_lists_tell(here):
    """Numbers and names only where the person shows both; replies come page by page, each once."""
    ann, ben = here.person("ann"), here.person("ben")
    ben.follows(ann)
    path = f"/users/{ann.name}/followers"
    hidden = people(here, path)
    assert "totalItems" not in hidden and "first" not in hidden and "orderedItems" not in people(here, path + "?page=true")
    said = ann.say("what do you think?")
    root = said["uri"][len(here.url):]
    assert "totalItems" not in people(here, root + "/likes")
    for i in range(45):
        ben.answer(said, f"answer {i}")
    ben.answer(said, "only for you", visibility="direct")
    page, seen = people(here, root + "/replies")["first"], []
    while page:
        seen += page["items"]
        page = people(here, page["next"][len(here.url):]) if "next" in page else None
    assert len(seen) == len(set(seen)) == 45


def test_lists_of_those_who_show_them(here):
    """Somebody who shows numbers and names: the list of followers has both."""
    ann, ben = here.person("ann", password="correct horse 4"), here.person("ben")
    ben.follows(ann)
    browser = Browser(here)
    browser.sign_in(ann)
    browser.go("/settings/privacy")
    browser.submit("show_counts", show_counts="yes")
    path = f"/users/{ann.name}/followers"
    shown = people(here, path)
    assert shown["totalItems"] == 1
    assert people(here, shown["first"][len(here.url):])["orderedItems"] == [f"{here.url}/users/{ben.name}"]
    ann.patch("/api/v1/accounts/update_credentials", json_body={"hide_collections": True}).ok()
    assert "totalItems" not in people(here, path) and "orderedItems" not in people(here, path + "?page=true")
