"""Bodies that are too deep, too wide, cut off or not what they say."""
import json
import time

import pytest


def post(ann, body, kind="application/json", path="/api/v1/statuses"):
    return ann.server.raw("POST", path, body, {"Content-Type": kind, "Authorization": f"Bearer {ann.token}"})


@pytest.mark.parametrize("depth", [65, 1000, 100_000])
@pytest.mark.parametrize("open_, close", [("[", "]"), ('{"a":', "}")])
def test_t041_deep_json(ann, depth, open_, close):
    """JSON nested deeper than 64 is refused at once."""
    body = ('{"status":"x","y":' + open_ * depth + "1" + close * depth + "}").encode()
    began = time.monotonic()
    assert post(ann, body).status in (400, 413, 422)
    assert time.monotonic() - began < 1


def test_t042_large_and_wide_json(ann):
    """More than 256 KiB or 10,000 members are refused."""
    assert post(ann, b'{"status":"' + b"a" * 300_000 + b'"}').status == 413
    assert post(ann, json.dumps({f"k{i}": 1 for i in range(20_000)}).encode()).status in (400, 413, 422)
    assert post(ann, json.dumps({"status": "x", "media_ids": [str(i) for i in range(15_000)]}).encode()).status in (400, 413, 422)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999999999", "9" * 5000, "9223372036854775808", "-1", "1.5", "1e2", "0x10", "-0"])
def test_t043_odd_numbers(ann, number):
    """Numbers out of range, negative or broken where an id or a span belongs are refused."""
    body = f'{{"status":"x","in_reply_to_id":{number}}}'.encode()
    assert post(ann, body).status in (400, 404, 422)
    body = f'{{"status":"x","poll":{{"options":["a","b"],"expires_in":{number}}}}}'.encode()
    assert post(ann, body).status in (400, 422)


@pytest.mark.parametrize("text", [b"\xff", b"\xc0\xae", b"\xed\xa0\x80", b"\\ud800", b"\\udc00\\ud800", b"\\u0000", b"a\x00b", b"\xf4\x90\x80\x80", b"\x07"])
def test_t044_text_that_is_no_text(ann, text):
    """Bytes that are no UTF-8, lone surrogates, NUL and control bytes are refused or dropped; nothing of them is stored."""
    for kind, body in (("application/json", b'{"status":"x' + text + b'"}'),
                       ("application/x-www-form-urlencoded", b"status=x" + b"".join(b"%%%02x" % c for c in text))):
        if kind != "application/json" and text.startswith(b"\\u"):
            continue
        said = post(ann, body, kind)
        assert said.status in (200, 400, 422), (kind, said.status)
        if said.status == 200:
            content = said.json()["content"]
            assert "\0" not in content and "\x07" not in content and content.encode("utf-8")


def test_t044_a_byte_order_mark(ann):
    """A byte order mark before JSON is refused or skipped."""
    assert post(ann, b'\xef\xbb\xbf{"status":"x"}').status in (200, 400)


@pytest.mark.parametrize("value", ["null", "1", "true", "[]", "{}", '["a"]', '{"a":"b"}', '""', "1.5"])
@pytest.mark.parametrize("field", ["status", "media_ids", "poll", "visibility", "in_reply_to_id", "sensitive", "spoiler_text", "language",
                                   "scheduled_at"])
def test_t045_wrong_types(ann, field, value):
    """Each field given as null, number, list or object is taken as not given or refused; never a crash."""
    body = f'{{"status":"x","{field}":{value}}}' if field != "status" else f'{{"status":{value}}}'
    assert post(ann, body.encode()).status in (200, 400, 404, 422)
    assert post(ann, f'{{"status":"x","{field}":"a","{field}":{value}}}'.encode()).status in (200, 400, 404, 422)


def test_t046_cut_off_everywhere(ann):
    """A document cut off at any byte is refused."""
    whole = b'{"status":"a \\u00e9","poll":{"options":["a","b"],"expires_in":600},"media_ids":[]}'
    for n in range(len(whole)):
        assert post(ann, whole[:n]).status in (400, 422), n


def test_t047_many_parameters(ann):
    """A thousand parameters and four levels of brackets are enough for anybody."""
    form = "application/x-www-form-urlencoded"
    assert post(ann, b"status=x&" + b"&".join(b"a%d=1" % i for i in range(5000)), form).status in (400, 413)
    assert post(ann, b"status=x&a" + b"[a]" * 3000 + b"=1", form).status in (200, 400, 413, 422)
    assert post(ann, b"status=x&media_ids[1000000000000]=1", form).status in (200, 400, 404, 422)
    assert post(ann, b"status=x&poll[options][99999999999999999999]=a", form).status in (200, 400, 422)
    for odd in (b"status=%", b"status=%zz", b"=x&status=y", b"&&&status=x", b"status", b"status=a=b", b"a[=1&status=x", b"a]=1&status=x", b"[]=1&status=x"):
        assert post(ann, odd, form).status in (200, 400, 422), odd


