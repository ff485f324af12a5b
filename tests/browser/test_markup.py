"""Markup in messages: what people mean by it is what is seen, and what was typed is what others get."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both, with_touch
from tests.browser.test_access import violations
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


CODE = """```python
@app.route("/")
def hello(name: str) -> str:  # greets
    return f"Hi {name}" if name else 42
```
```diff
@@ -1 +1 @@
-old
+new
```
```
no language
```"""


@both
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_code_is_coloured_by_its_language_and_every_colour_can_be_read(server, visit, colours):
    ann = visit(server, "ann", color_scheme=colours)
    loaded = "performance.getEntriesByType('resource').some(({ name }) => name.endsWith('tables/languages.js'))"
    assert not ann.page.evaluate(loaded), "a first visit does without the colours"
    ann.say(CODE)
    ann.send()  # so many lines are sent at the second attempt
    code = ann.row("no language").locator("pre code")
    expect(code.nth(0).locator(".code-keyword")).to_have_text(["def", "return", "if", "else"])
    expect(code.nth(0).locator(".code-comment")).to_have_text("# greets")
    expect(code.nth(1).locator(".code-added")).to_have_text("+new")
    expect(code.nth(2).locator("span")).to_have_count(0)
    assert code.nth(0).text_content() == CODE.split("```python\n")[1].split("\n```", maxsplit=1)[0]
    assert ann.page.evaluate(loaded)
    assert violations(ann) == ""


def test_markup_in_code_stays_text(server, visit):
    ann = visit(server, "ann")
    ann.say('```html\n<img src=x onerror="alert(1)">\n```')
    code = ann.row("onerror").locator("pre code")
    expect(code.locator(".code-name")).to_have_text(["src", "onerror"])
    assert code.text_content() == '<img src=x onerror="alert(1)">'
    expect(code.locator("img")).to_have_count(0)
