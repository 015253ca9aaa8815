"""Favourites, boosts, bookmarks, pins."""
import pytest


@pytest.mark.parametrize("verb, undo, key", [("favourite", "unfavourite", "favourited"), ("bookmark", "unbookmark", "bookmarked"),
                                             ("mute", "unmute", "muted")])
def test_marking_and_taking_it_back(ann, ben, verb, undo, key):
    """The answer to a mark and to its undoing carries the new state, and doing it twice changes nothing."""
    post = ben.say("hello") if verb != "mute" else ann.say("hello")
    assert ann.does(post, verb)[key] is True
    assert ann.does(post, verb)[key] is True
    assert ann.show(post).ok()[key] is True
    assert ann.does(post, undo)[key] is False
    assert ann.does(post, undo)[key] is False


def test_favourites_are_listed_and_told(ann, ben):
    """A favourite is told to the author once, listed for its giver, and shown among those who gave one."""
    post = ben.say("hello")
    ann.does(post, "favourite"), ann.does(post, "favourite")
    assert ann.ids("/api/v1/favourites") == [post["id"]]
    assert ben.notes("favourite") == [("favourite", ann.name, post["id"])]
    assert [a["id"] for a in ben.get(f"/api/v1/statuses/{post['id']}/favourited_by").ok()] == [ann.id]
    ann.does(post, "unfavourite")
    assert ann.ids("/api/v1/favourites") == [] and ben.notes("favourite") == []


def test_counts_are_for_the_author(ann, ben, cat):
    """As shipped, the number of favourites is hidden from others and shown to the author."""
    post = ben.say("hello")
    ann.does(post, "favourite"), cat.does(post, "favourite")
    assert ben.show(post).ok()["favourites_count"] == 2
    assert ann.show(post).ok()["favourites_count"] == 0


def test_makers_are_for_the_author(server, ann, ben, cat):
    """Where the number is hidden, so are the names that would tell it; they show when the author shows counts."""
    post = ben.say("hello")
    ann.does(post, "favourite"), ann.does(post, "reblog")
    for verb in ["favourited_by", "reblogged_by"]:
        address = f"/api/v1/statuses/{post['id']}/{verb}"
        assert ben.ids(address) == [ann.id]
        assert cat.ids(address) == ann.ids(address) == [] and server.get(address).ok() == []


def test_bookmarks_are_nobody_elses_business(ann, ben):
    """A bookmark is listed for its owner and told to nobody."""
    post = ben.say("hello")
    ann.does(post, "bookmark")
    assert ann.ids("/api/v1/bookmarks") == [post["id"]] and ben.notes() == []


def test_boosting(ann, ben, cat):
    """A boost answers with its wrapper, reaches followers, is told to the author, and is taken back whole."""
    cat.follows(ann)
    post = ben.say("worth it")
    wrapper = ann.does(post, "reblog")
    assert wrapper["reblog"]["id"] == post["id"] and wrapper["reblog"]["reblogged"] is True and wrapper["account"]["id"] == ann.id
    assert wrapper["id"] in cat.home()
    assert ben.notes("reblog") == [("reblog", ann.name, post["id"])]
    assert [a["id"] for a in ben.get(f"/api/v1/statuses/{post['id']}/reblogged_by").ok()] == [ann.id]
    again = ann.does(post, "reblog")
    assert again["id"] == wrapper["id"]
    back = ann.does(post, "unreblog")
    assert back["id"] == post["id"] and back["reblogged"] is False
    assert wrapper["id"] not in cat.home() and not cat.sees(wrapper) and ben.notes("reblog") == []


def test_deleting_a_boost_by_its_own_id(ann, ben):
    """Deleting the wrapper takes the boost back and leaves the post."""
    post = ben.say("worth it")
    wrapper = ann.does(post, "reblog")
    ann.delete(f"/api/v1/statuses/{wrapper['id']}").ok()
    assert ann.show(post).ok()["reblogged"] is False


def test_a_mark_on_a_boost_means_the_post(ann, ben, cat):
    """Favouriting a wrapper favourites what was boosted."""
    post = ben.say("worth it")
    wrapper = ann.does(post, "reblog")
    cat.does(wrapper, "favourite")
    assert cat.show(post).ok()["favourited"] is True
    assert ("favourite", cat.name, post["id"]) in ben.notes()


def test_boosting_more_quietly(ann, ben, server):
    """A boost can be made for followers only."""
    post = ben.say("worth it")
    wrapper = ann.does(post, "reblog", form={"visibility": "private"})
    assert wrapper["visibility"] == "private" and not server.stranger().sees(wrapper)


def test_direct_posts_cannot_be_boosted(ann):
    """A private mention is boosted by nobody, its author included."""
    post = ann.say("note to self", "direct")
    ann.act(post, "reblog").fails(403, 404, 422)


def test_pinning(ann, ben):
    """Up to five of one's own posts can be pinned; they are listed and say so."""
    posts = [ann.say(f"post {i}") for i in range(6)]
    for post in posts[:5]:
        assert ann.does(post, "pin")["pinned"] is True
    ann.act(posts[5], "pin").fails(422)
    assert set(ben.ids(f"/api/v1/accounts/{ann.id}/statuses", pinned=True)) == {p["id"] for p in posts[:5]}
    assert ann.does(posts[0], "unpin")["pinned"] is False
    ann.act(ben.say("by ben"), "pin").fails(403, 422)


@pytest.mark.crowd
def test_t154_races(server):
    """Sixteen parallel favourites, boosts and follows by the same people count each person once and never below zero."""
    import threading
    ann = server.person("ann")
    crowd = server.people(*["race"] * 8)
    post = ann.say("hello")
    faults = []

    def rush(person, verb):
        answer = person.act(post, verb) if verb != "follow" else person.post(f"/api/v1/accounts/{ann.id}/follow")
        if answer.status >= 500:
            faults.append(answer)

    for verbs in (("favourite", "reblog", "follow"), ("unfavourite", "unreblog"), ("unfavourite", "unreblog")):
        threads = [threading.Thread(target=rush, args=(p, v)) for p in crowd for v in verbs for _ in range(2)]
        [t.start() for t in threads], [t.join() for t in threads]
        assert not faults
        want = len(crowd) if "follow" in verbs else 0
        now = ann.show(post).ok()
        assert (now["favourites_count"], now["reblogs_count"]) == (want, want)
    assert len(ann.get(f"/api/v1/accounts/{ann.id}/followers").ok()) == len(crowd)
    assert len(ann.notes("follow")) == len(crowd)
