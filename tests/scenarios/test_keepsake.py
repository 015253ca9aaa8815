"""Keepsakes: books and archives of what one wrote. Each story's first line is the product's own sentence."""
import datetime
import io
import re
import tarfile
import urllib.parse

import pytest

from harness.browser import Browser
from harness.common import looks, wait
from harness.keepsake import Archive, Book, Epub, Page, ask, choose, links, make, read
from harness.photos import photo, png
from harness.quiet import Inbox, database, grow_old, hard_news, make_hand
from test_journals import Journal
from test_memorial import box, names, place, remembered  # noqa: F401 (fixtures)

PASSWORD = "correct horse 4"
FORMS = ("html", "epub", "zip")
DAY = 86400000
HOSTILE = "]]> <b>&amp; \"quoted\" 'too' \x02\x0b \U0001F469\u200d\U0001F33E \u05e9\u05dc\u05d5\u05dd \ufffe <!-- end"


def welcome(server, *people):
    for who in people:
        who.browser = Inbox(who)
    grow_old(server, *people)


@pytest.fixture
def here(new_server):
    server = new_server()
    server.everyone = server.people("ann", "ben", "cat", password=PASSWORD)
    welcome(server, *server.everyone)
    return server


@pytest.fixture
def people(here):
    return here.everyone


def writes_letter(person, post, text):
    person.browser.go(urllib.parse.urlsplit(post["url"]).path + "/letter")
    assert person.browser.submit("text", text=text).status == 200


def keeps_letters(server):
    with database(server) as db:
        db.execute("UPDATE letter SET state = 1")


def backdate(server, post, day):
    """The post is of that day, as one that came in from elsewhere would be."""
    at = int(datetime.datetime.fromisoformat(day + "T12:00:00+00:00").timestamp() * 1000)
    new = at << 16
    with database(server) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("UPDATE post SET id = ?, thread = ?, created_at = ? WHERE id = ?", (new, new, at, post["id"]))
        db.execute("UPDATE media SET post = ? WHERE post = ?", (new, post["id"]))


def press(browser, path, **fields):
    """A form that no page offers."""
    page = browser.go("/keepsake/new")
    csrf = next(dict(f.fields)["csrf"] for f in page.forms if "csrf" in dict(f.fields))
    body = urllib.parse.urlencode({"csrf": csrf, **fields}).encode()
    return browser.go(path, "POST", body, {"Content-Type": "application/x-www-form-urlencoded", "Origin": browser.server.url})


def stored(server):
    return [p for p in (server.data / "media").rglob("*") if p.suffix in (".html", ".epub", ".zip")]


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_way(here, people, form):
    """Keepsake builder: choose journal or posts and dates; include shown / kept comments, letters, photos; order; title page; paper A5, A4, Letter."""
    ann, ben, cat = people
    media = ann.upload(photo("lake.png"), description="A lake at dawn").ok()["id"]
    first = hard_news(ann, "The first words & <signs>", media_ids=[media])
    comments = {state: ben.answer(first, f"This one is {state}.") for state in ("shown", "kept", "declined", "held")}
    ann.browser.sorts("show", comments["shown"]), ann.browser.sorts("keep", comments["kept"])
    ann.browser.sorts("decline", comments["declined"])
    ann.answer(first, "And the author went on.")
    writes_letter(cat, first, "Dear Ann,\n\nA letter.")
    keeps_letters(here)
    early = ann.say("Of years ago")
    backdate(here, early, "2019-03-09")
    title = {"title": "Our <year>", "words": "For Ida,\nwith love", "memory": "Ada Lund"}
    page = choose(ann.browser, form=form, **title)
    for part in ("Our <year>", "Of years ago", "The first words", "comments that are shown", "Not in it", "private mentions", "Please not in print"):
        assert part in page.text, part
    # What is ticked at first: photos and comments that are shown.
    said = read(ann.browser, form, **title).words()
    for part in ("Our <year>", "For Ida,", "In memory of Ada Lund", "The first words & <signs>", "This one is shown.", "And the author went on.",
                 "March 2019", "A lake at dawn"):
        assert part in said, part
    for part in ("is kept", "is declined", "is held", "Dear Ann"):
        assert part not in said, part
    assert said.index("Of years ago") < said.index("The first words")
    # All of it, the newest first.
    book = read(ann.browser, form, with_=("comments", "kept", "letters", "limited"), order="newest")
    said = book.words()
    for part in ("This one is shown.", "This one is kept.", "Dear Ann,", "Letters"):
        assert part in said, part
    assert said.index("The first words") < said.index("Of years ago") < said.index("Dear Ann,")
    assert "A lake at dawn" not in said and "declined" not in said and "is held" not in said
    # Without comments the author's own continuation stays; of some days alone.
    said = read(ann.browser, form, with_=("photos",), until="2019-12-31").words()
    assert "Of years ago" in said and "The first words" not in said
    said = read(ann.browser, form, with_=(), **{"from": "2020-01-01"}).words()
    assert "Of years ago" not in said and "And the author went on." in said and "This one" not in said


