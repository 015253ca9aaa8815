"""A copy of everything somebody has, as they fetch it: asked for on the page, waited for, opened."""
import csv
import io
import json
import re
import zipfile

from .peer import eventually


class Copy:
    def __init__(self, body):
        self.body = body
        self.zip = zipfile.ZipFile(io.BytesIO(body))
        assert self.zip.testzip() is None
        self.names = set(self.zip.namelist())
        assert len(self.names) == len(self.zip.namelist()), "a name twice"

    def read(self, name):
        return self.zip.read(name)

    def json(self, name):
        return json.loads(self.read(name))

    def rows(self, name):
        return list(csv.reader(io.StringIO(self.read(name).decode())))

    def pages(self):
        return {n: self.read(n).decode() for n in self.names if n.endswith(".html")}

    def words(self):
        """Everything that can be read in it."""
        return "\n".join(self.read(n).decode() for n in sorted(self.names) if n.rsplit(".")[-1] in ("json", "html", "csv"))


def link_of(page):
    return next((x for x in page.links if re.fullmatch(r"/settings/export/\d+\.zip", x)), None)


def copy_of(browser, seconds=20):
    """Asks for a copy and fetches it."""
    page = browser.go("/settings/export")
    if not link_of(page):
        browser.submit("Make a copy")
        eventually(lambda: link_of(browser.go("/settings/export")), seconds)
    answer = browser.fetch("GET", link_of(browser.page))
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/zip"
    return Copy(answer.body)
