"""What bench/reads and bench/posts share: a seeded server of the optimised build, a load made by wrk, and the processor time that
the server took for it. Figures are compared with the bare route (GET /robots.txt, a static answer of 2 KB) of the same process in
the same run, because machines and moments differ and the ratio does not."""
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
sys.dont_write_bytecode = True

from harness.server import Server  # noqa: E402

BARE = "/robots.txt"


def build():
    subprocess.run(["bash", "-c", ". script/lib; need build bench; build_release"], cwd=ROOT, check=True, stdout=sys.stderr)


class Ground:
    def __init__(self, program=None, **settings):
        if not program:
            build()
        self.place = tempfile.mkdtemp(prefix="tidings-bench-", dir="/var/tmp")
        self.server = Server(self.place, program=program or ROOT / "build/release/tidings", **settings)

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.kill()
        shutil.rmtree(self.place)

    @property
    def pid(self):
        return self.server.process.pid

    def cpu_us(self):
        """Processor time of all threads so far, in microseconds."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except FileNotFoundError:
                pass
        return total / 1000

    def memory(self, field="VmRSS"):
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.M)[1]) / 1024

    def metric(self, pattern):
        return sum(float(m[1]) for m in re.finditer(rf"^{pattern}(?:{{[^}}]*}})? ([\d.e+]+)$", self.server.raw("GET", "/metrics").text, re.M))

    def load(self, path, token=None, clients=8, seconds=2, script=None):
        """Microseconds of processor time a request; asserts that every answer was a good one. Gives (us, requests, per second)."""
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s"]
        if token:
            command += ["-H", f"Authorization: Bearer {token}"]
        if script:
            command += ["-s", str(script)]
        before = self.cpu_us()
        said = subprocess.run([*command, self.server.url + path], capture_output=True, text=True, check=True).stdout
        spent = self.cpu_us() - before
        if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", said):
            raise SystemExit(f"{path}: {bad[1]} bad answers\n{said}")
        if bad := re.search(r"Socket errors: .*(read|write|timeout) [1-9]", said):
            print(f"# {path}: {bad[0]}", file=sys.stderr)
        requests = int(re.search(r"(\d+) requests in", said)[1])
        return spent / requests, requests, float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])

    def size(self, path, token=None):
        answer = self.server.raw("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        assert answer.status == 200, (path, answer.status, answer.body[:200])
        return len(answer.body)


def at_once(jobs, lanes=16):
    """Runs the jobs in several threads; the writer then commits them in groups."""
    jobs, faults = iter(jobs), []
    lock = threading.Lock()

    def lane():
        while not faults:
            with lock:
                job = next(jobs, None)
            if job is None:
                return
            try:
                job()
            except BaseException as fault:
                faults.append(fault)

    threads = [threading.Thread(target=lane) for _ in range(lanes)]
    [t.start() for t in threads], [t.join() for t in threads]
    if faults:
        raise faults[0]


def words(n):
    return f"Post {n}. The wind turned in the night and by morning the lake was flat. @friend said so too. #lake{n % 7}"


def seed(ground, accounts=50, posts=2000, comments=500):
    """A reader who follows everybody, their posts in the reader's home, and a post with many comments."""
    server = ground.server
    reader = server.person("reader", role="owner", scopes="read write follow")
    people = server.people(*["friend"] * accounts)
    at_once(lambda p=p: (p.id, reader.follows(p)) for p in people)
    root = people[0].say("What a morning.")
    replies = [root]

    def comment(i):
        parent = replies[(i * 7919) % len(replies)] if i % 3 else root
        replies.append(people[i % accounts].say(f"Comment {i}: yes, and the geese came back.", in_reply_to_id=parent["id"]))

    at_once(lambda i=i: comment(i) for i in range(comments))
    at_once(lambda i=i: people[i % accounts].say(words(i)) for i in range(posts))
    return reader, people, root


def median(values):
    return statistics.median(values)


def row(name, us, ratio, target, size=None, more=""):
    over = "" if target is None else f"  {'<=' if ratio <= target else 'OVER'} {target:g}x"
    print(f"{name:34} {us:9.1f} us {ratio:8.2f}x{over:14} {'' if size is None else f'{size / 1024:8.1f} KiB'} {more}")
    return target is None or ratio <= target
