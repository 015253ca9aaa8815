"""Keepsakes: books and archives of what one wrote. Each story's first line is the product's own sentence."""
import pytest

from harness import keepsake
from harness.browser import Browser
from harness.common import wait
from harness.keepsake import Book, Epub, Page, ask, choose, links, make, read
from harness.photos import photo
from harness.quiet import Inbox, database, grow_old, hard_news, make_hand
from test_journals import Journal

PASSWORD = "correct horse 4"
FORMS = ("html", "epub", "zip")


@pytest.fixture
def here(new_server):
    server = new_server()
    server.everyone = []
    for name in ("ann", "ben", "cat"):
        who = server.person(name, password=PASSWORD)
        who.browser = Inbox(who)
        server.everyone.append(who)
    grow_old(server, *server.everyone)
    return server


@pytest.fixture
def people(here):
    return here.everyone


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_way(here, people, form):
    """Keepsake builder: choose journal or posts and dates; include shown / kept comments, letters, photos; order; title page; paper A5, A4, Letter."""
    ann, ben, cat = people
    media = ann.upload(photo("lake.png"), description="A lake at dawn").ok()["id"]
    first = ann.say("The first words & <signs>", media_ids=[media])
    ben.answer(first, "Good to read")
    ann.say("The last words")
    book = read(ann.browser, form, title="Our <year>", words="For Ida,\nwith love", memory="Ada Lund")
    for part in ("Our <year>", "For Ida,", "In memory of Ada Lund", "The first words & <signs>", "Good to read", "The last words", "A lake at dawn"):
        assert part in book.words(), part
