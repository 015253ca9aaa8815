"""Somebody deletes their account: nothing of theirs is left, here or elsewhere, and their addresses say so."""
import sqlite3

import pytest

from harness.browser import Browser
from harness.photos import photo
from test_federation import AS2, follows, here, there, wait  # noqa: F401

PASSWORD = "correct horse 4"


def gone(server, path, **headers):
    return server.get(path, headers=headers).status


def a_week_later(server, name):
    """What waits for its day is due now. The server is stopped for it: nobody else may write."""
    server.stop()
    with sqlite3.connect(server.data / "tidings.db") as db:
        db.execute("UPDATE login SET leaving_at = 1 WHERE leaving_at IS NOT NULL AND account ="
                   " (SELECT id FROM account WHERE username = ?)", (name,))
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'leave'")
        db.commit()
    db.close()
    server.start()


def test_leaving_by_the_settings_page(here, there):
    """then deletes are federated.

    The password is asked for, a week passes, and then both servers have nothing any more; the name stays taken."""
    ann, ben = here.person("ann"), there.person("ben", password=PASSWORD)
    cat = there.person("cat")
    far, back = follows(ann, ben)
    cat.follows(ben)
    media = ben.upload(photo(), description="A lake").ok()
    said = ben.say("with a photo", media_ids=[media["id"]])
    whispered = ben.say(f"only you @{back.acct}", visibility="direct")
    ben.does(cat.say("liked by ben"), "favourite")
    liked = cat.get(f"/api/v1/accounts/{cat.id}/statuses").ok()[0]
    wait(lambda: len(ann.home()) == 2, "both posts")
    browser = Browser(there)
    browser.sign_in(ben)
    browser.go("/settings/leave")
    page = browser.submit("password", password="not the horse 4")
    assert page.status == 422 and "not your password" in page.text
    page = browser.submit("password", password=PASSWORD)
    assert "is deleted" in page.text and "Keep my account" in page.text
    assert ben.say("still here")["id"], "until the day everything stays"
    browser.submit("stay")
    assert browser.go("/settings/leave").has_form("password")
    browser.submit("password", password=PASSWORD)
    browser.go("/home")
    a_week_later(there, ben.name)
    wait(lambda: ben.get("/api/v1/accounts/verify_credentials").status == 401, "the end of the access")
    wait(lambda: gone(there, f"/users/{ben.name}", Accept=AS2) == 410, "the actor's end")
    assert gone(there, said["uri"][len(there.url):], Accept=AS2) == 410
    assert gone(there, f"/users/{ben.name}/statuses/{whispered['id']}/activity", Accept=AS2) == 410
    assert gone(there, f"/users/{ben.name}/outbox", Accept=AS2) == 410
    assert gone(there, f"/users/{ben.name}/followers", Accept=AS2) == 410
    assert gone(there, f"/.well-known/webfinger?resource=acct:{ben.name}@{there.host}") == 410
    assert gone(there, f"/@{ben.name}", Accept="text/html") == 410
    assert there.post(f"/users/{ben.name}/inbox", json_body={"type": "Like"}).status == 410
    wait(lambda: there.get(media["url"][len(there.url):]).status == 404, "the photo's end", 30)
    wait(lambda: ann.get(f"/api/v1/accounts/{far.id}").status == 404, "the end on the other server", 30)
    assert ann.home() == [] and ann.get("/api/v1/conversations").ok() == []
    assert ann.get(f"/api/v1/accounts/{ann.id}/following").ok() == []
    wait(lambda: cat.show(liked).ok()["favourites_count"] == 0, "the favourite's end")
    with sqlite3.connect(f"file:{there.data / 'tidings.db'}?mode=ro", uri=True) as db:
        wait(lambda: db.execute("SELECT count(*) FROM account WHERE username = ?", (ben.name,)).fetchone() == (0,), "the row's end")
    db.close()
    taken = there.run("account", "create", ben.name, "--email", "new@mail.example")
    assert taken.returncode == 65 and "taken" in taken.stderr


def test_leaving_by_the_command_line(here, there):
    """An administrator deletes an account while the server runs; it has to be meant, and the last owner stays."""
    ann, ben = here.person("ann"), there.person("ben")
    owner = there.person("owner", role="owner")
    far, _ = follows(ann, ben)
    assert there.run("account", "delete", ben.name).returncode == 64
    there.command("account", "delete", ben.name, "--yes")
    wait(lambda: ann.get(f"/api/v1/accounts/{far.id}").status == 404, "the end on the other server", 30)
    refused = there.run("account", "delete", owner.name, "--yes")
    assert refused.returncode == 65 and "owner" in refused.stderr
    assert owner.get("/api/v1/accounts/verify_credentials").status == 200


@pytest.mark.parametrize("forged", ["/users/{name}", "/users/{name}#main-key"])
def test_a_stranger_deletes_nobody(here, forged):
    """A Delete of somebody that nobody signed changes nothing."""
    ann = here.person("ann")
    uri = here.url + forged.format(name=ann.name)
    activity = {"@context": "https://www.w3.org/ns/activitystreams", "id": uri + "#delete", "type": "Delete", "actor": uri, "object": uri}
    assert here.post("/inbox", json_body=activity, headers={"Content-Type": AS2}).status in (400, 401)
    assert ann.get("/api/v1/accounts/verify_credentials").status == 200