@pytest.mark.parametrize("paper, size", (("a5", "A5"), ("a4", "A4"), ("letter", "letter")))
def test_paper(here, people, paper, size):
    """Quotation marks and paper size follow the language."""
    ann = people[0]
    ann.say("Words")
    assert f"size: {size}" in Page(here, make(ann.browser, paper=paper)).text()
    with database(here) as db:
        db.execute("UPDATE login SET locale = 'en-US' WHERE account = ?", (ann.id,))
    form = next(f for f in ann.browser.go("/keepsake/new").forms if "paper" in f.kinds)
    assert dict(form.fields)["paper"] == "letter"


def test_three_forms(here, people):
    """Result: one self-contained HTML made for printing, EPUB 3, or a zip with originals."""
    ann, ben, _ = people
    media = [ann.upload(photo(n), name=n, kind=f"image/{n[-3:].replace('jpg', 'jpeg')}", description=HOSTILE).ok() for n in ("lake.png", "lake.jpg")]
    first = ann.say("Two photos " + HOSTILE, media_ids=[m["id"] for m in media], language="he")
    ben.answer(first, "Beneath " + HOSTILE)
    backdate(here, ann.say("Before " + HOSTILE), "2021-05-01")
    files = [looks(here, "SELECT file FROM media WHERE id = ?", m["id"])[0][0] for m in media]
    originals = sorted(next((here.data / "media").rglob(f)).read_bytes() for f in files)
    title = {"title": HOSTILE, "words": HOSTILE, "memory": HOSTILE}
    page = Page(here, make(ann.browser, form="html", **title))
    assert len(page.photos()) == 2 and all(p.get("src").startswith("data:image/") and p.get("alt") for p in page.photos())
    assert page.root.get("lang") == "en" and "@page" in page.text() and "break-after: avoid" in page.text()
    assert any(e.get("lang") == "he" for e in page.root.iter("article")) and page.headings()[1].startswith("May 2021")
    epub = Epub(here, make(ann.browser, form="epub", **title))
    images = [i for i in epub.items.values() if i.get("media-type").startswith("image/")]
    assert sorted(epub.zip.read("book/" + i.get("href")) for i in images) == originals
    assert sum(i.get("properties") == "cover-image" for i in images) == 1 and len(epub.spine) == 4
    archive = Archive(here, make(ann.browser, form="zip", **title))
    assert sorted(archive.zip.read(n) for n in archive.photos()) == originals
    assert {n.rsplit(".", 1)[1] for n in archive.photos()} == {"png", "jpg"} and archive.photos()[0] in archive.plain
    assert "Two photos ]]> <b>&amp;" in archive.plain and "Beneath ]]>" in archive.plain
    for book in (page, epub, archive):
        assert "]]> <b>&amp; \"quoted\" 'too'" in book.words() and "\U0001F469\u200d\U0001F33E" in book.words()


