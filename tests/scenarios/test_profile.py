"""Profiles: words, fields, pictures, settings that apps change."""
import pytest

from harness.photos import photo

UPDATE = "/api/v1/accounts/update_credentials"


def test_a_new_profile(ann, server):
    """A new profile has pictures that load, no counts it should not have, and a source for its owner only."""
    me = ann.get("/api/v1/accounts/verify_credentials").ok()
    assert me["username"] == me["acct"] == ann.name and me["url"] == f"{server.url}/@{ann.name}"
    for key in ("avatar", "header"):
        assert server.raw("GET", me[key][len(server.url):]).status == 200
    assert me["header"].rsplit("/", 1)[1].startswith("missing.png") or "missing.png" in me["header"]
    assert "source" not in server.get(f"/api/v1/accounts/{ann.id}").ok()


def test_words_and_fields(ann, ben):
    """Name, words and fields are changed, shown as markup to others, and kept as written for the owner."""
    said = ann.patch(UPDATE, form={"display_name": "Ann <b>", "note": "I row.\nhttps://row.example",
                                   "fields_attributes[0][name]": "Boat", "fields_attributes[0][value]": "https://boat.example",
                                   "fields_attributes[1][name]": "Lake", "fields_attributes[1][value]": "<i>x</i>"}).ok()
    assert said["display_name"] == "Ann <b>" and said["source"]["note"] == "I row.\nhttps://row.example"
    assert [f["value"] for f in said["source"]["fields"]] == ["https://boat.example", "<i>x</i>"]
    seen = ben.get(f"/api/v1/accounts/{ann.id}").ok()
    assert '<a href="https://row.example"' in seen["note"] and '<a href="https://boat.example"' in seen["fields"][0]["value"]
    assert "<i>" not in seen["fields"][1]["value"]


@pytest.mark.parametrize("body", [
    {"json_body": {"fields_attributes": [{"name": "a", "value": "b"}], "source": {"privacy": "private"}, "bot": True}},
    {"json_body": {"fields_attributes": {"0": {"name": "a", "value": "b"}}, "source": {"privacy": "private"}, "bot": "1"}},
    {"form": {"fields_attributes[0][name]": "a", "fields_attributes[0][value]": "b", "source[privacy]": "private", "bot": "1"}},
    {"fields": {"fields_attributes[0][name]": "a", "fields_attributes[0][value]": "b", "source[privacy]": "private", "bot": "true"}},
])
def test_every_encoding_of_update_credentials(ann, body):
    """Apps change a profile by JSON, form and multipart, nested or not; all mean the same."""
    said = ann.patch(UPDATE, **body).ok()
    assert said["fields"][0]["name"] == "a" and said["source"]["privacy"] == "private" and said["bot"] is True


def test_at_most_four_fields(ann):
    """A fifth field is refused."""
    ann.patch(UPDATE, json_body={"fields_attributes": [{"name": f"n{i}", "value": "v"} for i in range(5)]}).fails(422)


def test_pictures(server, ann):
    """A picture and a header are set, served, and taken away again."""
    said = ann.patch(UPDATE, files={"avatar": ("me.png", "image/png", photo()), "header": ("h.webp", "image/webp", photo("lake.webp"))}).ok()
    for key in ("avatar", "avatar_static", "header", "header_static"):
        answer = server.raw("GET", said[key][len(server.url):])
        assert answer.status == 200 and answer.headers["Content-Type"].startswith("image/")
    without = ann.delete("/api/v1/profile/avatar").ok()
    assert without["avatar"] != said["avatar"]
    ann.patch(UPDATE, files={"avatar": ("me.png", "image/png", b"not a picture")}).fails(422)


def test_flags(ann, ben):
    """Locked, bot, discoverable and indexable can be set and are seen."""
    ann.patch(UPDATE, form={"locked": True, "bot": True, "discoverable": True, "indexable": True}).ok()
    seen = ben.get(f"/api/v1/accounts/{ann.id}").ok()
    assert seen["locked"] and seen["bot"] and seen["discoverable"] and seen["indexable"]
    ann.patch(UPDATE, form={"locked": "0", "bot": "false"}).ok()
    seen = ben.get(f"/api/v1/accounts/{ann.id}").ok()
    assert not seen["locked"] and not seen["bot"]


def test_a_long_name(ann):
    """A display name or words beyond the limit are refused with a sentence."""
    ann.patch(UPDATE, form={"display_name": "x" * 500}).fails(422)
    ann.patch(UPDATE, form={"note": "x" * 20000}).fails(422)


def test_t148_nothing_else_can_be_set(server, ann):
    """Role, counts and ids that come along are ignored."""
    before = ann.get("/api/v1/accounts/verify_credentials").ok()
    ann.patch(UPDATE, form={"role": "owner", "role_id": 3, "id": 1, "followers_count": 99, "username": "root",
                            "suspended": False, "display_name": "same"}).ok()
    after = ann.get("/api/v1/accounts/verify_credentials").ok()
    assert {k: after[k] for k in ("id", "username", "followers_count", "role")} == {k: before[k] for k in ("id", "username", "followers_count", "role")}


def test_lookup(server, ann):
    """An account is looked up by name, with or without the domain, in any case."""
    for acct in (ann.name, ann.name.upper(), f"{ann.name}@{server.host}", f"@{ann.name}"):
        assert server.get("/api/v1/accounts/lookup", query={"acct": acct}).ok()["id"] == ann.id
    server.get("/api/v1/accounts/lookup", query={"acct": "nobodyatall"}).fails(404)


def test_several_at_once(server, ann, ben):
    """Several accounts are read in one request."""
    assert {a["id"] for a in server.get("/api/v1/accounts", query={"id[]": [ann.id, ben.id]}).ok()} == {ann.id, ben.id}


def test_disabled_accounts(server, ann):
    """T146: a disabled account opens nothing with its token until it is enabled again."""
    server.command("account", "disable", ann.name)
    ann.get("/api/v1/accounts/verify_credentials").fails(401, 403)
    ann.get("/api/v1/timelines/home").fails(401, 403)
    server.command("account", "enable", ann.name)
    assert server.token(ann.name)


def test_t006_a_new_password_ends_everything_else(server):
    """Setting a new password ends all sessions and tokens at once."""
    from harness.browser import Browser
    ann = server.person("ann", password="correct horse 4")
    browser = Browser(server)
    browser.sign_in(ann)
    server.command("account", "password", ann.name, "--password-stdin", stdin="another horse 5\n")
    ann.get("/api/v1/accounts/verify_credentials").fails(401)
    assert browser.go("/settings").has_form("password") or browser.page.status in (401, 403)
    ann.password = "another horse 5"
    fresh = Browser(server)
    fresh.sign_in(ann)
    assert not fresh.go("/home").has_form("password")
