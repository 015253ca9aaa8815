"""Somebody with a token, and the things people do, in the words of the client API."""


class Person:
    def __init__(self, server, name, token, password=None):
        self.server, self.name, self.token, self.password = server, name, token, password
        self.email = f"{name}@mail.example"
        self._id = None

    @property
    def id(self):
        self._id = self._id or self.get("/api/v1/accounts/verify_credentials").ok()["id"]
        return self._id

    @property
    def acct(self):
        return self.name

    def request(self, method, path, **what):
        return self.server.request(method, path, token=self.token, **what)

    def get(self, path, **query):
        return self.request("GET", path, query=query)

    def post(self, path, **what):
        return self.request("POST", path, **what)

    def put(self, path, **what):
        return self.request("PUT", path, **what)

    def patch(self, path, **what):
        return self.request("PATCH", path, **what)

    def delete(self, path, **what):
        return self.request("DELETE", path, **what)

    # Posts.

    def say(self, text, visibility="public", **more):
        return self.post("/api/v1/statuses", json_body={"status": text, "visibility": visibility, **more}).ok()

    def answer(self, post, text, **more):
        return self.say(text, in_reply_to_id=post["id"], **{"visibility": post["visibility"], **more})

    def show(self, post):
        return self.get(f"/api/v1/statuses/{post['id']}")

    def sees(self, post):
        """True or False; anything but 200 and 404 is a fault."""
        answer = self.show(post)
        assert answer.status in (200, 404), f"{answer.status} {answer.body[:200]!r}"
        return answer.status == 200

    def act(self, post, verb, **what):
        return self.post(f"/api/v1/statuses/{post['id']}/{verb}", **what)

    def does(self, post, verb, **what):
        return self.act(post, verb, **what).ok()

    def context(self, post):
        said = self.get(f"/api/v1/statuses/{post['id']}/context").ok()
        return [p["id"] for p in said["ancestors"]], [p["id"] for p in said["descendants"]]

    def upload(self, data, name="photo.png", kind="image/png", path="/api/v2/media", **fields):
        return self.post(path, files={"file": (name, kind, data)}, fields=fields)

    # Lists of posts, as ids.

    def home(self, **query):
        return [p["id"] for p in self.get("/api/v1/timelines/home", **query).ok()]

    def ids(self, path, **query):
        return [p["id"] for p in self.get(path, **query).ok()]

    # Other people.

    def toward(self, other, verb, **what):
        return self.post(f"/api/v1/accounts/{other.id}/{verb}", **what).ok()

    def follows(self, other, **what):
        return self.toward(other, "follow", **what)

    def knows(self, other):
        return self.get("/api/v1/accounts/relationships", **{"id[]": other.id}).ok()[0]

    def notes(self, *kinds):
        """Notifications, newest first: (type, account name, post id or None)."""
        said = self.get("/api/v1/notifications").ok()
        return [(n["type"], n["account"]["username"], (n.get("status") or {}).get("id")) for n in said
                if not kinds or n["type"] in kinds]
