"""A real server on a free port with a data directory of its own, and the command line on the same directory."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

from . import wire
from .people import Person

PROGRAM = pathlib.Path(os.environ.get("TIDINGS", "build/debug/tidings")).resolve()
# Makes the people of a story: the optimised program where there is one, since this is no story's subject.
TOOL = pathlib.Path(os.environ.get("TIDINGS_TOOL") or PROGRAM).resolve()
# Takes the cost out of keys and passwords (cheap.c), and the folder where it keeps the keys; None: they cost what they cost.
CHEAP = os.environ.get("TIDINGS_CHEAP") and pathlib.Path(os.environ["TIDINGS_CHEAP"]).resolve()
SLOW = 4 if "debug" in str(PROGRAM) or "tsan" in str(PROGRAM) else 1  # sanitizers take their time
TROUBLE = re.compile(r"Sanitizer|runtime error:|assert|panic|die:", re.I)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """Settings are given as in tidings.conf with "_" for "-": Server(place, rate_limits="on"). One that is dear makes keys and
    hashes passwords at their full cost."""

    def __init__(self, place, program=PROGRAM, url=None, dear=False, **settings):
        self.program, self.tool = program, TOOL if program == PROGRAM else program
        self.data, self.log = pathlib.Path(place) / "data", pathlib.Path(place) / "log"
        self.port = free_port()
        self.url = url or f"http://{self.listen}"
        self.process, self.serial, self.seen = None, 0, 0
        self.cheap, self.runs = CHEAP if not dear else None, 0
        chosen = {"rate_limits": "off", "new_accounts_approve_followers": "no", "federation_allow_private_addresses": "yes"}
        if "PHOTOBOX" in os.environ:
            chosen["photobox"] = str(pathlib.Path(os.environ["PHOTOBOX"]).resolve())
        chosen.update(settings)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("TIDINGS")}
        self.environment.update({f"TIDINGS_{k.upper()}": v for k, v in chosen.items()})
        if self.cheap:
            self.environment.update(LD_PRELOAD=str(self.cheap), ASAN_OPTIONS=f"{os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0")

    @property
    def listen(self):
        return f"127.0.0.1:{self.port}"

    @property
    def host(self):
        """As others know it."""
        return self.url.split("/")[2]

    def keys(self, of):
        """Where a process finds its keys: no two of a server have one in common, and those of another story are the same."""
        return {"CHEAP_KEYS": f"{self.cheap.parent / 'keys' / self.data.parent.name}-{of}-"} if self.cheap else {}

    # The process.

    def start(self, *arguments, wait=True):
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.runs += 1
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--data", self.data, "--listen", self.listen, "--url", self.url, *arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**self.environment, **self.keys(f"run{self.runs}")},
                start_new_session=True)
        if wait:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=20):
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log_tail()}"
            try:
                if self.raw("GET", "/health").status == 200:
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.005)
        raise AssertionError(f"not ready after {seconds} s:\n{self.log_tail()}")

    def kill(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self):
        """A polite end: everything in work is finished, the exit code is 0."""
        if not self.process or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server did not end within 15 s of SIGTERM\n" + self.log_tail()) from None
        assert code == 0, f"the server ended with {code}:\n{self.log_tail()}"

    def log_text(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def log_tail(self):
        return "\n".join(self.log_text().splitlines()[-60:])

    def assert_sound(self):
        """Still up, nothing bad in the log since last asked, and the database passes `tidings check`."""
        assert self.process.poll() is None, f"the server is gone ({self.process.returncode}):\n{self.log_tail()}"
        assert self.raw("GET", "/health").status == 200
        fresh = self.log_text()[self.seen:]
        self.seen += len(fresh)
        bad = [line for line in fresh.splitlines() if TROUBLE.search(line)]
        assert not bad, "in the server's log: " + "\n".join(bad[:5])
        self.command("check", program=self.tool)

    # The command line.

    def run(self, *arguments, stdin=None, environment=None, program=None):
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.runs += 1
        environment = {**self.environment, "TIDINGS_URL": self.url, **self.keys(f"run{self.runs}"), **(environment or {})}
        return subprocess.run([program or self.program, *arguments, "--data", self.data], input=stdin, capture_output=True, text=True,
                              timeout=60, env=environment)

    def command(self, *arguments, **how):
        done = self.run(*arguments, **how)
        assert done.returncode == 0, f"tidings {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout.strip()

    # Requests of a stranger.

    def raw(self, method, target, body=None, headers=None):
        return wire.send(self.port, method, target, body, {"Host": self.host, **(headers or {})})

    def request(self, method, path, headers=None, **what):
        return wire.request(self.port, method, path, headers={"Host": self.host, **(headers or {})}, **what)

    def get(self, path, **what):
        return self.request("GET", path, **what)

    def post(self, path, **what):
        return self.request("POST", path, **what)

    def socket(self, timeout=5):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def shout(self, data, timeout=5, half_close=False):
        """Sends bytes as they are; gives all that comes back until the server closes (or the time is up)."""
        with self.socket(timeout) as s:
            came = b""
            try:
                s.sendall(data)
                if half_close:
                    s.shutdown(socket.SHUT_WR)
                while part := s.recv(65536):
                    came += part
            except (ConnectionResetError, BrokenPipeError, socket.timeout):
                pass
            return came

    # People.

    def person(self, name="ann", scopes="read write follow push", password=None, role=None, locked=False):
        """A new account whose name begins with `name`, and a token for it."""
        self.serial += 1
        name = f"{name}{self.serial}"
        arguments = ["account", "create", name, "--email", f"{name}@mail.example"]
        arguments += ["--role", role] if role else []
        arguments += ["--approve-followers", "yes"] if locked else []
        arguments += ["--password-stdin" if password else "--no-password"]
        self.command(*arguments, stdin=password + "\n" if password else None, program=self.tool,
                     environment=self.keys(f"person{self.serial}"))
        return Person(self, name, self.token(name, scopes), password)

    def people(self, *names, **what):
        return [self.person(name, **what) for name in names]

    def token(self, name, scopes="read write follow push"):
        return self.command("token", "create", name, "--scopes", scopes, program=self.tool)

    def stranger(self):
        return Person(self, None, None)


