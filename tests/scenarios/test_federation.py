"""Two servers on this machine: what people do on the one is seen on the other, in both directions."""
import pytest

from harness.common import wait

AS2 = "application/activity+json"


@pytest.fixture
def here(new_server):
    return new_server(place="here")


@pytest.fixture
def there(new_server):
    return new_server(place="there")


class Far:
    """Somebody as another server knows them."""

    def __init__(self, id, acct):
        self.id, self.acct, self.name = id, acct, acct


def finds(person, other):
    """Looks the other one up by name@server, as an app does."""
    acct = f"{other.name}@{other.server.host}"
    said = person.get("/api/v2/search", q="@" + acct, resolve="true", type="accounts").ok()
    assert [a["acct"] for a in said["accounts"]] == [acct]
    return Far(said["accounts"][0]["id"], acct)


def follows(person, other):
    """person follows other; until both servers say so."""
    far = finds(person, other)
    person.follows(far)
    wait(lambda: person.knows(far)["following"], f"{person.name} follows {far.acct}")
    back = wait(lambda: other.get(f"/api/v1/accounts/{other.id}/followers").ok(), "the follower's row")[0]
    return far, Far(back["id"], back["acct"])


def test_documents_are_found_by_name(here, there):
    """WebFinger leads to the actor; the profile's address gives a document to servers and a page to people."""
    ann, ben = here.person("ann"), there.person("ben")
    finds(ann, ben)
    actor = there.get(f"/users/{ben.name}", headers={"Accept": AS2})
    assert actor.status == 200 and actor.headers["Content-Type"].startswith(AS2)
    page = there.get(f"/@{ben.name}", headers={"Accept": "text/html"})
    assert page.status == 200 and page.headers["Content-Type"].startswith("text/html")
    document = there.get(f"/@{ben.name}", headers={"Accept": AS2})
    assert document.body == actor.body
    by_address = ann.get("/api/v2/search", q=f"{there.url}/@{ben.name}", resolve="true").ok()
    assert [a["acct"] for a in by_address["accounts"]] == [f"{ben.name}@{there.host}"]


def test_what_is_private_is_not_there(here):
    """Without a signature a followers-only post, a local one and one that never was are the same 404."""
    ann = here.person("ann")
    posts = [ann.say("for followers", visibility="private"), ann.say("for nobody", visibility="direct")]
    answers = [here.get(f"/users/{ann.name}/statuses/{p['id']}", headers={"Accept": AS2}) for p in posts]
    answers.append(here.get(f"/users/{ann.name}/statuses/1", headers={"Accept": AS2}))
    assert {a.status for a in answers} == {404} and len({a.body for a in answers}) == 1
    for tail in ("/activity", "/replies", "/likes", "/shares"):
        assert here.get(f"/users/{ann.name}/statuses/{posts[0]['id']}{tail}", headers={"Accept": AS2}).status == 404
    followers = here.get(f"/users/{ann.name}/followers", headers={"Accept": AS2})
    assert followers.status == 200 and b"totalItems" not in followers.body


def test_a_deleted_post_leaves_a_tombstone(here):
    """What everybody could see answers 410 once it is deleted; what was private answers 404 as ever."""
    ann = here.person("ann")
    for visibility, status in (("public", 410), ("private", 404)):
        post = ann.say("soon gone", visibility=visibility)
        ann.delete(f"/api/v1/statuses/{post['id']}").ok()
        assert here.get(f"/users/{ann.name}/statuses/{post['id']}", headers={"Accept": AS2}).status == status


def test_follow_post_comment_and_marks(here, there):
    """A follow, a post, a comment, a favourite and a boost cross; then each is taken back."""
    ann, ben = here.person("ann"), there.person("ben")
    far_ben, far_ann = follows(ann, ben)
    follows(ben, ann)
    post = ben.say("Hello over there #lake", spoiler_text="greeting", language="en")
    came = wait(lambda: ann.get("/api/v1/timelines/home").ok(), "the post")[0]
    assert came["account"]["acct"] == far_ben.acct and came["uri"] == post["uri"]
    assert came["spoiler_text"] == "greeting" and came["visibility"] == "public" and came["tags"][0]["name"] == "lake"

    comment = ann.answer(came, f"@{far_ben.acct} And hello back")
    wait(lambda: ben.context(post)[1], "the comment")
    assert ("mention", ann.name) in [n[:2] for n in ben.notes()]

    ann.does(came, "favourite")
    wait(lambda: ben.notes("favourite"), "the favourite")
    ann.does(came, "reblog")
    wait(lambda: ben.notes("reblog"), "the boost")
    ann.does(came, "unfavourite")
    wait(lambda: not ben.get(f"/api/v1/statuses/{post['id']}/favourited_by").ok(), "the favourite taken back")
    ann.does(came, "unreblog")
    wait(lambda: not ben.get(f"/api/v1/statuses/{post['id']}/reblogged_by").ok(), "the boost taken back")

    ben.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "Hello again"}).ok()
    wait(lambda: "again" in ann.show(came).ok()["content"], "the edit")
    ann.delete(f"/api/v1/statuses/{comment['id']}").ok()
    wait(lambda: not ben.context(post)[1], "the comment deleted")
    ben.delete(f"/api/v1/statuses/{post['id']}").ok()
    wait(lambda: not ann.sees(came), "the post deleted")

    ann.toward(far_ben, "unfollow")
    wait(lambda: not ben.knows(far_ann)["followed_by"], "the follow taken back")


