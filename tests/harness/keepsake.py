"""Asking for a keepsake on its pages, waiting for it, and reading it: strictly, as somebody's reader will years from now."""
import io
import posixpath
import re
import urllib.parse
import zipfile
from xml.etree import ElementTree

from .common import wait

PARTS = ("comments", "kept", "letters", "photos", "captions", "veiled", "limited", "alone")
XHTML, OPF, NCX = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/opf}", "{urn:oasis:names:tc:opendocument:xmlns:container}"


def chosen(with_=None, **values):
    """The fields of the form; `with_` are the parts that are ticked (None: as they come)."""
    if with_ is not None:
        assert set(with_) <= set(PARTS), with_
        values.update({p: "yes" if p in with_ else None for p in PARTS})
    return values


def choose(browser, of=None, with_=None, **values):
    """As far as the page that shows what would be in it."""
    page = browser.go("/keepsake/new" + (f"?of={of}" if of else ""))
    assert page.status == 200, page.text[:400]
    return browser.submit("title", press="look", **chosen(with_, **values))


def ask(browser, of=None, with_=None, **values):
    """Asked for; gives the page of those there are."""
    page = choose(browser, of, with_, **values)
    assert page.status == 200 and "Nothing has been made yet." in page.text, page.text[:800]
    return browser.submit("do", press="make")


def links(page):
    return [x for x in page.links if re.search(r"/keepsake/\d+/", x)]


def make(browser, of=None, with_=None, seconds=60, **values):
    """A keepsake that was asked for and made: the path of its link."""
    before = links(browser.go("/keepsake"))
    page = ask(browser, of, with_, **values)
    assert page.status == 200 and "Asked for." in page.text, page.text[:800]

    def made():
        page = browser.go("/keepsake")
        assert "could not be made" not in page.text, page.text
        new = [x for x in links(page) if x not in before]
        return new and "It is being made" not in page.text and new[0]
    return urllib.parse.urlsplit(wait(made, "keepsake", seconds)).path


class Book:
    """What a link gives, to whoever has it."""

    def __init__(self, server, path):
        self.answer = server.get(path)
        assert self.answer.status == 200, self.answer.status
        self.body, self.headers = self.answer.body, self.answer.headers

    def text(self):
        """All the words in it, as they stand, of every part."""
        if not zipfile.is_zipfile(io.BytesIO(self.body)):
            return self.body.decode()
        with zipfile.ZipFile(io.BytesIO(self.body)) as z:
            return "\n".join(z.read(n).decode() for n in z.namelist() if re.search(r"\.(x?html|opf|xml|txt|css)$", n))


class Page(Book):
    """One page to print: well-formed, alone in the world."""

    def __init__(self, server, path):
        super().__init__(server, path)
        said = self.body.decode()
        assert said.startswith("<!DOCTYPE html>")
        self.root = ElementTree.fromstring(said)
        for element in self.root.iter():
            for name in ("src", "href"):
                assert element.get(name, "data:").startswith("data:"), element.attrib
        assert "url(" not in said and "@import" not in said and "<script" not in said

    def photos(self):
        return [e for e in self.root.iter() if e.tag == "img"]

    def headings(self):
        return ["".join(e.itertext()) for e in self.root.iter() if e.tag in ("h1", "h2", "h3")]

    def words(self):
        return re.sub(r"\s+", " ", " ".join(self.root.find("body").itertext()))


class Epub(Book):
    """EPUB 3.3: what its container and its package say is there, no more and no less, and each part is well-formed."""

    def __init__(self, server, path):
        super().__init__(server, path)
        self.zip = zipfile.ZipFile(io.BytesIO(self.body))
        assert self.zip.testzip() is None
        first = self.zip.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED and not first.extra
        assert self.zip.read("mimetype") == b"application/epub+zip" and self.body[38:58] == b"application/epub+zip"
        container = ElementTree.fromstring(self.zip.read("META-INF/container.xml"))
        self.package = container.find(f".//{NCX}rootfile").get("full-path")
        self.opf = ElementTree.fromstring(self.zip.read(self.package))
        self.check_manifest()
        self.check_links()

    def check_manifest(self):
        base = posixpath.dirname(self.package)
        self.items = {i.get("id"): i for i in self.opf.iter(f"{OPF}item")}
        named = [posixpath.join(base, i.get("href")) for i in self.items.values()]
        there = [n for n in self.zip.namelist() if n not in ("mimetype", "META-INF/container.xml", self.package)]
        assert sorted(named) == sorted(there) and len(set(named)) == len(named)
        self.spine = [self.items[r.get("idref")] for r in self.opf.iter(f"{OPF}itemref")]
        assert all(i.get("media-type") == "application/xhtml+xml" for i in self.spine)
        assert sum(i.get("properties") == "nav" for i in self.items.values()) == 1
        self.parts = {posixpath.join(base, i.get("href")): ElementTree.fromstring(self.zip.read(posixpath.join(base, i.get("href"))))
                      for i in self.items.values() if i.get("media-type") == "application/xhtml+xml"}
        said = {m.get("property"): m.text for m in self.opf.iter(f"{OPF}meta")}
        assert "dcterms:modified" in said and "schema:accessMode" in said and "schema:accessibilitySummary" in said

    def check_links(self):
        for name, root in self.parts.items():
            ids = [e.get("id") for e in root.iter() if e.get("id")]
            assert len(ids) == len(set(ids))
            for element in root.iter():
                for where in (element.get("href"), element.get("src")):
                    if where:
                        assert posixpath.normpath(posixpath.join(posixpath.dirname(name), where)) in self.zip.namelist(), where

    def words(self):
        order = [posixpath.join(posixpath.dirname(self.package), i.get("href")) for i in self.spine]
        return re.sub(r"\s+", " ", " ".join(" ".join(self.parts[n].itertext()) for n in order))


class Archive(Book):
    def __init__(self, server, path):
        super().__init__(server, path)
        self.zip = zipfile.ZipFile(io.BytesIO(self.body))
        assert self.zip.testzip() is None
        self.root = ElementTree.fromstring(self.zip.read("index.html").decode())
        self.plain = self.zip.read("words.txt").decode()
        for element in self.root.iter():
            for where in (element.get("href"), element.get("src")):
                assert not where or where in self.zip.namelist(), where

    def photos(self):
        return [n for n in self.zip.namelist() if n.startswith("photos/")]

    def words(self):
        return re.sub(r"\s+", " ", " ".join(self.root.find("body").itertext()))


READ = {"html": Page, "epub": Epub, "zip": Archive}


def read(browser, form="html", of=None, with_=None, **values):
    """Made and read in one go."""
    return READ[form](browser.server, make(browser, of, with_, form=form, **values))
