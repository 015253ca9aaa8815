"""Polls: asking, voting, what is seen before and after."""
import pytest


def ask(person, options=("tea", "coffee"), **more):
    return person.say("which?", poll={"options": list(options), "expires_in": 3600, **more})


def vote(person, poll, *choices):
    return person.post(f"/api/v1/polls/{poll['id']}/votes", json_body={"choices": list(choices)})


def test_asking_and_voting(ann, ben):
    """A poll is part of a post; a vote is counted once and answered with the new numbers."""
    post = ask(ann)
    poll = post["poll"]
    assert [o["title"] for o in poll["options"]] == ["tea", "coffee"] and poll["multiple"] is False and not poll["expired"]
    said = vote(ben, poll, 1).ok()
    assert said["voted"] is True and said["own_votes"] == [1] and said["votes_count"] == 1
    assert [o["votes_count"] for o in said["options"]] == [0, 1]
    vote(ben, poll, 0).fails(422)
    assert ann.get(f"/api/v1/polls/{poll['id']}").ok()["votes_count"] == 1


def test_forms_of_real_apps(ann, ben):
    """A poll may come as a form, and a vote as form or in the query."""
    post = ann.post("/api/v1/statuses", form={"status": "which?", "poll[options][]": ["a", "b"], "poll[expires_in]": 600,
                                              "poll[multiple]": True}).ok()
    assert post["poll"]["multiple"] is True
    ben.post(f"/api/v1/polls/{post['poll']['id']}/votes?choices[]=0&choices[]=1").ok()
    assert ann.show(post).ok()["poll"]["votes_count"] == 2
    assert ann.show(post).ok()["poll"]["voters_count"] == 1


def test_one_choice_means_one(ann, ben):
    """A poll with one choice refuses two, and takes none of them."""
    poll = ask(ann)["poll"]
    vote(ben, poll, 0, 1).fails(422)
    assert ann.get(f"/api/v1/polls/{poll['id']}").ok()["votes_count"] == 0


@pytest.mark.parametrize("choices", [[2], [-1], [10**12], ["x"], []])
def test_t155_odd_votes(ann, ben, choices):
    """Votes for options that are not there are refused."""
    poll = ask(ann)["poll"]
    vote(ben, poll, *choices).fails(422, 400, 404)
    assert ann.get(f"/api/v1/polls/{poll['id']}").ok()["votes_count"] == 0


def test_t155_own_and_closed_polls(ann, new_server):
    """Nobody votes in their own poll, and nobody in a closed one; the author and the voters are told of the end."""
    poll = ask(ann)["poll"]
    vote(ann, poll, 0).fails(422)


@pytest.mark.parametrize("poll", [
    {"options": ["only one"], "expires_in": 600}, {"options": ["same", "same"], "expires_in": 600},
    {"options": ["a", ""], "expires_in": 600}, {"options": ["a", "b" * 1000], "expires_in": 600},
    {"options": [f"o{i}" for i in range(50)], "expires_in": 600}, {"options": ["a", "b"], "expires_in": -1},
    {"options": ["a", "b"], "expires_in": 2**63}, {"options": ["a", "b"], "expires_in": 1e308},
    {"options": ["a", "b"], "expires_in": 10}, {"options": ["a", "b"]},
])
def test_t164_odd_polls(ann, poll):
    """Polls with too few, too many, equal or empty options, or that end at an odd time, are refused."""
    ann.post("/api/v1/statuses", json_body={"status": "which?", "poll": poll}).fails(422, 400)


def test_totals_hidden_until_the_end(ann, ben, cat):
    """With totals hidden the numbers of each option stay null until the end."""
    poll = ask(ann, hide_totals=True)["poll"]
    vote(ben, poll, 0).ok()
    said = cat.get(f"/api/v1/polls/{poll['id']}").ok()
    assert [o["votes_count"] for o in said["options"]] == [None, None]


def test_polls_are_as_hidden_as_their_posts(ann, ben):
    """The poll of a post that one may not see answers as one that never was."""
    post = ann.say("which?", "private", poll={"options": ["a", "b"], "expires_in": 600})
    ours, unknown = (ben.get(f"/api/v1/polls/{i}") for i in (post["poll"]["id"], "109999999999999999"))
    assert (ours.status, ours.body) == (unknown.status, unknown.body) and ours.status == 404
    ours, unknown = (vote(ben, {"id": i}, 0) for i in (post["poll"]["id"], "109999999999999999"))
    assert (ours.status, ours.body) == (unknown.status, unknown.body)


def test_a_poll_and_photos_do_not_go_together(ann):
    """A poll beside photos is refused."""
    from harness.photos import photo
    media = ann.upload(photo()).ok()
    ann.post("/api/v1/statuses", json_body={"status": "x", "media_ids": [media["id"]],
                                            "poll": {"options": ["a", "b"], "expires_in": 600}}).fails(422)
