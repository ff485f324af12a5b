"""What was written and not sent stays, with the message that it answers: over edits, reloads and devices."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both
from tests.browser.test_marks import beside, sits_down
from tests.browser.test_signing_in import log_in, operator
from tests.e2e.wire import Irc

PASSWORD = "open sesame"
__all__ = ["beside"]


@pytest.fixture
def alice(serve):
    """A server on which alice has an account."""
    server = serve(CHOVER_LIMITS_FLOOD="false")
    operator(server, "account", "add", "alice", "--password", text=f"{PASSWORD}\n")
    return server


@pytest.fixture
def comes(alice, visit):
    """One more browser of alice, in the lobby and in #tea, at the lobby."""

    def come():
        browser = visit(alice)
        log_in(browser, "alice", PASSWORD)
        browser.is_in("#lobby")
        browser.say("/join #tea")
        browser.is_in("#tea")
        browser.goes_to("lobby")
        browser.is_in("#lobby")
        return browser

    return come


def about(browser):
    return browser.page.locator("message-composer .about")


def shows_a_draft(browser, name):
    return expect(browser.listed(name).locator(".draft"))


def types(browser, text):
    browser.message.press_sequentially(text)
    expect(browser.message).to_have_value(re.compile(re.escape(text) + "$"))


@both
def test_a_draft_of_a_guest_is_there_after_a_reload(server, visit):
    ann = visit(server, "ann")
    ann.message.fill("first line\n\nthird line")
    ann.page.reload()
    ann.is_in("#lobby")
    expect(ann.message).to_have_value("first line\n\nthird line")
    ann.message.fill("")
    ann.page.reload()
    ann.is_in("#lobby")
    expect(ann.message).to_have_value("")


@both
def test_what_is_sent_is_no_draft_any_more(server, visit):
    ann = visit(server, "ann")
    ann.say("said and done")
    ann.sees("said and done")
    ann.page.reload()
    ann.is_in("#lobby")
    expect(ann.message).to_have_value("")


def test_after_an_edit_and_escape_the_draft_stands_there_again(server, visit):
    ann = visit(server, "ann")
    ann.say("who brings cake?")
    ann.sees("who brings cake?")
    ann.message.fill("half a thought")
    ann.do("Edit", "who brings cake?")
    expect(ann.message).to_have_value("who brings cake?")
    ann.message.press("Escape")
    expect(ann.message).to_have_value("half a thought")
    expect(about(ann)).to_be_hidden()
    ann.do("Edit", "who brings cake?")
    ann.say("who brings tea?")
    ann.sees("who brings tea?")
    expect(ann.message).to_have_value("half a thought")


