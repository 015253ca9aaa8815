"""Comments: threads, their order, who sees them."""


def test_the_order_of_a_thread(ann, ben, cat):
    """Ancestors come root first; what follows comes depth first, older branches before younger ones."""
    root = ann.say("root")
    a = ben.answer(root, "a")
    b = cat.answer(root, "b")
    a1 = ann.answer(a, "a1")
    b1 = ben.answer(b, "b1")
    a2 = cat.answer(a, "a2")
    a11 = ben.answer(a1, "a11")
    assert ann.context(root) == ([], [p["id"] for p in (a, a1, a11, a2, b, b1)])
    assert ann.context(a11) == ([root["id"], a["id"], a1["id"]], [])
    assert ann.context(a) == ([root["id"]], [a1["id"], a11["id"], a2["id"]])


def test_authors_own_thread_comes_first(ann, ben):
    """An author who continues their own post is read on without a break or in plain order of time; never out of order."""
    root = ann.say("root")
    other = ben.answer(root, "other")
    own = ann.answer(root, "own")
    assert sorted(ann.context(root)[1]) == sorted([other["id"], own["id"]])


def test_a_deep_thread(ann, ben):
    """A conversation of sixty replies, each to the one before, is whole from both ends."""
    ids = [ann.say("root")["id"]]
    for i in range(60):
        ids.append((ann, ben)[i % 2].say(f"turn {i}", in_reply_to_id=ids[-1])["id"])
    assert ann.context({"id": ids[0]})[1] == ids[1:]
    assert ann.context({"id": ids[-1]})[0] == ids[:-1]


def test_blocked_and_muted_people_are_left_out(ann, ben, cat):
    """Comments by people the reader blocked or muted are left out for that reader alone."""
    root = ann.say("root")
    mine, theirs = ben.answer(root, "by ben"), cat.answer(root, "by cat")
    ann.toward(cat, "block")
    assert ann.context(root)[1] == [mine["id"]]
    assert ben.context(root)[1] == [mine["id"], theirs["id"]]


def test_strangers_read_public_threads(ann, ben, server):
    """A visitor without an account reads the public part of a thread."""
    root = ann.say("root")
    public, hidden = ben.answer(root, "aloud"), ben.say(f"@{ann.name} hush", "direct", in_reply_to_id=root["id"])
    assert server.stranger().context(root) == ([], [public["id"]])
    assert ann.context(root)[1] == [public["id"], hidden["id"]]


def test_deleting_a_comment_in_the_middle(ann, ben, cat):
    """When a comment in the middle is deleted its answers stay readable."""
    root = ann.say("root")
    middle = ben.answer(root, "middle")
    leaf = cat.answer(middle, "leaf")
    ben.delete(f"/api/v1/statuses/{middle['id']}").ok()
    assert cat.show(leaf).ok()["in_reply_to_id"] in (None, middle["id"])
    assert ann.context(leaf)[0] in ([], [root["id"]])


def test_muting_a_thread(ann, ben):
    """A muted thread brings no more notifications, and says so of itself."""
    root = ann.say("root")
    assert ann.does(root, "mute")["muted"] is True
    ben.answer(root, f"@{ann.name} one")
    assert ann.notes("mention") == []
    assert ann.does(root, "unmute")["muted"] is False
    two = ben.answer(root, f"@{ann.name} two")
    assert ("mention", ben.name, two["id"]) in ann.notes()


def test_a_comment_reaches_whoever_it_answers(ann, ben, cat):
    """A comment without the author's name in it still comes to the author; one they may not see does not, and nobody hears twice."""
    post = ann.say("The lake has a skin of ice.")
    plain = ben.say("I heard it sing.", in_reply_to_id=post["id"])
    both = cat.say(f"@{ann.name} so did I.", in_reply_to_id=post["id"])
    cat.say("Only to my own.", in_reply_to_id=post["id"], visibility="private")
    heard = [(n["type"], n["status"]["id"]) for n in ann.get("/api/v1/notifications").ok()]
    assert heard == [("mention", both["id"]), ("mention", plain["id"])]
