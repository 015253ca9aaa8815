"""The stories of two servers told again over https, each behind a front with TLS, with an authority that only these two trust; and
what certificates are not believed."""
import sqlite3

import pytest

from harness.tls import Authority, Front
from test_federation import *  # noqa: F401,F403 - every story there, with the two servers below
from test_federation import finds, follows, wait


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.certificate()


@pytest.fixture
def behind_tls(new_server, authority, certificate):
    """behind_tls(place, setting=value): a server at an https address; .front is what stands before it."""
    fronts = []

    def make(place, **settings):
        fronts.append(Front(certificate))
        server = new_server(start=False, place=place, url=fronts[-1].url, trusted_proxies="127.0.0.1",
                            **{"extra_ca_file": authority.file, **settings})
        server.front, fronts[-1].behind = fronts[-1], server.port
        return server.start()

    yield make
    for front in fronts:
        front.close()


@pytest.fixture
def here(behind_tls):
    return behind_tls("here")


@pytest.fixture
def there(behind_tls):
    return behind_tls("there")


def cannot_find(person, other):
    answer = person.get("/api/v2/search", q=f"@{other.name}@{other.server.host}", resolve="true", type="accounts")
    return answer.ok()["accounts"] == []


def test_everything_is_https(here, there):
    """Ids, inboxes and pages are https addresses, and a session's cookie is for https only."""
    ann, ben = here.person("ann"), there.person("ben")
    follows(ann, ben)
    actor = there.get(f"/users/{ben.name}", headers={"Accept": "application/activity+json"}).text
    assert "http://127" not in actor and f'"id":"{there.url}/users/{ben.name}"' in actor.replace('": "', '":"')
    rows = sqlite3.connect(here.data / "tidings.db").execute("SELECT uri, inbox, shared_inbox FROM account WHERE domain <> ''").fetchall()
    assert rows and all(address.startswith(there.url + "/") for row in rows for address in row if address)


@pytest.mark.parametrize("how", ["unknown authority", "another name", "expired"])
def test_a_certificate_that_is_not_believed(here, there, tmp_path, authority, how):
    """Nothing is asked of, or sent to, whoever cannot prove to be the one meant; it is tried again, and works when mended."""
    ann, ben, dan = here.person("ann"), there.person("ben"), there.person("dan")
    far, _ = follows(ann, ben)
    good = there.front.show({"unknown authority": lambda: Authority(tmp_path / "other").certificate(),
                             "another name": lambda: authority.certificate("DNS:other.example"),
                             "expired": lambda: authority.certificate(days=-1)}[how]())
    there.front.knocks = 0
    assert cannot_find(ann, dan)
    assert there.front.knocks, "it was not asked at all"
    came = there.log_text().count("POST /inbox")
    ann.say(f"@{far.acct} are you there?")
    wait(lambda: "delivery_failed" in here.log_text(), "the delivery failed")
    assert there.log_text().count("POST /inbox") == came and not ben.notes("mention")
    there.front.show(good)
    ben.say("I am, and I ask you")  # signed by somebody there: the pause ends
    wait(lambda: ben.notes("mention"), "the post after all", 60)


def test_plain_http_is_not_an_id_of_an_https_server(behind_tls, new_server):
    """Without the switch for tests neither http ids nor ports nor private addresses are asked."""
    strict = behind_tls("strict", federation_allow_private_addresses="no")
    other = new_server(place="other")
    ann, ben = strict.person("ann"), other.person("ben")
    assert cannot_find(ann, ben)
    assert ann.get("/api/v2/search", q=f"{other.url}/@{ben.name}", resolve="true").ok()["accounts"] == []
    assert "webfinger" not in other.log_text()
