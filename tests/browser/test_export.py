"""An owner downloads everything that they have said, in the browser in which they chat."""

import json

from playwright.sync_api import expect

from tests.browser.devices import both


@both
def test_what_i_have_said_is_downloaded_by_a_link_of_nickserv(server, visit, tmp_path, device):
    ann = visit(server, "ann")
    ann.say("my own words")
    ann.say("/msg NickServ REGISTER something-long")
    expect(ann.page.locator("my-card")).to_contain_text("Signed in")
    ann.say("/msg NickServ EXPORT")
    link = ann.page.locator("a[href*='/exports/']").last
    expect(link).to_be_in_viewport()
    with ann.page.expect_download() as download:
        ann.press(link)
    assert download.value.suggested_filename == "chat-of-ann.jsonl"
    download.value.save_as(tmp_path / "export.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "export.jsonl").read_text().splitlines()]
    assert [line["account"]["name"] for line in lines if line["type"] == "account"] == ["ann"]
    # What was said before the account was there is a guest's.
    assert [line for line in lines if line["type"] == "message"] == []
    ann.goes_to("lobby")
    ann.say("now as an account")
    ann.goes_to("NickServ")
    with ann.page.expect_download() as download:
        ann.press(link)
    download.value.save_as(tmp_path / "again.jsonl")
    assert '"text":"now as an account"' in (tmp_path / "again.jsonl").read_text()
