"""The command line, and what a running server makes of what it does."""
import subprocess
import time

import pytest

from harness import photos
from harness.browser import Browser
from harness.people import Person


def run(server, *arguments, **environment):
    return subprocess.run([server.program, *arguments], capture_output=True, text=True, timeout=60,
                          env={**server.environment, **environment})


@pytest.mark.parametrize("arguments, code", [
    (["account"], 64), (["account", "--help"], 0), (["account", "nonsense"], 64), (["account", "create", "ann"], 64),
    (["account", "create", "ann", "--email"], 64), (["account", "create", "ann", "--email", "a@mail.example", "--role", "king"], 64),
    (["account", "create", "ann", "--email", "a@mail.example", "--approve-followers", "maybe"], 64),
    (["invite", "create", "--uses", "many"], 64), (["invite", "create", "--days", "-1"], 64), (["docs", "nothing"], 64),
    (["photobox"], 64), (["check", "--config", "/nowhere/tidings.conf"], 78), (["config", "show", "--listen", "127.0.0.1:99999"], 78),
    (["config", "show", "--set", "listen=127.0.0.1:99999"], 78), (["config", "show", "--set", "listen=nowhere"], 78)])
def test_wrong_usage(new_server, arguments, code):
    """Wrong usage has its exit code and a sentence, and leaves nothing behind."""
    server = new_server(start=False)
    done = run(server, *arguments, TIDINGS_DATA=str(server.data))
    assert done.returncode == code, (done.stdout, done.stderr)
    assert not server.data.exists() and done.stdout + done.stderr


def test_mistyped_names(new_server):
    """A setting's name that is nearly right is an error in file, environment and flag; the right one is named."""
    server = new_server(start=False)
    assert '"rate-limits"' in run(server, "config", "show", TIDINGS_RATE_LIMTS="off").stderr
    assert '"registration"' in run(server, "config", "show", "--set", "registraton=open").stderr
    assert run(server, "config", "show", TIDINGS_PORT="tcp://10.0.0.1:80").returncode == 0


def test_a_mistyped_folder(new_server):
    """Commands about what is there make no new server where there is none."""
    server = new_server(start=False)
    for command in (["check"], ["account", "list"], ["token", "create", "ann"], ["backup", "/dev/null"]):
        assert run(server, *command, "--data", str(server.data)).returncode == 78
    assert not server.data.exists()


def test_health_under_any_name(server):
    """Whoever watches the server may ask by its address; everything else is answered under its own names only."""
    other = {"Host": "10.1.2.3"}
    assert server.raw("GET", "/health", headers=other).status == 200
    for path in ("/", "/about", "/metrics", "/api/v2/instance", "/nothing", "/.well-known/nodeinfo"):
        assert server.raw("GET", path, headers=other).status == 421, path


def streams(person):
    """A stream of this person's own, opened."""
    s = person.server.socket(timeout=5)
    s.sendall((f"GET /api/v1/streaming/user HTTP/1.1\r\nHost: {person.server.host}\r\n"
               f"Authorization: Bearer {person.token}\r\n\r\n").encode())
    came = b""
    while b":)" not in came:
        part = s.recv(4096)
        assert part, came
        came += part
    return s


def ends_within(s, seconds):
    began = time.monotonic()
    s.settimeout(seconds)
    try:
        while s.recv(4096):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return time.monotonic() - began < seconds


def test_t007_disable_ends_everything(server):
    """`account disable` while the server runs ends tokens and open streams within a second; enable lets in again."""
    ann = server.person("ann")
    stream = streams(ann)
    server.command("account", "disable", ann.name)
    assert ends_within(stream, 1.5), "the stream goes on"
    ann.get("/api/v1/timelines/home").fails(401, 403)
    assert server.run("token", "create", ann.name).returncode in (0, 65)
    server.command("account", "enable", ann.name)
    ann.token = server.token(ann.name)
    assert ann.get("/api/v1/timelines/home").status == 200


def test_t006_a_new_password_ends_everything(server):
    """`account password` while the server runs ends every token and stream; the new password is the first line of the input."""
    ann = server.person("ann", password="a long old password")
    stream = streams(ann)
    server.command("account", "password", ann.name, "--password-stdin", stdin="a long new password\nsecond line\n")
    assert ends_within(stream, 1.5), "the stream goes on"
    ann.get("/api/v1/timelines/home").fails(401)


def made(server, name, *arguments):
    """Somebody made by the program under test itself."""
    server.command("account", "create", name, "--email", f"{name}@mail.example", *arguments)
    return Person(server, name, server.command("token", "create", name, "--scopes", "read write follow push"))


def test_accounts_made_while_it_runs(server):
    """An account made on the command line is there at once; --approve-followers decides over the setting."""
    ann, ben = (made(server, name, *more) for name, more in (("anntied", ("--approve-followers", "yes")), ("benfree", ())))
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["locked"] is True
    assert ben.get("/api/v1/accounts/verify_credentials").ok()["locked"] is False
    assert ben.follows(ann)["requested"] is True


def test_an_account_without_a_password(server):
    """An account made with --no-password is used by its tokens alone: nobody signs in until it is given a password."""
    robot = made(server, "robot", "--no-password")
    robot.post("/api/v1/statuses", form={"status": "Rain from four o'clock."}).ok()
    for password in ("", "robot", "x" * 8):
        robot.password = password
        assert Browser(server).sign_in(robot).has_form("password"), password
    robot.password = "a password of its own"
    server.command("account", "password", "robot", "--password-stdin", stdin=robot.password + "\n")
    assert not Browser(server).sign_in(robot).has_form("password")
    both = server.run("account", "create", "both", "--email", "both@mail.example", "--no-password", "--password-stdin", stdin="a long password\n")
    assert both.returncode == 65 and "--no-password" in both.stderr, both


def test_backup_and_restore(new_server, tmp_path):
    """A backup of a running server holds posts and photos; restored elsewhere, the same server runs from it."""
    server = new_server()
    ann = server.person("ann")
    media = ann.upload(photos.photo()).ok()
    post = ann.say("kept", media_ids=[media["id"]])
    file = tmp_path / "backup.tar"
    server.command("backup", str(file))
    assert file.stat().st_mode & 0o077 == 0
    assert server.run("restore", str(file)).returncode == 65
    server.stop()
    server.data = tmp_path / "other" / "data"
    server.data.parent.mkdir()
    server.command("restore", str(file))
    server.start()
    assert ann.show(post).ok()["content"] == "<p>kept</p>"
    path = media["url"].removeprefix(server.url)
    assert server.raw("GET", path).status == 200
    (tmp_path / "cut.tar").write_bytes(file.read_bytes()[:3000])
    again = run(server, "restore", str(tmp_path / "cut.tar"), "--data", str(tmp_path / "third"))
    assert again.returncode == 65 and not (tmp_path / "third").exists()


def test_a_second_server(new_server, tmp_path):
    """A second server on the same port or the same data directory is told so and ends."""
    server = new_server()
    same_data = run(server, "serve", "--data", str(server.data), "--listen", "127.0.0.1:9")
    assert same_data.returncode == 75 and "another server" in same_data.stderr
    same_port = run(server, "serve", "--data", str(tmp_path / "second"), "--listen", server.listen)
    assert same_port.returncode == 69 and "cannot listen" in same_port.stderr and "/invite/" not in same_port.stdout
