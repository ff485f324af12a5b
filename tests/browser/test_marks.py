"""What somebody pins, mutes and ignores is the same in each browser of an account, and in the terminal."""

import asyncio
import re
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser.test_signing_in import log_in, operator
from tests.e2e.people import AtFullScreen
from tests.e2e.wire import Irc

PASSWORD = "open sesame"
THE_BEGINNING = """(() => {
    document.querySelector("message-list .scroller").scrollTo(0, 0);
    return document.querySelector("message-list").innerText.includes("the first word");
})()"""
"""Goes up until the first message is there."""


@pytest.fixture
def alice(serve):
    """A server on which alice has an account."""
    server = serve(CHOVER_LIMITS_FLOOD="false")
    operator(server, "account", "add", "alice", "--password", text=f"{PASSWORD}\n")
    return server


@pytest.fixture
def comes(alice, visit):
    """One more browser of alice, in #tea and in the lobby."""

    def come(**how):
        browser = visit(alice, **how)
        log_in(browser, "alice", PASSWORD)
        browser.is_in("#lobby")
        browser.say("/join #tea")
        browser.is_in("#tea")
        browser.goes_to("lobby")
        browser.is_in("#lobby")
        return browser

    return come


def listed(browser, title):
    """Of a part of the list: the names in it, in order."""
    return browser.page.get_by_role("list", name=title, exact=True).locator(".label")


def entry(browser, name):
    return browser.page.locator("channel-list").get_by_role("button", name=re.compile(rf"^{name}\b"))


def notes(browser, label, *, on=True):
    """By the card of the conversation that is shown."""
    browser.page.get_by_role("button", name="Pin, mute, notifications").click()
    browser.page.get_by_role("dialog").get_by_label(label).set_checked(on)
    browser.page.keyboard.press("Escape")


def answers(browser, command, answer):
    browser.say(command)
    expect(browser.row(answer).last).to_be_visible()


def test_two_browsers_of_an_account_see_each_others_marks_at_once_and_after_a_reload(comes):
    here, far = comes(), comes()
    answers(here, "/pin", "#lobby is pinned to the top now.")
    for browser in (here, far):
        expect(listed(browser, "Pinned")).to_have_text(["lobby"])
        expect(listed(browser, "Channels")).to_have_text(["tea"])
    far.goes_to("tea")
    notes(far, "Muted")
    expect(entry(here, "tea")).to_have_accessible_name("tea muted")
    answers(far, "/notify all", "What notifies you in #tea: all.")
    far.say("all is set")
    here.goes_to("tea")
    here.sees("all is set")
    answers(here, "/notify", "What notifies you here: all.")
    far.page.reload()
    far.is_in("#tea")
    expect(listed(far, "Pinned")).to_have_text(["lobby"])
    expect(entry(far, "tea")).to_have_accessible_name("tea muted")
    far.goes_to("lobby")
    notes(far, "Pinned", on=False)
    expect(here.page.get_by_role("heading", name="Pinned")).to_have_count(0)
    expect(listed(here, "Channels")).to_have_text(["lobby", "tea"])


def test_of_what_is_mute_only_mentions_are_counted(alice, comes):
    ann = comes()
    answers(ann, "/mute", "#lobby is mute")
    ann.goes_to("tea")
    with Irc(alice.port, "bob") as bob:
        bob.say("nothing in particular")
        bob.say("alice: tea is ready")
        expect(entry(ann, "lobby")).to_have_accessible_name("lobby muted 1 for you")
        ann.page.keyboard.press("Alt+a")
        ann.is_in("#lobby")
        ann.sees("nothing in particular")
        ann.goes_to("tea")
        bob.say("and more of it")
        bob.send("JOIN #tea")
        bob.expect(" 366 bob #tea ")
        bob.say("the fence", "#tea")
        ann.sees("the fence")
        expect(entry(ann, "lobby")).to_have_accessible_name("lobby muted")
        expect(ann.page).to_have_title(re.compile("^#tea"))


def test_anyone_who_is_ignored_is_hidden_in_every_browser_and_counts_nowhere(alice, comes):
    here, far = comes(), comes()
    with Irc(alice.port, "mallory") as mallory:
        mallory.say("first spam")
        here.sees("first spam")
        here.row("first spam").get_by_role("button", name="mallory").click()
        here.page.get_by_role("button", name="Ignore", exact=True).click()
        for browser in (here, far):
            expect(browser.row("first spam")).to_have_count(0)
            expect(browser.page.get_by_text("1 message of somebody you ignore")).to_be_visible()
        # Nobody looks: what one device has read the other has, too.
        for browser in (here, far):
            browser.goes_to("tea")
            browser.is_in("#tea")
        mallory.say("alice: second spam")
        mallory.send("PRIVMSG alice :spam in private")
        mallory.fence()
        with Irc(alice.port, "bob") as bob:
            bob.say("a word between")
        for browser in (here, far):
            expect(entry(browser, "lobby")).to_have_accessible_name("lobby 1 unread")
            expect(browser.page.locator("#spoken")).not_to_contain_text("second spam")
        far.goes_to("lobby")
        far.sees("a word between")
        expect(far.page.get_by_text("2 messages of somebody you ignore")).to_be_visible()
        far.page.reload()
        far.is_in("#lobby")
        far.sees("a word between")
        assert "spam" not in far.page.locator("message-list").inner_text()
        expect(far.page.locator("channel-list")).not_to_contain_text("mallory")
        answers(far, "/ignore", "You ignore mallory.")
        answers(far, "/unignore mallory", "What mallory says is shown again.")
        far.sees("second spam")
        here.goes_to("lobby")
        here.sees("second spam")


