"""Leaving is in a menu, says what it means, and can be undone for ten seconds."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.devices import POINTER, TOUCH
from tests.e2e.wire import Irc


@pytest.fixture(params=[POINTER, TOUCH], ids=lambda device: device.name)
def ann(request, shared, visit):
    """In #lobby and in a channel for the invited only."""
    channel = f"#nest-{request.param.name}"
    ann = visit(shared, f"ann{request.param.size[0]}", device=request.param)
    ann.say(f"/join {channel}")
    ann.is_in(channel)
    ann.channel = channel
    return ann


@contextmanager
def company(ann):
    """Somebody else in the channel, which is then closed behind them."""
    with Irc(ann.server.port, "carol") as carol:
        carol.send(f"JOIN {ann.channel}")
        carol.until(f" JOIN :?{ann.channel}")
        ann.say("/mode +i")
        carol.until(f"MODE {ann.channel} :?.i")
        yield carol


def leave(ann):
    ann.press(ann.page.get_by_role("button", name="Pin, mute, notifications"))
    dialog = ann.page.get_by_role("dialog")
    expect(dialog).to_contain_text("you will need a new invitation")
    ann.press(dialog.get_by_role("button", name=f"Leave {ann.channel}"))


def test_leaving_by_mistake_is_undone_and_nobody_has_heard_of_it(ann):
    with company(ann) as carol:
        leave(ann)
        ann.is_in("#lobby")
        expect(ann.page.locator("channel-list")).not_to_contain_text("nest")
        undo = ann.page.get_by_role("button", name="Undo")
        expect(undo).to_be_in_viewport()
        ann.press(undo)
        ann.is_in(ann.channel)
        expect(undo).to_be_hidden()
        ann.say("still here")
        ann.sees("still here")
        assert not [line for line in carol.until("still here") if " PART " in line]


def test_it_is_left_when_the_time_is_over(ann):
    with company(ann) as carol:
        leave(ann)
        undo = ann.page.get_by_role("button", name="Undo")
        expect(undo).to_be_visible()
        carol.until(f" PART :?{ann.channel}")
        expect(undo).to_be_hidden()


def test_it_is_left_when_the_page_goes_away(ann):
    with company(ann) as carol:
        leave(ann)
        ann.is_in("#lobby")
        ann.page.reload()
        carol.until(f" PART :?{ann.channel}")
        ann.is_in("#lobby")
        expect(ann.page.locator("channel-list")).not_to_contain_text("nest")


def test_what_was_left_by_a_command_comes_back_by_a_key(shared, visit):
    ann = visit(shared, "ann")
    ann.say("/join #tea")
    ann.is_in("#tea")
    ann.say("/part")
    ann.is_in("#lobby")
    ann.page.keyboard.press("Alt+z")
    ann.is_in("#tea")


@pytest.mark.parametrize("device", [POINTER, TOUCH], ids=lambda device: device.name)
def test_where_others_close_a_window_stands_what_opens_the_menu(shared, visit, device):
    ann = visit(shared, "ann", device=device)
    ann.press(ann.page.locator("conversation-head").get_by_role("button").last)
    expect(ann.page.get_by_role("dialog").get_by_role("button", name="Leave #lobby")).to_be_visible()
    ann.page.go_back()
    ann.is_in("#lobby")
