"""The server is killed in the middle of everything, again and again."""
import os
import random
import time

from storm import Storm

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "20"))


def test_t171_kill_in_a_storm_of_posts(fast_server):
    """Killed in a storm of posts and started again: all that was acknowledged is there once, and it is up within three seconds."""
    server = fast_server()
    random.seed(20)
    slowest = 0
    people = server.people("ann", "ben", "cat")
    for round_ in range(ROUNDS):
        if round_ % 20 == 19:  # so that reading everything back stays quick in a thousand rounds
            people = server.people("ann", "ben", "cat")
        storm = Storm(people).begin()
        time.sleep(random.uniform(0.05, 0.6))
        server.kill()
        storm.end()
        server.start(wait=False)
        slowest = max(slowest, server.wait_ready())
        storm.check(server)
    assert slowest < 3, f"{slowest:.2f} s until ready"
    server.stop()
    print(f"\n{ROUNDS} rounds, slowest start {slowest * 1000:.0f} ms")


def test_t180_backup_under_load(fast_server, tmp_path):
    """A backup taken in a storm of posts restores to a server that has all that was acknowledged before it began."""
    from harness.photos import photo
    server = fast_server()
    people = server.people("ann", "ben")
    media = people[0].upload(photo(), description="A lake").ok()
    pictured = people[0].say("with a photo", media_ids=[media["id"]])
    storm = Storm(people, lanes=4).begin()
    time.sleep(0.5)
    before = dict(storm.acknowledged)
    server.command("backup", str(tmp_path / "backup"))
    storm.end()
    storm.check(server)
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0, "others may read the backup"
    server.stop()
    copy = fast_server(start=False, place=tmp_path / "copy")
    copy.command("restore", str(tmp_path / "backup"))
    copy.port, copy.url = server.port, server.url
    copy.start()
    for person in people:
        person.server = copy
    for text, id_ in before.items():
        assert storm.keys[text].show({"id": id_}).ok()["content"] == f"<p>{text}</p>"
    shown = people[0].show(pictured).ok()["media_attachments"][0]
    assert copy.raw("GET", shown["url"][len(copy.url):]).status == 200
    copy.command("check")
    assert copy.run("restore", str(tmp_path / "backup")).returncode == 65, "a directory with data in it was written over"


def test_a_second_server_is_turned_away(fast_server):
    """T175: a second process on the same directory is refused with "try again", and the first goes on."""
    server = fast_server()
    second = server.run("serve", "--listen", "127.0.0.1:0")
    assert second.returncode == 75 and "another" in second.stderr
    assert server.raw("GET", "/health").status == 200


def test_t178_newer_databases_are_left_alone(fast_server):
    """A database written by a newer version is refused with exit 78 and not changed."""
    import hashlib
    import sqlite3
    server = fast_server()
    server.stop()
    path = server.data / "tidings.db"
    with sqlite3.connect(path) as db:
        db.execute("UPDATE schema_version SET version = 999 WHERE version = (SELECT max(version) FROM schema_version)")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    before = hashlib.sha256(path.read_bytes()).digest()
    assert server.run("serve", "--listen", "127.0.0.1:0").returncode == 78
    assert server.run("migrate").returncode == 78
    assert hashlib.sha256(path.read_bytes()).digest() == before
