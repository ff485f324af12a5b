"""Choosing an emoji: groups, a search, a skin tone that is remembered, and those that are used most on the message."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both


def opens(ann):
    ann.press(ann.page.get_by_role("button", name="Emoji", exact=True))
    picker = ann.page.get_by_role("dialog", name="Choose an emoji")
    expect(picker.get_by_role("searchbox")).to_be_focused()
    return picker


@both
def test_one_is_found_in_its_group_and_by_its_name_in_the_tone_that_was_chosen(shared, visit, device):
    ann = visit(shared, f"pick{device.size[0]}")
    picker = opens(ann)
    picker.get_by_label("Skin tone").select_option("\U0001f3fd")
    ann.press(picker.get_by_role("button", name="Food and drink"))
    food = picker.get_by_role("region", name="Food and drink")
    expect(food.get_by_role("heading")).to_be_in_viewport()
    ann.press(food.get_by_role("button", name="pizza", exact=True))
    expect(ann.message).to_have_value("🍕")
    picker = opens(ann)
    picker.get_by_role("searchbox").fill("lgtm")
    picker.get_by_role("searchbox").press("Enter")
    expect(ann.message).to_have_value("🍕👍🏽")


def test_the_keyboard_moves_in_the_grid_and_frequent_ones_stand_at_the_message(shared, visit):
    ann = visit(shared, "keys")
    picker = opens(ann)
    ann.page.keyboard.press("ArrowDown")
    first = picker.get_by_role("region", name="Frequent").get_by_role("button").first
    expect(first).to_be_focused()
    ann.page.keyboard.press("ArrowUp")
    expect(picker.get_by_role("searchbox")).to_be_focused()
    picker.get_by_role("searchbox").fill("unicorn")
    ann.page.keyboard.press("Enter")
    expect(ann.message).to_have_value("🦄")
    ann.say("🦄 here")
    ann.sees("🦄 here")
    ann.point_at("🦄 here").get_by_role("button", name="🦄", exact=True).click()
    expect(ann.row("🦄 here").locator(".reaction")).to_have_attribute("title", re.compile("keys"))
    ann.row("🦄 here").locator(".reaction").click()
    expect(ann.row("🦄 here").locator(".reaction")).to_have_count(0)
