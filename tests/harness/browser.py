"""A browser without a picture and without JavaScript: keeps cookies, reads forms, fills them in and presses buttons."""
import html.parser
import http.cookies
import re
import urllib.parse

from . import wire


class Form:
    def __init__(self, attrs):
        self.action, self.method = attrs.get("action") or "", (attrs.get("method") or "get").lower()
        self.upload = attrs.get("enctype") == "multipart/form-data"
        self.fields, self.buttons, self.kinds = [], [], {}


class Page(html.parser.HTMLParser):
    """What a page holds: forms, links, the text a person reads."""

    def __init__(self, answer, address):
        super().__init__()
        self.answer, self.address, self.status, self.headers = answer, address, answer.status, answer.headers
        self.forms, self.links, self.words, self.heads = [], [], [], []
        self.rels, self.metas, self.tags = [], {}, []
        self.form = self.select = self.area = self.button = self.heading = None
        self.feed(answer.body.decode("utf-8"))

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.tags.append((tag, a))
        if tag == "form":
            self.form = Form(a)
            self.forms.append(self.form)
        elif tag == "a" and a.get("href"):
            self.links.append(a["href"])
        elif tag == "link":
            self.rels.append(a)
        elif tag == "meta":
            self.metas[a.get("property") or a.get("name")] = a.get("content")
        elif tag in ("h1", "title"):
            self.heading = tag
        if self.form is None:
            return
        if tag == "input" and a.get("name"):
            kind = a.get("type", "text")
            if kind in ("submit", "image"):
                self.form.buttons.append((a["name"], a.get("value", ""), a.get("value", "")))
            elif kind not in ("checkbox", "radio") or "checked" in a:
                self.form.fields.append((a["name"], a.get("value") or ("on" if kind == "checkbox" else "")))
            self.form.kinds[a["name"]] = kind
        elif tag == "textarea":
            self.area = [a.get("name"), ""]
            self.form.kinds[a.get("name")] = "textarea"
        elif tag == "select":
            self.select = [a.get("name"), None]
            self.form.kinds[a.get("name")] = "select"
        elif tag == "option" and self.select:
            if "selected" in a or self.select[1] is None:
                self.select[1] = a.get("value", "")
        elif tag == "button" and a.get("type", "submit") == "submit":
            self.button = [a.get("name"), a.get("value", ""), ""]

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area and self.form:
            self.form.fields.append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select and self.form:
            self.form.fields.append((self.select[0], self.select[1] or ""))
            self.select = None
        elif tag == "button" and self.button and self.form:
            self.form.buttons.append(tuple(self.button))
            self.button = None
        elif tag == self.heading:
            self.heading = None

    def handle_data(self, data):
        self.words.append(data)
        if self.area:
            self.area[1] += data
        if self.button:
            self.button[2] += data
        if self.heading == "h1":
            self.heads.append(data)

    def form_with(self, field):
        for form in self.forms:
            if field in form.kinds or any(field == name for name, _ in form.fields) or \
                    any(field in (name, value, label.strip()) for name, value, label in form.buttons):
                return form
        raise AssertionError(f"{self.address} ({self.status}): no form with {field!r}; forms have "
                             f"{[sorted(f.kinds) + [b[2].strip() for b in f.buttons] for f in self.forms]}\n{self.text[:500]}")

    def has_form(self, field):
        return any(field in form.kinds for form in self.forms)


class Browser:
    def __init__(self, server):
        self.server, self.cookies, self.page = server, {}, None
        self.headers = {"Accept": "text/html"}
        self.left = None  # an address outside that a redirect went to

    def fetch(self, method, target, body=None, headers=None):
        sent = dict(self.headers, **(headers or {}))
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        answer = wire.send(self.server.port, method, target, body, sent)
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        return answer

    def go(self, target, method="GET", body=None, headers=None):
        """Opens an address and follows where it leads; gives the Page."""
        self.left = None
        for _ in range(10):
            answer = self.fetch(method, target, body, headers)
            where = answer.headers.get("Location")
            if answer.status in (301, 302, 303, 307, 308) and where:
                if where.startswith(self.server.url + "/"):
                    where = where[len(self.server.url):]
                if not where.startswith("/") or where.startswith("//"):
                    self.left = where
                    return None
                method, target, body, headers = "GET", where.split("#")[0], None, None
                continue
            self.page = Page(answer, target)
            return self.page
        raise AssertionError(f"too many redirects, last to {target}")

    def submit(self, with_field, press=None, files=None, **values):
        """Fills in the form that has this field (or button) and sends it, pressing the first button or the one named."""
        form = self.page.form_with(with_field)
        data = [(k, v) for k, v in form.fields if k and k not in values and form.kinds.get(k) != "file"]
        data += [(k, v) for k, one in values.items() for v in (one if isinstance(one, list) else [one]) if v is not None]
        buttons = [b for b in form.buttons if press is None or press in (b[0], b[1], b[2].strip())]
        assert buttons or press is None, f"no button {press!r} among {form.buttons}"
        if buttons and buttons[0][0]:
            data.append((buttons[0][0], buttons[0][1]))
        target = urllib.parse.urljoin(self.page.address, form.action or self.page.address)
        headers = {"Origin": self.server.url}
        if form.method == "get":
            return self.go(target.split("?")[0] + "?" + urllib.parse.urlencode(data))
        if form.upload or files:
            body, headers["Content-Type"] = wire.multipart(data, list((files or {}).items()))
        else:
            body = urllib.parse.urlencode(data).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.go(target, "POST", body, headers)

    def sign_in(self, person):
        """On the page at hand if it asks for a password, else on the page for it; gives the page it led to."""
        if not self.page or not self.page.has_form("password"):
            self.go("/sign-in")
        return self.submit("password", name=person.email, password=person.password)
