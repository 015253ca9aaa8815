"""What bench/inbox and bench/flood share: signing activities by the thousand, and a file of finished requests that wrk sends, each
once."""
import base64
import ctypes
import ctypes.util
import email.utils
import hashlib
import pathlib
import subprocess

SCRIPT = """
local requests, n = {}, 0
for line in io.lines("%s") do
  local at, size = line:match("(%%d+) (%%d+)")
  requests[#requests + 1] = {tonumber(at), tonumber(size)}
end
local bodies = io.open("%s", "rb")
request = function()
  n = n + 1
  local r = requests[(n - 1) %% #requests + 1]
  bodies:seek("set", r[1])
  return bodies:read(r[2])
end
response = function(status, headers, body)
  if n > #requests then wrk.thread:stop() end
end
"""


class Signer:
    """RSA-SHA256 by libcrypto, some thousand a second: a process each would take minutes."""

    def __init__(self, pem):
        self.c = c = ctypes.CDLL(ctypes.util.find_library("crypto"))
        for name in ["BIO_new_mem_buf", "PEM_read_bio_PrivateKey", "EVP_MD_CTX_new", "EVP_sha256"]:
            getattr(c, name).restype = ctypes.c_void_p
        bio = c.BIO_new_mem_buf(pem, len(pem))
        self.key = ctypes.c_void_p(c.PEM_read_bio_PrivateKey(ctypes.c_void_p(bio), None, None, None))
        self.context = ctypes.c_void_p(c.EVP_MD_CTX_new())

    def sign(self, text):
        c, out, n = self.c, ctypes.create_string_buffer(512), ctypes.c_size_t(512)
        c.EVP_MD_CTX_reset(self.context)
        assert c.EVP_DigestSignInit(self.context, None, ctypes.c_void_p(c.EVP_sha256()), None, self.key) == 1
        assert c.EVP_DigestSign(self.context, out, ctypes.byref(n), text, ctypes.c_size_t(len(text))) == 1
        return base64.b64encode(out.raw[:n.value]).decode()


def keys(place):
    private = pathlib.Path(place, "key.pem")
    subprocess.run(["openssl", "genrsa", "-out", private, "2048"], check=True, capture_output=True)
    public = subprocess.run(["openssl", "rsa", "-in", private, "-pubout"], check=True, capture_output=True, text=True).stdout
    return private.read_bytes(), public


class Requests:
    """The requests, one after the other in one file, and where each begins."""

    def __init__(self, place, host, signer):
        self.place, self.host, self.signer, self.at = pathlib.Path(place), host, signer, 0
        self.bodies, self.index = open(self.place / "requests", "wb"), open(self.place / "index", "w")
        self.date = email.utils.formatdate(usegmt=True)

    def add(self, actor, body):
        digest = "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode()
        kind = "application/activity+json"
        text = f"(request-target): post /inbox\nhost: {self.host}\ndate: {self.date}\ndigest: {digest}\ncontent-type: {kind}"
        signature = self.signer.sign(text.encode())
        head = (f"POST /inbox HTTP/1.1\r\nHost: {self.host}\r\nDate: {self.date}\r\nDigest: {digest}\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\nSignature: keyId=\"{actor}#main-key\",algorithm=\"rsa-sha256\","
                f"headers=\"(request-target) host date digest content-type\",signature=\"{signature}\"\r\n\r\n").encode()
        self.bodies.write(head + body)
        self.index.write(f"{self.at} {len(head) + len(body)}\n")
        self.at += len(head) + len(body)

    def script(self):
        """The script for wrk."""
        self.bodies.close(), self.index.close()
        script = self.place / "requests.lua"
        script.write_text(SCRIPT % (self.place / "index", self.place / "requests"))
        return script
