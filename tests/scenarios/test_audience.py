"""Who may see what: every route is asked for a post that the viewer may not see, and answers as for one that never was."""
import pytest

UNKNOWN = "109999999999999999"

READS = ["/api/v1/statuses/{}", "/api/v1/statuses/{}/context", "/api/v1/statuses/{}/history", "/api/v1/statuses/{}/source",
         "/api/v1/statuses/{}/favourited_by", "/api/v1/statuses/{}/reblogged_by", "/api/v1/statuses/{}/card",
         "/api/v1/statuses/{}/quotes"]
VERBS = ["favourite", "unfavourite", "reblog", "unreblog", "bookmark", "unbookmark", "mute", "unmute", "pin", "unpin",
         "translate"]


@pytest.fixture(scope="module")
def cast(shared):
    """ann writes; fay follows her, mia is mentioned, out is neither, blo is blocked by ann; nobody has no token."""
    ann, fay, mia, out, blo = shared.people("ann", "fay", "mia", "out", "blo")
    for person in (fay, blo):
        person.follows(ann)
    ann.toward(blo, "block")
    return {"ann": ann, "fay": fay, "mia": mia, "out": out, "blo": blo, "nobody": shared.stranger()}


# Who sees which post of ann's.
SEES = {
    "public": {"ann", "fay", "mia", "out", "nobody"},
    "unlisted": {"ann", "fay", "mia", "out", "nobody"},
    "private": {"ann", "fay", "mia"},
    "direct": {"ann", "mia"},
}


@pytest.fixture(scope="module")
def posts(cast):
    ann, mia = cast["ann"], cast["mia"]
    return {v: ann.say(f"@{mia.name} hush #hidden{v}", v) for v in SEES}


@pytest.mark.parametrize("visibility", SEES)
@pytest.mark.parametrize("who", ["ann", "fay", "mia", "out", "blo", "nobody"])
def test_who_sees_what(server, cast, posts, visibility, who):
    """Each kind of viewer sees exactly the posts meant for them."""
    assert cast[who].sees(posts[visibility]) == (who in SEES[visibility])


@pytest.mark.parametrize("who", ["out", "blo", "nobody"])
@pytest.mark.parametrize("visibility", ["private", "direct"])
def test_every_route_says_it_never_was(server, cast, posts, who, visibility):
    """Every route that takes a post's id gives byte for byte the answer it gives for an id that nobody has."""
    viewer, hidden = cast[who], posts[visibility]["id"]
    for path in READS:
        if who == "nobody" and path.endswith(("source", "quotes")):
            continue
        ours, unknown = viewer.get(path.format(hidden)), viewer.get(path.format(UNKNOWN))
        assert ours.status == unknown.status == 404, f"{path}: {ours.status} and {unknown.status}"
        assert ours.body == unknown.body, path
    if who == "nobody":
        return
    for verb in VERBS:
        ours, unknown = (viewer.post(f"/api/v1/statuses/{i}/{verb}") for i in (hidden, UNKNOWN))
        assert (ours.status, ours.body) == (unknown.status, unknown.body) and ours.status >= 400, verb
    for method, path, form in (("DELETE", "/api/v1/statuses/{}", None), ("PUT", "/api/v1/statuses/{}", {"status": "x"})):
        ours, unknown = (viewer.request(method, path.format(i), form=form) for i in (hidden, UNKNOWN))
        assert (ours.status, ours.body) == (unknown.status, unknown.body) and ours.status == 404, method
    reply = [viewer.post("/api/v1/statuses", form={"status": "x", "in_reply_to_id": i}) for i in (hidden, UNKNOWN)]
    assert reply[0].status >= 400 and (reply[0].status, reply[0].body) == (reply[1].status, reply[1].body)


@pytest.mark.parametrize("who", ["out", "blo", "nobody"])
def test_lists_leave_them_out(server, cast, posts, who):
    """Profiles, hashtags, search, timelines and several-at-once reading leave out what the viewer may not see."""
    viewer, ann = cast[who], cast["ann"]
    hidden = {posts["private"]["id"], posts["direct"]["id"]}
    lists = [f"/api/v1/accounts/{ann.id}/statuses", "/api/v1/timelines/tag/hiddenprivate", "/api/v1/timelines/tag/hiddendirect",
             f"/api/v1/statuses?id[]={posts['private']['id']}&id[]={posts['direct']['id']}"]
    if who != "nobody":
        lists += ["/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/bookmarks", "/api/v1/favourites"]
    for path in lists:
        answer = viewer.get(path)
        if answer.status == 200:
            assert not hidden & {p["id"] for p in answer.json()}, path
        else:
            assert answer.status in (401, 404), f"{path}: {answer.status}"
    if who != "nobody":
        assert viewer.get("/api/v2/search", q="hush", type="statuses").ok()["statuses"] == []


