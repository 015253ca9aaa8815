"""Keepers: appointed with a password, accepted, dated, ended by either side; what they did is listed and can be taken back."""
import datetime
import re
import time

import pytest

from harness.browser import Browser
from harness.common import looks
from test_quiet import EVERYDAY, HARD_NEWS, PASSWORD, Rows, page_of, sends, wait


def day(ahead):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=ahead)).date().isoformat()


@pytest.fixture
def place(new_server):
    """A server; Ann whose apps send hard news, Sam whom she trusts, Cat who comments."""
    server = new_server()
    ann, sam, cat = server.people("ann", "sam", "cat", password=PASSWORD)
    sends(server, ann, HARD_NEWS)
    return server, ann, sam, cat


def asks(server, who, whom, path="/settings/people/keeper", **how):
    browser, page = page_of(server, who, path)
    how = {"by": "name", "name": whom, "password": PASSWORD, **how}
    page = browser.submit("password", **{k: v for k, v in how.items() if v is not None})
    return browser, page


def accepts(server, who):
    browser, page = page_of(server, who, "/settings/people")
    return browser, browser.submit("accept", press="accept")


def keeps(server, ann, sam, **how):
    browser, page = asks(server, ann, sam.name, **how)
    assert "Asked. They see nothing until they say yes." in page.text, page.text[:600]
    accepts(server, sam)
    return browser


def test_appointing(place):
    """Author appoints a member here by name and password check: scope (post, journal, all), end (default 30 days), may see letters (default no), may edit ways to help (default no)."""
    server, ann, sam, cat = place
    post = ann.say("Grandfather died")
    browser, page = page_of(server, ann, f"/settings/people/keeper?post={post['id']}")
    fields = dict(page.form_with("password").fields)
    ends = datetime.date.fromisoformat(fields["until"]) - datetime.datetime.now(datetime.timezone.utc).date()
    assert ends.days == 30 and "letters" not in fields and "help" not in fields and fields["scope"] == "post"
    assert "Grandfather died" in page.text
    page = browser.submit("password", by="name", name=f"@{sam.name}", password="wrong horse 4")
    assert page.status == 422 and "not your password" in page.text and f"@{sam.name}" in page.answer.body.decode()
    assert looks(server, "SELECT count(*) FROM keeper") == [(0,)]
    page = browser.submit("password", by="name", name=f"@{sam.name}", password=PASSWORD, letters="yes")
    assert "They see nothing until" in page.text and "May read letters." in page.text and "Not answered yet." in page.text
    assert looks(server, "SELECT scope, target, letters, help, state FROM keeper") == [(0, int(post["id"]), 1, 0, 0)]
    page = page_of(server, sam, "/notifications")[1]
    assert f"{ann.name} asks you to keep comments for them." in page.text and "/settings/people" in page.links


def test_the_keeper_must_accept(place):
    """The keeper must accept."""
    server, ann, sam, cat = place
    post = ann.say("Grandfather died")
    comment = cat.answer(post, "I'm so sorry")
    asks(server, ann, sam.name)
    assert not sam.sees(comment)
    browser, page = page_of(server, sam, "/settings/people")
    assert "They ask you to keep comments" in page.text
    page = browser.submit("accept", press="accept")
    assert sam.sees(comment) and "You keep comments for them" in page.text
    later = cat.answer(ann.say("More news"), "Thinking of you")
    assert sam.sees(later), "posts to come are kept too"
    sends(server, ann, EVERYDAY)
    assert not cat.sees(ann.say("to nobody", visibility="direct"))
    page = browser.go("/settings/people")
    assert not any("accept" == b[1] for f in page.forms for b in f.buttons)


def test_declining(place):
    """One who is asked may say no; nothing was ever shown to them."""
    server, ann, sam, cat = place
    comment = cat.answer(ann.say("Grandfather died"), "I'm so sorry")
    asks(server, ann, sam.name)
    browser, page = page_of(server, sam, "/settings/people")
    page = browser.submit("accept", press="decline")
    assert "You said no." in page.text and not sam.sees(comment)
    assert looks(server, "SELECT state FROM keeper") == [(2,)] and looks(server, "SELECT count(*) FROM hand") == [(0,)]


