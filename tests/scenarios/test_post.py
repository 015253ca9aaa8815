"""Saying something: visibilities, mentions, hashtags, links, notes, languages, deleting and writing again."""
import time

import pytest


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
def test_each_visibility(ann, visibility):
    """A post comes back with the visibility it was given, and can be read again by its author."""
    post = ann.say("good morning", visibility)
    assert post["visibility"] == visibility and post["content"] == "<p>good morning</p>"
    again = ann.show(post).ok()
    assert again["content"] == post["content"] and again["visibility"] == visibility
    assert post["url"].endswith(post["id"]) and post["edited_at"] is None and post["application"]["name"]


def test_without_a_visibility_the_persons_own_default_counts(ann):
    """A post without a visibility gets the author's default, which a new account has at quiet public."""
    assert ann.post("/api/v1/statuses", form={"status": "hello"}).ok()["visibility"] == "unlisted"
    ann.patch("/api/v1/accounts/update_credentials", form={"source[privacy]": "private"}).ok()
    assert ann.post("/api/v1/statuses", form={"status": "hello"}).ok()["visibility"] == "private"
    assert ann.get("/api/v1/preferences").ok()["posting:default:visibility"] == "private"


def test_an_unknown_visibility_is_refused(ann):
    """A visibility that is none of the four is refused and nothing is posted."""
    before = ann.ids(f"/api/v1/accounts/{ann.id}/statuses")
    ann.post("/api/v1/statuses", form={"status": "x", "visibility": "everybody"}).fails(422)
    assert ann.ids(f"/api/v1/accounts/{ann.id}/statuses") == before


def test_paragraphs_and_breaks(ann):
    """Blank lines make paragraphs, single ones make breaks, and nothing of the text is markup."""
    post = ann.say("one\ntwo\n\nthree <b>& four</b>")
    assert post["content"] in ("<p>one<br />two</p><p>three &lt;b&gt;&amp; four&lt;/b&gt;</p>",
                               "<p>one<br>two</p><p>three &lt;b&gt;&amp; four&lt;/b&gt;</p>")


def test_a_mention(ann, ben):
    """A name with an @ becomes a mention, linked as apps expect it, and the person is told."""
    post = ann.say(f"@{ben.name} come and see")
    mention, = post["mentions"]
    assert mention["id"] == ben.id and mention["acct"] == ben.name and mention["username"] == ben.name
    assert f'<span class="h-card" translate="no"><a href="{mention["url"]}" class="u-url mention">@<span>{ben.name}</span></a></span>' \
        in post["content"]
    assert ("mention", ann.name, post["id"]) in ben.notes()


def test_a_name_nobody_has_stays_text(ann):
    """A name that nobody has stays plain text."""
    post = ann.say("@nobodyhasthis hello")
    assert post["mentions"] == [] and post["content"] == "<p>@nobodyhasthis hello</p>"


def test_hashtags(ann, server):
    """Hashtags become links, are listed in lower case, and the post is found under each of them."""
    post = ann.say("rain over #Lisboa and #summer_2026, not #123")
    assert sorted(t["name"] for t in post["tags"]) == ["lisboa", "summer_2026"]
    for tag in post["tags"]:
        assert f'<a href="{tag["url"]}" class="mention hashtag" rel="tag">#<span>' in post["content"]
    assert post["id"] in [p["id"] for p in server.get("/api/v1/timelines/tag/LISBOA").ok()]


def test_links(ann):
    """A link is shortened for the eye, whole for the machine, and gives nothing away."""
    post = ann.say("see https://example.example/a/very/long/path/that/goes/on?x=1&y=2 now")
    assert 'href="https://example.example/a/very/long/path/that/goes/on?x=1&amp;y=2"' in post["content"]
    for part in ('rel="nofollow noopener', 'target="_blank"', '<span class="invisible">https://</span>', 'class="ellipsis"'):
        assert part in post["content"]


def test_a_content_note_makes_it_sensitive(ann):
    """A content note covers the post and implies that its photos are covered too."""
    post = ann.say("long story", spoiler_text="illness")
    assert post["spoiler_text"] == "illness" and post["sensitive"] is True


def test_language(ann):
    """The language of a post is kept; a blank one is not given; one that does not exist is refused or dropped."""
    assert ann.say("bom dia", language="pt")["language"] == "pt"
    assert ann.post("/api/v1/statuses", form={"status": "hm", "language": ""}).status == 200


def test_too_long(ann):
    """2,000 characters are taken and 2,001 are not; links count 23 and a mention without its domain."""
    ann.say("a" * 2000)
    ann.post("/api/v1/statuses", form={"status": "a" * 2001}).fails(422)
    ann.say("b" * 1976 + " https://example.example/" + "x" * 400)
    ann.post("/api/v1/statuses", form={"status": "a" * 1990, "spoiler_text": "b" * 20}).fails(422)


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "​"])
def test_nothing_to_say(ann, text):
    """A post without words or photos is refused."""
    said = ann.post("/api/v1/statuses", form={"status": text})
    if text == "​":
        assert said.status in (200, 422)
    else:
        said.fails(422)


