"""Presets: what a new post takes from them, the composer's summary, the sending pause, later changes."""
import time

import pytest

from harness.browser import Browser
from harness.common import own, path, set_switches, words
from harness.peer import PUBLIC, Peer

PASSWORD = "correct horse 4"


EVERY_SWITCH = ("Who may comment", "Review comments first", "When comments close", "What reaches me", "Let people in Close through",
                "Others see how many", "I see how many", "People may boost it", "Who may quote it", "People may write me a letter",
                "Search engines may keep it", "Other sites may show it in a frame", "My wish about reproducing it",
                "Thinking of you", "Readers may ask to be reminded", "How long it waits before it leaves")


def test_the_summary_and_custom(server, person):
    """Given a preset is picked, when the composer shows the summary, then every switch is listed in words and can be changed; changing one makes it Custom."""
    ann = person("ann")
    page = ann.browser.go("/write")
    for words_of_it in EVERY_SWITCH:
        assert words_of_it in words(page), words_of_it
    assert "What “ Everyday ” sets:" in words(page) and "Each comment and favourite comes as it is." in words(page)
    page = ann.browser.submit("text", press="preset", text="We had news.", preset="2")
    assert "What “ Hard news ” sets:" in words(page)
    assert "You read them first." in words(page) and "They close after 30 days." in words(page)
    assert "Nobody may quote it." in words(page) and "Your wish: ask first." in words(page)
    assert "2 minutes after you press Send." in words(page)
    form = page.form_with("text")
    assert dict(form.fields)["text"] == "We had news." and dict(form.fields)["sw_pause"] == "120"
    page = ann.browser.submit("text", press="preset", sw_pause="0", sw_boosts=None)
    assert "Custom: you changed something in “ Hard news ”." in words(page)
    assert "It leaves when you press Send." in words(page) and "Nobody may boost it." in words(page)
    page = ann.browser.submit("text", press="send")
    said = own(ann)[0]
    page = ann.browser.go(path(said) + "/presets")
    assert "Nobody may boost it." in words(page) and "You read them first." in words(page)
    assert said["quote_approval"]["automatic"] == []


def test_presets_of_ones_own(server, person):
    """Custom presets can be saved."""
    ann = person("ann")
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="keep_preset", text="Draft", preset="1", sw_counts_me="yes", preset_name="The garden")
    assert "Kept. You can choose it from now on." in words(page) and "What “ The garden ” sets:" in words(page)
    assert dict(page.form_with("text").fields)["text"] == "Draft"
    assert "already" in words(ann.browser.submit("text", press="keep_preset", preset_name="The garden"))
    ann.browser.go("/settings/posting")
    page = ann.browser.submit("preset_name", press="rename", preset_name="The orchard")
    assert "The orchard" in words(page)
    assert ann.browser.submit("preset_name", press="rename", preset_name="Hard news").status == 422
    mine = dict(ann.browser.go("/settings/posting").form_with("preset_name").fields)["preset"]
    ben = person("ben")
    ben.browser.go("/settings/posting")
    ben.browser.submit("need_alt", press="Save", preset=mine)
    assert ben.browser.page.status == 404
    page = ann.browser.submit("preset_name", press="delete")
    assert "The orchard" not in words(page)


def test_the_default_preset_of_apps(server, person):
    """Given a stock app posts, then the account's (or journal's) default preset applies; it starts as Everyday."""
    ann = person("ann")
    post = ann.say("An everyday one", visibility=None)
    assert "As it is now" in words(ann.browser.go(path(post) + "/presets")) and "They appear at once." in words(ann.browser.page)
    assert post["visibility"] == "unlisted" and post["quote_approval"]["automatic"] == ["followers"]
    ann.browser.go("/settings/posting")
    ann.browser.submit("need_alt", press="Save", preset="2")
    post = ann.say("A hard one", visibility=None)
    assert post["visibility"] == "unlisted" and post["quote_approval"]["automatic"] == []
    assert "You read them first." in words(ann.browser.go(path(post) + "/presets"))
    public = ann.say("A hard one for all")
    assert public["visibility"] == "public", "the author may pick any"


def test_later_changes_apply_at_once(server, person):
    """Later changes on the web apply at once and federate what can be federated."""
    ann = person("ann")
    post = ann.say("Boost me")
    ann.browser.go(path(post) + "/presets")
    ann.browser.submit("sw_comments", press="save", sw_boosts=None, sw_quotes="2")
    assert ann.show(post).ok()["quote_approval"]["automatic"] == []
    page = ann.browser.go(path(post) + "/presets")
    assert "Nobody may boost it." in words(page) and "Nobody may quote it." in words(page)
    assert "Time to change your mind" not in page.text, "it has been sent"
    assert Browser(server).go(path(post) + "/presets").has_form("password")
    other = person("cat")
    assert other.browser.go(path(post) + "/presets").status == 404


def hard_news(ann, text, **more):
    ann.browser.go("/write")
    return ann.browser.submit("text", press="send", text=text, preset="2", **more)


