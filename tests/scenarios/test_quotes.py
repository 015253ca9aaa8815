"""Quoting: by the author's leave, here and between servers, and taking that leave back (FEP-044f)."""
from test_federation import AS2, finds, follows, here, there, wait  # noqa: F401


def quotes(person, post, text="look at this", **more):
    return person.post("/api/v1/statuses", json_body={"status": text, "quoted_status_id": post["id"], "visibility": "public", **more})


def known(person, uri):
    return person.get("/api/v2/search", q=uri, resolve="true", type="statuses").ok()["statuses"][0]


def may(person, post):
    return person.show(post).ok()["quote_approval"]["current_user"]


def test_quoting_here(here):
    """Who may quote is the author's choice; a quote names its post, counts for the author, tells them, and ends when they say so."""
    ann, ben, cat = here.person("ann"), here.person("ben"), here.person("cat")
    ben.follows(ann)
    open_, close, mine = (ann.say(p, quote_approval_policy=p) for p in ("public", "followers", "nobody"))
    assert [may(ben, p) for p in (open_, close, mine)] == ["automatic", "automatic", "denied"]
    assert [may(cat, p) for p in (open_, close, mine)] == ["automatic", "denied", "denied"]
    assert [may(ann, p) for p in (open_, close, mine)] == ["automatic"] * 3
    assert quotes(cat, close).status == 403 and quotes(ben, mine).status == 403
    assert quotes(cat, {"id": "1"}).status == 404
    said = quotes(ben, open_).ok()
    assert said["quote"]["state"] == "accepted" and said["quote"]["quoted_status"]["id"] == open_["id"]
    assert quotes(ben, close, text="").ok()["quote"]["state"] == "accepted", "a quote needs no words"
    assert ann.show(open_).ok()["quotes_count"] == 1 and cat.show(open_).ok()["quotes_count"] == 0
    told = [n for n in ann.get("/api/v1/notifications").ok() if n["type"] == "quote"]
    assert [n["account"]["id"] for n in told] == [ben.id] * 2 and told[1]["status"]["id"] == said["id"]
    assert [p["id"] for p in ann.get(f"/api/v1/statuses/{open_['id']}/quotes").ok()] == [said["id"]]
    assert cat.get(f"/api/v1/statuses/{open_['id']}/quotes").ok() == []
    assert cat.post(f"/api/v1/statuses/{open_['id']}/quotes/{said['id']}/revoke").status == 404
    revoked = ann.post(f"/api/v1/statuses/{open_['id']}/quotes/{said['id']}/revoke").ok()
    assert revoked["quote"] == {"state": "revoked", "quoted_status": None}
    assert ann.show(open_).ok()["quotes_count"] == 0
    page = here.get(f"/@{ben.name}/{said['id']}", headers={"Accept": "text/html"}).text
    assert 'class="linked"' not in page
    again = quotes(ben, open_).ok()
    page = here.get(f"/@{ben.name}/{again['id']}", headers={"Accept": "text/html"}).text
    assert f'href="/@{ann.name}/{open_["id"]}"' in page and "look at this" in page
    ben.delete(f"/api/v1/statuses/{again['id']}").ok()
    assert ann.show(open_).ok()["quotes_count"] == 0
    changed = ann.put(f"/api/v1/statuses/{open_['id']}/interaction_policy", json_body={"quote_approval_policy": "nobody"}).ok()
    assert changed["quote_approval"]["automatic"] == [] and quotes(ben, open_).status == 403
    assert ann.put(f"/api/v1/statuses/{open_['id']}/interaction_policy", json_body={"quote_approval_policy": "x"}).status == 422
    assert ben.put(f"/api/v1/statuses/{open_['id']}/interaction_policy", json_body={"quote_approval_policy": "public"}).status == 404