def test_deleting(ann, ben):
    """A deleted post is gone for everybody, gives its text back for writing it again, and counts go down."""
    post = ann.say("I *will* go", spoiler_text="")
    count = ann.get(f"/api/v1/accounts/{ann.id}").ok()["statuses_count"]
    gone = ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert gone["id"] == post["id"] and gone["text"] == "I *will* go"
    ann.show(post).fails(404)
    ben.show(post).fails(404)
    assert ann.get(f"/api/v1/accounts/{ann.id}").ok()["statuses_count"] == count - 1
    ann.delete(f"/api/v1/statuses/{post['id']}").fails(404)


def test_delete_and_write_again_with_the_same_photo(ann):
    """After a delete the photo can be used again in the post that replaces it."""
    from harness.photos import photo
    media = ann.upload(photo(), description="A lake").ok()
    post = ann.say("one", media_ids=[media["id"]])
    gone = ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert [m["id"] for m in gone["media_attachments"]] == [media["id"]]
    again = ann.say("two", media_ids=[media["id"]])
    assert again["media_attachments"][0]["description"] == "A lake"


def test_nobody_deletes_for_another(ann, ben):
    """Somebody else's post cannot be deleted; the answer is that of a post that never was."""
    post = ann.say("mine")
    ben.delete(f"/api/v1/statuses/{post['id']}").fails(404)
    assert ann.sees(post)


def test_a_reply_knows_its_parent(ann, ben):
    """A reply carries both ids of its parent, and the parent counts it."""
    post = ann.say("question?")
    reply = ben.answer(post, f"@{ann.name} answer")
    assert reply["in_reply_to_id"] == post["id"] and reply["in_reply_to_account_id"] == ann.id
    assert ann.show(post).ok()["replies_count"] == 1


def test_a_reply_to_what_one_cannot_see(ann, ben):
    """A reply to a post that one may not see is refused as if it were not there."""
    post = ann.say("just me", "direct")
    answers = [ben.post("/api/v1/statuses", form={"status": "hm", "in_reply_to_id": i}) for i in (post["id"], "112345678901234567")]
    assert answers[0].status == answers[1].status in (404, 422) and answers[0].body == answers[1].body


def test_times_and_ids_rise(ann):
    """Ids rise with time and every date has milliseconds."""
    first = ann.say("one")
    time.sleep(0.01)
    second = ann.say("two")
    assert int(first["id"]) < int(second["id"]) and first["created_at"] <= second["created_at"]


def test_counts_of_the_account(ann):
    """Posting changes the number of posts and the day of the last one."""
    ann.say("one")
    account = ann.get(f"/api/v1/accounts/{ann.id}").ok()
    assert account["statuses_count"] == 1 and account["last_status_at"]


def test_an_accounts_posts_can_be_narrowed(ann, ben):
    """The list of an account's posts leaves out replies or boosts, or keeps photos, a hashtag or pinned ones only."""
    from harness.photos import photo
    other = ben.say("a post by ben")
    plain = ann.say("plain #tree")
    reply = ann.answer(other, "reply to ben")
    own = ann.answer(plain, "reply to myself")
    boost = ann.does(other, "reblog")
    pictured = ann.say("photo", media_ids=[ann.upload(photo(), description="A lake").ok()["id"]])
    ann.does(plain, "pin")
    path = f"/api/v1/accounts/{ann.id}/statuses"
    assert ben.ids(path) == [pictured["id"], boost["id"], own["id"], reply["id"], plain["id"]]
    without = ben.ids(path, exclude_replies=True)
    assert reply["id"] not in without and plain["id"] in without and own["id"] in without
    assert boost["id"] not in ben.ids(path, exclude_reblogs=True)
    assert ben.ids(path, only_media=True) == [pictured["id"]]
    assert ben.ids(path, tagged="tree") == [plain["id"]]
    assert ben.ids(path, pinned=True) == [plain["id"]]


def test_scheduling_is_honest(ann):
    """A post for later is kept for later or refused; it never goes out at once."""
    before = ann.ids(f"/api/v1/accounts/{ann.id}/statuses")
    said = ann.post("/api/v1/statuses", form={"status": "later", "scheduled_at": "2030-01-01T00:00:00.000Z"})
    assert said.status in (200, 422)
    if said.status == 200:
        import json
        assert "scheduled_at" in json.loads(said.body)
    assert ann.ids(f"/api/v1/accounts/{ann.id}/statuses") == before