def test_a_pinned_message_is_at_hand_in_the_other_browser_too(alice, comes):
    here, far = comes(), comes()
    with Irc(alice.port, "bob") as bob:
        bob.say("the recipe")
        here.sees("the recipe")
        here.do("Save for yourself", "the recipe")
        expect(here.page.locator("toast-line")).to_contain_text("Saved")
        # So many that whoever comes in now has not loaded it.
        for number in range(110):
            bob.say(f"talk {number}")
    far.page.reload()
    far.is_in("#lobby")
    far.sees("talk 109")
    far.say("/pins")
    pins = far.page.get_by_role("dialog", name="Pinned messages")
    expect(pins).to_contain_text("the recipe")
    pins.get_by_role("button", name="Show the message of bob in #lobby").click()
    expect(far.row("the recipe")).to_be_in_viewport()
    here.say("/pins")
    pins = here.page.get_by_role("dialog", name="Pinned messages")
    pins.get_by_role("button", name="Remove from your saved messages").click()
    expect(here.page.locator("toast-line")).to_contain_text("Removed from your saved messages.")
    here.page.keyboard.press("Escape")
    here.say("/pins")
    expect(here.page.get_by_text("Nothing is pinned or saved.")).to_be_visible()


def test_what_a_guest_noted_stays_in_the_browser_and_goes_over_to_the_account_once(alice, visit, comes):
    guest, other = visit(alice, "guest"), comes()
    answers(guest, "/mute", "#lobby is mute")
    guest.page.reload()
    guest.is_in("#lobby")
    expect(entry(guest, "lobby")).to_have_accessible_name("lobby muted")
    guest.say(f"/login alice {PASSWORD}")
    expect(guest.page.locator("my-card")).to_contain_text("Signed in")
    expect(entry(other, "lobby")).to_have_accessible_name("lobby muted")
    answers(other, "/mute", "#lobby is no longer muted.")
    expect(entry(guest, "lobby")).to_have_accessible_name("lobby")
    guest.page.reload()
    guest.is_in("#lobby")
    answers(guest, "/mute", "#lobby is mute")


@pytest.fixture
def beside():
    """Runs what is awaited in a loop of its own: Playwright has that of this thread."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield lambda awaited: asyncio.run_coroutine_threadsafe(awaited, loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def sits_down(home, port):
    """Alice at the full screen, logged in."""
    alice = AtFullScreen(home, "alice", port)
    await alice.terminal.prompts("alice2 ❯")
    await alice.say(f"/login alice {PASSWORD}")
    await alice.terminal.prompts("alice ❯")
    await alice.terminal.shows("1>#lobby")
    return alice


def test_what_is_pinned_in_the_terminal_is_pinned_in_the_browser(alice, comes, beside, tmp_path):
    browser = comes()
    home = tmp_path / "terminal"
    home.mkdir()
    at_terminal = beside(sits_down(home, alice.port))
    try:
        beside(at_terminal.say("/pin"))
        beside(at_terminal.terminal.shows("#lobby is pinned to the top now."))
        expect(listed(browser, "Pinned")).to_have_text(["lobby"])
        expect(listed(browser, "Channels")).to_have_text(["tea"])
        answers(browser, "/pin", "#lobby is no longer pinned.")
        browser.goes_to("tea")
        answers(browser, "/pin", "#tea is pinned to the top now.")
        beside(at_terminal.terminal.shows("1^#tea"))
    finally:
        beside(at_terminal.close())


def test_what_an_ignored_person_has_said_is_one_line_also_where_older_messages_are_joined_to_it(serve, visit):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "bob") as bob:
        bob.say("the first word")
        with Irc(server.port, "mallory") as mallory:
            for number in range(180):
                mallory.say(f"spam {number}")
            mallory.fence()
            bob.say("the last word")
            ann = visit(server, "ann")
            ann.sees("the last word")
            answers(ann, "/ignore mallory", re.compile("What mallory says is hidden from now on"))
            ann.until(THE_BEGINNING)
            hidden = ann.page.get_by_role("region", name="Messages in #lobby").get_by_text("of somebody you ignore")
            expect(hidden).to_have_text(["180 messages of somebody you ignore"])