def test_scope_of_one_post(place):
    """A keeper of one post sees what is held beneath it and nothing else."""
    server, ann, sam, cat = place
    here, there = ann.say("one"), ann.say("two")
    seen, unseen = cat.answer(here, "beneath one"), cat.answer(there, "beneath two")
    keeps(server, ann, sam, path=f"/settings/people/keeper?post={here['id']}")
    assert sam.sees(seen) and not sam.sees(unseen)
    assert not sam.sees(cat.answer(ann.say("three"), "beneath three"))
    assert sam.sees(cat.answer(here, "beneath one again"))


def test_many_posts(place):
    """All of some hundreds of posts are kept, not the newest alone, and all are given back."""
    server, ann, sam, cat = place
    first = ann.say("the first")
    comment = cat.answer(first, "long ago")
    ids = ann.id, int(first["id"])
    with Rows(server) as db:
        db.executemany("INSERT INTO post (id, account, audience, text, thread, created_at) VALUES (?, ?, 1, 'x', ?, 1)",
                       [(ids[1] + i + 1, ids[0], ids[1] + i + 1) for i in range(1200)])
    keeps(server, ann, sam)
    wait(lambda: sam.sees(comment), "sight of the oldest")
    wait(lambda: looks(server, "SELECT count(*) FROM hand") == [(1201,)], "all hands")
    browser, page = page_of(server, sam, "/settings/people")
    browser.submit("do", press="end")
    assert looks(server, "SELECT count(*) FROM hand") == [(0,)] and not sam.sees(comment)


@pytest.mark.parametrize("who", ["author", "keeper"])
def test_either_side_ends_it(place, who):
    """Either side ends it at once; on ending the keeper loses sight of everything held."""
    server, ann, sam, cat = place
    comment = cat.answer(ann.say("Grandfather died"), "I'm so sorry")
    keeps(server, ann, sam)
    assert sam.sees(comment)
    browser, page = page_of(server, ann if who == "author" else sam, "/settings/people")
    assert "Until" in page.text
    page = browser.submit("do", press="end")
    assert "Ended." in page.text and not sam.sees(comment)
    assert not sam.sees(cat.answer(ann.say("News"), "Oh"))
    assert looks(server, "SELECT state FROM keeper") == [(2,)]


def test_it_ends_on_its_day(place):
    """On its day it ends by itself, not before, also when the clock is put back over the day."""
    server, ann, sam, cat = place
    comment = cat.answer(ann.say("Grandfather died"), "I'm so sorry")
    keeps(server, ann, sam, until=day(2))
    with Rows(server) as db:
        (at,), = db.execute("SELECT run_at FROM job WHERE kind = 'keeper_end'").fetchall()
        assert db.execute("SELECT ends_at FROM keeper").fetchone() == (at,)
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'keeper_end'")
    time.sleep(0.5)
    assert sam.sees(comment), "the job ran early, as by a clock put back: it waits for the day"
    assert looks(server, "SELECT run_at FROM job WHERE kind = 'keeper_end'") == [(at,)]
    with Rows(server) as db:
        db.execute("UPDATE keeper SET ends_at = ?", (int(time.time() * 1000) - 1,))
        db.execute("UPDATE job SET run_at = 1 WHERE kind = 'keeper_end'")
    wait(lambda: not sam.sees(comment), "the end")
    assert looks(server, "SELECT state, ended_by FROM keeper") == [(2, 0)]
    browser, page = page_of(server, ann, "/settings/people")
    assert "Nobody keeps comments for you." in page.text


