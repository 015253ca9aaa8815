"""w3m, a browser for text terminals, driven by its keys through a pseudo-terminal as a person at a keyboard drives it."""
import os
import pty
import select
import shutil
import struct
import subprocess
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

COLUMNS, ROWS = 120, 60


class W3m:
    """go(address); move(words) puts the cursor on words of the page; press(words) follows a link or pushes a button; fill(label, text)
    writes into the field that follows the label; tick(words) chooses a radio button or a box by its label. page() is what stands there."""

    def __init__(self, address):
        self.home = Path(tempfile.mkdtemp(prefix="w3m"))
        self.words = self.home / "words"
        editor = self.home / "editor"
        editor.write_text(f'#!/bin/sh\nexec cp "{self.words}" "$1"\n')
        editor.chmod(0o755)
        self.serial = 0
        master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.terminal = master
        self.process = subprocess.Popen(
            ["w3m", "-cookie", "-o", "accept_cookie=1", "-o", f"editor={editor} %s", "-o", "use_history=0", "-o", "confirm_qq=0",
             "-o", "display_charset=UTF-8", "-o", "document_charset=UTF-8", "-o", "auto_image=0", "-o", "display_image=0", address],
            stdin=slave, stdout=slave, stderr=slave, close_fds=True, start_new_session=True,
            env={**os.environ, "HOME": str(self.home), "TERM": "xterm", "LC_ALL": "C.UTF-8", "http_proxy": "", "no_proxy": "*"})
        os.close(slave)
        self.settle()

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.terminal)
        shutil.rmtree(self.home, ignore_errors=True)

    def settle(self, quiet=0.25):
        """Until the screen has been still for a moment."""
        said = b""
        while select.select([self.terminal], [], [], quiet)[0]:
            said += os.read(self.terminal, 65536)
        return said.decode(errors="replace")

    def keys(self, text):
        os.write(self.terminal, text.encode())
        return self.settle()

    def ask(self, key, prompt, answer):
        """A key whose question w3m puts at the bottom; while a page is on its way it takes no keys, so it is pressed until it asks."""
        until = time.monotonic() + 15
        while prompt not in (said := self.keys(key)):
            assert time.monotonic() < until, f"{key!r} did not ask {prompt!r}: {said!r}"
        self.keys("\x15" + answer + "\n")

    def go(self, address):
        self.ask("U", "Goto URL", address)
        return self.page()

    def page(self):
        """The page as w3m has laid it out: saved by its own key, whole, not only what the screen holds."""
        self.serial += 1
        to = self.home / f"page{self.serial}"
        self.ask("S", "Save", str(to))
        until = time.monotonic() + 10
        while not to.exists() and time.monotonic() < until:
            self.settle(0.1)
        assert to.exists(), self.settle()
        return " ".join(to.read_text(errors="replace").split())

    def shows(self, words, again="", seconds=15):
        """Waits until the page says so; again="R" fetches it anew meanwhile."""
        until = time.monotonic() + seconds
        while words not in (page := self.page()):
            assert time.monotonic() < until, f"{words!r} is not in:\n{page}"
            self.keys(again)
        return page

    def move(self, words, last=False):
        said = self.keys("G$?" + words + "\n" if last else "g/" + words + "\n")
        assert "Not found" not in said, f"{words!r} is not in:\n{self.page()}"

    def press(self, words, last=True):
        """The last of these words on the page: what a form's button says often stands above it as a heading."""
        self.move(words, last)
        self.keys("\n")
        return self.page()

    def fill(self, label, text):
        """One line, asked for at the bottom of the screen."""
        self.move(label)
        self.keys("\t")
        self.keys("\n")
        self.keys("\x15" + text + "\n")

    def write(self, label, text):
        """Several lines: w3m calls an editor."""
        self.words.write_text(text + "\n")
        self.move(label)
        self.keys("\t")
        self.keys("\n")
        self.settle(0.5)

    def tick(self, words, last=False):
        """The button stands before its label."""
        self.move(words, last)
        self.keys("\x1b\t")
        self.keys("\n")