def test_a_private_link(here, people):
    """Built in the background, private link for 7 days, kept nowhere else."""
    ann, ben, _ = people
    ann.say("For the family")
    path = make(ann.browser, form="html", title="Ours, “all”")
    page = ann.browser.go("/keepsake")
    assert "Anyone with this link can read it until then" in page.text and here.url + path in page.text
    # Whoever has the link needs no account; nobody keeps what they read.
    answer = here.get(path)
    assert answer.status == 200 and b"For the family" in answer.body
    h = answer.headers
    assert "no-store" in h["Cache-Control"] and "noindex" in h["X-Robots-Tag"] and h["Referrer-Policy"] == "no-referrer"
    assert h["Content-Disposition"].startswith("attachment;") and "default-src 'none'" in h["Content-Security-Policy"]
    assert "sandbox" in h["Content-Security-Policy"] and h["Content-Type"].startswith("text/html")
    # The secret has 128 bits, and no other one leads anywhere; nor does the file's name.
    identity, secret = path.split("/")[2:]
    assert len(secret) == 22
    for wrong in (f"/keepsake/{identity}/{secret[:-1]}x", f"/keepsake/{identity}/x", f"/keepsake/{int(identity) + 1}/{secret}",
                  f"/keepsake/1/{secret}", f"/keepsake/x/{secret}", f"/keepsake/{identity}/{secret}0"):
        assert here.get(wrong).status == 404, wrong
    (file,) = stored(here)
    assert here.get(f"/media/{file.name}").status == 404
    assert secret not in here.log_text()
    # It is in no backup.
    backup = here.data.parent / "backup.tar"
    here.command("backup", str(backup))
    with tarfile.open(backup) as t:
        assert file.name not in " ".join(t.getnames())
    # Others know nothing of it.
    assert not links(ben.browser.go("/keepsake"))
    # Seven days.
    (ends, made), = looks(here, "SELECT ends_at, created_at FROM keepsake")
    assert abs(ends - made - 7 * DAY) < 60000
    with database(here) as db:
        db.execute("UPDATE keepsake SET ends_at = 1000")
    assert here.get(path).status == 404 and not links(ann.browser.go("/keepsake"))
    with database(here) as db:
        db.execute("UPDATE job SET run_at = 1 WHERE kind IN ('tidy', 'media_trash')")
    here.stop(), here.start()
    wait(lambda: not looks(here, "SELECT id FROM keepsake") and not stored(here), "end of the keepsake", 30)


def test_delete_now(here, people):
    """A keepsake can be deleted before its seven days are over, by whoever asked for it and nobody else."""
    ann, ben, _ = people
    ann.say("Words")
    path = make(ann.browser)
    identity = path.split("/")[2]
    assert press(ben.browser, f"/keepsake/{identity}").status == 404
    ann.browser.go("/keepsake")
    page = ann.browser.submit("Delete it now: " + ann.name, press="Delete it now: " + ann.name)
    assert "The link leads nowhere now." in page.text and here.get(path).status == 404
    wait(lambda: not stored(here), "end of the file", 30)
    # Whoever leaves takes their links along.
    path = make(ben.browser) if ben.say("Mine") else None
    with database(here) as db:
        db.execute("UPDATE login SET leaving_at = 1 WHERE account = ?", (ben.id,))
    ben.browser.go("/settings/leave")
    assert here.get(path).status == 200


def test_no_counts(here, people):
    """No counts, no server logo."""
    ann, ben, cat = people
    post = ann.say("Dear all", visibility="public")
    for who in (ben, cat):
        who.does(post, "favourite"), who.does(post, "reblog"), who.answer(post, "Yes")
    for form in FORMS:
        text = read(ann.browser, form).text()
        assert here.host not in text and "favourite" not in text.lower() and "boost" not in text.lower() and "tidings" not in text.lower()
        assert not re.search(r"\b[23] (people|comments|others)\b", text) and "<svg" not in text and "http://127" not in text


def test_captions(here, people):
    """Alt text becomes captions if wished."""
    ann = people[0]
    media = ann.upload(photo("lake.png"), description="A jetty on a still lake").ok()["id"]
    ann.say("There", media_ids=[media])
    with database(here) as db:
        db.execute("UPDATE media SET caption = 'Where we swam' WHERE id = ?", (media,))
    with_ = Page(here, make(ann.browser, with_=("photos", "captions")))
    without = Page(here, make(ann.browser, with_=("photos",)))
    assert "Where we swam" in with_.words() and "A jetty on a still lake" in with_.words()
    assert "Where we swam" in without.words() and "A jetty on a still lake" not in without.words()
    assert without.photos()[0].get("alt") == "A jetty on a still lake"


