"""Home timelines: what is in them, in which order, and what leaves them."""
import pytest


def test_newest_first_own_and_followed(ann, ben, cat):
    """Home shows one's own posts and those of the people one follows, newest first, and nobody else's."""
    ann.follows(ben)
    posts = [ben.say("one"), ann.say("two"), ben.say("three", "unlisted"), ben.say("four", "private")]
    cat.say("not followed")
    assert ann.home() == [p["id"] for p in reversed(posts)]


def test_following_brings_what_was_said_before(ann, ben):
    """Following somebody brings their recent posts in at once, in their place in time."""
    first = ben.say("before")
    mine = ann.say("mine")
    second = ben.say("between")
    ann.follows(ben)
    assert ann.home() == [second["id"], mine["id"], first["id"]]


def test_unfollowing_takes_it_out(ann, ben):
    """Unfollowing takes the other's posts out of home at once."""
    ann.follows(ben)
    ben.say("one")
    mine = ann.say("mine")
    ann.toward(ben, "unfollow")
    assert ann.home() == [mine["id"]]


def test_replies_only_between_people_one_follows(ann, ben, cat):
    """Replies to people one does not follow stay out of home; replies among people one follows are in it."""
    ann.follows(ben)
    theirs = cat.say("a post")
    reply = ben.answer(theirs, "a reply to somebody ann does not follow")
    assert reply["id"] not in ann.home()
    ann.follows(cat)
    reply = ben.answer(theirs, "another")
    assert reply["id"] in ann.home()


def test_a_reply_to_me_is_there(ann, ben):
    """A reply by somebody I follow to a post of mine is in my home."""
    ann.follows(ben)
    mine = ann.say("mine")
    assert ben.answer(mine, "yours")["id"] in ann.home()


def test_boosts_come_once(ann, ben, cat, server):
    """A post boosted by two people one follows shows up once, and not at all when its author is there already."""
    dan = server.person("dan")
    for person in (ben, cat):
        ann.follows(person)
    post = dan.say("worth reading")
    first, second = ben.does(post, "reblog"), cat.does(post, "reblog")
    home = ann.get("/api/v1/timelines/home").ok()
    assert [p["id"] for p in home if p["reblog"] and p["reblog"]["id"] == post["id"]] in ([first["id"]], [second["id"]])


def test_boosts_can_be_left_out(ann, ben, cat):
    """Following without boosts leaves them out, those that were there already too."""
    ann.follows(ben)
    post = cat.say("by cat")
    wrapper = ben.does(post, "reblog")
    assert wrapper["id"] in ann.home()
    ann.follows(ben, form={"reblogs": False})
    assert wrapper["id"] not in ann.home()


def test_deleted_posts_leave(ann, ben):
    """A deleted post leaves home, with the boosts of it."""
    ann.follows(ben)
    post = ben.say("one")
    wrapper = ann.does(post, "reblog")
    ben.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert not {post["id"], wrapper["id"]} & set(ann.home())


def test_a_mute_hides_and_its_end_brings_back(ann, ben):
    """Muted people leave home and come back afterwards."""
    ann.follows(ben)
    post = ben.say("one")
    ann.toward(ben, "mute")
    assert ann.home() == []
    ann.toward(ben, "unmute")
    assert ann.home() == [post["id"]]


def test_boosts_of_muted_and_blocked_people(ann, ben, cat):
    """A boost of somebody muted or blocked does not come in through a third person."""
    ann.follows(ben)
    ann.toward(cat, "mute")
    wrapper = ben.does(cat.say("by cat"), "reblog")
    assert wrapper["id"] not in ann.home()


def test_direct_messages_stay_out_of_strangers_home(ann, ben, cat):
    """A private mention among others never comes to the home of a follower who is not mentioned."""
    ann.follows(ben)
    post = ben.say(f"@{cat.name} psst", "direct")
    assert post["id"] not in ann.home() and not ann.sees(post)


@pytest.mark.crowd
def test_many_write_and_read_at_once(server):
    """Twelve people post at the same time while their followers read; everything arrives once and in order."""
    import threading
    people = server.people(*["crowd"] * 6)
    reader = server.person("reader")
    for person in people:
        reader.follows(person)
    said, faults = [], []

    def talk(person):
        try:
            for i in range(15):
                said.append(person.say(f"word {i}")["id"])
                reader.home(limit=40)
        except Exception as fault:  # collected: a thread's own failure must reach the story
            faults.append(fault)

    threads = [threading.Thread(target=talk, args=(p,)) for p in people for _ in range(2)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert not faults, faults[0]
    assert len(set(said)) == len(said) == 180
    got, page = [], "/api/v1/timelines/home?limit=40"
    while page:
        answer = reader.get(page)
        got += [p["id"] for p in answer.ok()]
        page = answer.link("next")
    assert got == sorted(said, key=int, reverse=True)


def test_coming_back_after_a_long_time(new_server):
    """Somebody who has not been here for a month finds their home whole."""
    server = new_server()
    ann, ben = server.people("ann", "ben")
    ann.follows(ben)
    posts = [ben.say(f"post {i}")["id"] for i in range(5)]
    server.stop()
    # The month passes for the database: the day ann was last seen moves back, and what was kept for her goes.
    import sqlite3
    with sqlite3.connect(next(server.data.glob("*.db"))) as db:
        db.execute("UPDATE login SET seen_at = seen_at - 40 * 86400000, home_from = 0")
        db.execute("DELETE FROM home")
    server.start()
    posts.append(ben.say("after")["id"])
    assert ann.home() == posts[::-1]
