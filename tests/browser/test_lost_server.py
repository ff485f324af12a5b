"""The server goes away and comes back: everything arrives afterwards, once."""

import re

from playwright.sync_api import expect

from tests.browser.visitor import LOST
from tests.e2e.wire import Irc

AWAY = "No connection; trying again."


def test_everything_arrives_afterwards_once(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.excused = bob.excused = LOST
    ann.say("before")
    bob.sees("before", nick="ann")
    server.kill()
    for browser in (ann, bob):
        expect(browser.page.locator("connection-banner")).to_contain_text(AWAY)
    ann.say("written while the server was away")
    expect(ann.row("written while")).to_contain_text("Waits for the connection")
    expect(ann.page.locator("connection-banner")).to_contain_text("One message waits and will be sent.")
    server.start()
    with Irc(server.port, "carol") as carol:
        carol.say("said before the browsers were back")
        for browser in (ann, bob):
            browser.sees("written while the server was away", nick="ann")
            browser.sees("said before the browsers were back", nick="carol")
            expect(browser.page.locator("connection-banner")).to_be_hidden()
        carol.say("after")
        for browser in (ann, bob):
            browser.sees("after", nick="carol")
            assert sorted(browser.texts()) == sorted(
                ["before", "said before the browsers were back", "written while the server was away", "after"]
            )
        carol.send("CHATHISTORY LATEST #lobby * 100")
        kept = [line for line in carol.until(r" BATCH -") if " PRIVMSG " in line]
        assert sum("written while" in line for line in kept) == 1


def test_a_page_that_was_closed_with_unsent_messages_sends_them_next_time(server, visit):
    ann = visit(server, "ann")
    ann.excused = LOST
    ann.until("navigator.serviceWorker.controller !== null")
    server.kill()
    expect(ann.page.locator("connection-banner")).to_contain_text(AWAY)
    ann.say("do not forget me")
    expect(ann.row("do not forget me")).to_contain_text("Waits for the connection")
    # The worker has kept the page: it opens without a server.
    ann.page.reload()
    expect(ann.page.locator("connection-banner")).to_contain_text("One message waits and will be sent.")
    server.start()
    # The page may have come back by itself a moment before: then the button is hidden, and changes nothing.
    ann.page.locator("connection-banner button").dispatch_event("click")
    ann.sees("do not forget me", nick="ann")
    with Irc(server.port, "carol") as carol:
        kept = carol.page("CHATHISTORY LATEST #lobby * 100")
        assert sum("do not forget me" in line for line in kept) == 1


def test_a_refused_message_says_why_and_is_sent_at_the_next_try(server, visit):
    with Irc(server.port, "carol") as carol:
        carol.send("JOIN #garden", "MODE #garden +m")
        carol.expect("MODE #garden")
        ann = visit(server, "ann")
        ann.say("/join #garden")
        ann.is_in("#garden")
        ann.say("may I?")
        expect(ann.row("may I?")).to_have_class(re.compile(r"\bfailed\b"))
        expect(ann.row("may I?")).to_contain_text("Not sent: ")
        carol.send("MODE #garden +v ann")
        expect(ann.page.locator("message-list .events", has_text="set +v ann")).to_be_visible()
        ann.row("may I?").get_by_role("button", name="Try again").click()
        ann.sees("may I?", nick="ann")
        carol.expect("PRIVMSG #garden :may I")