def test_two_grants_at_once(place):
    """Ending one of two grants leaves what the other gives."""
    server, ann, sam, cat = place
    post = ann.say("one")
    comment, other = cat.answer(post, "beneath one"), cat.answer(ann.say("two"), "beneath two")
    keeps(server, ann, sam, path=f"/settings/people/keeper?post={post['id']}")
    keeps(server, ann, sam)
    assert sam.sees(comment) and sam.sees(other)
    all_of_it, = looks(server, "SELECT id FROM keeper WHERE scope = 2")
    browser, page = page_of(server, ann, f"/settings/people/keeper/{all_of_it[0]}")
    browser.submit("do", press="end")
    assert sam.sees(comment) and not sam.sees(other)


def test_a_block_ends_it(place):
    """Who blocks a keeper, or an author, ends what was between them."""
    server, ann, sam, cat = place
    comment = cat.answer(ann.say("Grandfather died"), "I'm so sorry")
    keeps(server, ann, sam)
    sam.toward(ann, "block")
    assert looks(server, "SELECT state FROM keeper") == [(2,)] and looks(server, "SELECT count(*) FROM hand") == [(0,)]
    browser, page = asks(server, ann, sam.name)
    assert page.status == 422 and "Nobody here has this name." in page.text
    assert not sam.sees(comment)


@pytest.mark.parametrize("registration", ["closed", "invite"])
def test_inviting_a_keeper(new_server, registration):
    """Any member may invite one keeper by link even when sign-up is closed (administrator may switch this off)."""
    server = new_server(registration=registration)
    ann, cat = server.people("ann", "cat", password=PASSWORD)
    sends(server, ann, HARD_NEWS)
    comment = cat.answer(ann.say("Grandfather died"), "I'm so sorry")
    browser, page = asks(server, ann, None, by="link", name="")
    link = re.search(r"/invite/[\w-]+", page.text).group()
    page = asks(server, ann, None, by="link", name="")[1]
    assert page.status == 422 and "already" in page.text
    new = Browser(server)
    page = new.go(link)
    assert ann.name in page.text and "keep" in page.text
    page = new.submit("password", username="samuel", email="samuel@mail.example", password=PASSWORD)
    page = new.go("/settings/people")
    assert "They ask you to keep comments" in page.text
    assert looks(server, "SELECT count(*) FROM hand") == [(0,)]
    new.submit("accept", press="accept")
    assert looks(server, "SELECT count(*) FROM hand") == [(1,)]
    assert Browser(server).go(link).status == 410
    assert comment


def test_no_keepers_by_link(new_server):
    """Where the administrator switched it off, a keeper is somebody who has an account."""
    server = new_server(keeper_invites="no")
    ann, = server.people("ann", password=PASSWORD)
    browser, page = page_of(server, ann, "/settings/people/keeper")
    assert "without an account" not in page.text
    page = browser.submit("password", by="link", name="", password=PASSWORD)
    assert page.status == 422 and looks(server, "SELECT count(*) FROM invite WHERE creator IS NOT NULL") == [(0,)]


def test_an_invitation_taken_back(new_server):
    """Ending an invitation to keep closes its link."""
    server = new_server()
    ann, = server.people("ann", password=PASSWORD)
    browser, page = asks(server, ann, None, by="link", name="")
    link = re.search(r"/invite/[\w-]+", page.text).group()
    browser.submit("do", press="end")
    assert Browser(server).go(link).status == 410


def test_people_i_trust(place):
    """Each grant is listed in Settings → People I trust, with its end date and an "End now" button."""
    server, ann, sam, cat = place
    keeps(server, ann, sam, until=day(9))
    Browser(server).sign_in(ann)
    browser, page = page_of(server, ann, "/settings/people")
    assert f"@{sam.name}" in " ".join(page.links) and "Until" in page.text and "Keepers" in page.text
    assert "Browsers signed in with your name" in page.text and "Apps" in page.text and "Command line" in page.text
    ends = [b[2] for f in page.forms for b in f.buttons if b[2].startswith("End now")]
    assert len(ends) >= 3, "the keeper, another browser, an app"
    assert "/settings/people" in browser.go("/settings").links


