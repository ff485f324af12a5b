"""Markup in messages: what people mean by it is what is seen, and what was typed is what others get."""

import re

from playwright.sync_api import expect

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


def test_a_spoiler_is_hidden_until_it_is_asked_for_by_pointer_or_keyboard(server, visit):
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
