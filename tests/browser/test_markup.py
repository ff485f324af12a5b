"""Markup in messages: what people mean by it is what is seen, and what was typed is what others get."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both, with_touch
from tests.e2e.wire import Irc

TYPED = """Plan for **today**, *maybe*, ~~never~~:
- buy `milk`
- ||a surprise||
1. first
> quoted **words**
see [the page](https://example.org/a)
```print("**no**")```"""


def test_markup_is_shown_and_what_was_typed_is_kept(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "carol") as carol:
        ann.say(TYPED)
        for line in TYPED.split("\n"):
            carol.expect(f"PRIVMSG #lobby :{re.escape(line)}$")
        row = ann.row("Plan for")
        for words, style in (("today", "bold"), ("maybe", "italic"), ("never", "strike")):
            expect(row.locator(f".{style}", has_text=words)).to_be_visible()
        expect(row.locator("ul > li")).to_have_count(2)
        expect(row.locator("ol > li")).to_have_text("1. first")
        expect(row.locator("blockquote .bold")).to_have_text("words")
        expect(row.locator("li code")).to_have_text("milk")
        assert row.locator("pre code").text_content() == 'print("**no**")'
        expect(row.get_by_role("link", name="the page")).to_have_attribute("href", "https://example.org/a")
        expect(row.locator(".host")).to_have_text("(example.org)")


@both
def test_a_spoiler_is_hidden_until_it_is_asked_for_by_pointer_finger_or_keyboard(server, visit):
    ann = visit(server, "ann")
    for number, ask in enumerate((ann.press, lambda spoiler: spoiler.press("Enter"))):
        ann.say(f"it was ||the butler {number}||")
        ann.sees(f"the butler {number}", nick="ann")
        row = ann.row(f"the butler {number}")
        spoiler = row.get_by_role("button", name="Spoiler: show it")
        expect(spoiler).to_have_css("background-color", spoiler.evaluate("e => getComputedStyle(e).color"))
        ask(spoiler)
        expect(spoiler).to_have_count(0)
        expect(row.get_by_text(f"the butler {number}")).to_be_visible()


def test_a_spoiler_stays_hidden_where_messages_are_told_and_found(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "carol") as carol:
        carol.say("ann: it was ||the butler||")
        ann.sees("it was", nick="carol")
    expect(ann.page.locator("#spoken")).to_contain_text("it was ▒▒▒")
    ann.page.keyboard.press("Alt+c")
    ann.press(ann.page.get_by_role("tab", name="Mentions"))
    found = ann.page.locator(".found-lines li")
    expect(found).to_contain_text("it was")
    hidden = found.get_by_role("button", name="Spoiler: show it")
    expect(hidden).to_have_css("background-color", hidden.evaluate("e => getComputedStyle(e).color"))


@with_touch
def test_a_spoiler_is_hidden_in_the_sheet_of_a_message_until_it_is_touched(server, visit):
    ann = visit(server, "ann")
    ann.say("it was ||the butler||")
    ann.sees("it was", nick="ann")
    said = ann.hold("it was").locator(".said")
    spoiler = said.get_by_role("button", name="Spoiler: show it")
    expect(spoiler).to_have_css("background-color", spoiler.evaluate("e => getComputedStyle(e).color"))
    spoiler.tap()
    expect(spoiler).to_have_count(0)
    expect(said.get_by_text("the butler")).to_be_visible()
