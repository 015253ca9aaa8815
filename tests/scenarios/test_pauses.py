"""Topic pauses: a rest from a subject, which everything a reader meets obeys, and nobody else ever notices."""
import sqlite3
import time
import urllib.parse

from harness.browser import Browser
from harness.common import path
from harness.mail import Mailbox
from harness.stream import Stream


class Rows:
    """The database of a stopped server: nobody else may write meanwhile."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.server.stop()
        self.db = sqlite3.connect(self.server.data / "tidings.db")
        return self.db

    def __exit__(self, *fault):
        self.db.commit()
        self.db.close()
        self.server.start()


def topic(page, name):
    """The value of a topic's box on a page."""
    names = [w.strip() for w in page.words]
    boxes = [a["value"] for tag, a in page.tags if tag == "input" and a.get("name") == "topic[]"]
    labels = [w for w in names if w]
    first = labels.index("Topics") + 1
    return boxes[labels[first:first + len(boxes)].index(name)]


def rest(person, *topics, own="", days="30", spared="", press="begin"):
    page = person.browser.go("/pauses/new")
    chosen = {"topic[]": [topic(page, t) for t in topics]} if topics else {}
    return person.browser.submit("own", press=press, own=own, days=days, spared=spared, **chosen)


def the_pause(person):
    return [f for f in person.get("/api/v2/filters").ok() if f["title"].startswith("Rest from")]


def test_a_topic_pause(server, person):
    """Topic pause: pick topics and/or own words, a length; see a preview of what would be hidden; exceptions per person. Hidden things leave no gap, no count. Stored as filters with expiry and `hide`; the server leaves matching posts out of timelines, notifications, search, suggestions, mails, so stock apps obey. At expiry one line in Home: "Your rest from … ends today. Keep it?\""""
    ann, ben, cat = person("ann"), person("ben"), person("cat")
    for who in (ben, cat):
        ann.follows(who)
    news = ben.say("We are expecting a baby in May")
    kite = ben.say("The kite flew well")
    lena = cat.say("My newborn sister sleeps")
    page = rest(ann, "Pregnancy and birth", own="kites", spared=cat.name, press="preview")
    assert "What this leaves out" in page.text and "We are expecting a baby" in page.text
    assert "The kite flew" not in page.text and "newborn" not in page.text.split("Topics")[0]
    assert the_pause(ann) == []
    assert news["id"] in ann.home()
    page = ann.browser.submit("own", press="begin")
    assert "Your rest has begun." in page.text and "A rest from Pregnancy and birth, “kites”" in page.text
    assert ann.home() == [lena["id"], kite["id"]]
    page = ann.browser.go("/")
    assert "expecting" not in page.text and "The kite flew" in page.text
    filters = the_pause(ann)
    assert len(filters) == 1 and filters[0]["filter_action"] == "hide" and filters[0]["expires_at"]
    assert set(filters[0]["context"]) == {"home", "notifications", "public", "thread", "account"}
    assert {"keyword": "newborn", "whole_word": True} in [
        {k: w[k] for k in ("keyword", "whole_word")} for w in filters[0]["keywords"]]
    assert news["id"] not in ann.ids("/api/v1/timelines/public") and kite["id"] in ann.ids("/api/v1/timelines/public")
    assert news["id"] not in ann.ids(f"/api/v1/accounts/{ben.id}/statuses")
    ann.show(news).ok()  # under its address it is there
    assert ann.browser.go(path(news)).status == 200
    found = ann.get("/api/v2/search", q="baby", type="statuses").ok()["statuses"]
    assert news["id"] not in [p["id"] for p in found]


def test_a_page_is_full(server, person):
    """Hidden things leave no gap, no count."""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    said = []
    for i in range(60):
        said.append(ben.say(f"The war goes on, day {i}" if i % 2 else f"A calm day {i}"))
    calm = [p["id"] for p in said if "calm" in p["content"]][::-1]
    rest(ann, "War")
    first = ann.get("/api/v1/timelines/home", limit=20)
    assert [p["id"] for p in first.ok()] == calm[:20]
    link = first.headers["Link"]
    older = dict(urllib.parse.parse_qsl(link.split(">")[0].split("?")[1]))["max_id"]
    assert ann.home(limit=20, max_id=older) == calm[20:]
    assert ann.home(limit=7, min_id=calm[20]) == calm[13:20]
    assert ann.ids(f"/api/v1/accounts/{ben.id}/statuses", limit=30) == calm
    assert ann.ids("/api/v1/timelines/public", limit=20)[:20] == calm[:20]


