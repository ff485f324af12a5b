"""The keyboard alone: every feature is reached without a pointer, and the focus comes back from what was closed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import violations
from tests.browser.test_media import given, png
from tests.e2e.conftest import serving
from tests.e2e.wire import Irc

MOST_TABS = 60
"""Stops of Tab that nobody goes beyond for one thing."""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Guests may upload here."""
    with serving(tmp_path_factory.mktemp("house")) as start:
        yield start(CHOVER_FILES_GUESTS="true", CHOVER_LIMITS_FLOOD="false")


@pytest.fixture
def comes(house, visit):
    """Somebody comes in, and opens a channel of their own, with keys only."""

    def come(nick):
        ann = visit(house)
        expect(ann.page.get_by_label("Name", exact=True)).to_be_focused()
        ann.page.keyboard.type(nick)
        ann.page.keyboard.press("Enter")
        ann.is_in("#lobby")
        expect(ann.message).to_be_focused()
        ann.page.keyboard.type(f"/join #{nick}s")
        ann.page.keyboard.press("Enter")
        ann.is_in(f"#{nick}s")
        expect(ann.message).to_be_focused()
        return ann

    return come


def tabs_to(ann, target, key="Tab"):
    """Press Tab until it has the focus."""
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("(each) => each === document.activeElement"):
            return
        ann.page.keyboard.press(key)
    expect(target).to_be_focused()


def writes(ann, text):
    expect(ann.message).to_be_focused()
    ann.page.keyboard.type(text)
    ann.page.keyboard.press("Enter")
    return ann.sees(text)


def chooses(ann, item):
    """Something in the menu of the newest message, which is reached by Alt-M and Tab."""
    ann.page.keyboard.press("Alt+m")
    row = ann.messages.last
    expect(row).to_be_focused()
    tabs_to(ann, row.get_by_role("toolbar").get_by_role("button", name="More"))
    ann.page.keyboard.press("Enter")
    menu = ann.page.get_by_role("menu", name="More for this message")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    wanted = menu.get_by_role("menuitem", name=item)
    for _ in range(MOST_TABS):
        if wanted.evaluate("(each) => each === document.activeElement"):
            break
        ann.page.keyboard.press("ArrowDown")
    ann.page.keyboard.press("Enter")
    expect(menu).to_have_count(0)


def test_f6_goes_through_the_parts_of_the_page_and_back(house, comes):
    ann = comes("parta")
    writes(ann, "a line to stand on")
    press, page = ann.page.keyboard.press, ann.page
    members = page.locator("member-list").get_by_role("button", name="parta")
    expect(members).to_be_visible()
    stops = [
        members,
        page.locator("channel-list").get_by_role("button", name="partas"),
        page.get_by_role("toolbar", name="This conversation").get_by_role("button", name="Search"),
        ann.row("a line to stand on"),
        ann.message,
    ]
    for stop in stops:
        press("F6")
        expect(stop).to_be_focused()
    for stop in (*stops[-2::-1], ann.message):
        press("Shift+F6")
        expect(stop).to_be_focused()


def test_the_menu_of_a_message_saves_pins_edits_and_deletes_it(house, comes):
    ann = comes("savea")
    row = writes(ann, "soup at seven")
    chooses(ann, "Save for yourself")
    expect(row).to_contain_text("Saved (only you see this)")
    chooses(ann, "Remove from your saved messages")
    expect(row).not_to_contain_text("Saved")
    chooses(ann, "Pin for everybody")
    expect(row).to_contain_text("Pinned for everybody")
    pins = ann.page.get_by_role("button", name="1 message is pinned for everybody")
    tabs_to(ann, pins, "Shift+Tab")
    ann.page.keyboard.press("Enter")
    listed = ann.page.get_by_role("dialog", name="Pinned messages")
    expect(listed).to_contain_text("soup at seven")
    ann.page.keyboard.press("Escape")
    expect(listed).to_have_count(0)
    expect(pins).to_be_focused()
    chooses(ann, "Edit")
    expect(ann.message).to_be_focused()
    expect(ann.message).to_have_value("soup at seven")
    ann.page.keyboard.press("End")
    ann.page.keyboard.type(" sharp")
    ann.page.keyboard.press("Enter")
    ann.sees("soup at seven sharp")
    chooses(ann, "Delete")
    sure = ann.page.get_by_role("alertdialog", name="Delete this message?")
    expect(sure.get_by_role("button", name="Delete")).to_be_focused()
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_text("This message was deleted.")).to_be_visible()
    expect(ann.messages.last).to_be_focused()


