"""Random histories of one thread: whatever is written, shown, hidden, closed, narrowed, blocked or deleted, in whatever order,
every viewer sees on every route exactly what the rules allow."""
import os
import random
import re
import select
import time

import pytest

from harness.browser import Browser
from harness.peer import Peer, eventually
from harness.quiet import Inbox, database, end_hand, grow_old, hard_news, make_hand

AS2 = "application/activity+json"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
STEPS = int(os.environ.get("HISTORY_STEPS", 24))
SEEDS = [int(s) for s in os.environ.get("HISTORY_SEEDS", "1 2 3").split()]
STATES = ("shown", "held", "kept", "declined")


def path_of(address):
    return re.sub(r"^https?://[^/]+", "", address)


class Comment:
    def __init__(self, post, by, word, parent):
        self.id, self.post, self.by, self.word, self.parent = post["id"], post, by, word, parent
        self.ever_shown = False


class History:
    def __init__(self, server, peer, seed):
        self.server, self.peer, self.dice = server, peer, random.Random(seed)
        names = ("ann", "coe", "kim", "ben", "cat", "fay")
        self.ann, self.coe, self.kim, self.ben, self.cat, self.fay = self.people = [
            server.person(n, password="correct horse") for n in names]
        grow_old(server, *self.people)
        self.fay.follows(self.ben)
        self.fay.follows(self.ann)
        self.nan = peer.actor("nan")
        peer.delivers(peer.activity("Follow", self.nan, f"{server.url}/users/{self.ben.name}"))
        eventually(lambda: len(self.ben.get(f"/api/v1/accounts/{self.ben.id}/followers").ok()) == 2)
        self.root = hard_news(self.ann, "The news.")
        make_hand(self.root, self.coe, role=2)
        self.keeper = False
        self.comments, self.count, self.blocks, self.narrow, self.closed = [], 0, set(), False, False
        self.streams = {p: self.listen(p) for p in self.people}
        self.heard = {p: b"" for p in self.people}
        self.inboxes = {}
        self.log = []

    # What happens.

    def listen(self, person):
        s = self.server.socket()
        s.sendall(f"GET /api/v1/streaming/user HTTP/1.1\r\nHost: {self.server.host}\r\n"
                  f"Authorization: Bearer {person.token}\r\n\r\n".encode())
        heard = b""
        while b"\r\n\r\n" not in heard:
            heard += s.recv(4096)
        return s

    def inbox(self, person):
        if person not in self.inboxes:
            self.inboxes[person] = Inbox(person)
        return self.inboxes[person]

    def hands(self):
        return [self.ann, self.coe] + ([self.kim] if self.keeper else [])

    def word(self):
        self.count += 1
        return f"zq{self.count:03d}x{self.dice.randrange(10**6)}"

    def parent_for(self, person):
        seen = [c for c in self.comments if person.sees(c.post)]
        return self.dice.choice([None] + seen)

    def write(self):
        person = self.dice.choice(self.people)
        parent, word = self.parent_for(person), self.word()
        said = person.post("/api/v1/statuses", json_body={
            "status": f"{word} #{word} @{self.fay.name}", "visibility": "public",
            "in_reply_to_id": (parent.post if parent else self.root)["id"]})
        author = person in (self.ann, self.coe)
        if said.status in (404, 422):
            assert (said.status == 422 and self.closed and not author) or said.status == 404, said.body
            return
        comment = Comment(said.ok(), person, word, parent)
        self.comments.append(comment)
        state = self.state(comment)
        if not author:
            assert state == "held", f"{person.name}'s new comment is {state}"
        elif not parent or self.state(parent) == "shown":
            assert state == "shown", state

    def write_far(self):
        word = self.word()
        note = self.peer.note(self.nan, f"<p>{word}</p>", to=[PUBLIC], cc=[], inReplyTo=self.root["uri"])
        self.peer.creates(note)

        def arrived():
            with database(self.server) as db:
                return db.execute("SELECT id FROM post WHERE uri = ?", (note["id"],)).fetchone()
        found = eventually(arrived)
        self.comments.append(Comment({"id": str(found[0]), "uri": note["id"]}, None, word, None))
        assert self.state(self.comments[-1]) == "held"

    def sort(self):
        if not self.comments:
            return
        hand, comment = self.dice.choice(self.hands()), self.dice.choice(self.comments)
        do = self.dice.choice(["show", "show", "show", "keep", "decline", "hide"])
        before = self.state(comment)
        page = self.inbox(hand).sorts(do, comment.post, expect=STATES.index(before))
        if page.status == 200 and self.parent_is_shown(comment):
            assert self.state(comment) == {"show": "shown", "keep": "kept", "decline": "declined", "hide": "kept"}[do]
        self.note_shown()
        undo = re.search(r"undo=(\d+)", page.address)
        if undo and self.dice.random() < 0.3:
            self.inbox(hand).presses("undo", batch=undo[1])
            assert not self.parent_is_shown(comment) or self.state(comment) == before

    def show_all(self):
        self.inbox(self.dice.choice(self.hands())).presses("show_all", post=self.root["id"],
                                                           pile=self.dice.choice(["others", "check", "followed"]))

    def touch(self):
        held = [c for c in self.comments if self.state(c) == "held"]
        if held:
            comment = self.dice.choice(held)
            self.dice.choice([self.ann, self.coe]).act(comment.post, "favourite")

    def edit(self):
        mine = [c for c in self.comments if c.by]
        if mine:
            c = self.dice.choice(mine)
            before = self.state(c)
            c.by.put(f"/api/v1/statuses/{c.id}", json_body={"status": f"{c.word} #{c.word} changed {self.word()}"}).ok()
            if before != "shown":
                assert self.state(c) == before

    def delete(self):
        mine = [c for c in self.comments if c.by]
        if mine:
            c = self.dice.choice(mine)
            c.by.delete(f"/api/v1/statuses/{c.id}").ok()
            self.comments.remove(c)

    def keep(self):
        if self.keeper:
            end_hand(self.root, self.kim)
        else:
            make_hand(self.root, self.kim)
        self.keeper = not self.keeper

    def close(self):
        self.closed = not self.closed
        with database(self.server) as db:
            db.execute("UPDATE switches SET closes_at = ? WHERE post = ?", (1 if self.closed else 0, self.root["id"]))

    def block(self):
        who, whom = self.dice.sample([self.ben, self.cat, self.fay], 2)
        on = (who, whom) not in self.blocks
        who.toward(whom, "block" if on else "unblock")
        (self.blocks.add if on else self.blocks.discard)((who, whom))

    def narrow_root(self):
        if not self.narrow and self.dice.random() < 0.5:
            self.narrow = True
            page = self.inbox(self.ann)
            page.go(path_of(self.root["url"]) + "/who")
            assert page.submit("visibility", visibility="private").status == 200
            assert not self.server.stranger().sees(self.root)

    # What is so.

    def state(self, comment):
        with database(self.server) as db:
            row = db.execute("SELECT state FROM post WHERE id = ?", (comment.id,)).fetchone()
        return STATES[row[0]]

    def parent_is_shown(self, comment):
        return not comment.parent or comment.parent not in self.comments or self.state(comment.parent) == "shown"

    def blocked(self, a, b):
        return (a, b) in self.blocks or (b, a) in self.blocks

    def note_shown(self):
        for c in self.comments:
            c.ever_shown |= self.state(c) == "shown"

    def check(self):
        self.note_shown()
        states = {c: self.state(c) for c in self.comments}
        for c in self.comments:
            if states[c] == "shown" and c.parent in states:
                assert states[c.parent] == "shown", f"{c.word} is shown beneath what is not"
        for viewer in self.people + [None]:
            self.check_viewer(viewer, states)
        self.check_documents(states)
        self.check_rows(states)
        self.check_streams()

    def check_viewer(self, viewer, states):
        person = viewer or self.server.stranger()
        lists = self.lists_of(person)
        for c in self.comments:
            own, shown = c.by is viewer and viewer is not None, states[c] == "shown"
            strained = viewer is not None and c.by is not None and self.blocked(viewer, c.by)
            hand = viewer in self.hands()
            sees = person.sees(c.post)
            if own or (shown and not strained):
                assert sees, f"{c.word} ({states[c]}) is not there for {person.name}"
            elif not strained:
                assert sees == hand, f"{c.word} ({states[c]}): {person.name} reads it: {sees}"
            elif not shown and not hand:
                assert not sees
            for name, text in lists.items():
                if not shown and not own:
                    assert c.word not in text, f"{c.word} ({states[c]}) is in {name} of {person.name}"
            if (shown or own) and not strained and "context" in lists and self.parents_seen(c, states, viewer):
                assert c.word in lists["context"], f"{c.word} ({states[c]}) is missing for {person.name}"

    def parents_seen(self, c, states, viewer):
        while c.parent:
            if c.parent not in states:
                return False  # deleted: its answers stand by themselves
            if states[c.parent] != "shown" or (viewer and c.parent.by and self.blocked(viewer, c.parent.by)):
                return False
            c = c.parent
        return True

    def lists_of(self, person):
        found = {}
        asked = {"context": f"/api/v1/statuses/{self.root['id']}/context", "public": "/api/v1/timelines/public",
                 "search": "/api/v2/search?q=changed", "page": path_of(self.root["url"]),
                 "profile": f"/@{self.ben.name}", "feed": f"/@{self.ben.name}.atom",
                 "statuses": f"/api/v1/accounts/{self.ben.id}/statuses"}
        for c in self.comments[-3:]:
            asked[f"search {c.word}"] = f"/api/v2/search?q={c.word}"
            asked[f"tag {c.word}"] = f"/api/v1/timelines/tag/{c.word}"
        if person.token:
            asked.update(home="/api/v1/timelines/home", favourites="/api/v1/favourites")
            if person not in (self.ann, self.coe):
                asked["notifications"] = "/api/v1/notifications"
        for name, path in asked.items():
            accept = {"Accept": "text/html"} if path.startswith("/@") else {}
            answer = self.server.request("GET", path, token=person.token if not accept else None, headers=accept)
            assert answer.status < 500, f"{path}: {answer.status}"
            if answer.status == 200:
                # The words of the question are not an answer.
                found[name] = "" if name.startswith(("search ", "tag ")) and '"id"' not in answer.text else answer.text
        return found

    def check_documents(self, states):
        replies = self.server.get(path_of(self.root["uri"]) + "/replies", headers={"Accept": AS2})
        for c in self.comments:
            if replies.status == 200 and states[c] != "shown":
                assert c.post["uri"] not in replies.text
            if c.by:
                document = self.server.get(path_of(c.post["uri"]), headers={"Accept": AS2})
                assert (document.status == 200) == (states[c] == "shown"), f"{c.word}: {document.status}"
                outbox = self.server.get(f"/users/{c.by.name}/outbox?page=true", headers={"Accept": AS2})
                assert states[c] == "shown" or c.word not in outbox.text
        sent = repr(self.peer.inbox)
        for c in self.comments:
            assert c.ever_shown or c.by is None or c.word not in sent, f"{c.word} left the server"

    def check_rows(self, states):
        with database(self.server) as db:
            for post, count in db.execute(
                    "SELECT p.id, p.replies_count FROM post p WHERE p.thread = ? AND p.boost_of IS NULL", (self.root["id"],)):
                real = db.execute("SELECT COUNT(*) FROM post WHERE reply_to = ? AND state = 0 AND audience <= 1",
                                  (post,)).fetchone()[0]
                assert count == real, f"{post} counts {count} answers, there are {real}"
            for p in self.people:
                count, real = db.execute(
                    "SELECT posts_count, (SELECT COUNT(*) FROM post WHERE account = a.id AND state = 0 AND audience <= 2)"
                    " FROM account a WHERE id = ?", (p.id,)).fetchone()
                assert count == real, f"{p.name} has {real} posts, not {count}"
            for post, state, beside in db.execute(
                    "SELECT c.post, p.state, c.state FROM comment c JOIN post p ON p.id = c.post"):
                assert state == beside
            hidden = {int(c.id) for c in self.comments if states[c] != "shown"}
            for account, post in db.execute("SELECT account, post FROM notification WHERE post IS NOT NULL"):
                assert post not in hidden or account in (int(self.ann.id), int(self.coe.id)) or \
                    account == next(int(c.by.id) for c in self.comments if int(c.id) == post), "somebody was told"

    def check_streams(self):
        while ready := select.select(list(self.streams.values()), [], [], 0.05)[0]:
            for p, s in self.streams.items():
                if s in ready:
                    self.heard[p] += s.recv(1 << 16)
        for c in self.comments:
            for p in self.people:
                assert c.ever_shown or p is c.by or c.word.encode() not in self.heard[p], \
                    f"{p.name}'s stream holds {c.word}"

    def step(self):
        act = self.dice.choices(
            [self.write, self.write_far, self.sort, self.show_all, self.touch, self.edit, self.delete, self.keep, self.close,
             self.block, self.narrow_root], [8, 2, 8, 1, 2, 3, 2, 2, 1, 2, 1])[0]
        self.log.append(act.__name__)
        act()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_histories(new_server, tmp_path, seed):
    """At every step every viewer and every route sees exactly what the rules allow."""
    server = new_server(local_timeline_for_visitors="yes")
    peer = Peer(tmp_path, server)
    try:
        history = History(server, peer, seed)
        for _ in range(STEPS):
            history.step()
            try:
                history.check()
            except AssertionError as e:
                raise AssertionError(f"seed {seed}, after {' '.join(history.log)}: {e}") from None
        mine = [c for c in history.comments if c.by is history.ben and history.state(c) == "shown"]
        eventually(lambda: all(c.word in repr(peer.inbox) for c in mine))
    finally:
        peer.close()