def test_what_is_not_for_everybody_is_not_quoted(here):
    """Followers-only posts are quoted by their author alone, and no further than they reach; a blocked person quotes nothing."""
    ann, ben = here.person("ann"), here.person("ben")
    ben.follows(ann)
    close = ann.say("for followers", visibility="private", quote_approval_policy="public")
    assert quotes(ben, close).status == 403 and may(ben, close) == "denied"
    assert quotes(ann, close).ok()["visibility"] == "private"
    open_ = ann.say("for all", quote_approval_policy="public")
    ann.toward(ben, "block")
    assert quotes(ben, open_).status in (403, 404)


def test_a_quote_has_its_stamp(here):
    """The document of a quote names the approval, which is there to be read until it is taken back."""
    ann, ben = here.person("ann"), here.person("ben")
    post = ann.say("quote me", quote_approval_policy="public")
    quote = quotes(ben, post).ok()
    note = here.get(quote["uri"][len(here.url):], headers={"Accept": AS2}).json()
    assert note["quote"] == note["quoteUri"] == note["_misskey_quote"] == post["uri"]
    assert 'class="quote-inline"' in note["content"]
    stamp = here.get(note["quoteAuthorization"][len(here.url):], headers={"Accept": AS2}).json()
    assert stamp["type"] == "QuoteAuthorization" and stamp["attributedTo"] == f"{here.url}/users/{ann.name}"
    assert (stamp["interactingObject"], stamp["interactionTarget"]) == (quote["uri"], post["uri"])
    ann.post(f"/api/v1/statuses/{post['id']}/quotes/{quote['id']}/revoke").ok()
    assert here.get(note["quoteAuthorization"][len(here.url):], headers={"Accept": AS2}).status == 410
    note = here.get(quote["uri"][len(here.url):], headers={"Accept": AS2}).json()
    assert "quote" not in note and "quoteAuthorization" not in note


def test_quoting_across_servers(here, there):
    """A request goes to the author's server, which answers; then every reader sees the quote, until the author takes it back."""
    ann, ben, dora = here.person("ann"), there.person("ben"), there.person("dora")
    follows(dora, ann)
    post = ben.say("from over there", quote_approval_policy="public")
    copy = known(ann, post["uri"])
    assert may(ann, copy) == "automatic"
    quote = quotes(ann, copy).ok()
    assert quote["quote"]["state"] in ("pending", "accepted")
    wait(lambda: ann.show(quote).ok()["quote"]["state"] == "accepted", "the approval")
    assert ann.show(quote).ok()["quote"]["quoted_status"]["id"] == copy["id"]
    told = wait(lambda: [n for n in ben.get("/api/v1/notifications").ok() if n["type"] == "quote"], "the word to the author")[0]
    assert told["status"]["uri"] == quote["uri"]
    seen = wait(lambda: [p for p in dora.get("/api/v1/timelines/home").ok() if (p["quote"] or {}).get("state") == "accepted"],
                "the quote in a home")[0]
    assert seen["quote"]["quoted_status"]["id"] == post["id"]
    ben.post(f"/api/v1/statuses/{post['id']}/quotes/{seen['id']}/revoke").ok()
    wait(lambda: ann.show(quote).ok()["quote"]["state"] == "revoked", "the end of the quote")
    assert ann.show(quote).ok()["quote"]["quoted_status"] is None


def test_a_quote_that_is_refused(here, there):
    """The author changed their mind meanwhile: their server refuses, and the quote is shown by nobody."""
    ann, ben = here.person("ann"), there.person("ben")
    post = ben.say("from over there", quote_approval_policy="public")
    copy = known(ann, post["uri"])
    ben.put(f"/api/v1/statuses/{post['id']}/interaction_policy", json_body={"quote_approval_policy": "nobody"}).ok()
    quote = quotes(ann, copy).ok()
    wait(lambda: ann.show(quote).ok()["quote"]["state"] == "rejected", "the refusal")
    wait(lambda: "quote" not in here.get(quote["uri"][len(here.url):], headers={"Accept": AS2}).json(), "the document without it")
    other = ben.say("not this one", quote_approval_policy="nobody")
    assert quotes(ann, known(ann, other["uri"])).status == 403
