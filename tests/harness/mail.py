"""A mail server that keeps what it is given, on loopback: enough of RFC 5321 for a client that behaves."""
import email
import email.policy
import re
import socketserver
import threading
import time


class Mailbox:
    def __init__(self):
        self.mails, self.refuse, self.tries = [], [], 0
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 mail.example")
                outer.tries += 1
                while line := self.rfile.readline():
                    word = line.split()[0].upper() if line.split() else b""
                    if word in (b"EHLO", b"HELO"):
                        self.hello = line.split()[1].decode()
                        self.say("250-mail.example\r\n250 8BITMIME")
                    elif word == b"MAIL" and outer.refuse:
                        self.say(outer.refuse.pop(0))
                    elif word == b"RCPT":
                        self.to = re.search(rb"<(.*?)>", line)[1].decode()
                        self.say("250 yes")
                    elif word == b"DATA":
                        self.say("354 go on")
                        self.keep()
                        self.say("250 kept")
                    elif word == b"QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 yes")

            def keep(self):
                data = b""
                while (line := self.rfile.readline()) not in (b".\r\n", b""):
                    data += line[1:] if line.startswith(b"..") else line
                mail = email.message_from_bytes(data, policy=email.policy.default)
                mail.envelope_to, mail.raw, mail.hello = self.to, data, self.hello
                outer.mails.append(mail)

        class Threads(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Threads(("127.0.0.1", 0), Talk)
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def to(self, address, n=1, seconds=15):
        """The n-th mail to this address."""
        until = time.monotonic() + seconds
        while len(found := [m for m in self.mails if m.envelope_to == address]) < n:
            assert time.monotonic() < until, f"no mail to {address}, only {[m.envelope_to for m in self.mails]}"
            time.sleep(0.05)
        return found[n - 1]


def link(mail, server):
    """The path of the first link to the server in the mail's words."""
    return re.search(re.escape(server.url) + r"(/\S+)", mail.get_content())[1]