@pytest.mark.parametrize("form", FORMS)
def test_not_in_print(here, people, form):
    """A comment whose writer asked "Please not in print" is in no book, whoever asks for it and whatever was done with it."""
    ann, ben, cat = people
    news = hard_news(ann, "The news")
    asked = [ben.answer(news, f"Unprinted {i}") for i in range(2)]
    plain = ben.answer(news, "Printed")
    for comment in asked:
        ben.browser.presses_under(comment, "noprint")
    ann.browser.sorts("show", asked[0]), ann.browser.sorts("keep", asked[1]), ann.browser.sorts("show", plain)
    make_hand(news, cat, role=2)
    for who in (ann, cat):
        said = read(who.browser, form, with_=("comments", "kept", "letters", "limited", "alone"))
        assert "Printed" in said.words() and "Unprinted" not in said.text(), who.name
    # They think better of it.
    ben.browser.presses_under(asked[0], "unnoprint")
    said = read(ann.browser, form, with_=("comments", "kept"))
    assert "Unprinted 0" in said.words() and "Unprinted 1" not in said.text()


def test_who_can_see_what(here, people):
    """Private mentions are in no book, posts that only their author sees when asked for, and a comment goes no further than its writer let it."""
    ann, ben, _ = people
    root = ann.say("For everybody")
    ann.say(f"@{ben.name} between us", visibility="direct")
    ann.say("For followers", visibility="private")
    ann.say("For me alone", visibility="self")
    ben.answer(root, "Said to all"), ben.answer(root, f"@{ann.name} said to followers", visibility="private")
    ben.answer(root, f"@{ann.name} said to her", visibility="direct")
    everything = ("comments", "kept", "letters", "photos", "limited", "alone")
    said = read(ann.browser, "zip", with_=everything).text()
    for part, there in (("For everybody", True), ("between us", False), ("For followers", True), ("For me alone", True), ("Said to all", True),
                        ("said to followers", False), ("said to her", False)):
        assert (part in said) is there, part
    said = read(ann.browser, "zip", with_=("limited",)).text()
    assert "For followers" in said and "For me alone" not in said
    said = read(ann.browser, "zip", with_=()).text()
    assert "For everybody" in said and "For followers" not in said


def test_veils(here, people):
    """A photo under a veil is in its author's own book with the sentence on the veil, or only the sentence is."""
    ann = people[0]
    media = ann.upload(photo("lake.png"), description="A bed").ok()["id"]
    ann.say("Yesterday", media_ids=[media])
    with database(here) as db:
        db.execute("UPDATE media SET veil = 1, veil_words = 'From the hospital' WHERE id = ?", (media,))
    book = Page(here, make(ann.browser, with_=("photos", "veiled")))
    assert len(book.photos()) == 1 and "From the hospital" in book.words()
    book = Page(here, make(ann.browser, with_=("photos",)))
    assert not book.photos() and "From the hospital" in book.words() and "data:image" not in book.text()
    epub = Epub(here, make(ann.browser, form="epub", with_=("photos", "veiled")))
    assert not any(i.get("properties") == "cover-image" for i in epub.items.values())


def test_co_authors(here, people):
    """A co-author's book holds what they wrote together, as a copy of what its author offers."""
    ann, ben, cat = people
    ann.patch("/api/v1/accounts/update_credentials", json_body={"display_name": "Ann Alder"}).ok()
    media = ann.upload(photo("lake.png"), description="A lake").ok()["id"]
    post = ann.say("We both", media_ids=[media])
    make_hand(post, ben, role=2)
    with database(here) as db:
        db.execute("UPDATE post SET has = has | 512 WHERE id = ?", (post["id"],))
    ann.say("Ann alone")
    book = Page(here, make(ben.browser))
    assert "We both" in book.words() and "Ann alone" not in book.words() and f"Ann Alder and {ben.name}" in book.words()
    # A stranger to the post has none of it: nothing would be in theirs.
    page = choose(cat.browser)
    assert page.status == 422 and "Nothing would be in it." in page.text