def test_a_pause_is_cancelled(server, person):
    """Given a sending pause, when the author presses Cancel in time, then nothing has left the server, not to followers here either."""
    ann, ben = person("ann"), server.person("ben")
    ben.follows(ann)
    page = hard_news(ann, f"We buried her on Friday. @{ben.name}")
    assert page.address.startswith("/waiting/") and "It has not left yet" in words(page)
    assert own(ann) == [] and ben.home() == [] and ben.notes() == []
    page = ann.browser.submit("Cancel", press="cancel")
    assert "Nothing has been sent." in words(page)
    fields = dict(page.form_with("text").fields)
    assert fields["text"].startswith("We buried her on Friday.") and fields["switches_of"] == "2"
    assert own(ann) == [] and ben.home() == [] and ben.notes() == []
    assert "Nothing is kept." in words(ann.browser.go("/drafts"))


def test_a_pause_ends(server, person):
    """What was not cancelled leaves when its pause is over, once, with its preset; the page of the pause leads to it."""
    ann, ben = person("ann"), server.person("ben")
    ben.follows(ann)
    page = hard_news(ann, "We buried her on Friday.")
    waiting = page.address
    page = ann.browser.submit("Cancel", press="longer")
    assert "It has not left yet" in words(page)
    ann.browser.submit("Cancel", press="now")
    for _ in range(100):
        if own(ann):
            break
        time.sleep(0.1)
    assert len(own(ann)) == 1 and ben.home() == [own(ann)[0]["id"]]
    page = ann.browser.go(waiting)
    assert page.address.startswith(path(own(ann)[0])) and "Sent." in words(page)
    assert server.person("cat").get("/api/v1/scheduled_statuses").ok() == []


def test_a_pause_lasts_half_an_hour_at_most(server, person):
    """A pause can be lengthened to 30 minutes, not further; nobody else has a page of it."""
    ann, ben = person("ann"), person("ben")
    waiting = hard_news(ann, "Not yet.").address
    assert ben.browser.go(waiting).status == 404
    for _ in range(3):
        page = ann.browser.submit("Cancel", press="longer")
    assert not any(b[1] == "longer" for b in page.form_with("Cancel").buttons)
    ann.browser.submit("Cancel", press="cancel")


def test_a_pause_survives_a_killed_server(new_server):
    """A server killed in the pause sends nothing early and nothing twice: it goes on waiting."""
    server = new_server()
    ann = server.person("ann", password=PASSWORD)
    ann.browser = Browser(server)
    ann.browser.sign_in(ann)
    waiting = hard_news(ann, "Still here.").address
    server.kill()
    server.start()
    assert own(ann) == []
    page = ann.browser.go(waiting)
    assert "It has not left yet" in words(page)
    ann.browser.submit("Cancel", press="now")
    for _ in range(100):
        if own(ann):
            break
        time.sleep(0.1)
    time.sleep(0.5)
    assert len(own(ann)) == 1


def test_drafts(server, person):
    """A draft keeps words and switches, is changed in place, and is gone once it was sent."""
    ann = person("ann")
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="draft", text="Half a thought", preset="1", sw_wish="3")
    assert "Half a thought" in words(page) and own(ann) == []
    link = next(a for a in page.links if a.startswith("/write?draft="))
    page = ann.browser.go(link)
    fields = dict(page.form_with("text").fields)
    assert fields["text"] == "Half a thought" and fields["sw_wish"] == "3" and fields["preset"] == "1"
    ann.browser.submit("text", press="draft", text="A whole thought")
    page = ann.browser.go("/drafts")
    assert "A whole thought" in words(page) and "Half a thought" not in words(page)
    ben = person("ben")
    assert ben.browser.go(link).status == 404
    ann.browser.go(link)
    ann.browser.submit("text", press="send")
    assert own(ann)[0]["content"] == "<p>A whole thought</p>"
    assert "Nothing is kept." in words(ann.browser.go("/drafts"))


def test_sending_later(server, person):
    """A post for later waits with its switches, shows in apps as scheduled, and can be taken back."""
    ann = person("ann")
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="send", text="Happy birthday", preset="1", send_at="2020-01-01T08:00")
    assert page.status == 422 and "five minutes from now" in words(page)
    later = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() + 40 * 86400))
    page = ann.browser.submit("text", press="send", send_at=later)
    assert "It is sent at the time you chose." in words(page) and "Happy birthday" in words(page)
    assert len(ann.get("/api/v1/scheduled_statuses").ok()) == 1
    page = ann.browser.submit("scheduled", press="back")
    assert dict(page.form_with("text").fields)["switches_of"] == "1" and "Nothing has been sent." in words(page)
    assert ann.get("/api/v1/scheduled_statuses").ok() == [] and own(ann) == []


ACTIVITY = {"Accept": "application/activity+json"}
COUNTS = ("favourites_count", "reblogs_count", "replies_count", "quotes_count")


def numbers(seen):
    return [seen[key] for key in COUNTS]


