"""Search: accounts, hashtags, posts one may search."""


def search(person, q, **more):
    return person.get("/api/v2/search", q=q, **more).ok()


def test_accounts_by_name_and_display_name(server, ann):
    """An account is found by the beginning of its name, by its whole handle, and by the name people read."""
    ben = server.person("benedetta")
    ben.patch("/api/v1/accounts/update_credentials", form={"display_name": "Benedetta Fiorzanelli"}).ok()
    for q in (ben.name[:8], f"@{ben.name}", f"{ben.name}@{server.host}", "Fiorzan"):
        assert ben.id in [a["id"] for a in search(ann, q, type="accounts")["accounts"]], q
    assert ben.id in [a["id"] for a in ann.get("/api/v1/accounts/search", q=ben.name[:8]).ok()]


def test_hashtags_by_their_beginning(ann):
    """A hashtag is found by its beginning."""
    ann.say("on the #zugspitze")
    assert "zugspitze" in [t["name"].lower() for t in search(ann, "zugsp", type="hashtags")["hashtags"]]


def test_own_posts_are_found(ann, ben):
    """One's own posts are found whatever their visibility, and are not found by others."""
    post = ann.say("a quokka crossed the road", "private")
    assert [p["id"] for p in search(ann, "quokka road")["statuses"]] == [post["id"]]
    assert search(ben, "quokka")["statuses"] == []


def test_posts_of_those_who_opted_in(ann, ben):
    """Public posts of people who let themselves be searched are found by others; as shipped nobody's are."""
    before = ben.say("the wombat sleeps")
    assert search(ann, "wombat")["statuses"] == []
    ben.patch("/api/v1/accounts/update_credentials", form={"indexable": True}).ok()
    assert [p["id"] for p in search(ann, "wombat")["statuses"]] == [before["id"]]


def test_edited_and_deleted_posts(ann):
    """Search finds the new words after an edit and nothing after a delete."""
    post = ann.say("numbat at noon")
    ann.put(f"/api/v1/statuses/{post['id']}", form={"status": "bilby at noon"}).ok()
    assert search(ann, "numbat")["statuses"] == [] and [p["id"] for p in search(ann, "bilby")["statuses"]] == [post["id"]]
    ann.delete(f"/api/v1/statuses/{post['id']}").ok()
    assert search(ann, "bilby")["statuses"] == []


def test_accents_and_case_do_not_matter(ann):
    """Words are found without their accents and in any case."""
    post = ann.say("Übermut tut selten gut")
    assert [p["id"] for p in search(ann, "ubermut")["statuses"]] == [post["id"]]


def test_t150_what_a_search_engine_would_take_for_commands(ann):
    """Quotes, stars, operators, wildcards and brackets are words like others; nothing fails."""
    ann.say("plain words here")
    for q in ('"', '""', "'", "*", "a*", "NEAR(a b)", "a AND", "OR", "NOT x", "^a", "text:a", "%", "_", "a%b_c", "{a b}: c", "(", ")", "-",
              "col : x", "\\", "a\0b", "'; DROP TABLE post; --", "x" * 3000, "+", "@", "#", "@@", "@a@", "🙂", "\u202e"):
        answer = ann.get("/api/v2/search", q=q)
        assert answer.status in (200, 400, 422), (q, answer.status)
    assert ann.get("/api/v2/search", q="").status in (200, 400, 422)


def test_paging_by_offset(ann):
    """Pages of results do not overlap."""
    posts = [ann.say(f"echidna {i}")["id"] for i in range(5)]
    first = [p["id"] for p in search(ann, "echidna", type="statuses", limit=2)["statuses"]]
    second = [p["id"] for p in search(ann, "echidna", type="statuses", limit=2, offset=2)["statuses"]]
    assert first + second == posts[::-1][:4]


def test_an_address_finds_what_is_there(server, ann, ben):
    """The address of a post or profile here finds it."""
    post = ben.say("hello")
    assert [p["id"] for p in search(ann, post["url"], resolve=True)["statuses"]] == [post["id"]]
    account = ann.get(f"/api/v1/accounts/{ben.id}").ok()
    assert [a["id"] for a in search(ann, account["url"], resolve=True)["accounts"]] == [ben.id]


def test_narrowed_to_one_account(ann):
    """Results can be narrowed to the posts of one account."""
    post = ann.say("pademelon")
    assert [p["id"] for p in search(ann, "pademelon", account_id=ann.id)["statuses"]] == [post["id"]]


def test_strangers_search(server, ann):
    """Without a token a search finds accounts and no posts."""
    said = server.get("/api/v2/search", query={"q": ann.name}).ok()
    assert ann.id in [a["id"] for a in said["accounts"]] and said["statuses"] == []
