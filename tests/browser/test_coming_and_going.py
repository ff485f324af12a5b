"""Joins and leaves are one quiet line; reasons and times are behind it, and large channels show none."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.wire import Irc


@both
def test_joins_and_leaves_are_one_line_and_their_reasons_are_behind_it(server, visit):
    ann = visit(server, "ann")
    for nick in ("bob", "carl", "dora", "eve", "fred"):
        with Irc(server.port, nick) as guest:
            guest.send("QUIT :Leaving because of ten reasons")
            guest.until_closed()
    line = ann.page.locator("message-list .events").last
    expect(line).to_contain_text("came and went")
    expect(line.get_by_text("ten reasons").first).to_be_hidden()
    ann.press(line.locator("summary"))
    expect(line.locator("li", has_text="fred left (Quit: Leaving because of ten reasons)")).to_be_visible()
    ann.press(line.locator("summary"))
    expect(line.locator("li").first).to_be_hidden()


def test_a_setting_shows_all_or_none_of_them(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bob") as bob:
        bob.send("QUIT :for a walk")
        bob.until_closed()
    events = ann.page.locator("message-list .events", has_text=re.compile("came and went|left"))
    expect(events).to_have_count(1)
    ann.page.get_by_role("button", name="Settings", exact=True).click()
    choice = ann.page.get_by_role("dialog").get_by_label("Joins and leaves")
    expect(choice).to_have_value("auto")
    choice.select_option("yes")
    expect(events.locator("li", has_text="bob left (Quit: for a walk)")).to_be_visible()
    choice.select_option("no")
    expect(events).to_have_count(0)