def test_a_thread_is_opened_answered_and_left(house, comes):
    ann = comes("threada")
    writes(ann, "who cooks?")
    press = ann.page.keyboard.press
    press("Alt+m")
    expect(ann.row("who cooks?")).to_be_focused()
    press("t")
    field = ann.page.get_by_role("textbox", name="Reply in the thread")
    expect(field).to_be_focused()
    ann.page.keyboard.type("I do")
    press("Enter")
    panel = ann.page.locator("thread-panel")
    expect(panel.locator(".message .text")).to_have_text(["who cooks?", "I do"])
    expect(field).to_be_focused()
    assert violations(ann) == ""
    tabs_to(ann, panel.get_by_role("region", name="Thread in #threadas"), "Shift+Tab")
    press("ArrowUp")
    expect(panel.locator(".message").last).to_be_focused()
    press("Escape")
    expect(panel).to_be_hidden()
    expect(ann.message).to_be_focused()
    link = ann.row("who cooks?").first.get_by_role("button", name="1 reply, last")
    tabs_to(ann, link, "Shift+Tab")
    press("Enter")
    expect(field).to_be_focused()


def test_the_inbox_has_the_focus_and_the_arrow_keys_turn_its_tabs(house, comes):
    ann = comes("inboxa")
    press, tab = ann.page.keyboard.press, ann.page.get_by_role("tab")
    with Irc(house.port, "inboxb") as bob:
        bob.say("inboxa: look at this")
        press("Alt+c")
        expect(tab.filter(has_text="Unread")).to_be_focused()
        press("ArrowRight")
        expect(tab.filter(has_text="Mentions")).to_be_focused()
        found = ann.page.get_by_role("button", name="Show the message of inboxb in #lobby")
        tabs_to(ann, found)
        assert violations(ann) == ""
        press("Enter")
        ann.is_in("#lobby")
        expect(ann.row("look at this")).to_be_focused()
    press("Escape")
    expect(ann.message).to_be_focused()


def test_a_panel_that_is_closed_gives_the_focus_back_to_its_button(house, comes):
    ann = comes("panela")
    press = ann.page.keyboard.press
    head = ann.page.get_by_role("toolbar", name="This conversation")
    opens = {"Search": ann.page.get_by_label("Search messages"), "Inbox": ann.page.get_by_role("tab", name="Unread")}
    for name, first in opens.items():
        button = head.get_by_role("button", name=name)
        tabs_to(ann, button, "Shift+Tab" if name == "Search" else "Tab")
        press("Enter")
        expect(first).to_be_focused()
        close = ann.page.locator("side-panel").get_by_role("button", name="Close", exact=True)
        tabs_to(ann, close, "Shift+Tab")
        press("Enter")
        expect(button).to_be_focused()


def test_a_member_is_found_and_the_card_returns_the_focus(house, comes):
    ann = comes("membera")
    press = ann.page.keyboard.press
    press("F6")
    member = ann.page.locator("member-list").get_by_role("button", name="membera")
    expect(member).to_be_focused()
    press("Enter")
    card = ann.page.get_by_role("dialog", name="membera")
    expect(card).to_be_visible()
    tabs_to(ann, card.get_by_role("button", name="Set a status"))
    press("Escape")
    expect(card).to_have_count(0)
    expect(member).to_be_focused()


