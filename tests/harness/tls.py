"""TLS before a server: a certificate authority of the test's own, and a small front that decrypts and passes bytes on, as a
reverse proxy does."""
import pathlib
import socket
import ssl
import subprocess
import threading


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Authority:
    """`file` is what a server is told to trust."""

    def __init__(self, place, name="Authority of the tests"):
        self.place = pathlib.Path(place)
        self.place.mkdir(parents=True, exist_ok=True)
        self.file, self.key, self.serial = self.place / "authority.pem", self.place / "authority.key", 0
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", self.key, "-out", self.file,
                "-days", "2", "-subj", f"/CN={name}")

    def certificate(self, alternative="IP:127.0.0.1", days=1):
        """A file with key and certificate; days -1: it has expired."""
        self.serial += 1
        made = self.place / f"leaf{self.serial}"
        key, asked, signed, extra = (made.with_suffix(s) for s in (".key", ".csr", ".crt", ".ext"))
        extra.write_text(f"subjectAltName={alternative}\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", asked, "-subj", "/CN=peer")
        openssl("x509", "-req", "-in", asked, "-CA", self.file, "-CAkey", self.key, "-set_serial", str(self.serial), "-days", str(days),
                "-extfile", extra, "-out", signed)
        made.with_suffix(".pem").write_text(key.read_text() + signed.read_text())
        return made.with_suffix(".pem")


class Front:
    """Listens with TLS on `port` and speaks plainly to the port behind it."""

    def __init__(self, certificate, behind=None):
        self.behind, self.knocks, self.open = behind, 0, set()
        self.show(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.run, daemon=True).start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def show(self, certificate):
        """From now on with this certificate; connections that were made with another one end. Gives the one before."""
        before, self.shown = getattr(self, "shown", None), certificate
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return before

    def close(self):
        self.listener.close()

    def run(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain):
        self.knocks += 1
        try:
            plain.settimeout(20)
            outside = self.context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            return
        try:
            inside = socket.create_connection(("127.0.0.1", self.behind))
        except OSError:
            outside.close()
            return
        self.open.add(outside)
        # One thread answers, one asks: each ends the other's wait by closing.
        back = threading.Thread(target=self.pass_on, args=(inside, outside), daemon=True)
        back.start()
        self.pass_on(outside, inside)
        back.join()
        self.open.discard(outside)
        outside.close()
        inside.close()

    @staticmethod
    def pass_on(source, to):
        try:
            while part := source.recv(65536):
                to.sendall(part)
        except OSError:
            pass
        for end in (source, to):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
