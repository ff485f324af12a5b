"""Messages that are sent later, reminders, and people who are muted for a time."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both
from tests.browser.test_signing_in import log_in, operator

PASSWORD = "open sesame"


@pytest.fixture
def alice(serve, visit):
    """Alice, who has an account, at the lobby."""
    server = serve(CHOVER_LIMITS_FLOOD="false")
    operator(server, "account", "add", "alice", "--password", text=f"{PASSWORD}\n")
    browser = visit(server)
    log_in(browser, "alice", PASSWORD)
    browser.is_in("#lobby")
    return browser


def later(browser):
    """The tab of the inbox."""
    browser.say("/scheduled")
    return browser.page.get_by_role("tabpanel", name="Scheduled messages and reminders")


@both
def test_a_message_waits_in_the_inbox_and_can_be_cancelled(alice, device):
    alice.message.fill("good evening")
    if device.touch:
        with alice.finger(alice.page.get_by_role("button", name="Send", exact=True)):
            alice.page.get_by_role("button", name="In 1 hour").wait_for()
    else:
        alice.page.get_by_role("button", name="Send later").click()
    dialog = alice.page.get_by_role("dialog", name="Send later")
    expect(dialog.get_by_role("button", name="Tomorrow morning")).to_be_visible()
    alice.press(dialog.get_by_role("button", name="In 1 hour"))
    expect(alice.page.get_by_text("Scheduled for")).to_be_visible()
    expect(alice.message).to_have_value("")
    expect(alice.row("good evening")).to_have_count(0)
    row = later(alice).get_by_role("listitem")
    expect(row).to_contain_text("To #lobby")
    expect(row).to_contain_text("good evening")
    alice.press(row.get_by_role("button", name="Cancel"))
    expect(row).to_have_count(0)


@both
def test_a_message_is_sent_at_its_time_and_a_reminder_comes_back(alice):
    alice.say("/quote SCHEDULE #lobby 1s :good evening")
    alice.sees("good evening")
    # A finger on the message would touch what says that it is scheduled.
    expect(alice.page.locator(".toast")).to_have_count(0)
    alice.do("Remind me", "good evening")
    dialog = alice.page.get_by_role("dialog", name="Remind me")
    alice.press(dialog.get_by_role("button", name="In 20 minutes"))
    row = later(alice).get_by_role("listitem")
    expect(row).to_contain_text("Reminder in #lobby")
    expect(row).to_contain_text("good evening")


def test_whoever_is_muted_is_told_until_when(alice, visit):
    bob = visit(alice.server, "bob")
    for each in (alice, bob):
        each.say("/join #tea")
        each.is_in("#tea")
    alice.page.locator("member-list").get_by_role("button", name="bob").click()
    alice.page.get_by_role("button", name="Mute…").click()
    dialog = alice.page.get_by_role("dialog", name="Mute bob in #tea")
    expect(dialog.get_by_role("combobox", name="For how long")).to_have_value("2h")
    dialog.get_by_role("button", name="Mute", exact=True).click()
    expect(dialog).to_have_count(0)
    bob.say("hello")
    expect(bob.page.locator(".delivery")).to_contain_text(re.compile(r"You are muted in #tea until .*\d"))
    alice.say("/unmute bob")
    expect(alice.page.get_by_text("No longer muted in #tea")).to_be_visible()
    bob.say("hello again")
    alice.sees("hello again")
