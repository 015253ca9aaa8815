"""Filters: words one would rather not read, in the new form and the old."""


def test_a_filter_marks_what_it_meets(ann, ben):
    """A filter with two words names, on each post that has one of them, the filter and the word; whole words only where asked."""
    made = ann.post("/api/v2/filters", json_body={"title": "Weather", "context": ["home", "thread"], "filter_action": "hide",
                                                  "keywords_attributes": [{"keyword": "frost", "whole_word": True}, {"keyword": "ice", "whole_word": False}]}).ok()
    assert made["context"] == ["home", "thread"] and made["expires_at"] is None and len(made["keywords"]) == 2
    first = ben.say("First Frost on the lake")
    part = ben.say("Defrosting, and notices everywhere")
    clean = ben.say("A kite")
    seen = {p["id"]: p["filtered"] for p in (ann.get(f"/api/v1/statuses/{x['id']}").ok() for x in (first, part, clean))}
    assert [m["keyword_matches"] for m in seen[first["id"]]] == [["frost"]]
    assert [m["keyword_matches"] for m in seen[part["id"]]] == [["ice"]]
    assert seen[clean["id"]] == [] and "keywords" not in seen[first["id"]][0]["filter"]


def test_filters_are_ones_own(ann, ben):
    """Nobody reads, changes or deletes somebody else's filter, keyword or filtered post."""
    made = ann.post("/api/v2/filters", json_body={"title": "Mine", "context": ["home"], "keywords_attributes": [{"keyword": "boat"}]}).ok()
    keyword = made["keywords"][0]["id"]
    for path in (f"/api/v2/filters/{made['id']}", f"/api/v2/filters/keywords/{keyword}", f"/api/v1/filters/{keyword}"):
        ben.get(path).fails(404)
        ben.request("DELETE", path).fails(404)
    ben.post(f"/api/v2/filters/{made['id']}/keywords", form={"keyword": "x"}).fails(404)
    ann.get(f"/api/v2/filters/{made['id']}").ok()


def test_the_old_form(ann):
    """A filter of version 1 is a keyword of version 2, and goes with its last keyword."""
    old = ann.post("/api/v1/filters", form={"phrase": "harbour", "context[]": "home", "irreversible": "true"}).ok()
    assert old["phrase"] == "harbour" and old["irreversible"] is True and old["context"] == ["home"]
    new = [f for f in ann.get("/api/v2/filters").ok() if f["keywords"] and f["keywords"][0]["id"] == old["id"]]
    assert len(new) == 1 and new[0]["filter_action"] == "hide"
    assert ann.request("PUT", f"/api/v1/filters/{old['id']}", json_body={"phrase": "quay", "context": ["public"]}).ok()["phrase"] == "quay"
    ann.request("DELETE", f"/api/v1/filters/{old['id']}").ok()
    ann.get(f"/api/v2/filters/{new[0]['id']}").fails(404)


def test_what_is_no_filter(ann):
    """A filter needs a title and a context; a context nobody knows is refused, and so is a keyword of nothing."""
    ann.post("/api/v2/filters", form={"title": "", "context[]": "home"}).fails(422)
    ann.post("/api/v2/filters", form={"title": "x"}).fails(422)
    ann.post("/api/v2/filters", form={"title": "x", "context[]": "everywhere"}).fails(422)
    made = ann.post("/api/v2/filters", form={"title": "x", "context[]": "home"}).ok()
    ann.post(f"/api/v2/filters/{made['id']}/keywords", form={"keyword": " "}).fails(422)


def test_filtering_one_post(ann, ben):
    """A single post can be put behind a filter, and taken out again."""
    post = ben.say("Once more about the jetty")
    made = ann.post("/api/v2/filters", form={"title": "Jetty", "context[]": "home"}).ok()
    row = ann.post(f"/api/v2/filters/{made['id']}/statuses", form={"status_id": post["id"]}).ok()
    assert ann.get(f"/api/v1/statuses/{post['id']}").ok()["filtered"][0]["status_matches"] == [post["id"]]
    ann.request("DELETE", f"/api/v2/filters/statuses/{row['id']}").ok()
    assert ann.get(f"/api/v1/statuses/{post['id']}").ok()["filtered"] == []
