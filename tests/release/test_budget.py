"""The optimised build: how fast it starts and how little memory it takes when nothing happens."""
import pathlib
import time


def memory(pid, field):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise AssertionError(field)


def test_starting_on_an_existing_database(new_server):
    """On an existing database the server answers within 100 ms of its start (twice that on a busy machine)."""
    server = new_server()
    ann = server.person("ann")
    for i in range(200):
        ann.say(f"post {i}")
    server.stop()
    times = []
    for _ in range(5):
        server.start(wait=False)
        times.append(server.wait_ready())
        server.stop()
    print(f"\nstart: {min(times) * 1000:.0f} ms")
    assert min(times) < 0.2, times
    server.start()


def test_idle_memory(new_server):
    """An idle server stays under 30 MiB of resident memory."""
    server = new_server()
    server.person("ann").home()
    time.sleep(0.5)
    resident = memory(server.process.pid, "VmRSS")
    print(f"\nidle: {resident:.1f} MiB")
    assert resident <= 30, resident


def test_the_program_is_hardened(new_server):
    """The program is position independent, its relocations are read-only, its stack is not executable."""
    import subprocess
    from harness.server import PROGRAM
    said = subprocess.run(["readelf", "-Wlhd", PROGRAM, PROGRAM.parent / "tidings-photobox"], capture_output=True, text=True, check=True).stdout
    assert said.count("DYN (Position-Independent Executable file)") == 2
    assert said.count("GNU_RELRO") >= 2 and said.count("BIND_NOW") + said.count("NOW") >= 2
    assert "RWE" not in said


def test_the_command_line(new_server):
    """Every command explains itself, and mistakes have the exit codes of sysexits."""
    server = new_server()
    for arguments, code in ((["--help"], 0), (["serve", "--help"], 0), (["account", "create", "--help"], 0), (["nonsense"], 64), ([], 64),
                            (["account", "create"], 64), (["serve", "--nonsense"], 64), (["account", "show", "nobody"], 65)):
        import subprocess
        done = subprocess.run([server.program, *arguments, *(["--data", server.data] if code == 65 else [])], capture_output=True, text=True)
        assert done.returncode in ({64, 65} if code == 65 else {code}), (arguments, done.returncode, done.stderr)
        assert done.stdout if code == 0 else done.stdout + done.stderr
    settings = server.data.parent / "tidings.conf"
    settings.write_text("registraton = open\n")
    wrong = server.run("config", "show", "--config", str(settings))
    assert wrong.returncode == 78 and "registration" in wrong.stderr
    assert "listen" in server.command("config", "show")
    listed = server.command("account", "list")
    name = server.person("ann").name
    assert name not in listed and name in server.command("account", "list") and name in server.command("account", "show", name)


def test_the_box(new_server):
    """The box in which pictures are decoded holds: each forbidden thing tried there dies."""
    server = new_server()
    server.command("photobox", "--selftest")


def test_ten_thousand_idle_connections(new_server):
    """Ten thousand connections that say nothing cost less than 100 MiB, and others are answered meanwhile."""
    import resource
    import socket
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    wanted = min(10_000, hard - 600)
    server = new_server()
    ann = server.person("ann")
    held = []
    try:
        for _ in range(wanted):
            held.append(socket.create_connection(("127.0.0.1", server.port)))
            if len(held) % 500 == 0:
                assert ann.get("/api/v1/timelines/home").status == 200
        status = open(f"/proc/{server.process.pid}/status").read()
        memory = int(status.split("VmRSS:")[1].split()[0]) * 1024
        closed = 0
        for s in held:
            s.setblocking(False)
            try:
                closed += s.recv(1) == b""
            except BlockingIOError:
                pass
    finally:
        for s in held:
            s.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert memory < 100 << 20, f"{memory >> 20} MiB with {wanted} connections"
    assert closed < wanted // 10, f"{closed} of {wanted} were turned away"


def test_descriptors_run_out(new_server):
    """When descriptors run out connections are turned away, and photos and posts work as soon as there are some again."""
    import resource
    import socket
    from harness.photos import photo
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    server = new_server(start=False)
    resource.setrlimit(resource.RLIMIT_NOFILE, (160, hard))
    try:
        server.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (160, 160))
    ann = server.person("ann")
    held = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(300)]
    for s in held:
        s.close()
    assert ann.upload(photo()).status == 200 and ann.say("still here")["id"]