def test_audiences_cross(here, there):
    """Each audience arrives as what it is; a local one does not leave."""
    ann, ben = here.person("ann"), there.person("ben")
    far_ben, _ = follows(ann, ben)
    back = finds(ben, ann)
    ben.say("for nobody elsewhere", local_only=True)
    for visibility in ("public", "unlisted", "private", "direct"):
        ben.say(f"@{back.acct} {visibility}", visibility=visibility)
    seen = wait(lambda: len(got := ann.notes("mention")) == 4 and got, "four mentions")
    assert {ann.get(f"/api/v1/statuses/{n[2]}").ok()["visibility"] for n in seen} == {"public", "unlisted", "private", "direct"}
    assert not [p for p in ann.get("/api/v1/timelines/home").ok() if "elsewhere" in p["content"]]
    assert far_ben.id


def test_asking_first(here, there):
    """Somebody who approves by hand is asked; yes and no both arrive."""
    ann, ben = here.person("ann"), there.person("ben", locked=True)
    far = finds(ann, ben)
    assert ann.follows(far)["requested"]
    asked = wait(lambda: ben.get("/api/v1/follow_requests").ok(), "the request")[0]
    ben.post(f"/api/v1/follow_requests/{asked['id']}/reject").ok()
    wait(lambda: not ann.knows(far)["requested"], "the no")
    ann.follows(far)
    asked = wait(lambda: ben.get("/api/v1/follow_requests").ok(), "the second request")[0]
    ben.post(f"/api/v1/follow_requests/{asked['id']}/authorize").ok()
    wait(lambda: ann.knows(far)["following"], "the yes")


def test_polls_cross(here, there):
    """A vote from elsewhere counts, and the new numbers come back."""
    ann, ben = here.person("ann"), there.person("ben")
    follows(ann, ben)
    ben.say("Well?", poll={"options": ["yes", "no"], "expires_in": 3600})
    came = wait(lambda: ann.get("/api/v1/timelines/home").ok(), "the poll")[0]
    ann.post(f"/api/v1/polls/{came['poll']['id']}/votes", json_body={"choices": [1]}).ok()
    own = ben.get(f"/api/v1/accounts/{ben.id}/statuses").ok()[0]
    wait(lambda: ben.show(own).ok()["poll"]["options"][1]["votes_count"] == 1, "the vote")


def test_a_profile_that_changes(here, there):
    """A new name reaches the followers' servers."""
    ann, ben = here.person("ann"), there.person("ben")
    far, _ = follows(ann, ben)
    ben.patch("/api/v1/accounts/update_credentials", json_body={"display_name": "Benno"}).ok()
    wait(lambda: ann.get(f"/api/v1/accounts/{far.id}").ok()["display_name"] == "Benno", "the new name", 40)


def test_a_kill_loses_no_delivery(here, there):
    """What was acknowledged is delivered after the server was killed, and arrives as one post."""
    ann, ben = here.person("ann"), there.person("ben")
    follows(ann, ben)
    said = [ben.say(f"number {i}")["uri"] for i in range(10)]
    there.kill()
    there.start()
    wait(lambda: len(ann.home()) >= 10, "ten posts", 60)
    assert sorted(p["uri"] for p in ann.get("/api/v1/timelines/home", limit=40).ok()) == sorted(said)


def test_a_report_reaches_the_other_server(here, there):
    """A forwarded report is told there, not who reported."""
    ann, ben = here.person("ann"), there.person("ben")
    owner = there.person("owner", role="owner")
    far, _ = follows(ann, ben)
    ben.say("something rude")
    came = wait(lambda: ann.get("/api/v1/timelines/home").ok(), "the post")[0]
    ann.post("/api/v1/reports", json_body={"account_id": far.id, "status_ids": [came["id"]], "comment": "Rude.", "forward": True}).ok()
    told = wait(lambda: [n for n in owner.get("/api/v1/notifications").ok() if n["type"] == "admin.report"], "the report")[0]
    assert told["account"]["username"] != ann.name


def test_blocks_cross(here, there):
    """Who is blocked follows no longer, and the block is taken back as quietly."""
    ann, ben = here.person("ann"), there.person("ben")
    far, back = follows(ann, ben)
    ben.toward(back, "block")
    wait(lambda: not ann.knows(far)["following"], "the follow ended")
    ben.toward(back, "unblock")
    assert not ann.knows(far)["following"]


def test_documents_for_followers(here, there):
    """A followers-only post is shown to the server of a follower, asking with its signature, and to no other."""
    ann, ben, cat = here.person("ann"), there.person("ben"), here.person("cat")
    post = ben.say("for followers", visibility="private")
    uri = f"{there.url}/users/{ben.name}/statuses/{post['id']}"
    assert not ann.get("/api/v2/search", q=uri, resolve="true").ok()["statuses"]
    follows(ann, ben)
    later = ben.say("for followers, too", visibility="private")
    wait(lambda: ann.home(), "the post")
    found = ann.get("/api/v2/search", q=f"{there.url}/users/{ben.name}/statuses/{later['id']}", resolve="true").ok()["statuses"]
    assert [p["uri"] for p in found] == [later["uri"]]
    assert not cat.get("/api/v2/search", q=later["uri"], resolve="true").ok()["statuses"]
