"""The server goes away and comes back: everything arrives afterwards, once."""

import copy
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


def comes_back(server, *visitors):
    """The server, and then the pages, at once: a button says so; one may have come back by itself before."""
    server.start()
    for visitor in visitors:
        visitor.page.locator("connection-banner button").dispatch_event("click")


def another_page(visitor):
    """Of the same browser."""
    other = copy.copy(visitor)
    other.page = visitor.page.context.new_page()
    other.page.goto(visitor.page.url)
    other.is_in("#lobby")
    return other


def kept_texts(server):
    with Irc(server.port, "carol") as carol:
        lines = carol.page("CHATHISTORY LATEST #lobby * 100")
        return [line.split(" PRIVMSG #lobby :")[1] for line in lines if " PRIVMSG #lobby :" in line]


def cut_off(server, visitor):
    visitor.until("navigator.serviceWorker.controller !== null")
    server.kill()
    expect(visitor.page.locator("connection-banner")).to_contain_text(AWAY)


def test_what_waits_is_sent_in_order_after_the_page_was_loaded_again(server, visit):
    ann = visit(server, "ann", excused=LOST)
    cut_off(server, ann)
    written = [f"number {number}" for number in range(12)]
    for text in written:
        ann.say(text)
    ann.page.reload()
    expect(ann.page.locator("connection-banner")).to_contain_text("12 messages wait")
    comes_back(server, ann)
    ann.is_in("#lobby")
    ann.say("and one more")
    ann.sees("and one more", nick="ann")
    assert kept_texts(server) == [*written, "and one more"]
    assert ann.texts() == [*written, "and one more"]


def test_two_pages_of_one_browser_send_each_message_once_and_in_order(server, visit):
    ann = visit(server, "ann", excused=LOST)
    other = another_page(ann)
    cut_off(server, ann)
    for number in range(5):
        ann.say(f"first {number}")
    for number in range(5):
        other.say(f"second {number}")
    # What a page that lives will send is not the other's to send.
    expect(other.messages).to_have_count(5)
    ann.say("first 5")
    # It is closed before the server is back: the other one sends all.
    ann.page.close()
    expect(other.messages).to_have_count(11)
    comes_back(server, other)
    for text in ("first 5", "second 4"):
        other.sees(text)
    texts = kept_texts(server)
    assert texts == [*(f"first {n}" for n in range(5)), *(f"second {n}" for n in range(5)), "first 5"]


def test_two_pages_that_live_send_their_own(server, visit):
    ann = visit(server, "ann", excused=LOST)
    other = another_page(ann)
    cut_off(server, ann)
    for number in range(5):
        ann.say(f"first {number}")
        other.say(f"second {number}")
    comes_back(server, ann, other)
    ann.sees("first 4")
    other.sees("second 4")
    texts = kept_texts(server)
    for page in ("first", "second"):
        assert [text for text in texts if text.startswith(page)] == [f"{page} {number}" for number in range(5)]
    assert len(texts) == 10


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
        expect(ann.page.locator("message-list .events", has_text="gave ann voice")).to_be_visible()
        ann.row("may I?").get_by_role("button", name="Try again").click()
        ann.sees("may I?", nick="ann")
        carol.expect("PRIVMSG #garden :may I")