def test_what_reaches_them(server, person):
    """the server leaves matching posts out of timelines, notifications, search, suggestions, mails"""
    ann, ben = person("ann"), person("ben")
    rest(ann, "War")
    stream = Stream(ann, "user")
    loud = ben.say(f"@{ann.name} have you read about the war?", visibility="direct")
    calm = ben.say(f"@{ann.name} are you coming on Sunday?", visibility="direct")
    assert ann.notes("mention") == [("mention", ben.name, calm["id"])]
    grouped = ann.get("/api/v2/notifications").ok()
    assert loud["id"] not in [s["id"] for s in grouped["statuses"]]
    assert ann.get("/api/v1/notifications/unread_count").ok()["count"] == 1
    heard = [stream.next("notification")]
    assert loud["id"] not in str(heard) and calm["id"] in str(heard)
    page = ann.browser.go("/notifications")
    assert "Sunday" in page.text and "about the war" not in page.text
    # a thread: what it left out is not there, its answers are
    root = ben.say("A walk on Sunday?")
    war = ben.answer(root, "If the war lets us")
    below = ben.answer(war, "I bring tea")
    assert ann.context(root)[1] == [below["id"]]
    assert "If the war" not in ann.browser.go(path(root)).text
    # when the rest ends it is all there again
    ann.browser.go("/pauses")
    ann.browser.submit("end", press="end")
    assert {n[2] for n in ann.notes("mention")} >= {loud["id"], calm["id"]}
    assert len(ann.context(root)[1]) == 2


def test_a_stream_obeys(server, person):
    """the server leaves matching posts out of timelines, notifications, search, suggestions, mails, so stock apps obey."""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    stream = Stream(ann, "user")  # open before the rest begins
    rest(ann, own="zeppelins")
    ben.say("Zeppelins, everywhere")
    calm = ben.say("Balloons")
    assert calm["id"] in str(stream.next("update"))


def test_exceptions(server, person):
    """exceptions per person"""
    ann, ben, cat = person("ann"), person("ben"), person("cat")
    ann.follows(ben)
    ann.follows(cat)
    hers = cat.say("My wedding was small")
    his = ben.say("A wedding in June")
    rest(ann, "Weddings and engagements")
    assert ann.home() == []
    ann.browser.go("/pauses")
    one = [a for a in ann.browser.page.links if a.startswith("/pauses/") and a != "/pauses/new"][0]
    ann.browser.go(one)
    page = ann.browser.submit("name", press="spare", name="nobody-at-all")
    assert page.status == 422 and "Nobody known here has that name." in page.text
    page = ann.browser.submit("name", press="spare", name=f"@{cat.name}")
    assert "Whose posts you read all the same" in page.text and cat.name in page.text
    assert ann.home() == [hers["id"]] and not ann.show(hers).ok()["filtered"]
    ann.browser.submit("account", press="unspare")
    assert ann.home() == [] and his["id"] not in ann.home()


def test_its_end(server, person):
    """At expiry one line in Home: "Your rest from … ends today. Keep it?\""""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    rest(ann, "War", days="7")
    assert "Your rest from" not in ann.browser.go("/").text
    soon = int(time.time() * 1000) + 3600 * 1000
    me = ann.id

    def ends(at):
        with Rows(server) as db:
            db.execute("UPDATE filter SET expires_at = ? WHERE account = ? AND title LIKE 'Rest from%'", (at, me))
            db.execute("UPDATE login SET rest_ends = ? WHERE account = ?", (at, me))

    ends(soon)
    page = ann.browser.go("/")
    assert "Your rest from War ends today. Keep it?" in page.text
    page = ann.browser.submit("let", press="let")
    assert "Your rest from" not in page.text and len(the_pause(ann)) == 1
    with Rows(server) as db:
        db.execute("UPDATE pause SET answered = 0 WHERE account = ?", (me,))
    ends(soon)
    ann.browser.go("/")
    page = ann.browser.submit("keep", press="keep")
    assert "It goes on." in page.text and "Keep it?" not in page.text
    ends(int(time.time() * 1000) - 1000)
    war = ben.say("The war is over")
    assert war["id"] in ann.home()  # it has ended by itself
    page = ann.browser.go("/")
    assert "Your rest from War has ended. Keep it?" in page.text
    ann.browser.submit("let", press="let")
    assert the_pause(ann) == []


def test_an_app_ends_it(server, person):
    """Stored as filters with expiry and `hide`"""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    war = ben.say("The war again")
    rest(ann, "War")
    assert ann.home() == []
    ann.delete(f"/api/v2/filters/{the_pause(ann)[0]['id']}").ok()
    assert ann.home() == [war["id"]]
    assert "A rest from War" not in ann.browser.go("/pauses").text


