"""Memory, disk and database fail in turn: an error answer or an honest end, never a crash, a hang or a broken row."""
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import time

import pytest

from harness.photos import photo
from storm import Storm, everything

LONG = int(os.environ.get("CRASH_ROUNDS", "20")) > 100


def scenario(person, other):
    """A bit of everything; gives the texts that were acknowledged. Failures are fine, nonsense is not."""
    said = []
    steps = [
        lambda: person.post("/api/v1/statuses", form={"status": "one", "visibility": "public"}),
        lambda: person.upload(photo()),
        lambda: person.get("/api/v1/timelines/home"),
        lambda: person.post(f"/api/v1/accounts/{other}/follow"),
        lambda: person.post("/api/v1/statuses", form={"status": "two #tag", "visibility": "public"}),
        lambda: person.get("/api/v2/search?q=two"),
        lambda: person.get("/api/v1/notifications"),
    ]
    for step in steps:
        try:
            # send() and not request(): a 500 is a fair answer here.
            answer = step()
        except (OSError, AssertionError, ValueError):
            continue
        except Exception:
            continue
        if answer.status == 200 and answer.path == "/api/v1/statuses":
            said.append(answer.json()["id"])
    return said


def ended_honestly(server):
    """Still running, ended on purpose with a code, or by die() with a line that says why."""
    try:
        code = server.process.wait(0.2)
    except subprocess.TimeoutExpired:
        return True
    log = server.log_text()
    return code >= 0 or (code == -signal.SIGABRT and "event=die" in log)


def round_of(server, faults, call, at, lasting, tmp_path):
    ann, ben = round_of.people
    armed = tmp_path / "armed"
    armed.unlink(missing_ok=True)
    server.log.write_text("")
    server.environment.update(LD_PRELOAD=str(faults), FAULT_CALL=call, FAULT_AT=str(at), FAULT_FOR=str(lasting), FAULT_ARMED=str(armed))
    server.start()
    armed.touch()
    said = scenario(ann, ben.id_known)
    assert ended_honestly(server), f"{call} {at}: {server.process.returncode}\n{server.log_tail()}"
    server.kill()
    for key in ("LD_PRELOAD", "FAULT_CALL", "FAULT_AT", "FAULT_FOR", "FAULT_ARMED"):
        server.environment.pop(key)
    server.command("check")
    return said


@pytest.mark.parametrize("call, steps", [("malloc", (1, 2, 3, 5, 8, 13, 21, 40, 80, 160, 400)), ("write", (1, 2, 3, 4, 6, 9, 14, 22, 40, 80)),
                                         ("read", (1, 2, 3, 5, 9, 20, 50)), ("fsync", (1, 2, 3, 4, 5, 6)), ("open", (1, 2, 3, 4))])
def test_t181_t173_each_kind_of_call_fails(fast_server, faults, tmp_path, call, steps):
    """The n-th allocation, read, write, fsync and open fails, once and for a while; afterwards everything acknowledged is there."""
    server = fast_server()
    ann, ben = server.people("ann", "ben")
    ben.id_known = ben.id
    ann.id
    round_of.people = (ann, ben)
    server.stop()
    said = []
    if LONG:
        steps = range(1, 400)
    for at in steps:
        for lasting in (1, 1000):
            said += round_of(server, faults, call, at, lasting, tmp_path)
    server.start()
    for id_ in said:
        assert ann.show({"id": id_}).status == 200, f"{id_} was acknowledged and is gone"
    server.stop()


def test_each_database_call_fails_in_turn(new_server):
    """In the test build the n-th call to the database fails: every answer is an answer, and no row is half there."""
    server = new_server()
    ann, ben = server.people("ann", "ben")
    other = ben.id
    ann.id
    server.stop()
    said = []
    for at in (range(1, 300) if LONG else [*range(1, 40, 3), *range(40, 160, 15)]):
        server.environment["TIDINGS_FAIL_DB_AT"] = str(at)
        server.start(wait=False)
        try:
            server.wait_ready()
        except AssertionError:
            assert server.process.wait(5) >= 0, server.log_tail()
            continue
        said += scenario(ann, other)
        assert ended_honestly(server), server.log_tail()
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(15)
    server.environment.pop("TIDINGS_FAIL_DB_AT")
    server.start()
    for id_ in said:
        assert ann.show({"id": id_}).status == 200
    server.seen = len(server.log_text())
    server.assert_sound()


@pytest.fixture
def small_disk(tmp_path):
    """A folder with room for 24 MB: a tmpfs where we may mount one; None otherwise."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place],
                                                   capture_output=True).returncode == 0
    yield place if mounted else None
    if mounted:
        subprocess.run(["umount", "-l", place], check=False)


def full_then_free(server, fill, free):
    ann = server.person("ann")
    first = ann.say("before")
    fill()
    codes = []
    for i in range(4000):
        answer = ann.post("/api/v1/statuses", form={"status": f"post {i} " + "x" * 1500, "visibility": "public"})
        codes.append(answer.status)
        if answer.status != 200:
            answer.fails(503, 507)
            break
    assert codes[-1] in (503, 507), "the disk never was full"
    assert ann.show(first).status == 200 and ann.get("/api/v1/timelines/home").status == 200, "reading must go on"
    upload = ann.upload(photo())
    assert upload.status in (200, 503, 507), upload.status
    free()
    deadline = time.monotonic() + 20
    while ann.post("/api/v1/statuses", form={"status": "room again", "visibility": "public"}).status != 200:
        assert time.monotonic() < deadline, "posting did not come back by itself"
        time.sleep(0.2)
    stored = everything([ann])
    assert "room again" in stored and len([c for c in codes if c == 200]) <= len(stored)
    server.command("check")


def test_t172_the_disk_is_full(fast_server, small_disk):
    """With a full disk reading goes on, posting says so with 507 or 503, and comes back by itself once there is room."""
    if small_disk is None:
        pytest.skip("only an administrator may mount a small disk; the next story limits file sizes instead")
    server = fast_server(place=small_disk)
    ballast = small_disk / "ballast"

    def fill():
        room = shutil.disk_usage(small_disk).free
        ballast.write_bytes(b"\0" * max(room - (1 << 20), 0))

    full_then_free(server, fill, ballast.unlink)
    server.stop()


def test_t172_files_may_not_grow(fast_server):
    """The same when files may not grow any more."""
    server = fast_server()

    def limit(size):
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def fill():
        limit(max(p.stat().st_size for p in server.data.rglob("tidings.db*")) + 65536)

    full_then_free(server, fill, lambda: limit(resource.RLIM_INFINITY))
    server.stop()


def test_a_storm_on_a_full_disk(fast_server, small_disk):
    """Many people posting while the disk fills up: nothing acknowledged is lost."""
    if small_disk is None:
        pytest.skip("only an administrator may mount a small disk")
    server = fast_server(place=small_disk)
    people = server.people("ann", "ben")
    ballast = small_disk / "ballast"
    storm = Storm(people, lanes=4).begin()
    time.sleep(0.2)
    with contextlib.suppress(OSError):  # the storm took the rest of it meanwhile: full all the same
        ballast.write_bytes(b"\0" * max(shutil.disk_usage(small_disk).free - (256 << 10), 0))
    time.sleep(1.5)
    ballast.unlink()
    time.sleep(0.5)
    storm.end()
    assert storm.acknowledged
    storm.check(server)
    server.stop()
