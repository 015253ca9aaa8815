"""Beside hard news: words to begin with, what people find helpful, and who helps."""
import urllib.parse

import pytest

from harness.browser import Browser

HARD_NEWS = "2"
PASSWORD = "correct horse 4"


@pytest.fixture
def person(server):
    def make(name, **more):
        who = server.person(name, password=PASSWORD, **more)
        who.browser = Browser(server)
        who.browser.sign_in(who)
        return who
    return make


def path(post):
    return urllib.parse.urlsplit(post["url"]).path


def hard_news(person, text="My sister died on Sunday"):
    person.browser.go("/write")
    person.browser.submit("text", press="preset", text=text, preset=HARD_NEWS)
    person.browser.submit("text", press="send", sw_pause="0", visibility="public")
    return person.get(f"/api/v1/accounts/{person.id}/statuses").ok()[0]


SAID = ("I’m so sorry.", "I’m thinking of you.", "Nothing to answer.")


def test_beneath_hard_news(server, person):
    """Beneath a Hard news comment form: three short suggestions ("I'm so sorry." "I'm thinking of you." "Nothing to answer."), a folded "What people find helpful" with things to leave out ("at least", "it was meant to be", advice), never inserted unasked."""
    ann, ben = person("ann"), person("ben")
    post, plain = hard_news(ann), ann.say("A walk")
    page = ben.browser.go(path(post))
    for words in (*SAID, "What people find helpful", "What to leave out:", "At least", "It was meant to be", "Advice, unless they ask."):
        assert words in page.text, words
    form = page.form_with("text")
    assert dict(form.fields)["text"].strip() == f"@{ann.name}"  # nothing unasked
    page = ben.browser.submit("text", press="say:0")
    assert "Nothing has been sent yet." in page.text
    assert dict(page.form_with("text").fields)["text"] == f"@{ann.name} I’m so sorry."
    page = ben.browser.submit("text", press="say:1", text="My own words.")
    assert dict(page.form_with("text").fields)["text"] == "My own words. I’m thinking of you."
    assert ann.context(post)[1] == [] and ben.context(post)[1] == []
    ben.browser.submit("text", press="send")
    assert len(ben.context(post)[1]) == 1
    for other in (ben.browser.go(path(plain)), ann.browser.go(path(post)), Browser(server).go(path(post))):
        assert SAID[0] not in other.text and "What people find helpful" not in other.text


def test_per_language(server, person):
    """Topic bundles, suggestions and support services are per language, never machine-translated."""
    ann, ben, owner = person("ann"), person("ben"), person("owner", role="owner")
    post = hard_news(ann, "Meine Schwester ist gestorben")
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "Meine Schwester ist gestorben.", "language": "de"}).ok()
    page = ben.browser.go(path(post))
    assert "Es tut mir so leid." in page.text and SAID[0] not in page.text
    page = owner.browser.go("/moderation/hard-news?language=de")
    assert "Es tut mir so leid." in page.text
    page = owner.browser.submit("suggestions", suggestions="Ich bin da.\n\nDu fehlst mir.", helpful="", leave_out="")
    assert "Saved." in page.text
    page = ben.browser.go(path(post))
    assert "Ich bin da." in page.text and "Du fehlst mir." in page.text and "Es tut mir" not in page.text
    assert "What people find helpful" not in page.text
    page = owner.browser.submit("suggestions", suggestions="x\n" * 13)
    assert page.status == 422 and "At most 12 lines." in page.text
    assert ben.browser.go("/moderation/hard-news").status in (403, 404)


def test_support_services(server, person):
    """Support services: a page the administrator fills per language and country; linked from Hard news forms and About; no tracking parameters."""
    ann, ben, owner = person("ann"), person("ben"), person("owner", role="owner")
    post = hard_news(ann)
    assert "/support" not in ben.browser.go(path(post)).links and "/support" not in ben.browser.go("/about").links
    assert "Nothing is written here yet." in Browser(server).go("/support").text
    owner.browser.go("/moderation/support")
    filled = dict(language="en", country="Ireland", name="The Listening Line", words="Somebody listens, day and night.",
                  phone="01 000 0000", hours="day and night", link="https://listen.example/talk?utm_source=tidings&room=2&fbclid=x#now")
    page = owner.browser.submit("add", press="add", **filled)
    assert "Saved. Parts of the link that follow people around were taken out." in page.text
    owner.browser.submit("add", press="add", language="de", country="Österreich", name="Das offene Ohr", words="", phone="0800 000", hours="", link="")
    assert "/support" in ben.browser.go(path(post)).links and "/support" in Browser(server).go("/about").links
    page = Browser(server).go("/support")
    for words in ("Ireland, English", "The Listening Line", "01 000 0000", "day and night", "listen.example", "Österreich, German", "Das offene Ohr"):
        assert words in page.text, words
    links = [a for tag, a in page.tags if tag == "a" and "listen.example" in a.get("href", "")]
    assert links[0]["href"] == "https://listen.example/talk?room=2#now" and "noreferrer" in links[0]["rel"]
    assert ben.browser.go("/moderation/support").status in (403, 404)
    owner.browser.go("/moderation/support")
    for wrong, words in (({"name": ""}, "A name has 1 to 120 characters."), ({"link": "javascript:alert(1)"}, "A link begins with https://"),
                         ({"phone": "", "link": "", "words": ""}, "Give a phone number, a link or some words."), ({"language": "xx-no-such"}, "There is no such language.")):
        page = owner.browser.submit("add", press="add", **{**filled, **wrong})
        assert page.status == 422 and words in page.text, wrong
    owner.browser.go("/moderation/support")
    for _ in range(2):
        owner.browser.submit("delete", press="delete")
    assert "/support" not in Browser(server).go("/about").links


def test_topics_of_a_language(server, person):
    """Topic bundles, suggestions and support services are per language"""
    owner, ann = person("owner", role="owner"), person("ann")
    page = owner.browser.go("/moderation/topics?language=fr")
    page = owner.browser.submit("add", press="add", name="Guerre", words="guerre, guerres, bombardement")
    assert "Saved." in page.text and "Guerre" in page.text
    page = owner.browser.submit("add", press="add", name="Guerre", words="x")
    assert page.status == 422 and "There is another topic of that name." in page.text
    page = owner.browser.go("/moderation/topics?language=fr")
    page = owner.browser.submit("add", press="add", name="Rien", words=" , ")
    assert page.status == 422 and "A topic has 1 to 60 words in a language." in page.text
    assert "French" in ann.browser.go("/pauses/new").text
    owner.browser.go("/moderation/topics?language=fr")
    owner.browser.submit("delete", press="delete")
    assert "French" not in ann.browser.go("/pauses/new").text
    assert ann.browser.go("/moderation/topics").status in (403, 404)