def test_what_authors_state(server, person):
    """Authors may state topics on a post (from the same list). Used here only, never shown, never federated."""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    page = ben.browser.go("/write")
    assert "Used here only; shown to nobody" in page.text
    boxes = {a["id"]: a["value"] for tag, a in page.tags if tag == "input" and a.get("name") == "topic[]"}
    labels = [w.strip() for w in page.words if w.strip()]
    names = labels[labels.index("Pregnancy and birth"):][:len(boxes)]
    birth = list(boxes.values())[names.index("Pregnancy and birth")]
    ben.browser.submit("text", press="send", text="Our little news", visibility="public", **{"topic[]": [birth]})
    post = ben.get(f"/api/v1/accounts/{ben.id}/statuses").ok()[0]
    plain = ben.say("Something else")
    rest(ann, "Pregnancy and birth")
    assert ann.home() == [plain["id"]]
    assert "Pregnancy" not in str(ann.show(post).body) + str(ben.show(post).body).replace("Rest from", "") or ann.show(post).ok()["filtered"]
    stranger = server.request("GET", path(post), headers={"Accept": "application/activity+json"})
    assert b"Pregnancy" not in stranger.body and b"topic" not in stranger.body.lower()
    assert "Pregnancy" not in Browser(server).go(path(post)).text
    # what was sent can be stated, or taken back, on its page of presets; a change of words leaves it
    ben.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "Our little news, a day later"}).ok()
    assert ann.home() == [plain["id"]]
    page = ben.browser.go(path(post) + "/presets")
    ben.browser.submit("topic[]", press="save", **{"topic[]": None})
    assert post["id"] in ann.home()
    ben.browser.go(path(plain) + "/presets")
    ben.browser.submit("topic[]", press="save", **{"topic[]": [birth]})
    assert plain["id"] not in ann.home()
    ben.browser.go(path(plain) + "/presets")
    page = ben.browser.submit("topic[]", press="save", **{"topic[]": list(boxes.values())[:6]})
    assert page.status == 422 and "A post has at most 5 topics." in page.text


def test_what_is_no_pause(server, person):
    """A rest needs a subject and a length, and only so many words; what is wrong is said beside the field, and nothing typed is lost."""
    ann = person("ann")
    page = rest(ann)
    assert page.status == 422 and "Choose a topic, or write words of your own." in page.text
    page = rest(ann, own="boats", days="0")
    assert page.status == 422 and "A rest lasts 1 to 366 days." in page.text
    page = rest(ann, own=", ".join(f"w{i}" for i in range(41)))
    assert page.status == 422 and "At most 40 words of your own." in page.text
    page = rest(ann, own="boats", spared="nobody-at-all")
    assert page.status == 422 and "nobody-at-all" in page.text
    assert the_pause(ann) == []
    ben = person("ben")
    rest(ben, own="boats")
    pause = the_pause(ben)[0]["id"]
    assert ann.browser.go(f"/pauses/{pause}").status == 404


def test_nobody_notices(server, person):
    """None of this is ever visible to others, nor counted."""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    post = ben.say("A wedding in June")
    before = ben.show(post).ok()
    rest(ann, "Weddings and engagements")
    after = ben.show(post).ok()
    assert before == after and ben.notes() == [n for n in ben.notes() if n[0] == "follow"]


def test_the_digest_names_nobody_it_hides(new_server):
    """Hidden things leave no gap, no count.

    Not in the digest's note, nor in its mail."""
    box = Mailbox()
    server = new_server(smtp_url=box.url, rate_limits="off")
    ann, ben, cat = server.people("ann", "ben", "cat", password="correct horse 4")
    browser = Browser(server)
    browser.sign_in(ann)
    ann.browser = browser

    def the_hour_comes():
        with Rows(server) as db:
            db.execute("UPDATE job SET run_at = 1 WHERE kind = 'digest'")

    me = ann.id
    with Rows(server) as db:
        db.execute("UPDATE login SET digest_mail = 1, preset = 1 WHERE account = ?", (me,))
    post = ann.say("Sunday was bright")
    rest(ann, "War")
    war = ben.answer(post, "The war came to our street")
    the_hour_comes()
    done = time.time() + 2
    while time.time() < done:  # all that waits is hidden: no line, no mail, nothing to open
        assert "digest is here" not in browser.go("/").text and box.mails == []
        time.sleep(0.2)
    page = browser.go("/digest")
    assert "Nothing waits" in page.text and ben.name not in page.text
    calm = cat.answer(post, "It was bright here as well")
    the_hour_comes()
    mail = box.to(ann.email)
    words = mail.get_content()
    assert f"{cat.name} wrote." in words and ben.name not in words
    page = browser.go("/digest?numbers=yes")
    assert f"/@{cat.name}/{calm['id']}" in page.links and ben.name not in page.text and "war" not in page.text
    # once the rest is over it is there, as all else
    browser.go("/pauses")
    browser.submit("end", press="end")
    assert war["id"] in [n[2] for n in ann.notes("mention")]
    box.close()