def test_counts_are_hidden(server, person, ben, cat):
    """Given counts are hidden, when others (or, if chosen, the author) read the API, then favourites, boosts and quotes are 0 and `replies_count` is 0 or 1 (apps need to know whether a thread exists); federated collections carry no totals."""
    ann = person("ann")
    post = ann.say("Count me")
    for who in (ben, cat):
        who.does(post, "favourite"), who.does(post, "reblog"), who.answer(post, "Here")
    stranger = server.stranger()

    def total(tail):
        document = stranger.get(f"/users/{ann.name}/statuses/{post['id']}/{tail}", headers=ACTIVITY).ok()
        return document.get("totalItems")

    set_switches(ann, post, sw_counts_others="yes")
    assert numbers(stranger.show(post).ok()) == [2, 2, 2, 0] and numbers(ann.show(post).ok()) == [2, 2, 2, 0]
    assert total("likes") == 2 and total("shares") == 2 and len(ben.get(f"/api/v1/statuses/{post['id']}/favourited_by").ok()) == 2
    set_switches(ann, post, sw_counts_others=None)
    assert numbers(stranger.show(post).ok()) == [0, 0, 1, 0] and numbers(ben.show(post).ok()) == [0, 0, 1, 0]
    assert numbers(ann.show(post).ok()) == [2, 2, 2, 0]
    assert total("likes") is None and total("shares") is None and total("replies") is None
    assert ben.get(f"/api/v1/statuses/{post['id']}/favourited_by").ok() == []
    assert ben.get(f"/api/v1/statuses/{post['id']}/reblogged_by").ok() == []
    set_switches(ann, post, sw_counts_me=None)
    assert numbers(ann.show(post).ok()) == [0, 0, 1, 0]
    quiet = ann.say("Nobody yet")
    assert numbers(stranger.show(quiet).ok()) == [0, 0, 0, 0]


def test_boosts_are_off(server, person, ben, tmp_path):
    """A post whose boosts are switched off is boosted by nobody: apps get the sentence, pages have no button, other servers are told and not believed."""
    ann = person("ann")
    cat = person("cat")
    post = ann.say("Stay here")
    assert "Boost" in words(cat.browser.go(path(post)))
    set_switches(ann, post, sw_boosts=None)
    answer = ben.act(post, "reblog")
    assert answer.status == 403 and "its author wishes it so" in answer.json()["error"]
    assert ann.act(post, "reblog").status == 403
    assert not any(b[1] == "boost" for f in cat.browser.go(path(post)).forms for b in f.buttons)
    note = server.stranger().get(f"/users/{ann.name}/statuses/{post['id']}", headers=ACTIVITY).ok()
    allowed = note["interactionPolicy"]["canAnnounce"]
    assert allowed["automaticApproval"] == [note["attributedTo"]] and allowed["manualApproval"] == []
    peer = Peer(str(tmp_path), server)
    try:
        fay = peer.actor("fay")
        peer.delivers(peer.activity("Announce", fay, post["uri"], to=[PUBLIC], cc=[note["attributedTo"]]))
        assert ann.show(post).ok()["reblogs_count"] == 0 and ann.notes("reblog") == []
    finally:
        peer.close()


@pytest.mark.parametrize("choice, at_once, sentence", [
    ("0", "public", None), ("1", "followers", "opened comments to everyone"), ("2", "following", "opened comments to everyone"),
    ("3", None, "opened comments to everyone"), ("4", None, "Comments are closed.")])
def test_who_may_comment(server, person, cat, choice, at_once, sentence):
    """Who may comment is the author's: apps get 422 with a sentence, other servers the right canReply."""
    ann = person("ann")
    post = ann.say("Say something")
    set_switches(ann, post, sw_comments=choice)
    note = server.stranger().get(f"/users/{ann.name}/statuses/{post['id']}", headers=ACTIVITY).ok()
    policy = note.get("interactionPolicy").get("canReply")
    if choice == "0":
        assert policy["automaticApproval"] == [PUBLIC] and policy["manualApproval"] == []
    else:
        assert policy["automaticApproval"] == [f"{note['attributedTo']}/{at_once}" if at_once else note["attributedTo"]]
        set_switches(ann, post, sw_review="yes")
        policy = server.stranger().get(f"/users/{ann.name}/statuses/{post['id']}", headers=ACTIVITY).ok()["interactionPolicy"]["canReply"]
        assert policy["automaticApproval"] == [note["attributedTo"]]
        assert bool(policy["manualApproval"]) is (choice != "4")
    answer = cat.post("/api/v1/statuses", json_body={"status": "May I", "in_reply_to_id": post["id"], "visibility": "public"})
    assert answer.status == (422 if sentence else 200)
    assert not sentence or sentence in answer.json()["error"]


def test_thinking_of_you(server, person):
    """"Thinking of you" is a label: in the API and elsewhere it is an ordinary favourite."""
    ann, cat = person("ann"), person("cat")
    post = ann.say("She is gone")
    set_switches(ann, post, sw_thinking="yes")
    page = cat.browser.go(path(post))
    assert "Thinking of you" in words(page) and "Favourite " not in words(page)
    cat.browser.submit("favourite", press="favourite", back=path(post))
    assert "Thinking of them undo" in words(cat.browser.go(path(post)))
    assert cat.show(post).ok()["favourited"] is True
    assert ("favourite", cat.name, post["id"]) in ann.notes("favourite")