def test_a_journal(here, people):
    """Keepsake link for owners: a journal's book is for each of its owners, and ends with their owning."""
    ann, ben, cat = people
    j = Journal(ann, reach="approval").shared(ben)
    j.say("We built a boat."), j.say("It floats.", by=ben)
    root = j.say("Hard news.")
    said = cat.browser.go(f"/keepsake/new?of={j.id}")
    assert said.status == 404
    for owner in (ann, ben):
        assert f"/keepsake/new?of={j.id}" in owner.browser.go(j.path).links
        assert "The boats" in owner.browser.go("/keepsake").text
        book = read(owner.browser, "epub", of=j.id, title="The boats")
        assert "We built a boat." in book.words() and "It floats." in book.words()
    assert j.path + "/journal/copy" in ann.browser.go(j.path + "/journal/owners").links and root
    # Who is no owner any more when it is made has none; what they took along before stays theirs for its week.
    path = make(ben.browser, of=j.id, form="zip")
    assert "Asked for." in ask(ben.browser, of=j.id).text
    with database(here) as db:
        db.execute("DELETE FROM journal_owner WHERE account = ?", (ben.id,))
    assert Book(here, path).body
    assert ben.browser.go(f"/keepsake/new?of={j.id}").status == 404
    assert press(ben.browser, "/keepsake", of=j.id, title="x", do="make").status == 404


def test_a_stewards_keepsake(place):  # noqa: F811
    """Stewards: pinned words, pictures, follow requests, tributes, ways to help, keepsake, ask for removal."""
    server, admins, ann, sam, cat = place
    names(server, ann, sam)
    grow_old(server, ann, sam, cat)
    news = hard_news(ann, "Words for everybody")
    media = ann.upload(photo("lake.png"), description="A lake").ok()["id"]
    ann.say("With a photo", media_ids=[media])
    with database(server) as db:
        db.execute("UPDATE media SET veil = 1, veil_words = 'Under a veil' WHERE id = ?", (media,))
    ann.say("Words for followers", visibility="private"), ann.say("Words for her alone", visibility="self")
    ann.say(f"@{sam.name} between us", visibility="direct")
    for who in (ann, sam, cat):
        who.browser = Inbox(who)
    shown, kept = cat.answer(news, "A comment that is shown"), cat.answer(news, "A comment she kept")
    ann.browser.sorts("show", shown), ann.browser.sorts("keep", kept)
    writes_letter(cat, news, "A letter to Ann")
    keeps_letters(server)
    # Before there is a memorial there is nothing for a steward.
    assert sam.browser.go(f"/keepsake/new?of={ann.id}").status == 404
    remembered(server, admins, ann, sam)
    sam.browser = Inbox(sam)
    assert f"/keepsake/new?of={ann.id}" in sam.browser.go(f"/@{ann.name}/steward").links
    page = sam.browser.go(f"/keepsake/new?of={ann.id}")
    assert "whose account you look after" in page.text and not any(set(f.kinds) & {"letters", "alone"} for f in page.forms)
    # Later comments are theirs to sort: one they keep is theirs to read.
    later = cat.answer(news, "I miss her")
    sam.browser.sorts("keep", later)
    book = read(sam.browser, "zip", of=ann.id, with_=("comments", "kept", "photos", "limited"), letters="yes", alone="yes", memory=ann.name)
    for part in ("Words for everybody", "A comment that is shown", "I miss her", f"In memory of {ann.name}", "Under a veil"):
        assert part in book.words(), part
    for part in ("Words for followers", "for her alone", "between us", "A comment she kept", "A letter to Ann"):
        assert part not in book.text(), part
    assert not book.photos()
    # Nobody else has one; and it ends with the steward.
    cat.browser = Inbox(cat)
    assert cat.browser.go(f"/keepsake/new?of={ann.id}").status == 404
    path = links(sam.browser.go("/keepsake"))[0]
    path = urllib.parse.urlsplit(path).path
    assert server.get(path).status == 200
    with database(server) as db:
        db.execute("UPDATE steward SET state = 2")
    assert server.get(path).status == 404
    assert press(sam.browser, "/keepsake", of=ann.id, title="x", do="make").status == 404


