"""Fixtures of every story: a server that a test file shares, servers of its own for a story that needs other settings, people
with a browser, another server that is scripted, and the look at all of them afterwards: still up, log clean, database sound."""
import pytest

from harness.browser import Browser
from harness.peer import Peer
from harness.server import Server


def pytest_collection_modifyitems(items):
    """Threats first: they wait for limits and silences, and a worker left alone with such a file would hold up the end."""
    items.sort(key=lambda item: not item.path.name.startswith("test_threats_"))


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("shared")).start()
    yield server
    try:
        server.stop()
    finally:
        server.kill()


@pytest.fixture
def server(shared):
    """The server that stories share. Whoever needs to count what is public has to ask for a new_server."""
    if shared.process.poll() is not None:
        shared.start()
    yield shared
    shared.assert_sound()


@pytest.fixture
def new_server(tmp_path):
    """new_server(setting=value): a server of the story's own."""
    made = []

    def make(start=True, place=None, **settings):
        server = Server(tmp_path / (place or f"server{len(made)}"), **settings)
        made.append(server)
        return server.start() if start else server

    yield make
    try:
        for server in made:
            if server.process and server.process.poll() is None:
                server.assert_sound()
                server.stop()
    finally:
        for server in made:
            server.kill()


@pytest.fixture
def browser(server):
    return Browser(server)


@pytest.fixture
def person(server):
    """person(name): somebody signed in on the pages, with their browser."""
    def make(name):
        who = server.person(name, password="correct horse 4")
        who.browser = Browser(server)
        who.browser.sign_in(who)
        return who
    return make


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Where scripted servers keep their people's keys."""
    return str(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def peer(server, keys):
    """A scripted server that the shared one can talk to."""
    made = Peer(keys, server)
    yield made
    made.close()


@pytest.fixture
def ann(server):
    return server.person("ann")


@pytest.fixture
def ben(server):
    return server.person("ben")


@pytest.fixture
def cat(server):
    return server.person("cat")
