"""Pictures: small honest ones (the JPEG is full of marks that must not survive), and made-up hostile ones."""
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).parent / "photos"
SECRETS = [b"SECRET" + word for word in
           b"DESC MAKE MODEL ARTIST COMMENT SERIAL IPTC XMP JPEGCOMMENT TRAILER".split()] + [b"<script", b"GPS", b"Exif\0\0MM"]
KINDS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif", "heic": "image/heic",
         "avif": "image/avif"}


def photo(name="lake.png"):
    return (HERE / name).read_bytes()


def kind(name):
    return KINDS[name.rsplit(".", 1)[1]]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, rows=None, color=(90, 120, 150)):
    """A plain picture; with rows=0 the header promises and nothing follows."""
    raw = b"".join(b"\0" + bytes(color) * width for _ in range(height if rows is None else rows))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


def png_bomb(width, height):
    """Compresses to a few hundred KB at most and wants width x height bytes."""
    squeezer, parts = zlib.compressobj(9), []
    line = b"\0" * (width // 8 + 1)
    for _ in range(height):
        parts.append(squeezer.compress(line))
    parts.append(squeezer.flush())
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) +
            chunk(b"IDAT", b"".join(parts)) + chunk(b"IEND", b""))


def gif_of_frames(n, width=1, height=1):
    frame = b"\x21\xf9\x04\0\x05\0\0\0\x2c\0\0\0\0" + struct.pack("<HH", 1, 1) + b"\0\x02\x02\x44\x01\0"
    return (b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0\0\0\0\xff\xff\xff" + frame * n + b";")


def jpeg_lying(width=65535, height=65535):
    """The honest JPEG with the size in its frame header changed."""
    data = bytearray(photo("lake.jpg"))
    at = 2
    while data[at] == 0xFF:
        marker, size = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
        if marker in (0xC0, 0xC1, 0xC2):
            data[at + 5:at + 9] = struct.pack(">HH", height, width)
            return bytes(data)
        at += 2 + size
    raise AssertionError("no frame header")


NEVER_DECODED = {
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>',
    "svg with entities": b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
    "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "postscript": b"%!PS-Adobe-3.0\nshowpage\n",
    "mvg": b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://canary.example/a\"|id\")'\npop graphic-context\n",
    "ppm": b"P6\n2 2\n255\n" + b"\0" * 12,
    "radiance": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\0\0\0\0",
    "fits": b"SIMPLE  =                    T".ljust(2880),
    "tiff": b"II*\0\x08\0\0\0\0\0\0\0\0\0",
    "html": b"<!doctype html><script>alert(1)</script>",
    "playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "text": b"hello",
    "nothing": b"",
}
