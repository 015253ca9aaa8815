"""Editing: the new text, the history, who is told."""
import json


def test_an_edit_keeps_its_history(ann, ben):
    """An edited post says when, and its history has the first version first."""
    post = ann.say("good mornin")
    ben.does(post, "reblog")
    edited = ann.put(f"/api/v1/statuses/{post['id']}", form={"status": "good morning", "spoiler_text": "early"}).ok()
    assert edited["id"] == post["id"] and edited["edited_at"] and edited["content"] == "<p>good morning</p>"
    assert edited["spoiler_text"] == "early" and edited["created_at"] == post["created_at"]
    history = ben.get(f"/api/v1/statuses/{post['id']}/history").ok()
    assert [h["content"] for h in history] == ["<p>good mornin</p>", "<p>good morning</p>"]
    assert history[0]["created_at"] == post["created_at"]
    assert ("update", ann.name, post["id"]) in ben.notes()


def test_the_source_is_what_was_written(ann, ben):
    """The source gives back the text as it was written, to its author only."""
    post = ann.say("a *star* & a <tag> https://example.example/long/long/long/long", spoiler_text="n & m")
    said = ann.get(f"/api/v1/statuses/{post['id']}/source").ok()
    assert said["text"] == "a *star* & a <tag> https://example.example/long/long/long/long" and said["spoiler_text"] == "n & m"
    ben.get(f"/api/v1/statuses/{post['id']}/source").fails(403, 404)


def test_history_of_a_post_never_edited(ann):
    """A post that was never edited has a history of one."""
    post = ann.say("once")
    assert [h["content"] for h in ann.get(f"/api/v1/statuses/{post['id']}/history").ok()] == ["<p>once</p>"]
    assert post["edited_at"] is None


def test_mentions_and_tags_follow_the_text(ann, ben, cat):
    """After an edit the mentions and hashtags are those of the new text, and the newly mentioned person is told."""
    post = ann.say(f"@{ben.name} #one")
    edited = ann.put(f"/api/v1/statuses/{post['id']}", form={"status": f"@{cat.name} #two"}).ok()
    assert cat.id in [m["id"] for m in edited["mentions"]] and [t["name"] for t in edited["tags"]] == ["two"]
    assert ("mention", ann.name, post["id"]) in cat.notes()


def test_alt_text_of_a_published_photo(ann):
    """The description of a photo can be changed with the post."""
    from harness.photos import photo
    media = ann.upload(photo(), description="A lake").ok()
    post = ann.say("look", media_ids=[media["id"]])
    edited = ann.put(f"/api/v1/statuses/{post['id']}", json_body={
        "status": "look", "media_ids": [media["id"]], "media_attributes": [{"id": media["id"], "description": "A lake at dusk"}]}).ok()
    assert edited["media_attachments"][0]["description"] == "A lake at dusk"
    history = ann.get(f"/api/v1/statuses/{post['id']}/history").ok()
    assert history[0]["media_attachments"][0]["description"] == "A lake"


def test_photos_can_go_and_come(ann):
    """An edit may take a photo away and add another."""
    from harness.photos import photo
    one, two = (ann.upload(photo(), description=d).ok() for d in ("one", "two"))
    post = ann.say("look", media_ids=[one["id"]])
    edited = ann.put(f"/api/v1/statuses/{post['id']}", json_body={"status": "look", "media_ids": [two["id"]]}).ok()
    assert [m["id"] for m in edited["media_attachments"]] == [two["id"]]


def test_only_the_author_edits(ann, ben):
    """Somebody else's post cannot be edited."""
    post = ann.say("mine")
    ben.put(f"/api/v1/statuses/{post['id']}", form={"status": "yours"}).fails(403, 404)
    assert ann.show(post).ok()["content"] == "<p>mine</p>"


def test_an_edit_that_is_refused_changes_nothing(ann):
    """An edit that is too long leaves the post and its history as they were."""
    post = ann.say("short")
    ann.put(f"/api/v1/statuses/{post['id']}", form={"status": "x" * 2001}).fails(422)
    assert ann.show(post).ok()["edited_at"] is None
    assert len(ann.get(f"/api/v1/statuses/{post['id']}/history").ok()) == 1


def test_a_poll_can_be_changed_and_starts_again(ann, ben):
    """Changing a poll's options sets its votes back."""
    post = ann.say("which?", poll={"options": ["a", "b"], "expires_in": 600})
    ben.post(f"/api/v1/polls/{post['poll']['id']}/votes", json_body={"choices": [0]}).ok()
    edited = ann.put(f"/api/v1/statuses/{post['id']}", json_body={
        "status": "which?", "poll": {"options": ["a", "b", "c"], "expires_in": 600}}).ok()
    assert [o["title"] for o in edited["poll"]["options"]] == ["a", "b", "c"]
    assert json.dumps(edited["poll"]["votes_count"]) == "0"
