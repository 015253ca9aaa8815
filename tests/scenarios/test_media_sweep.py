"""What is on the disk and what the rows say come together again: files of nothing go, missing ones are told of."""
import os
import sqlite3
import time

import pytest

from harness.peer import Peer, eventually
from harness.photos import photo, png
from test_far_media import fay_says, image, path, times


@pytest.fixture
def swept(new_server):
    """A server whose first sweep of its own is over."""
    server = new_server()
    eventually(lambda: "event=media_sweep" in server.log_text())
    return server


def files(server):
    return {f.name: f for f in (server.data / "media").rglob("*") if f.is_file()}


def age(file, days=2):
    then = time.time() - days * 86400
    os.utime(file, (then, then))


def put(server, name, days):
    """A file of our naming that no row knows."""
    folder = server.data / "media" / name[0] / name[1]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(png(4, 4))
    age(folder / name, days)
    return name


def test_files_without_a_row_go(swept):
    """Those older than a day go; what a row names, what is young and what is not of our naming stays."""
    server = swept
    ann = server.person("ann")
    post = ann.say("A photo", media_ids=[ann.upload(photo("lake.png")).ok()["id"]])
    used = files(server)
    for file in used.values():
        age(file)
    old, young = put(server, "Zz" + "a" * 20 + ".png", 2), put(server, "Zz" + "b" * 20 + ".png", 0)
    (server.data / "media" / "readme.txt").write_text("mine")
    age(server.data / "media" / "readme.txt")
    assert " 1 without a row removed; 0 missing" in server.command("media", "sweep")
    left = files(server)
    assert set(used) <= set(left) and young in left and old not in left and "readme.txt" in left
    url = ann.show(post).ok()["media_attachments"][0]["url"]
    assert server.raw("GET", url.removeprefix(server.url)).status == 200


def test_missing_files(swept, keys):
    """A photo of somebody here that is gone is named; a copy from elsewhere is fetched again when somebody looks."""
    server = swept
    peer = Peer(keys, server)
    ann = server.person("ann")
    ann.say("A photo", media_ids=[ann.upload(photo("lake.png")).ok()["id"]])
    own = set(files(server))
    url = path(server, fay_says(server, peer, ann, attachment=[image(peer, "photo.png")])["media_attachments"][0]["url"])
    assert server.raw("GET", url).status == 200
    for file in files(server).values():
        file.unlink()
    said = server.run("media", "sweep")
    assert said.returncode == 0 and "1 missing for good; 1 copies to be fetched again" in said.stdout, said
    assert "event=file_missing of=media" in said.stderr and own
    assert server.raw("GET", url).status == 200 and times(peer, "photo.png") == 2
    peer.close()


def test_backups_leave_copies_out(new_server, keys, tmp_path):
    """A backup holds what people here put in; copies of others' files come back when somebody looks."""
    server = new_server()
    peer = Peer(keys, server)
    ann = server.person("ann")
    post = ann.say("A photo", media_ids=[ann.upload(photo("lake.png")).ok()["id"]])
    own = set(files(server))
    far = fay_says(server, peer, ann, attachment=[image(peer, "photo.png")])
    url = path(server, far["media_attachments"][0]["url"])
    assert server.raw("GET", url).status == 200 and len(files(server)) > len(own)
    server.command("backup", str(tmp_path / "backup.tar"))
    server.stop()
    server.data = tmp_path / "other" / "data"
    server.data.parent.mkdir()
    server.command("restore", str(tmp_path / "backup.tar"))
    assert set(files(server)) == own
    server.start()
    assert server.raw("GET", post["media_attachments"][0]["url"].removeprefix(server.url)).status == 200
    assert server.raw("GET", url).status == 200 and times(peer, "photo.png") == 2
    peer.close()


def test_another_servers_database(swept):
    """Where most files have no row, nothing is removed: it may be the wrong database."""
    server = swept
    names = [put(server, f"Q{i % 10}" + f"{i:020d}" + ".png", 30) for i in range(120)]
    said = server.run("media", "sweep")
    assert said.returncode != 0 and "Nothing was removed" in said.stderr
    assert set(names) <= set(files(server))


def test_rows_of_copies_whose_owner_went(swept, keys):
    """A deleted post takes its copies along; what is still counted of it is counted no more."""
    server = swept
    peer = Peer(keys, server)
    ann = server.person("ann")
    post = fay_says(server, peer, ann, attachment=[image(peer, "photo.png")])
    assert server.raw("GET", path(server, post["media_attachments"][0]["url"])).status == 200
    with sqlite3.connect(server.data / "tidings.db", timeout=10) as db:
        db.execute("INSERT INTO far_file (kind, owner, bytes, taken_at, used_at) VALUES (3, 77, 1000, 1, 1)")
    peer.delivers(peer.activity("Delete", post["account"]["uri"], {"id": post["uri"], "type": "Tombstone"}))
    server.command("media", "sweep")
    with sqlite3.connect(server.data / "tidings.db", timeout=10) as db:
        assert db.execute("SELECT count(*) FROM far_file WHERE kind IN (0, 3)").fetchone()[0] == 0
    assert server.raw("GET", path(server, post["media_attachments"][0]["url"])).status == 404
    peer.close()