def test_a_reply_stays_with_its_draft_over_looking_elsewhere_and_a_reload(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    bob.say("/join #tea")
    bob.is_in("#tea")
    bob.goes_to("lobby")
    ann.say("who brings cake?")
    bob.sees("who brings cake?")
    bob.do("Reply", "who brings cake?")
    types(bob, "I do")
    bob.goes_to("tea")
    expect(bob.message).to_have_value("")
    expect(about(bob)).to_be_hidden()
    shows_a_draft(bob, "lobby").to_be_visible()
    bob.goes_to("lobby")
    shows_a_draft(bob, "lobby").to_have_count(0)
    answers_ann(bob)
    bob.page.reload()
    expect(bob.message).to_be_editable()
    bob.goes_to("lobby")
    answers_ann(bob)
    bob.message.press("Enter")
    answer = ann.page.locator(".message", has=ann.page.locator(".quote"))
    expect(answer.locator(".text")).to_have_text("I do")


def answers_ann(browser):
    expect(browser.message).to_have_value("I do")
    expect(about(browser)).to_contain_text("Replying to ann")
    expect(about(browser)).to_contain_text("who brings cake?")


def test_a_reply_that_is_cancelled_leaves_the_draft(server, visit):
    ann = visit(server, "ann")
    ann.say("who brings cake?")
    ann.sees("who brings cake?")
    ann.do("Reply", "who brings cake?")
    types(ann, "I do")
    ann.message.press("Escape")
    ann.page.reload()
    ann.is_in("#lobby")
    expect(ann.message).to_have_value("I do")
    expect(about(ann)).to_be_hidden()


def test_a_draft_is_on_the_other_device_until_it_is_sent_on_one(comes):
    one, other = comes(), comes()
    other.goes_to("tea")
    types(one, "written here")
    shows_a_draft(other, "lobby").to_be_visible()
    other.goes_to("lobby")
    expect(other.message).to_have_value("written here")
    other.message.press("Enter")
    one.sees("written here")
    expect(one.message).to_have_value("")
    one.page.reload()
    one.is_in("#lobby")
    expect(one.message).to_have_value("")


def test_what_is_being_written_stays_and_the_other_devices_words_come_after_it(comes):
    one, other = comes(), comes()
    # Its clock stands still: it never comes to the pause after which a draft is sent.
    one.page.evaluate("for (let id = 0; id < 1000; id += 1) clearInterval(id)")
    types(one, "mine, on the train")
    types(other, "mine, at home")
    waits = one.page.get_by_text("Another device has written something here, too.")
    expect(waits).to_be_visible()
    expect(one.message).to_have_value("mine, on the train")
    one.goes_to("tea")
    expect(other.message).to_have_value("mine, on the train")
    one.goes_to("lobby")
    expect(waits).to_be_visible()
    one.message.press("Enter")
    expect(one.message).to_have_value("mine, at home")
    expect(waits).to_be_hidden()
    expect(other.message).to_have_value("mine, at home")
    one.sees("mine, on the train")


def test_a_draft_comes_back_with_whoever_signs_out_and_in(comes, alice, visit):
    browser = comes()
    types(browser, "for later")
    browser.goes_to("tea")
    browser.page.locator("my-card .me").click()
    browser.page.get_by_role("button", name="Sign out").click()
    expect(browser.page.get_by_role("button", name="Come in")).to_be_visible()
    assert "for later" not in browser.page.evaluate("JSON.stringify(localStorage)")
    log_in(browser, "alice", PASSWORD)
    browser.goes_to("lobby")
    expect(browser.message).to_have_value("for later")


def test_commands_and_passwords_are_kept_nowhere(server, visit):
    ann = visit(server, "ann")
    for secret in ("/msg NickServ IDENTIFY sesame", "/oper ann sesame", "msg nickserv identify sesame"):
        ann.message.fill(secret)
        ann.page.reload()
        ann.is_in("#lobby")
        expect(ann.message).to_have_value("")
        assert "sesame" not in ann.page.evaluate("JSON.stringify(localStorage)")


def test_what_is_written_in_the_browser_is_in_the_terminal_and_back(alice, comes, beside, tmp_path):
    browser = comes()
    home = tmp_path / "terminal"
    home.mkdir()
    at_terminal = beside(sits_down(home, alice.port))
    try:
        types(browser, "begun in the browser")
        beside(at_terminal.terminal.shows("alice ❯ begun in the browser"))
        at_terminal.terminal.type(", ended in the terminal")
        expect(browser.message).to_have_value("begun in the browser, ended in the terminal")
        at_terminal.terminal.type("\r")
        browser.sees("begun in the browser, ended in the terminal")
        expect(browser.message).to_have_value("")
    finally:
        beside(at_terminal.close())


def test_the_draft_of_a_thread_is_its_own_and_on_the_other_device_too(alice, comes):
    here, far = comes(), comes()
    with Irc(alice.port, "bob") as bob:
        asked = bob.say("who has milk?")
        bob.send(f"@+draft/reply={asked} PRIVMSG #lobby :I have some")
        bob.fence()
    fields = [each.page.get_by_role("textbox", name="Reply in the thread") for each in (here, far)]
    for each, field in zip((here, far), fields, strict=True):
        each.page.locator(".thread-link").click()
        expect(field).to_be_focused()
    fields[0].press_sequentially("one is enough")
    expect(fields[1]).to_have_value("one is enough")
    for each in (here, far):
        expect(each.message).to_have_value("")
    fields[1].press("Enter")
    here.sees("one is enough")
    for field in fields:
        expect(field).to_have_value("")
