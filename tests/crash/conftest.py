import os
import pathlib
import subprocess

import pytest

from harness.server import Server

RELEASE = pathlib.Path(os.environ.get("TIDINGS_RELEASE", "build/release/tidings")).resolve()


@pytest.fixture(scope="session")
def faults(tmp_path_factory):
    """The library that makes calls fail."""
    out = tmp_path_factory.mktemp("faults") / "faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", out, pathlib.Path(__file__).parent / "faults.c", "-ldl"], check=True)
    return out


@pytest.fixture
def fast_server(tmp_path):
    """fast_server(setting=value): a server of the optimised build; not looked at afterwards, a story does that itself."""
    made = []

    def make(start=True, place=None, **settings):
        server = Server(place or tmp_path / f"server{len(made)}", program=RELEASE, **settings)
        made.append(server)
        return server.start() if start else server

    yield make
    for server in made:
        server.kill()
