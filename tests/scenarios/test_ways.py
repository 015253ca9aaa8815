"""Stories of ways to help: links an author or a journal offers, and how they stand."""
import urllib.parse

from harness.browser import Browser
from harness.common import path, words

AS2 = "application/activity+json"


def adds(who, where, **values):
    """Fills in the empty form, which is the last one with a label."""
    page = who.browser.go(where)
    form = [f for f in page.forms if "label" in f.kinds and ("id", "0") in f.fields]
    assert form, words(page)
    page.forms = form
    return who.browser.submit("label", press="put", **values)


def test_ways_to_help_of_a_post(person):
    """Up to 8 entries per post or journal: kind, label, link, words ("dairy free, leave at the side door": warned not to put a home address in public), state open / enough, thank you / closed. Domain shown. Only owners and permitted keepers edit. No money passes through the server. Federates as one link."""
    ann, ben = person("ann"), person("ben")
    post = ann.say("He is home again.")
    place = path(post)
    ann.browser.go(place)
    assert place + "/ways" in ann.browser.page.links
    page = ann.browser.go(place + "/ways")
    assert "leave home addresses out" in words(page) and "No money passes" in words(page)
    page = adds(ann, place + "/ways", label="Suppers", kind="0", link="https://Meals.example/holt?a=1", words="Dairy free, leave at the side door.", state="0")
    assert page.status == 200 and "Saved." in words(page)
    adds(ann, place + "/ways", label="Lifts to the clinic", kind="1", link="", words="Tuesdays", state="0")
    page = Browser(ann.server).go(place)
    said = words(page)
    for part in ("Ways to help", "Suppers", "Open", "Dairy free, leave at the side door.", "Meals · meals.example", "Lifts to the clinic", "Tuesdays"):
        assert part in said, part
    assert "https://meals.example/holt?a=1" in page.links and not any("#ways" in x for x in page.links), "the list is right here"
    # What is enough keeps its name and loses its link.
    page = ann.browser.go(place + "/ways")
    page.forms = [f for f in page.forms if ("label", "Suppers") in f.fields]
    ann.browser.submit("label", press="put", state="1")
    page = Browser(ann.server).go(place)
    assert "Enough, thank you" in words(page) and "https://meals.example/holt?a=1" not in page.links and "Dairy free" not in words(page)
    # Their order is the author's.
    page = ann.browser.go(place + "/ways")
    page.forms = [f for f in page.forms if ("label", "Lifts to the clinic") in f.fields]
    ann.browser.submit("label", press="up")
    said = words(Browser(ann.server).go(place))
    assert said.index("Lifts to the clinic") < said.index("Suppers")
    # Elsewhere, and in apps, it is one link.
    note = ann.server.get(urllib.parse.urlsplit(post["uri"]).path, headers={"Accept": AS2}).json()
    assert note["content"].count("Ways to help") == 1 and f'{post["url"]}#ways' in note["content"] and "Suppers" not in str(note)
    assert f'{post["url"]}#ways' in ben.show(post).ok()["content"]
    said = ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "He is home again, and well."}).ok()
    assert "and well." in said["content"] and said["content"].count("#ways") == 1
    # Nobody else edits them.
    assert ben.browser.go(place + "/ways").status == 404 and Browser(ann.server).go(place + "/ways").address.startswith("/sign-in")
    # Without an entry there is no link.
    for _ in range(2):
        ann.browser.go(place + "/ways")
        ann.browser.submit("remove", press="remove")
    assert "#ways" not in ben.show(post).ok()["content"] and "Ways to help" not in words(Browser(ann.server).go(place))


def test_what_ways_refuse(person):
    """A ninth entry, an entry without a name, and a link that is no address of a page are told, with everything kept."""
    ann = person("ann")
    place = path(ann.say("Some help would be good.")) + "/ways"
    for values, said in (({"label": " "}, "Say in a word or two"), ({"link": "javascript:alert(1)"}, "begins with https"), ({"link": "not a link"}, "begins with https"),
                         ({"words": "x" * 301}, "300 characters"), ({"kind": "99"}, "no such choice"), ({"state": "7"}, "no such choice")):
        page = adds(ann, place, **{"label": "Suppers", "words": "Kept words", **values})
        assert page.status == 422 and said in words(page), (values, words(page)[:600])
        assert values.get("words", "Kept words") in page.answer.body.decode()
    for i in range(8):
        assert adds(ann, place, label=f"Entry {i}").status == 200
    page = ann.browser.go(place)
    assert not [f for f in page.forms if ("id", "0") in f.fields]
    page.forms[0].fields = [(k, "0" if k == "id" else v) for k, v in page.forms[0].fields]
    ann.browser.page.forms = [f for f in page.forms if "label" in f.kinds]
    answer = ann.browser.submit("label", press="put", id="0", label="A ninth")
    assert answer.status == 422 and "8 ways to help" in words(answer)
    ann.browser.go(place)
    assert ann.browser.submit("label", press="put", id="12345", label="Not theirs").status == 404


def test_ways_to_help_of_a_journal(person):
    """A journal's ways to help stand on its page; its profile elsewhere carries one link to them."""
    ann, ben = person("ann"), person("ben")
    name = f"help_{ann.name}"
    ann.browser.go("/journals/new")
    ann.browser.submit("username", name="The farm", username=name, reach="public")
    adds(ann, f"/@{name}/journal/ways", label="Pick apples", kind="6", link="https://pickrota.example/holt")
    page = Browser(ann.server).go(f"/@{name}")
    assert "Pick apples" in words(page) and "pickrota.example" in words(page) and "https://pickrota.example/holt" in page.links
    actor = ann.server.get(f"/users/{name}", headers={"Accept": AS2}).json()
    assert [a["name"] for a in actor["attachment"]] == ["Ways to help"] and f"/@{name}#ways" in actor["attachment"][0]["value"]
    assert ben.browser.go(f"/@{name}/journal/ways").status == 404
    assert ann.browser.go(f"/@{ann.name}/journal/ways").status == 404