def test_quiet_posts_stay_out_of_public_places(server, cast, posts):
    """A quiet public post is on the profile and by its link, not under its hashtag nor in the public timeline."""
    fay, ann = cast["fay"], cast["ann"]
    quiet = posts["unlisted"]["id"]
    assert quiet in fay.ids(f"/api/v1/accounts/{ann.id}/statuses")
    assert quiet not in fay.ids("/api/v1/timelines/tag/hiddenunlisted")
    assert quiet not in fay.ids("/api/v1/timelines/public", limit=40)


def test_pages_do_not_tell_either(server, cast, posts):
    """The web page of a hidden post is the page of one that never was; feeds leave it out."""
    ann = cast["ann"]
    for visibility in ("private", "direct"):
        path = posts[visibility]["url"][len(server.url):]
        ours = server.raw("GET", path)
        unknown = server.raw("GET", path.replace(posts[visibility]["id"], UNKNOWN))
        assert ours.status == unknown.status == 404 and ours.body == unknown.body
    for path in (f"/@{ann.name}", f"/@{ann.name}.atom", f"/@{ann.name}/feed"):
        answer = server.raw("GET", path)
        assert b"hiddenprivate" not in answer.body and b"hiddendirect" not in answer.body


def test_counts_do_not_tell(server, cast, posts):
    """The number of replies that a stranger reads does not count replies they may not see."""
    ann, fay, out = cast["ann"], cast["fay"], cast["out"]
    post = ann.say("open question")
    fay.answer(post, f"@{ann.name} in private", visibility="direct")
    assert out.context(post) == ([], [])
    assert out.show(post).ok()["replies_count"] == 0


def test_a_hidden_parent_hides_nothing_else(server, cast):
    """A public reply to a followers-only post is shown to a stranger without its parent, and its page works."""
    ann, fay, out = cast["ann"], cast["fay"], cast["out"]
    post = ann.say("for followers", "private")
    reply = fay.say(f"@{ann.name} said aloud", in_reply_to_id=post["id"])
    assert out.context(reply) == ([], [])
    assert out.show(reply).status == 200


def test_media_of_hidden_posts_are_not_listed(server, cast):
    """The media tab of a profile leaves out photos of posts that the viewer may not see."""
    from harness.photos import photo
    ann, out = cast["ann"], cast["out"]
    media = ann.upload(photo(), description="A lake").ok()
    post = ann.say("private photo", "private", media_ids=[media["id"]])
    assert post["id"] not in out.ids(f"/api/v1/accounts/{ann.id}/statuses", only_media=True)


def test_unfollowing_closes_the_door(server):
    """Somebody who stops following, or is removed from the followers, no longer sees older followers-only posts."""
    ann, ben, cat = server.people("ann", "ben", "cat")
    ben.follows(ann), cat.follows(ann)
    post = ann.say("for followers", "private")
    assert ben.sees(post) and cat.sees(post)
    ben.toward(ann, "unfollow")
    ann.toward(cat, "remove_from_followers")
    assert not ben.sees(post) and not cat.sees(post)
    assert post["id"] not in ben.home() + cat.home()


def test_a_block_closes_the_door(server):
    """Somebody who is blocked sees nothing of the other any more, wherever they ask."""
    ann, ben = server.people("ann", "ben")
    ben.follows(ann)
    post = ann.say("hello")
    assert ben.sees(post)
    ann.toward(ben, "block")
    assert not ben.sees(post) and post["id"] not in ben.home()
    ann.toward(ben, "unblock")
    assert ben.sees(post)


def test_becoming_visible_again(server):
    """A pending follow request opens nothing; its acceptance does."""
    ann, ben = server.person("ann", locked=True), server.person("ben")
    post = ann.say("for followers", "private")
    ben.follows(ann)
    assert not ben.sees(post)
    ann.post(f"/api/v1/follow_requests/{ben.id}/authorize").ok()
    assert ben.sees(post)


def test_a_boost_shows_nothing_new(server):
    """The author may boost a followers-only post of their own; strangers still see neither it nor the boost."""
    ann, ben = server.people("ann", "ben")
    post = ann.say("for followers", "private")
    wrapper = ann.does(post, "reblog")
    assert not ben.sees(wrapper) and not ben.sees(post)
    ben.act(post, "reblog").fails(404)


def test_someone_who_may_see_a_followers_post_may_not_boost_it(server):
    """A follower sees a followers-only post and may not boost it."""
    ann, ben = server.people("ann", "ben")
    ben.follows(ann)
    post = ann.say("for followers", "private")
    assert ben.sees(post)
    ben.act(post, "reblog").fails(403, 404, 422)
