"""A page named in a profile that names the person back is marked as theirs; any other is not."""
import time

from harness.peer import Peer, eventually


def fields(person):
    said = person.get("/api/v1/accounts/verify_credentials").ok()["fields"]
    return {f["name"]: f["verified_at"] for f in said}


def names(person, **pages):
    person.patch("/api/v1/accounts/update_credentials", json_body={
        "fields_attributes": [{"name": k, "value": v} for k, v in pages.items()]}).ok()


def test_links_that_are_proven(server, ann, cat, peer):
    """rel="me" to exactly this profile proves a line; the mark is served here and stays while the line stays."""
    back = f'<html><body><a rel="me" href="{server.url}/@{ann.name}">me</a></body></html>'
    peer.put("/good", back, kind="text/html; charset=utf-8")
    peer.put("/other", back.replace("/@" + ann.name, "/@somebody"), kind="text/html")
    peer.put("/text", back, kind="text/plain")
    names(ann, Garden=f"{peer.url}/good", Other=f"{peer.url}/other", Text=f"{peer.url}/text", Words="see the garden")
    eventually(lambda: fields(ann)["Garden"])
    known = fields(ann)
    assert known["Other"] is None and known["Text"] is None and known["Words"] is None
    shown = cat.get(f"/api/v1/accounts/{ann.id}").ok()["fields"][0]
    assert shown["verified_at"] == known["Garden"] and 'rel="me' in shown["value"]
    page = server.raw("GET", f"/@{ann.name}", headers={"Accept": "text/html"}).text
    assert 'rel="me' in page and "it is theirs" in page
    asked = peer.asked.count("/good")
    names(ann, Garden=f"{peer.url}/good", Words="see the garden")
    assert fields(ann)["Garden"] == known["Garden"] and peer.asked.count("/good") == asked
    names(ann, Garden=f"{peer.url}/other")
    assert fields(ann)["Garden"] is None


def test_private_addresses_are_not_asked(new_server, keys):
    """T040, T065: a line that leads into the private network is never asked for."""
    server = new_server(federation_allow_private_addresses="no")
    peer = Peer(keys, server)
    try:
        ann = server.person("ann")
        peer.put("/good", f'<a rel="me" href="{server.url}/@{ann.name}">', kind="text/html")
        names(ann, Garden=f"{peer.url}/good")
        time.sleep(1.5)  # the job begins within a second
        assert fields(ann)["Garden"] is None and peer.asked == []
    finally:
        peer.close()
