"""Random histories of one thread: whatever is written, shown, hidden, closed, narrowed, blocked or deleted, in whatever order,
every viewer sees on every route exactly what the rules allow: pages, API, streams, notifications, push, mail, ActivityPub, feeds,
search, copies, exports and keepsakes. Every second history is that of a journal's post."""
import io
import os
import random
import re
import select
import time
import zipfile

import pytest

from harness.browser import Browser
from harness.export import copy_of
from harness.keepsake import read
from harness.mail import Mailbox, link
from harness.peer import Peer, eventually
from harness.push import PushService
from harness.quiet import Inbox, database, end_hand, grow_old, hard_news, make_hand
from test_journals import Journal

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
        self.ever_shown, self.audience = False, "public"


class History:
    def __init__(self, server, peer, box, service, seed):
        self.server, self.peer, self.box, self.dice = server, peer, box, random.Random(seed)
        names = ("ann", "coe", "kim", "ben", "cat", "fay")
        self.ann, self.coe, self.kim, self.ben, self.cat, self.fay = self.people = [
            server.person(n, password="correct horse") for n in names]
        grow_old(server, *self.people)
        self.fay.follows(self.ben)
        self.fay.follows(self.ann)
        self.nan = peer.actor("nan")
        peer.delivers(peer.activity("Follow", self.nan, f"{server.url}/users/{self.ben.name}"))
        eventually(lambda: len(self.ben.get(f"/api/v1/accounts/{self.ben.id}/followers").ok()) == 2)
        self.comments, self.count, self.blocks, self.closed = [], 0, set(), False
        self.narrow, self.keeper, self.letters, self.shut, self.favourites = "public", False, [], [], set()
        self.inboxes, self.log = {}, []
        self.root_word, self.circle, self.by_mail = self.word(), self.word(), None
        self.devices = {p: service.device(standard=i % 2 == 0) for i, p in enumerate(self.people)}
        for p, device in self.devices.items():
            device.wakes(p, **dict.fromkeys(("mention", "status", "reblog", "favourite", "poll", "update", "quote"), True), policy="all")
        with database(server) as db:
            db.execute("UPDATE login SET digest_mail = 1")
        if seed % 2:
            self.root, self.author = hard_news(self.ann, f"The news {self.root_word}."), self.ann
            make_hand(self.root, self.coe, role=2)
        else:
            self.in_a_journal()
        self.make_circle()
        self.streams = {p: self.listen(p) for p in self.people}
        self.heard = {p: b"" for p in self.people}

    def in_a_journal(self):
        """Ann's and Coe's journal, and Aunt Kari who reads it by e-mail."""
        for p in (self.ann, self.coe):
            p.browser = self.inbox(p)
        self.journal = Journal(self.ann, preset="2").shared(self.coe)
        browser = Browser(self.server)
        browser.go(self.journal.path + "/by-mail")
        browser.submit("by_email", by_name="Kari", by_email="kari@mail.example")
        self.by_mail = link(self.box.to("kari@mail.example"), self.server)
        browser.go(self.by_mail)
        browser.submit("Yes, send them to me")
        self.root, self.author = self.journal.say(f"The news {self.root_word}.", visibility="public"), None
        assert self.root_word in self.box.to("kari@mail.example", 2).get_content()

    def make_circle(self):
        """An audience of Ann's with a name of its own, and Fay in it."""
        page = self.inbox(self.ann)
        page.go("/audiences")
        where = page.submit("title", title=self.circle).address.split("?")[0]
        assert page.submit("Add", press="add", **{"accounts[]": self.fay.id}).status == 200
        self.circle_value = "list:" + where.rsplit("/", 1)[1]

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
        return f"zq{self.count:03d}x{self.dice.randrange(10**6):06d}"

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
        open_ones = [c for c in self.comments if c.audience == "public"]
        if not open_ones:
            return
        hand, comment = self.dice.choice(self.hands()), self.dice.choice(open_ones)
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
            before, word = self.state(c), self.word()
            c.by.put(f"/api/v1/statuses/{c.id}", json_body={"status": f"{c.word} #{c.word} changed {word}"}).ok()
            if c.audience == "self":
                self.shut.append((word, c.by))
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
        ways = ["public", "private"] + ([self.circle_value] if self.author else [])
        if ways.index(self.narrow) + 1 < len(ways):
            self.narrow = ways[ways.index(self.narrow) + 1]
            page = self.inbox(self.ann)
            page.go(path_of(self.root["url"]) + "/who")
            assert page.submit("visibility", visibility=self.narrow).status == 200
            assert not self.server.stranger().sees(self.root)

    def narrow_comment(self):
        mine = [c for c in self.comments if c.by and c.audience != "self"]
        if mine:
            c = self.dice.choice(mine)
            c.audience = "self" if c.audience == "private" else self.dice.choice(["private", "self"])
            page = self.inbox(c.by)
            page.go(path_of(c.post["url"]) + "/who")
            assert page.submit("visibility", visibility=c.audience).status == 200

    def favourite(self):
        person = self.dice.choice([self.ben, self.cat, self.fay])
        if person.sees(self.root):
            person.does(self.root, "favourite")
            self.favourites.add(person)

    def write_letter(self):
        person, word = self.dice.choice([self.ben, self.cat]), self.word()
        page = self.inbox(person)
        if page.go(path_of(self.root["url"]) + "/letter").status == 200 and page.page.has_form("text"):
            page.submit("text", text=f"Dear friends {word}")
            self.letters.append((word, person))

    def the_hour(self):
        """Whatever waits for a digest is told of, by mail too; or its owner opens it."""
        with database(self.server) as db:
            db.execute("UPDATE job SET run_at = 1 WHERE kind = 'digest'")
        if self.dice.random() < 0.3:
            self.inbox(self.dice.choice([self.ann, self.coe])).go("/digest")

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
        self.check_pushes()
        self.check_mails()
        if self.by_mail:
            self.check_copy(states)

    def may(self, viewer, c, state):
        """Whether somebody may read a comment; None: it depends, on who blocked whom and on what was edited."""
        if viewer is not None and c.by is viewer:
            return True
        if viewer is not None and c.by is not None and self.blocked(viewer, c.by):
            return None if state == "shown" or viewer in self.hands() else False
        if c.audience == "self":
            return False
        if c.audience == "private" and viewer in self.hands():
            return None  # an edit addresses the post's author, who may read what waits for them
        if state == "shown":
            return c.audience == "public" or viewer is self.fay  # whom everybody mentions
        return viewer in self.hands() and (c.audience == "public" or c.by is self.author)

    def secrets(self, person):
        """Words that nobody but these people may read anywhere, whatever happens."""
        found = [word for word, by in self.shut if by is not person]
        if person not in (self.ann, self.coe):
            found += [word for word, _ in self.letters]
        return found + ([self.circle] if person is not self.ann else [])

    def check_viewer(self, viewer, states):
        person = viewer or self.server.stranger()
        lists = self.lists_of(person)
        for c in self.comments:
            own, shown = c.by is viewer and viewer is not None, states[c] == "shown"
            may, sees = self.may(viewer, c, states[c]), person.sees(c.post)
            assert may is None or sees == may, \
                f"{c.word} of {c.by and c.by.name} ({states[c]}, {c.audience}): {person.name} reads it: {sees}"
            for name, text in lists.items():
                if not own and (not shown or may is False):
                    assert c.word not in text, f"{c.word} ({states[c]}, {c.audience}) is in {name} of {person.name}"
            if may and (shown or own) and "context" in lists and self.parents_seen(c, states, viewer):
                assert c.word in lists["context"], f"{c.word} ({states[c]}) is missing for {person.name}"
        for name, text in lists.items():
            for word in self.secrets(viewer):
                assert word not in text, f"{word} is in {name} of {person.name}"
            if not self.reads_root(viewer):
                assert self.root_word not in text, f"the narrowed post is in {name} of {person.name}"
        self.check_counts(person, viewer)

    def reads_root(self, viewer):
        if self.narrow == "public" or viewer in self.hands():
            return True
        return viewer is self.fay and self.author is not None  # who follows Ann, and is in the audience

    def check_counts(self, person, viewer):
        """Counts are the authors' alone; whether there are comments is everybody's, of those that are shown."""
        said = person.show(self.root)
        if said.status != 200 or viewer in (self.ann, self.coe):
            return
        post = said.ok()
        assert post["favourites_count"] == post["reblogs_count"] == post.get("quotes_count", 0) == 0
        with database(self.server) as db:
            real, = db.execute("SELECT COUNT(*) FROM post WHERE reply_to = ? AND state = 0 AND audience <= 1",
                               (self.root["id"],)).fetchone()
        assert post["replies_count"] == min(real, 1), f"{person.name} is told of {post['replies_count']} comments, {real} are shown"

    def parents_seen(self, c, states, viewer):
        while c.parent:
            if c.parent not in states:
                return False  # deleted: its answers stand by themselves
            if states[c.parent] != "shown" or not self.may(viewer, c.parent, "shown"):
                return False
            c = c.parent
        return True

    def lists_of(self, person):
        found = {}
        asked = {"context": f"/api/v1/statuses/{self.root['id']}/context", "public": "/api/v1/timelines/public",
                 "search": "/api/v2/search?q=changed", "page": path_of(self.root["url"]),
                 "profile": f"/@{self.ben.name}", "feed": f"/@{self.ben.name}.atom",
                 "statuses": f"/api/v1/accounts/{self.ben.id}/statuses"}
        if self.by_mail:
            asked.update({"journal": self.journal.path, "journal feed": self.journal.path + ".atom", "by mail": self.by_mail,
                          "by mail, the post": f"{self.by_mail}/{self.root['id']}"})
        for c in self.comments[-3:]:
            asked[f"search {c.word}"] = f"/api/v2/search?q={c.word}"
            asked[f"tag {c.word}"] = f"/api/v1/timelines/tag/{c.word}"
        if person.token:
            asked.update(home="/api/v1/timelines/home", favourites="/api/v1/favourites")
            if person not in (self.ann, self.coe):
                asked["notifications"] = "/api/v1/notifications"
        for name, path in asked.items():
            accept = {"Accept": "text/html"} if not path.startswith("/api") else {}
            answer = self.server.request("GET", path, token=person.token if not accept else None, headers=accept)
            assert answer.status < 500, f"{path}: {answer.status}"
            if answer.status == 200:
                # The words of the question are not an answer; whoever has the mail's link reads the post.
                if name.startswith("by mail"):
                    answer_text = answer.text.replace(self.root_word, "")
                    found[name] = answer_text
                    continue
                found[name] = "" if name.startswith(("search ", "tag ")) and '"id"' not in answer.text else answer.text
        return found

    def check_documents(self, states):
        replies = self.server.get(path_of(self.root["uri"]) + "/replies", headers={"Accept": AS2})
        for c in self.comments:
            if replies.status == 200 and (states[c] != "shown" or c.audience != "public"):
                assert c.post["uri"] not in replies.text
            if c.by:
                document = self.server.get(path_of(c.post["uri"]), headers={"Accept": AS2})
                open_one = states[c] == "shown" and c.audience == "public"
                assert (document.status == 200) == open_one, f"{c.word}: {document.status}"
                outbox = self.server.get(f"/users/{c.by.name}/outbox?page=true", headers={"Accept": AS2})
                assert open_one or c.word not in outbox.text
        sent = repr(self.peer.inbox)
        for c in self.comments:
            assert c.ever_shown or c.by is None or c.word not in sent, f"{c.word} left the server"
            assert c.ever_shown or c.by is None or c.post["uri"] not in sent, f"that there is {c.word} left the server"
        for word in self.secrets(None):
            assert word not in sent, f"{word} left the server"

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
        for p in self.people:
            for word in self.secrets(p):
                assert word.encode() not in self.heard[p], f"{p.name}'s stream holds {word}"

    def check_pushes(self):
        """A quiet post wakes none of its authors, and what waits wakes nobody: whom it mentions is told once it is shown."""
        for p, device in self.devices.items():
            said = repr([(m["title"], m["body"]) for m in device.came()])
            for c in self.comments:
                if c.word in said and p is not c.by:
                    assert c.ever_shown and p not in (self.ann, self.coe), f"{c.word} ({self.state(c)}) woke {p.name}: {said}"
            for word in self.secrets(p) + [word for word, _ in self.letters]:
                assert word not in said, f"{word} woke {p.name}"

    def check_mails(self):
        """No mail holds a word of a comment or a letter; a note about the digest has names and no number."""
        for mail in list(self.box.mails):
            said = f"{mail['Subject']} {mail.get_content()}"
            for word in [c.word for c in self.comments] + [w for w, _ in self.letters + self.shut] + [self.circle]:
                assert word not in said, f"{word} went to {mail.envelope_to} by mail"

    def check_copy(self, states):
        """The copy that an owner takes of the journal."""
        answer = self.inbox(self.coe).fetch("GET", self.journal.path + "/journal/copy")
        with zipfile.ZipFile(io.BytesIO(answer.body)) as copy:
            said = copy.read("index.html").decode()
        assert self.root_word in said
        for word in [c.word for c in self.comments if states[c] != "shown"] + [w for w, _ in self.letters + self.shut]:
            assert word not in said, f"{word} is in the copy"

    def check_exports(self):
        """What everybody takes along at the end: their own words whatever became of them, nobody else's, and no state."""
        states = {c: self.state(c) for c in self.comments}
        for p in self.people:
            said = copy_of(self.inbox(p)).words()
            for c in self.comments:
                if c.by is p:
                    assert c.word in said, f"{p.name}'s own {c.word} ({states[c]}) is missing in their copy"
                else:
                    assert c.word not in said, f"{c.word} of somebody else is in {p.name}'s copy"
            for word, by in self.shut:
                assert by is p or word not in said, f"{word} is in {p.name}'s copy"
            for word, by in self.letters:
                assert (word in said) == (p is by or p is self.author), f"the letter {word} and {p.name}'s copy"
            assert (self.circle in said) == (p is self.ann)
            assert not re.search(r'"(held|kept|declined)"', said)

    def check_keepsakes(self):
        """Books in every form: what was ticked and nothing else, and nothing of those who asked not to be in print."""
        asked = [c for c in self.comments if c.by and self.dice.random() < 0.3]
        for c in asked:
            self.inbox(c.by).presses_under(c.post, "noprint")
        with database(self.server) as db:
            db.execute("UPDATE letter SET state = 1")
        states = {c: self.state(c) for c in self.comments}
        ticks = [("comments", "limited", "alone"), ("comments", "kept", "limited", "alone"), ("comments", "kept", "letters", "limited", "alone")]
        self.dice.shuffle(ticks)
        for p in (self.ann, self.coe):
            if p is self.coe and self.author and self.narrow != "public":
                continue  # a row alone made her a co-author: nobody let her in
            for form, with_ in zip(("html", "epub", "zip"), ticks):
                said = read(self.inbox(p), form, of=self.by_mail and self.journal.id, with_=with_, title="Ours").text()
                where = f"{p.name}'s {form} with {with_}"
                assert self.root_word in said, f"the post is missing in {where}"
                for c in self.comments:
                    may = c not in asked and c.audience == "public" and (states[c] == "shown" or states[c] == "kept" and "kept" in with_)
                    assert c.audience == "private" and c not in asked and states[c] == "shown" or (c.word in said) == may, \
                        f"{c.word} ({states[c]}, {c.audience}, {c in asked}) and {where}"
                for word, _ in self.letters:
                    assert (word in said) == ("letters" in with_), f"the letter {word} and {where}"
                for word in [word for word, by in self.shut if by is not p] + [self.circle, self.server.host, "favourite", "boost"]:
                    assert word not in said, f"{word} is in {where}"

    def step(self):
        act = self.dice.choices(
            [self.write, self.write_far, self.sort, self.show_all, self.touch, self.edit, self.delete, self.keep, self.close,
             self.block, self.narrow_root, self.narrow_comment, self.favourite, self.write_letter, self.the_hour],
            [8, 2, 8, 1, 2, 3, 2, 2, 1, 2, 1, 3, 1, 2, 2])[0]
        self.log.append(act.__name__)
        act()


@pytest.mark.parametrize("seed", SEEDS)
def test_random_histories(new_server, tmp_path, seed):
    """At every step every viewer and every route sees exactly what the rules allow."""
    box, service = Mailbox(), PushService()
    server = new_server(local_timeline_for_visitors="yes", smtp_url=box.url)
    peer = Peer(tmp_path, server)
    try:
        history = History(server, peer, box, service, seed)
        for _ in range(STEPS):
            history.step()
            try:
                history.check()
            except AssertionError as e:
                raise AssertionError(f"seed {seed}, after {' '.join(history.log)}: {e}") from None
        history.check_exports()
        history.check_keepsakes()
        mine = [c for c in history.comments if c.by is history.ben and c.audience == "public" and history.state(c) == "shown"]
        eventually(lambda: all(c.word in repr(peer.inbox) for c in mine))
    finally:
        peer.close(), service.close(), box.close()
