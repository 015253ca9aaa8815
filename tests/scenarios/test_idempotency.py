"""The same post sent twice over a bad line is one post."""
import threading

import pytest


def send(person, key, text="once"):
    return person.post("/api/v1/statuses", form={"status": text}, headers={"Idempotency-Key": key})


def test_gotcha_27_a_replay_returns_the_first_post(ann):
    """The same key gives the first post again, with 200, and stores nothing more."""
    first, second = send(ann, "k1").ok(), send(ann, "k1").ok()
    assert first["id"] == second["id"]
    assert ann.ids(f"/api/v1/accounts/{ann.id}/statuses") == [first["id"]]
    assert send(ann, "k2").ok()["id"] != first["id"]


def test_keys_belong_to_their_person(ann, ben):
    """Two people may use the same key."""
    assert send(ann, "same").ok()["id"] != send(ben, "same").ok()["id"]


@pytest.mark.crowd
def test_t165_one_key_from_twelve_sockets(server, ann):
    """One key sent from twelve sockets at once makes one post, and all twelve get it."""
    got = []
    threads = [threading.Thread(target=lambda: got.append(send(ann, "burst"))) for _ in range(12)]
    [t.start() for t in threads], [t.join() for t in threads]
    assert len(got) == 12 and len({answer.ok()["id"] for answer in got}) == 1
    assert len(ann.ids(f"/api/v1/accounts/{ann.id}/statuses")) == 1


def test_a_failed_try_does_not_use_up_the_key(ann):
    """A post that was refused can be mended and sent again with the same key."""
    send(ann, "k3", "x" * 2001).fails(422)
    assert send(ann, "k3", "short").ok()["content"] == "<p>short</p>"