def test_settings_are_switched_and_the_focus_returns_to_their_button(house, comes):
    ann = comes("settinga")
    press = ann.page.keyboard.press
    opener = ann.page.get_by_role("button", name="Settings", exact=True)
    tabs_to(ann, opener, "Shift+Tab")
    press("Enter")
    dialog = ann.page.get_by_role("dialog", name="Settings")
    switch = dialog.get_by_role("switch", name="Buttons for formatting")
    tabs_to(ann, switch)
    press(" ")
    expect(switch).to_be_checked()
    expect(switch).to_be_in_viewport(ratio=1)
    press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_the_menu_of_a_channel_leads_to_its_dialogs_and_leaves_it(house, comes):
    ann = comes("menua")
    press = ann.page.keyboard.press
    opener = ann.page.get_by_role("button", name="Pin, mute, notifications, leave")
    tabs_to(ann, opener, "Shift+Tab")
    for entry, title in (
        ("Invite people", "Invite to #menuas"),
        ("Settings", "Settings of #menuas"),
        ("Bans", "Bans of"),
    ):
        press("Enter")
        dialog = ann.page.get_by_role("dialog", name="#menuas", exact=True)
        tabs_to(ann, dialog.get_by_role("button", name=entry))
        press("Enter")
        opened = ann.page.get_by_role("dialog", name=title)
        expect(opened).to_be_visible()
        press("Escape")
        expect(opened).to_have_count(0)
        expect(opener).to_be_focused()
    press("Enter")
    tabs_to(ann, ann.page.get_by_role("button", name="Leave #menuas"))
    press("Enter")
    ann.is_in("#lobby")
    press("Alt+z")
    ann.is_in("#menuas")


def test_an_emoji_is_chosen_by_arrows_and_escape_returns_to_the_button(house, comes):
    ann = comes("emojia")
    press = ann.page.keyboard.press
    opener = ann.page.locator("message-composer").get_by_role("button", name="Emoji")
    tabs_to(ann, opener)
    press("Enter")
    find = ann.page.get_by_label("Find an emoji")
    expect(find).to_be_focused()
    assert violations(ann) == ""
    press("Escape")
    expect(find).to_have_count(0)
    expect(opener).to_be_focused()
    press("Enter")
    expect(find).to_be_focused()
    press("ArrowDown")
    press("ArrowRight")
    chosen = ann.page.locator(".picker .emoji button:focus")
    emoji = chosen.get_attribute("data-emoji")
    press("Enter")
    expect(ann.message).to_be_focused()
    expect(ann.message).to_have_value(re.compile(re.escape(emoji)))


def test_a_file_is_chosen_sent_and_enlarged(house, comes):
    ann = comes("filea")
    # From here on the browser tells of its dialog: a key can be faster than the request to do so.
    ann.page.on("filechooser", lambda _: None)
    press = ann.page.keyboard.press
    attach = ann.page.get_by_role("button", name="Send files")
    tabs_to(ann, attach, "Shift+Tab")
    with ann.page.expect_file_chooser() as chooser:
        press("Enter")
    chooser.value.set_files({"name": "notes.txt", "mimeType": "text/plain", "buffer": b"milk"})
    expect(ann.page.locator("upload-list")).to_contain_text("notes.txt")
    tabs_to(ann, ann.message)
    press("Enter")
    expect(ann.page.get_by_role("link", name="notes.txt")).to_be_visible()
    addresses = [given(house, f"{name}.png", png(640, 480)) for name in ("first", "second")]
    ann.say(" ".join(addresses))
    pictures = ann.page.locator("a.preview")
    expect(pictures).to_have_count(2)
    tabs_to(ann, pictures.last, "Shift+Tab")
    press("Enter")
    expect(ann.page.get_by_role("dialog", name="second.png")).to_be_visible()
    press("ArrowLeft")
    box = ann.page.get_by_role("dialog", name="first.png")
    expect(box).to_be_visible()
    assert violations(ann) == ""
    press("Escape")
    expect(box).to_have_count(0)
    expect(pictures.first).to_be_focused()