@pytest.mark.parametrize("kind, body", [
    ("multipart/form-data", b"x"), ("multipart/form-data; boundary=", b"----\r\n"), ("multipart/form-data; boundary=" + "b" * 500, b"x"),
    ("multipart/form-data; boundary=\"a\tb\"", b"x"), ("multipart/form-data; boundary=x", b""), ("multipart/form-data; boundary=x", b"--x"),
    ("multipart/form-data; boundary=x", b"--x\r\n"), ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"status\"\r\n\r\nhello"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nhello\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\nhello\r\n--x--\r\n"), ("multipart/form-data; boundary=x", b"--x\nContent-Disposition: form-data; name=a\n\nb\n--x--\n"),
    ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 3000 + b"\r\nhello\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", b"".join(b"--x\r\nContent-Disposition: form-data; name=\"a%d\"\r\n\r\nv\r\n" % i for i in range(10000)) + b"--x--\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"" + b"n" * 100000 + b"\"\r\n\r\nv\r\n--x--\r\n"),
])
def test_t048_broken_multipart(ann, kind, body):
    """Multipart without an end, with odd boundaries, thousands of parts or headers is refused."""
    for path in ("/api/v1/statuses", "/api/v2/media"):
        assert post(ann, body, kind, path).status in (400, 413, 415, 422), path


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a\\..\\b.png", "a%00b.png", "a.php", "x" * 100_000, "ü.png", "\"; evil=\"", "con"])
def test_t049_file_names(server, ann, name):
    """The name that a file comes with is never a path and never comes back."""
    from harness.photos import photo
    answer = ann.upload(photo(), name)
    if answer.status == 200:
        assert "passwd" not in answer.text and "evil" not in answer.text and ".php" not in answer.text
    else:
        assert answer.status in (400, 413, 422)
    files = [p.name for p in server.data.rglob("*")]
    assert not [f for f in files if "passwd" in f or "evil" in f or f.endswith(".php")]


@pytest.mark.parametrize("probe", ["'", '"', "1' OR '1'='1", "1; DROP TABLE post", "1) UNION SELECT 1--", "%", "_", "\\", "0x31", "1e1", "१", "NULL", "{}", "[]", "-1", "1.0"])
def test_t149_sql_in_every_parameter(server, ann, probe):
    """What would be SQL elsewhere is text or no id here, in every parameter and path."""
    import urllib.parse
    quoted = urllib.parse.quote(probe, safe="")
    for path in ("/api/v1/accounts/{}", "/api/v1/statuses/{}", "/api/v1/statuses/{}/context", "/api/v1/timelines/tag/{}", "/api/v1/timelines/list/{}",
                 "/api/v1/lists/{}", "/api/v1/polls/{}", "/api/v1/media/{}", "/api/v1/notifications/{}", "/api/v1/accounts/lookup?acct={}",
                 "/api/v1/accounts/relationships?id[]={}", "/api/v2/search?q={}", "/api/v1/timelines/home?max_id={}", "/api/v1/timelines/home?limit={}",
                 "/api/v1/accounts/search?q={}", "/api/v1/tags/{}", "/@{}", "/@{}/1", "/tags/{}", "/invite/{}"):
        answer = ann.get(path.format(quoted)) if path.startswith("/api") else server.raw("GET", path.format(quoted))
        assert answer.status < 500, (path, answer.status)
    assert server.get("/api/v1/timelines/tag/x").status < 500


def test_t157_many_mentions(server, ann):
    """At most fifty people are told by one post."""
    answer = ann.post("/api/v1/statuses", json_body={"status": " ".join(f"@nobody{i}" for i in range(150))})
    assert answer.status == 422 or len(answer.ok()["mentions"]) <= 50


def test_t158_many_hashtags(ann):
    """At most a hundred hashtags of one post count."""
    answer = ann.post("/api/v1/statuses", json_body={"status": " ".join(f"#t{i}" for i in range(300))})
    assert answer.status == 422 or len(answer.ok()["tags"]) <= 100


def test_t161_killers_of_slow_readers(ann):
    """Text made to keep a careless reader busy is read at once."""
    for text in ("@a" * 900, "(" * 1900, "." * 1900, "http://" * 250, "#" * 1900, "@" * 1900, "a@a.a." * 300, "https://a.example/" + "(" * 1900,
                 "\u200d" * 1900, "\u0301" * 1900, "#a" * 900, "://" * 600):
        began = time.monotonic()
        answer = ann.post("/api/v1/statuses", json_body={"status": text})
        assert answer.status in (200, 422) and time.monotonic() - began < 2


def test_t163_the_limit_cannot_be_dodged(ann):
    """Combining marks, long links and notes do not get more in than the limit: 64 KiB is the end in any case."""
    assert ann.post("/api/v1/statuses", json_body={"status": "a" + "\u0301" * 40_000}).status in (200, 413, 422)
    assert ann.post("/api/v1/statuses", json_body={"status": "https://a.example/" + "x" * 100_000}).status in (413, 422)
    assert ann.post("/api/v1/statuses", json_body={"status": "@" + "x" * 50_000 + "@host.example"}).status in (413, 422)


def test_t162_odd_letters(ann):
    """Letters that grow when folded, families of joiners and noncharacters are kept or refused, never broken."""
    for text in ("ﬀİŉẞ" * 100, "👩‍👩‍👧‍👦" * 50, "\ufffe\uffff", "\U0001ffff", "a" + "\u200d" * 400, "\u202e\u202d\u2066"):
        answer = ann.post("/api/v1/statuses", json_body={"status": text})
        assert answer.status in (200, 422)
        if answer.status == 200:
            answer.json()


def test_t164_odd_dates(ann):
    """Dates in the year 0 or 99999 are refused."""
    for when in ("0000-00-00T00:00:00Z", "99999-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "yesterday", "1e400", "-1"):
        assert ann.post("/api/v1/statuses", form={"status": "x", "scheduled_at": when}).status in (400, 422), when
    ann.post("/api/v1/accounts/1/mute", form={"duration": "99999999999999999999"}).fails(404, 422, 400)
