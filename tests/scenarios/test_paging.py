"""Lists in pages: cursors, the Link header, limits."""
import re
import urllib.parse

import pytest


@pytest.fixture(scope="module")
def reader(shared):
    person = shared.person("reader")
    person.posts = [person.say(f"post {i}")["id"] for i in range(12)][::-1]
    return person


HOME = "/api/v1/timelines/home"


def test_walking_down_and_up(reader):
    """Following next to the end and prev back to the start visits every post once each way."""
    got, page, hops = [], HOME + "?limit=5", 0
    while page and hops < 10:
        answer = reader.get(page)
        got += [p["id"] for p in answer.ok()]
        last, page, hops = answer, answer.link("next"), hops + 1
    assert got == reader.posts
    back, page = [], last.link("prev")
    while page and hops < 30:
        answer = reader.get(page)
        items = [p["id"] for p in answer.ok()]
        back, page, hops = items + back, answer.link("prev") if items else None, hops + 1
    assert back == reader.posts[:10] if len(last.ok()) == 2 else back == reader.posts[:len(back)]


def test_what_the_cursors_mean(reader):
    """max_id is older than; since_id the newest ones newer than; min_id the ones right above; all newest first and exclusive."""
    p = reader.posts
    assert reader.home(max_id=p[3], limit=3) == p[4:7]
    assert reader.home(since_id=p[8], limit=3) == p[0:3]
    assert reader.home(min_id=p[8], limit=3) == p[5:8]
    assert reader.home(max_id=p[2], since_id=p[6]) == p[3:6]
    assert reader.home(max_id=p[2], min_id=p[9], limit=2) == p[7:9]


def test_the_link_header(server, reader):
    """Link has absolute addresses, next before prev, decimal cursors, the other parameters kept, one semicolon a part."""
    link = reader.get(HOME, limit=4, local="false").headers["Link"]
    nxt, prev = link.split(", ")
    assert nxt.endswith('rel="next"') and prev.endswith('rel="prev"') and nxt.count(";") == prev.count(";") == 1
    for part, key, value in ((nxt, "max_id", reader.posts[3]), (prev, "min_id", reader.posts[0])):
        address = re.match(r"<([^>]+)>", part)[1]
        assert address.startswith(server.url + HOME + "?")
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        assert query[key] == value and query["limit"] == "4" and not {"max_id", "min_id", "since_id"} - {key} & set(query)


def test_the_last_page_has_no_next(reader):
    """A page that is not full has no next, and an empty one has no header at all."""
    assert reader.get(HOME, limit=40).link("next") is None
    empty = reader.get(HOME, max_id="1")
    assert empty.ok() == [] and empty.headers.get("Link") is None


@pytest.mark.parametrize("limit, n", [("", 12), ("abc", 12), ("0", None), ("-5", None), ("1", 1), ("1000000", 12), ("3.5", None)])
def test_odd_limits(reader, limit, n):
    """A blank or odd limit is the default, a huge one the maximum."""
    got = reader.get(HOME + f"?limit={limit}").ok()
    assert n is None or len(got) == n


def test_t151_limits_are_clamped(new_server):
    """Nobody gets more than 40 posts at once, however many they ask for."""
    server = new_server()
    ann = server.person("ann")
    for i in range(45):
        ann.say(f"post {i}")
    assert len(ann.home(limit=1000000)) == 40 and len(ann.home()) == 20


@pytest.mark.parametrize("cursor", ["abc", "-1", "99999999999999999999", "1e5", "0", "", "1 OR 1=1", "%00"])
def test_odd_cursors(reader, cursor):
    """A cursor that is no id is ignored or refused; it never breaks."""
    answer = reader.get(HOME + f"?max_id={urllib.parse.quote(cursor)}")
    assert answer.status in (200, 400, 422)


@pytest.mark.parametrize("path, fill", [
    ("/api/v1/favourites", "favourite"), ("/api/v1/bookmarks", "bookmark"), ("followers", None), ("/api/v1/blocks", "block"),
    ("/api/v1/mutes", "mute"), ("favourited_by", None), ("/api/v1/notifications", None)])
def test_every_kind_of_list(server, path, fill):
    """Lists of relations are paged by cursors that only the header knows; walking them visits everything once."""
    ann, others = server.person("ann"), server.people(*["page"] * 5)
    post = ann.say("hello")
    for other in others:
        if fill in ("favourite", "bookmark"):
            ann.does(other.say("x"), fill)
        elif fill:
            ann.toward(other, fill)
        else:
            other.follows(ann), other.does(post, "favourite")
    address = {"followers": f"/api/v1/accounts/{ann.id}/followers", "favourited_by": f"/api/v1/statuses/{post['id']}/favourited_by"}.get(path, path)
    want = len(ann.get(address).ok())
    got, page = [], address + "?limit=2"
    while page and len(got) < 30:
        answer = ann.get(page)
        got += [item["id"] for item in answer.ok()]
        page = answer.link("next")
    assert len(got) == len(set(got)) == want >= 5


def test_a_date_works_as_a_cursor(reader):
    """Ids are times: one made from a moment works as a cursor."""
    import time
    assert reader.home(min_id=str(int((time.time() - 3600) * 1000) << 16)) == reader.posts
    assert reader.home(max_id=str(int((time.time() - 3600) * 1000) << 16)) == []
