"""Stories of the pages: plain forms and links, as somebody without JavaScript uses them."""
import re
import urllib.parse

from harness.browser import Browser
from harness.common import path, words
from harness.photos import photo

PASSWORD = "correct horse 4"


def source(page):
    return page.answer.body.decode()


def test_a_post_is_changed_and_tells_what_it_said(server, person):
    """Changing a post keeps its former words on a page of versions."""
    ann = person("ann")
    post = ann.say("The kettle is on.")
    ann.browser.go(path(post) + "/edit")
    page = ann.browser.submit("text", press="send", text="The kettle is on again.")
    assert "The kettle is on again." in words(page) and "changed" in words(page)
    page = Browser(server).go(path(post) + "/history")
    assert "The kettle is on." in words(page) and "The kettle is on again." in words(page)
    ben = person("ben")
    assert ben.browser.go(path(post) + "/edit").status == 404


def test_a_post_is_deleted_or_written_anew(server, person):
    """Deleting asks once. Writing anew brings words and photos back into a form, and nothing is sent yet."""
    ann = person("ann")
    media = ann.upload(photo("lake.png"), description="A lake").ok()["id"]
    post = ann.say("First try", media_ids=[media])
    ann.browser.go(path(post) + "/delete")
    page = ann.browser.submit("Delete", press="again")
    fields = dict(page.form_with("text").fields)
    assert fields["text"] == "First try" and fields["media[]"] == media and fields[f"alt_{media}"] == "A lake"
    assert not ann.sees(post) and not ann.ids(f"/api/v1/accounts/{ann.id}/statuses")
    page = ann.browser.submit("text", press="send", text="Second try")
    said = ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()
    assert [p["content"] for p in said] == ["<p>Second try</p>"] and said[0]["media_attachments"][0]["description"] == "A lake"
    ann.browser.go(path(said[0]) + "/delete")
    page = ann.browser.submit("Delete", press="delete")
    assert "Deleted" in words(page) and not ann.sees(said[0])
    assert ann.browser.go(path(said[0])).status == 404


def test_photos_keep_their_order_and_need_words(server, person):
    """Photos are added, moved and taken out by buttons; without a description nothing is sent and nothing is lost."""
    ann = person("ann")
    ann.browser.go("/write")
    lake, other = ("lake.png", "image/png", photo("lake.png")), ("lake.jpg", "image/jpeg", photo("lake.jpg"))
    page = ann.browser.submit("text", press="add", text="Two lakes", files={"photo": lake})
    page = ann.browser.submit("text", press="add", files={"photo": other})
    ids = [v for k, v in page.form_with("text").fields if k == "media[]"]
    assert len(ids) == 2
    page = ann.browser.submit("text", press=f"up:{ids[1]}", **{f"alt_{ids[1]}": "The second"})
    assert [v for k, v in page.form_with("text").fields if k == "media[]"] == ids[::-1]
    page = ann.browser.submit("text", press="send")
    assert page.status == 422 and "no description" in words(page)
    fields = dict(page.form_with("text").fields)
    assert fields["text"] == "Two lakes" and fields[f"alt_{ids[1]}"] == "The second"
    assert not ann.ids(f"/api/v1/accounts/{ann.id}/statuses")
    page = ann.browser.submit("text", press=f"remove:{ids[0]}")
    page = ann.browser.submit("text", press="send")
    post, = ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()
    assert [m["description"] for m in post["media_attachments"]] == ["The second"]


def test_a_file_that_is_no_photo_is_told_and_the_words_stay(server, person):
    """What cannot be taken in is refused with a sentence beside what was typed."""
    ann = person("ann")
    ann.browser.go("/write")
    page = ann.browser.submit("text", press="add", text="Kept", files={"photo": ("x.png", "image/png", b"no picture at all")})
    assert page.status == 422 and "not taken in" in words(page)
    assert dict(page.form_with("text").fields)["text"] == "Kept"


def test_a_form_sent_twice_makes_one_post(server, person):
    """Pressing Send twice sends once."""
    ann = person("ann")
    page = ann.browser.go("/write")
    for _ in range(2):
        ann.browser.page = page
        ann.browser.submit("text", press="send", text="Only once")
    assert len(ann.ids(f"/api/v1/accounts/{ann.id}/statuses")) == 1