def test_a_search_is_full(server, person):
    """Hidden things leave no gap, no count.

    A search under a rest has full pages, and they follow one another."""
    ann = person("ann")
    ben = person("ben")
    ann.follows(ben)
    said = [ben.say(f"Bulletin {i} about the war" if i % 3 else f"Bulletin {i} about the garden") for i in range(60)]
    calm = [p["id"] for p in said if "garden" in p["content"]][::-1]
    rest(ann, "War")

    def found(**more):
        return [p["id"] for p in ann.get("/api/v2/search", q="bulletin", type="statuses", **more).ok()["statuses"]]

    assert found(limit=8) == calm[:8]
    assert found(limit=8, offset=8) == calm[8:16]
    assert found(limit=8, offset=16) == calm[16:]
    assert found(limit=5, max_id=calm[3]) == calm[4:9]
    page = ann.browser.go("/search?q=bulletin")
    assert page.text.count("about the garden") == 20 and "about the war" not in page.text


def test_strangers_who_wait(server, person):
    """the server leaves matching posts out of timelines, notifications, search, suggestions, mails, so stock apps obey.

    Requests of strangers as well."""
    ann, ben, cat = person("ann"), person("ben"), person("cat")
    ann.patch("/api/v2/notifications/policy", json_body={"for_not_following": "filter"}).ok()
    rest(ann, "War")
    ben.say(f"@{ann.name} did you read about the war?")
    calm = cat.say(f"@{ann.name} the pears are ripe")
    cat.say(f"@{ann.name} no war can spoil a pear")

    def waiting():
        return ann.get("/api/v1/notifications/requests").ok()

    one, = waiting()
    assert one["account"]["id"] == cat.id and one["last_status"]["id"] == calm["id"] and one["notifications_count"] == "1"
    assert ann.get(f"/api/v1/notifications/requests/{one['id']}").ok()["last_status"]["id"] == calm["id"]
    pending = ann.get("/api/v2/notifications/policy").ok()["summary"]
    assert pending == {"pending_requests_count": 1, "pending_notifications_count": 1}
    page = ann.browser.go("/notifications")
    assert "Somebody you do not know" in page.text and "/strangers" in page.links
    page = ann.browser.go("/strangers")
    assert "pears are ripe" in page.text and ben.name not in page.text and "war" not in page.text
    # the rest ends: both wait
    ann.browser.go("/pauses")
    ann.browser.submit("end", press="end")
    two = waiting()
    assert {r["account"]["id"] for r in two} == {ben.id, cat.id}
    assert ann.get("/api/v2/notifications/policy").ok()["summary"]["pending_notifications_count"] == 3


def test_the_page_of_strangers(server, person):
    """requests from strangers apart

    They are let through or put away, and nobody is told."""
    ann, ben, cat = person("ann"), person("ben"), person("cat")
    assert "Nobody waits." in ann.browser.go("/strangers").text
    ann.patch("/api/v2/notifications/policy", json_body={"for_not_following": "filter"}).ok()
    told = ben.say(f"@{ann.name} I found your glove")
    page = ann.browser.go("/strangers")
    assert "I found your glove" in page.text
    page = ann.browser.submit("id", press="accept")
    assert "They reach your notifications from now on." in page.text and "Nobody waits." in page.text
    assert ann.notes("mention") == [("mention", ben.name, told["id"])]
    cat.say(f"@{ann.name} buy my watches")
    ann.browser.go("/strangers")
    page = ann.browser.submit("id", press="dismiss")
    assert "Put away. They are not told." in page.text and ann.get("/api/v1/notifications/requests").ok() == []
    # somebody else's request is as one that never was
    cat.patch("/api/v2/notifications/policy", json_body={"for_not_following": "filter"}).ok()
    ben.say(f"@{cat.name} hello")
    theirs = cat.get("/api/v1/notifications/requests").ok()[0]["id"]
    ann.browser.go("/strangers")
    token = cat.browser.go("/strangers")
    assert ann.post(f"/api/v1/notifications/requests/{theirs}/accept").status == 404
    assert ann.get(f"/api/v1/notifications/requests/{theirs}").status == 404
    assert token.status == 200 and len(cat.get("/api/v1/notifications/requests").ok()) == 1