def test_forged_and_replayed(place):
    """Grants of others, unknown ones, targets that are not theirs, past days, forms sent twice: nothing is given."""
    server, ann, sam, cat = place
    post, theirs = ann.say("mine"), cat.say("not mine")
    keeps(server, ann, sam)
    (grant,), = looks(server, "SELECT id FROM keeper")
    for who in (cat,):
        browser, page = page_of(server, who, f"/settings/people/keeper/{grant}")
        unknown = browser.go("/settings/people/keeper/12345")
        assert page.status == unknown.status == 404
        token = dict(browser.go("/settings/people").forms[0].fields)["csrf"]
        for do in ("end", "accept", "decline", "undo"):
            answer = browser.fetch("POST", f"/settings/people/keeper/{grant}", f"csrf={token}&do={do}&batch=1".encode(),
                                   {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url})
            assert answer.status == 404
    assert looks(server, "SELECT state FROM keeper") == [(1,)]
    for how in ({"scope": "post", "target": theirs["id"]}, {"scope": "post", "target": "12345"},
                {"scope": "journal", "target": cat.id}, {"scope": "journal", "target": ann.id}, {"scope": "post", "target": "x"}):
        assert asks(server, ann, cat.name, **how)[1].status == 404
    for how in ({"until": day(0)}, {"until": "2020-01-01"}, {"until": day(900)}, {"until": ""}, {"until": "soon"},
                {"name": "nobody_here"}, {"name": ann.name}, {"name": ""}, {"name": "x" * 300}, {"name": sam.name}):
        browser, page = asks(server, ann, cat.name, **how)
        assert page.status == 422, how
    assert looks(server, "SELECT count(*) FROM keeper") == [(1,)]
    answer = browser.fetch("POST", f"/settings/people/keeper/{grant}", b"do=end",
                           {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url})
    assert answer.status == 403
    browser, page = page_of(server, sam, f"/settings/people/keeper/{grant}")
    token = dict(page.form_with("do").fields)["csrf"]
    send = lambda do: browser.fetch("POST", f"/settings/people/keeper/{grant}", f"csrf={token}&do={do}".encode(),
                                    {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}).status
    assert [send("accept"), send("accept")] == [303, 303], "a form sent twice"
    assert send("undo") in (400, 404, 422)
    assert [send("end"), send("end")] == [303, 303] and send("accept") == 404
    assert looks(server, "SELECT count(*) FROM hand") == [(0,)]
    assert post


def test_too_many(place):
    """Ten keepers at a time, and no more."""
    server, ann, sam, cat = place
    for who in server.people(*"abcdefghij"):
        assert asks(server, ann, who.name)[1].status == 200
    browser, page = asks(server, ann, sam.name)
    assert page.status == 422 and "up to 10" in page.text


def sorts(server, who, comment, do):
    browser, page = page_of(server, who, "/quiet-inbox")
    token = dict(page.forms[0].fields)["csrf"]
    answer = browser.fetch("POST", "/quiet-inbox", f"csrf={token}&comment={comment['id']}&expect=1&do={do}&back=/quiet-inbox".encode(),
                           {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url})
    assert answer.status == 303, answer.body[:300]


def test_what_a_keeper_did(place):
    """Every action is listed for the author ("Sam showed 12, kept 3, declined 1") and can be undone."""
    server, ann, sam, cat = place
    post = ann.say("Grandfather died")
    comments = [cat.answer(post, f"words {i}") for i in range(4)]
    keeps(server, ann, sam)
    for comment, do in zip(comments, ("show", "show", "keep", "decline")):
        sorts(server, sam, comment, do)
    assert server.stranger().sees(comments[0])
    (grant,), = looks(server, "SELECT id FROM keeper")
    browser, page = page_of(server, ann, f"/settings/people/keeper/{grant}")
    assert f"{sam.name} showed 2, kept 1, declined 1." in page.text
    assert f"Showed a comment by {cat.name}" in page.text and f"Declined a comment by {cat.name}" in page.text
    page = browser.submit("batch", press="undo")
    assert "Taken back." in page.text and f"{sam.name} showed 2, kept 1." in page.text
    assert looks(server, "SELECT state FROM post WHERE id = ?", comments[3]["id"]) == [(1,)]
    sam_browser, page = page_of(server, sam, f"/settings/people/keeper/{grant}")
    assert "What was done" not in page.text, "the list is the author's"


