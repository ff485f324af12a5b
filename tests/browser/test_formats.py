"""Marks without knowing them: buttons and keys for the selection, undo, and what it will look like."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both
from tests.browser.test_access import violations


def select(visitor, start, end):
    visitor.message.evaluate(f"field => {{ field.focus(); field.setSelectionRange({start}, {end}); }}")


def chosen(visitor):
    return visitor.message.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")


def formats(visitor):
    return visitor.page.get_by_role("group", name="Formatting")


def preview(visitor):
    return visitor.page.get_by_role("group", name="Preview")


@both
def test_a_button_marks_the_selection_and_the_field_keeps_the_focus(server, visit):
    ann = visit(server, "ann")
    ann.message.fill("some words")
    select(ann, 5, 10)
    expect(formats(ann)).to_have_count(0)
    toggle = ann.page.get_by_role("button", name="Formatting", exact=True)
    ann.press(toggle)
    expect(toggle).to_have_attribute("aria-pressed", "true")
    select(ann, 5, 10)
    ann.press(formats(ann).get_by_role("button", name="Bold"))
    expect(ann.message).to_have_value("some **words**")
    expect(ann.message).to_be_focused()
    assert chosen(ann) == "words"
    ann.press(formats(ann).get_by_role("button", name="Bold"))
    expect(ann.message).to_have_value("some words")
    ann.press(formats(ann).get_by_role("button", name="Link"))
    expect(ann.message).to_have_value("some [words](https://)")
    assert chosen(ann) == "https://"
    ann.page.reload()
    ann.is_in("#lobby")
    expect(formats(ann)).to_be_visible()
    ann.press(toggle)
    expect(formats(ann)).to_be_hidden()


def test_keys_mark_the_selection_and_undo_takes_it_back(server, visit):
    ann = visit(server, "ann")
    ann.message.press_sequentially("one two")
    select(ann, 4, 7)
    for keys, wanted in (
        ("Control+b", "one **two**"),
        ("Control+i", "one ***two***"),
        ("Control+Shift+x", "one ***~~two~~***"),
        ("Control+z", "one ***two***"),
        ("Control+z", "one **two**"),
        ("Control+z", "one two"),
        ("Control+e", "one `two`"),
    ):
        ann.message.press(keys)
        expect(ann.message).to_have_value(wanted)


def test_a_suggestion_that_was_taken_is_undone_too(server, visit):
    ann = visit(server, "ann")
    ann.message.press_sequentially("hi :tad")
    ann.page.get_by_role("listbox", name="Suggestions").wait_for()
    ann.message.press("Enter")
    expect(ann.message).to_have_value(re.compile("hi 🎉"))
    ann.message.press("Control+z")
    expect(ann.message).to_have_value("hi :tad")


@both
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_text_with_markup_is_shown_as_it_will_look_until_that_is_hidden(server, visit, colours):
    ann = visit(server, "ann", color_scheme=colours)
    ann.message.fill("plain text, and 2*3*4")
    expect(preview(ann)).to_be_hidden()
    ann.message.fill("> a **bold** word\n- `code`\n```py\nreturn 1\n```")
    expect(preview(ann).locator("blockquote .bold")).to_have_text("bold")
    expect(preview(ann).locator(".code-keyword")).to_have_text("return")
    expect(preview(ann).locator("xpath=..")).to_have_attribute("aria-live", "off")
    ann.press(ann.page.get_by_role("button", name="Formatting", exact=True))
    expect(formats(ann)).to_be_visible()
    assert violations(ann) == ""
    ann.message.fill("/me is **not** a message")
    expect(preview(ann)).to_be_hidden()
    ann.message.fill("**again**")
    expect(preview(ann)).to_be_visible()
    ann.send()
    ann.sees("again")
    expect(preview(ann)).to_be_hidden()
    ann.message.fill("**again**")
    ann.press(ann.page.get_by_role("button", name="Hide previews"))
    expect(preview(ann)).to_be_hidden()
    expect(ann.message).to_be_focused()
    ann.message.fill("**again**, and again")
    expect(preview(ann)).to_be_hidden()


@both
def test_every_button_for_marks_is_large_enough_for_a_finger(server, visit, device):
    ann = visit(server, "ann")
    ann.press(ann.page.get_by_role("button", name="Formatting", exact=True))
    least = 44 if device.touch else 24
    buttons = formats(ann).get_by_role("button")
    expect(buttons).to_have_count(9)
    for button in buttons.all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= least
    assert ann.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