def test_words_survive_the_end_of_a_session(server, person):
    """Somebody writes for a long time, the session ends meanwhile: the words come back, unsent."""
    ann = person("ann")
    ann.browser.go("/write")
    other = Browser(server)
    other.sign_in(ann)
    other.go("/settings/sessions")
    other.submit("others")
    page = ann.browser.submit("text", press="send", text="A long letter")
    assert page.status == 401 and "A long letter" in page.text
    assert not ann.ids(f"/api/v1/accounts/{ann.id}/statuses")


def test_who_can_see_it_is_chosen_and_told(server, person):
    """The choice on the page is what the API says, and the page for it answers in words."""
    ann, ben = person("ann"), person("ben")
    for choice, api in (("public", "public"), ("unlisted", "unlisted"), ("private", "private"), ("direct", "direct"), ("self", "direct")):
        ann.browser.go("/write")
        ann.browser.submit("text", press="send", text=f"For {choice}", visibility=choice)
        post = ann.get(f"/api/v1/accounts/{ann.id}/statuses").ok()[0]
        assert post["visibility"] == api
        assert ben.sees(post) == (api in ("public", "unlisted"))
        assert ann.browser.go(path(post) + "/who").status == 200
        assert ben.browser.go(path(post) + "/who").status == 404


def test_what_one_may_not_see_looks_like_nothing(server, person):
    """The page of a post for followers is, for others, byte for byte the page of a post that never was."""
    ann, ben = person("ann"), person("ben")
    hidden = ann.say("For followers", visibility="private")
    never = path(hidden)[:-1] + ("1" if path(hidden)[-1] != "1" else "2")
    for browser in (Browser(server), ben.browser):
        for tail in ("", "/history"):
            browser.go(path(hidden) + tail)
            shown = browser.page
            browser.go(never + tail)
            assert shown.status == browser.page.status == 404 and source(shown) == source(browser.page)


def test_a_public_page_is_kept_and_still_true(server, person):
    """Strangers get a public page from memory; a change, a comment and a deletion show at once."""
    ann, ben = person("ann"), person("ben")
    post = ann.say("As it was")
    first = server.raw("GET", path(post))
    again = server.raw("GET", path(post), headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    ben.answer(post, "A comment appears")
    assert "A comment appears" in server.raw("GET", path(post)).text
    ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "As it is"}).ok()
    now = server.raw("GET", path(post), headers={"If-None-Match": first.headers["ETag"]})
    assert now.status == 200 and "As it is" in now.text and "As it was" not in now.text
    assert "Set-Cookie" not in now.headers and "no-cache" in now.headers["Cache-Control"]
    assert "As it is" in server.raw("GET", f"/@{ann.name}").text
    ann.patch("/api/v1/accounts/update_credentials", form={"display_name": "Ann of the Lane"}).ok()
    assert "Ann of the Lane" in server.raw("GET", f"/@{ann.name}").text
    assert server.raw("GET", path(post).replace(ann.name, ben.name)).status == 404
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert server.raw("GET", path(post)).status == 404
    assert "As it is" not in server.raw("GET", f"/@{ann.name}").text


def test_search_engines_stay_out_unless_asked_in(server, person):
    """Profiles and posts carry noindex until their author opts in; what is not public never loses it."""
    ann = person("ann")
    public, quiet = ann.say("Loud"), ann.say("Quiet", visibility="unlisted")
    for page in (f"/@{ann.name}", path(public), path(quiet)):
        assert "noindex" in server.raw("GET", page).text
    ann.browser.go("/settings/privacy")
    ann.browser.submit("indexable", indexable="yes")
    assert ann.get("/api/v1/accounts/verify_credentials").ok()["indexable"] is True
    assert "noindex" not in server.raw("GET", path(public)).text
    assert "noindex" in server.raw("GET", path(quiet)).text