def test_letters_are_apart(place):
    """A keeper reads letters only when allowed to, also for posts to come."""
    server, ann, sam, cat = place
    first = ann.say("Grandfather died")
    keeps(server, ann, sam)
    (grant,), = looks(server, "SELECT id FROM keeper")
    second = ann.say("The funeral")
    assert looks(server, "SELECT DISTINCT letters FROM hand") == [(0,)]
    browser, page = page_of(server, sam, "/settings/people")
    browser.submit("do", press="end")
    keeps(server, ann, sam, letters="yes")
    third = ann.say("Thanks")
    assert looks(server, "SELECT post, letters FROM hand ORDER BY post") == [(int(p["id"]), 1) for p in (first, second, third)]


def test_scope_of_a_journal(place):
    """A keeper of a journal sees what is held beneath its posts, those that come later too, and nothing else."""
    server, ann, sam, cat = place
    browser, page = page_of(server, ann, "/journals/new")
    browser.submit("username", username="orchard", name="The orchard", words="What grows", reach="public", preset="2")
    (journal,), = looks(server, "SELECT account FROM journal")
    write = lambda words: ann.post("/api/v1/statuses", json_body={"status": words, "journal": str(journal)}).ok()
    first, own = write("Frost"), ann.say("mine")
    beneath, apart = cat.answer(first, "oh no", visibility="public"), cat.answer(own, "hello")
    assert f"/settings/people/keeper?journal={journal}" in browser.go("/@orchard").links
    keeps(server, ann, sam, path=f"/settings/people/keeper?journal={journal}")
    later = cat.answer(write("More frost"), "again", visibility="public")
    hands = {p for p, in looks(server, "SELECT post FROM hand WHERE account = ? AND role = 3", sam.id)}
    assert hands == {p for p, in looks(server, "SELECT id FROM post WHERE account = ? AND thread = id", journal)} and len(hands) == 2
    assert sam.sees(beneath) and sam.sees(later) and not sam.sees(apart)
    sorts(server, sam, beneath, "decline")
    (grant,), = looks(server, "SELECT id FROM keeper")
    browser, page = page_of(server, ann, f"/settings/people/keeper/{grant}")
    assert f"{sam.name} declined 1." in page.text
    assert "Taken back." in browser.submit("batch", press="undo").text
    browser, page = page_of(server, sam, "/settings/people")
    assert "The orchard" in page.text
    browser.submit("do", press="end")
    assert not sam.sees(beneath) and looks(server, "SELECT count(*) FROM hand WHERE role = 3") == [(0,)]


def test_ways_to_help(place):
    """A keeper who was trusted with it edits the ways to help of what they keep; one who was not does not."""
    server, ann, sam, cat = place
    post = ann.say("Grandfather died")
    path = f"/@{ann.name}/{post['id']}/ways"
    keeps(server, ann, sam, path=f"/settings/people/keeper?post={post['id']}", help="yes")
    keeps(server, ann, cat, path=f"/settings/people/keeper?post={post['id']}")
    browser, page = page_of(server, sam, path)
    page = browser.submit("label", label="Soup on Sundays", press="put")
    assert page.status == 200 and "Soup on Sundays" in Browser(server).go(f"/@{ann.name}/{post['id']}").text
    assert page_of(server, cat, path)[1].status == 404
    browser.go("/settings/people")
    browser.submit("do", press="end")
    assert browser.go(path).status == 404
