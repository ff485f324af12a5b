"""Keys that end a composition of an input method belong to it, whatever the browser says of them.

Chromium and Firefox say ``isComposing``; Safari ends the composition first, and the keydown behind it has
``keyCode`` 229 alone.
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.wire import Irc

TAKEN = 229
CODES = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40, "ArrowUp": 38}


class InputMethod:
    """Composing in the field that has the focus."""

    def __init__(self, visitor, order):
        self._devtools = visitor.page.context.new_cdp_session(visitor.page)
        self._order = order

    def compose(self, text):
        self._devtools.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )

    def commit(self, text):
        self._devtools.send("Input.insertText", {"text": text})

    def key(self, key, **more):
        """A key while something is composed, in the browser's order."""
        if self._order == "Safari":
            self.during(key, **more)
        else:
            self.compose("に")
            self.during(key, **more)
            self.compose("")

    def during(self, key, **more):
        """A key of a composition that is there already (or, in Safari's order, has just ended)."""
        self._press(key, TAKEN if self._order == "Safari" else CODES.get(key, TAKEN), **more)

    def _press(self, key, key_code, **more):
        for kind in ("rawKeyDown", "keyUp"):
            each = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": key_code, **more}
            self._devtools.send("Input.dispatchKeyEvent", each)


@pytest.fixture(params=["Chromium", "Safari"])
def order(request):
    return request.param


@pytest.fixture
def ann(server, visit):
    return visit(server, "ann")


def test_the_enter_that_ends_a_composition_sends_nothing(server, ann, order):
    method = InputMethod(ann, order)
    with Irc(server.port, "bob") as bob:
        ann.message.focus()
        method.compose("にほ")
        if order == "Safari":
            method.commit("日本")
        method.key("Enter")
        if order == "Chromium":
            method.commit("日本")
        expect(ann.message).to_have_value("日本")
        expect(ann.messages).to_have_count(0)
        ann.message.press("Enter")
        bob.expect("PRIVMSG #lobby :日本$")


def test_nothing_is_chosen_from_the_suggestions(ann, order):
    method = InputMethod(ann, order)
    ann.message.focus()
    suggested = ann.page.get_by_role("listbox", name="Suggestions")
    method.compose(":tad")
    expect(suggested).to_be_visible()
    if order == "Safari":
        method.commit(":tad")
        expect(suggested).to_be_visible()
    first = suggested.get_by_role("option").first
    # Tab is a key of the browser's own, too, which Chromium lets through only where no input method took it.
    for key in ("ArrowDown", "ArrowUp", "Enter", "Escape", *(["Tab"] if order == "Safari" else [])):
        method.during(key)
        expect(first).to_have_attribute("aria-selected", "true")
        expect(ann.message).to_have_value(":tad")
        expect(ann.message).to_be_focused()


def test_editing_goes_on_after_the_escape_that_ends_a_composition(ann, order):
    ann.say("the meeting is at nine")
    ann.sees("the meeting is at nine")
    ann.message.press("ArrowUp")
    expect(ann.message).to_have_value("the meeting is at nine")
    InputMethod(ann, order).key("Escape")
    expect(ann.page.get_by_text("Editing your message")).to_be_visible()
    ann.message.press("Escape")
    expect(ann.page.get_by_text("Editing your message")).not_to_be_visible()


def test_a_dialog_stays_and_nothing_is_chosen_in_it(ann, order):
    ann.page.keyboard.press("Alt+k")
    field = ann.page.get_by_role("combobox", name="Go to")
    expect(field).to_be_focused()
    method = InputMethod(ann, order)
    field.press_sequentially("lob")
    selected = ann.page.locator("#choices [aria-selected=true]")
    expect(selected).to_have_count(1)
    for key in ("ArrowDown", "Enter", "Escape"):
        method.key(key)
        expect(field).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(field).to_have_count(0)


def test_the_emoji_picker_stays_and_nothing_is_chosen(ann, order):
    ann.page.get_by_role("button", name="Emoji").click()
    field = ann.page.get_by_label("Find an emoji")
    expect(field).to_be_focused()
    method = InputMethod(ann, order)
    for key in ("Enter", "ArrowDown", "Escape"):
        method.key(key)
        expect(field).to_be_focused()
    expect(ann.message).to_have_value("")


def test_a_panel_stays_open(ann, order):
    ann.page.keyboard.press("Control+f")
    field = ann.page.get_by_label("Search messages")
    expect(field).to_be_focused()
    InputMethod(ann, order).key("Escape")
    expect(field).to_be_focused()
    ann.page.keyboard.press("Escape")
    expect(field).not_to_be_visible()


def test_the_keys_of_the_page_are_quiet(ann, order):
    ann.message.focus()
    InputMethod(ann, order).key("k", code="KeyK", modifiers=1)
    ann.page.keyboard.press("F1")
    expect(ann.page.get_by_role("dialog")).to_have_count(1)
    expect(ann.page.get_by_role("dialog", name="Keys and commands")).to_be_visible()