def test_what_is_wrong_is_told(here, people):
    """Days that are none or turned round, a book without title or content, too many of them: told with the field, everything kept."""
    ann, ben, _ = people
    ann.say("Words")
    for values, said in (({"from": "2026-05-02", "until": "2026-05-01"}, "The last day is before the first."),
                         ({"from": "yesterday"}, "A day is written like"), ({"until": "2026-02-30"}, "A day is written like"),
                         ({"title": " "}, "A book needs a title."), ({"title": "x" * 101}, "up to 100 characters"),
                         ({"words": "x" * 1001}, "up to 1000 characters"), ({"memory": "x" * 101}, "up to 100 characters"),
                         ({"until": "2001-01-01"}, "Nothing would be in it.")):
        page = choose(ann.browser, **{"words": "Kept words", **values})
        assert page.status == 422 and said in page.text, (values, page.text[:900])
        fields = dict(next(f for f in page.forms if "title" in f.kinds).fields)
        assert fields["words"] == values.get("words", "Kept words")
    # Nobody's, somebody else's, none at all.
    for of in (ben.id, "1", "x", ""):
        assert press(ann.browser, "/keepsake", of=of, title="x", do="make").status == 404
        if of:
            assert ann.browser.go(f"/keepsake/new?of={of}").status in (200, 404)
    assert ann.browser.go(f"/keepsake/new?of={ben.id}").status == 404
    assert Browser(here).go("/keepsake").address.startswith("/sign-in")
    # Back and forth keeps what was chosen.
    page = choose(ann.browser, title="Once", words="Twice", order="newest", form="epub", kept="yes")
    page = ann.browser.submit("do", press="change")
    fields = dict(next(f for f in page.forms if "title" in f.kinds).fields)
    assert (fields["title"], fields["words"], fields["order"], fields["form"], fields["kept"]) == ("Once", "Twice", "newest", "epub", "yes")
    # Five at a time.
    for _ in range(5):
        make(ann.browser)
    choose(ann.browser)
    page = ann.browser.submit("do", press="make")
    assert page.status == 422 and "You have 5 keepsakes already." in page.text


def test_a_book_too_large(new_server):
    """One that would be larger than it can be is not made, and its owner reads why."""
    server = new_server(keepsake_size="65536")
    ann = server.person("ann", password=PASSWORD)
    welcome(server, ann)
    for i in range(40):
        ann.say(f"{i} " + "many words " * 170)
    for form in FORMS:
        ask(ann.browser, form=form)
    wait(lambda: "It is being made" not in ann.browser.go("/keepsake").text, "answer")
    page = ann.browser.go("/keepsake")
    assert page.text.count("It would be larger than it can be here.") == 3 and not links(page) and not stored(server)
    short = ann.say("Few words")
    backdate(server, short, "2020-05-01")
    assert make(ann.browser, until="2020-12-31")


def test_deleted_meanwhile(here, people):
    """What is deleted is in no book that is made afterwards; a book that is being made does not stumble over it."""
    ann, ben, _ = people
    posts = [ann.say(f"Words {i}", media_ids=[ann.upload(png(40, 40, color=(i, 9, 9)), description="x").ok()["id"]]) for i in range(12)]
    comment = ben.answer(posts[0], "Soon gone")
    ask(ann.browser, form="zip")
    for post in posts[6:]:
        ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    ben.delete(f"/api/v1/statuses/{comment['id']}").ok()
    wait(lambda: links(ann.browser.go("/keepsake")), "keepsake")
    book = Archive(here, make(ann.browser, form="zip"))
    assert "Words 5" in book.words() and "Words 6" not in book.text() and "Soon gone" not in book.text() and len(book.photos()) == 6
    # One that is taken back while it is made leaves nothing.
    ask(ann.browser, form="zip", title="Taken back")
    page = ann.browser.go("/keepsake")
    identity = re.search(r'action="/keepsake/(\d+)"', page.answer.body.decode())[1]
    press(ann.browser, f"/keepsake/{identity}")
    assert "Taken back" not in ann.browser.go("/keepsake").text
    wait(lambda: len(stored(here)) == 2, "end of the file", 30)


@pytest.mark.parametrize("form", FORMS)
def test_the_power_fails_meanwhile(here, people, form):
    """Killed while a book is made, the server makes it after its next start; nothing half is ever shown or left."""
    ann = people[0]
    media = [ann.upload(photo("lake.png"), description="A lake").ok()["id"] for _ in range(4)]
    for i in range(50):
        ann.say(f"Words {i:02}")
    ann.say("The photos", media_ids=media)
    ask(ann.browser, form=form)
    here.kill()
    here.start()
    path = wait(lambda: links(ann.browser.go("/keepsake")), "keepsake", 40)[0]
    path = urllib.parse.urlsplit(path).path
    book = {"html": Page, "epub": Epub, "zip": Archive}[form](here, path)
    assert all(f"Words {i:02}" in book.words() for i in range(50)) and len(stored(here)) == 1