def test_following_asks_and_is_answered(server, person):
    """A locked account is asked; the answer is given on the page of notifications."""
    ann, ben = person("ann"), person("ben")
    ann.browser.go("/settings/privacy")
    ann.browser.submit("locked", locked="yes")
    ben.browser.go(f"/@{ann.name}")
    page = ben.browser.submit("Ask to follow", press="follow")
    assert "Asked" in words(page)
    page = ann.browser.go("/notifications")
    assert page.has_form("account")
    page = ann.browser.submit("account", press="accept")
    assert "Accepted" in words(page)
    post = ann.say("For those I let in", visibility="private")
    assert ben.browser.go(path(post)).status == 200
    ben.browser.go(f"/@{ann.name}")
    ben.browser.submit("Unfollow", press="unfollow")
    assert ben.browser.go(path(post)).status == 404


def test_care_for_oneself(server, person):
    """Mute, block and report stand on one page, and each can be ended."""
    ann, ben = person("ann"), person("ben")
    for verb, sign, end in (("mute", "muting", "End the mute"), ("block", "blocking", "End the block")):
        ann.browser.go(f"/@{ben.name}/care")
        ann.browser.submit(verb.capitalize(), press=verb)
        assert ann.get("/api/v1/accounts/relationships", **{"id[]": ben.id}).ok()[0][sign] is True
        ann.browser.go(f"/@{ben.name}/care")
        ann.browser.submit(end, press="un" + verb)
        assert ann.get("/api/v1/accounts/relationships", **{"id[]": ben.id}).ok()[0][sign] is False
    ann.browser.go(f"/@{ben.name}/care")
    page = ann.browser.submit("category", press="report", category="spam", comment="Sells boats that are not there")
    assert "Thank you" in words(page)


def test_lists_are_made_filled_and_ended(server, person):
    """A list is made, somebody followed is put on it, its timeline is read, it is ended."""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    ann.browser.go("/lists")
    page = ann.browser.submit("title", title="Orchard street")
    assert "Orchard street" in words(page)
    page = ann.browser.submit("who", press="add", who="nobody_at_all")
    assert page.status == 422 and "Nobody you follow" in words(page)
    page = ann.browser.submit("who", press="add", who=ben.name)
    assert f"@{ben.name}" in words(page)
    ben.say("On the list")
    number = re.search(r"/lists/(\d+)/change", source(page))[1]
    assert "On the list" in words(ann.browser.go(f"/lists/{number}"))
    ann.browser.go(f"/lists/{number}/change")
    ann.browser.submit("Delete the list", press="delete")
    assert ann.browser.go(f"/lists/{number}").status == 404
    assert ben.browser.go(f"/lists/{number}").status == 404


def test_invites_sessions_password(server, person):
    """An invite is made and ended; other sessions and apps are ended; a new password ends all the rest."""
    ann = person("ann")
    ann.browser.go("/settings/invites")
    page = ann.browser.submit("uses", uses="1", days="7")
    link = urllib.parse.urlsplit(re.search(r"http\S+?/invite/[\w-]+", page.text)[0]).path
    assert Browser(server).go(link).has_form("password")
    ann.browser.go("/settings/invites")
    ann.browser.submit("end")
    assert Browser(server).go(link).status in (404, 410)
    other = Browser(server)
    other.sign_in(ann)
    page = ann.browser.go("/settings/password")
    page = ann.browser.submit("now", now="wrong horse 4", password="a new horse 5")
    assert page.status == 422
    page = ann.browser.submit("now", now=PASSWORD, password="a new horse 5")
    assert "changed" in words(page)
    assert ann.browser.go("/settings").status == 200 and not ann.browser.page.has_form("password")
    assert other.go("/settings").has_form("password")
    assert ann.get("/api/v1/accounts/verify_credentials").status == 401


def test_reading_in_ones_own_zone_and_light(server, person):
    """Times stand in the reader's zone, and the page takes the light that was chosen."""
    ann = person("ann")
    post = ann.say("What time is it?")
    seen = set()
    for zone in ("Pacific/Auckland", "America/St_Johns"):
        ann.browser.go("/settings/reading")
        ann.browser.submit("zone", zone=zone, theme="dark", text_size="large")
        page = ann.browser.go(path(post))
        seen.add(re.search(r"<time[^>]*>([^<]+)</time>", source(page))[1])
        assert 'data-theme="dark"' in source(page) and 'data-text="large"' in source(page)
    assert len(seen) == 2


