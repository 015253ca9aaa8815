"""A storm of posts from several people at once, and the account of what was acknowledged."""
import threading
import uuid


class Storm:
    """Each post has a text of its own and a key of its own; acknowledged maps text to id, unsure holds texts without an answer."""

    def __init__(self, people, lanes=8):
        self.people, self.lanes = people, lanes
        self.acknowledged, self.unsure, self.keys, self.refused = {}, set(), {}, {}
        self.over, self.threads = False, []

    def begin(self):
        self.over = False
        self.threads = [threading.Thread(target=self.talk, args=(self.people[i % len(self.people)],)) for i in range(self.lanes)]
        [t.start() for t in self.threads]
        return self

    def end(self):
        self.over = True
        [t.join() for t in self.threads]
        return self

    def talk(self, person):
        while not self.over:
            text = uuid.uuid4().hex
            if not self.send(person, text):
                return

    def send(self, person, text):
        self.keys[text] = person
        try:
            answer = person.post("/api/v1/statuses", form={"status": text, "visibility": "public"}, headers={"Idempotency-Key": text})
        except (OSError, ValueError, AssertionError, Exception) as fault:  # the line broke: nobody knows whether it was stored
            if isinstance(fault, KeyboardInterrupt):
                raise
            self.unsure.add(text)
            return False
        if answer.status == 200:
            self.acknowledged[text] = answer.json()["id"]
            self.unsure.discard(text)
        else:
            self.refused[text] = answer.status
        return True

    def check(self, server):
        """Nothing acknowledged is missing, nothing is there twice, and what was unsure can be sent again to be there once."""
        stored = everything(self.people)
        for text, id_ in self.acknowledged.items():
            assert stored.get(text) == [id_], f"acknowledged as {id_}, stored as {stored.get(text)}"
        assert all(len(ids) == 1 for ids in stored.values()), [i for i in stored.values() if len(i) > 1]
        again = list(self.unsure)
        for text in again:
            assert self.send(self.keys[text], text)
        stored = everything(self.people)
        for text in again:
            assert stored.get(text) == [self.acknowledged[text]], text
        server.command("check")


def everything(people):
    stored = {}
    for person in people:
        page = f"/api/v1/accounts/{person.id}/statuses?limit=40"
        while page:
            answer = person.get(page)
            for post in answer.ok():
                stored.setdefault(post["content"].removeprefix("<p>").removesuffix("</p>"), []).append(post["id"])
            page = answer.link("next")
    return stored