def test_strangers_follow_from_their_own_server(server, ann):
    """A stranger's address becomes a link to their server; nothing is redirected there by itself."""
    ann.say("Hello")
    page = Browser(server).go(f"/@{ann.name}/follow?acct=%40joan%40fern.example")
    assert page.status == 200 and 'href="https://fern.example/authorize_interaction?uri=acct:' in source(page)
    for odd in ("joan", "@joan@", "@joan@evil.example/x?y", "@j@a b.example", "@j@<b>.example"):
        page = Browser(server).go(f"/@{ann.name}/follow?" + urllib.parse.urlencode({"acct": odd}))
        assert page.status == 422 and "authorize_interaction" not in source(page)


def test_robots_are_told(server):
    """robots.txt refuses the crawlers that gather for training, and only them."""
    said = server.raw("GET", "/robots.txt")
    assert said.status == 200 and said.headers["Content-Type"].startswith("text/plain")
    assert "User-agent: GPTBot" in said.text and "User-agent: CCBot" in said.text


def test_files_of_the_pages_may_be_kept_for_ever(server):
    """The style sheet's name changes with its content, so browsers never ask again; pictures that apps know keep their names."""
    sheet = re.search(r'href="(/static/style\.\w+\.css)"', server.raw("GET", "/about").text)[1]
    said = server.raw("GET", sheet)
    assert said.status == 200 and "immutable" in said.headers["Cache-Control"] and len(said.text) <= 32 * 1024
    for name in ("avatar.png", "missing.png"):
        assert server.raw("GET", "/static/" + name).headers["Content-Type"] == "image/png"
    assert server.raw("GET", "/static/style.000000000000.css").status == 404


def test_pages_that_write_have_no_style_or_script_inside(server, person):
    """No page carries a style or script of its own: the policy would refuse it."""
    ann = person("ann")
    post = ann.say("Plain")
    for page in ("/", "/write", "/settings/profile", "/notifications", path(post), f"/@{ann.name}", "/search?q=plain", "/lists"):
        text = source(ann.browser.go(page))
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=", text), page


def test_filters_are_obeyed_without_a_gap(server, person):
    """What a filter hides is not on the pages; what it warns of stands behind the filter's name."""
    ann, ben = person("ann"), person("ben")
    ann.follows(ben)
    ben.say("The regatta was long")
    ben.say("The harvest was short")
    for word, action in (("regatta", "hide"), ("harvest", "warn")):
        ann.post("/api/v2/filters", json_body={"title": f"No {word}", "context": ["home", "account"], "filter_action": action,
                                               "keywords_attributes": [{"keyword": word, "whole_word": True}]}).ok()
    for page in ("/", f"/@{ben.name}"):
        said = words(ann.browser.go(page))
        assert "regatta" not in said and "Your filter “ No harvest ”" in said
    assert "regatta" in words(ben.browser.go(f"/@{ben.name}"))


def test_a_long_thread_is_read_in_pages(server, person):
    """Two hundred comments stand on a page; the rest is one link further, none twice and none missing."""
    ann = person("ann")
    post = ann.say("Everybody may speak")
    for i in range(230):
        ann.answer(post, f"word{i} here")
    first = Browser(server).go(path(post))
    more = [link for link in first.links if "after=" in link]
    second = Browser(server).go(more[0].split("#")[0])
    seen = re.findall(r"word\d+ here", source(first)), re.findall(r"word\d+ here", source(second))
    assert len(seen[0]) == 200 and len(seen[1]) == 30 and len(set(seen[0] + seen[1])) == 230


def test_strangers_cannot_send_files(server):
    """The page for writing takes large uploads from people who signed in, and a form's worth from anybody else."""
    body = b"--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n" + b"a" * (2 << 20) + b"\r\n--x--\r\n"
    said = server.raw("POST", "/write", body, {"Content-Type": "multipart/form-data; boundary=x"})
    assert said.status == 413
