"""Threads beside the messages: opened from the message that begins one, whole, with a field of their own."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.wire import Irc, msgid


def replies(wire, to, *texts):
    for text in texts:
        wire.send(f"@+draft/reply={to} PRIVMSG #lobby :{text}")
    wire.fence()


@both
def test_a_thread_is_read_and_answered_beside_the_messages(shared, visit, device):
    ann = visit(shared, f"ann{device.size[0]}", device=device)
    page = ann.page
    question, answer = f"who has milk, {device.name}?", f"one is enough, {device.name}"
    ann.say(question)
    ann.sees(question)
    with Irc(shared.port, f"bob{device.size[0]}") as bob:
        root = re.search(r"msgid=([^; ]+)", bob.page("CHATHISTORY LATEST #lobby * 1")[-1])[1]
        replies(bob, root, "I do", "two bottles")
        link = ann.row(question).get_by_role("button", name="2 replies, last")
        expect(link).to_be_visible()
        ann.press(link)
        panel = page.locator("thread-panel")
        expect(panel.get_by_role("heading", name="Thread in #lobby")).to_be_visible()
        expect(panel.locator(".message .text")).to_have_text([question, "I do", "two bottles"])
        if device.touch:
            assert panel.bounding_box()["width"] == device.size[0]
        panel.get_by_role("textbox", name="Reply in the thread").fill(answer)
        ann.press(panel.get_by_role("button", name="Send the reply"))
        expect(panel.locator(".message .text").last).to_have_text(answer)
        assert f"+draft/reply={root}" in bob.expect(f"PRIVMSG #lobby :{answer}")
        replies(bob, root, "here it is")
        expect(panel.locator(".message .text").last).to_have_text("here it is")
        page.go_back()
        expect(panel).to_be_hidden()
        # Nothing is hidden from the conversation.
        expect(ann.row(answer)).to_be_visible()
        expect(ann.row(question).get_by_role("button", name="4 replies, last")).to_be_visible()


def test_a_thread_whose_beginning_is_far_back_is_whole_and_the_keyboard_opens_it(serve, visit):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "bob") as bob:
        bob.send("PRIVMSG #lobby :the beginning")
        root = msgid(bob.expect("PRIVMSG #lobby :the beginning"))
        replies(bob, root, "an early reply")
        for number in range(220):
            bob.send(f"PRIVMSG #lobby :filler {number}")
        bob.fence()
        replies(bob, root, "a late reply")
        ann = visit(server, "ann")
        page = ann.page
        row = ann.sees("a late reply")
        expect(row.locator(".quote")).to_contain_text("an earlier message")
        page.keyboard.press("Alt+m")
        expect(row).to_be_focused()
        page.keyboard.press("t")
        panel = page.locator("thread-panel")
        expect(panel.locator(".message .text")).to_have_text(["the beginning", "an early reply", "a late reply"])
        expect(panel.get_by_role("textbox")).to_be_focused()
        page.keyboard.type("from the keyboard")
        page.keyboard.press("Enter")
        expect(panel.locator(".message .text").last).to_have_text("from the keyboard")
        assert f"+draft/reply={root}" in bob.expect("PRIVMSG #lobby :from the keyboard")
        page.keyboard.type("/join #tea")
        page.keyboard.press("Enter")
        expect(panel.locator(".hint")).to_contain_text("Commands are written in the field of the conversation")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(ann.message).to_be_focused()


def test_the_inbox_lists_the_threads_that_one_follows_and_what_one_has_saved(serve, visit):
    server = serve()
    ann = visit(server, "ann")
    page = ann.page
    ann.say("who has milk?")
    ann.sees("who has milk?")
    ann.do("Save for yourself", "who has milk?")
    ann.say("/join #tea")
    ann.is_in("#tea")
    with Irc(server.port, "bob") as bob:
        replies(bob, msgid(bob.page("CHATHISTORY LATEST #lobby * 1")[-1]), "I do", "two bottles")
        page.keyboard.press("Alt+c")
        page.get_by_role("tab", name="Unread").press("ArrowRight")
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name="Threads")).to_have_attribute("aria-selected", "true")
        threads = page.get_by_role("tabpanel", name="Threads")
        expect(threads.get_by_role("listitem")).to_contain_text(["who has milk?"])
        expect(threads).to_contain_text("2 new")
        page.get_by_role("tab", name="Saved").click()
        expect(page.get_by_role("tabpanel", name="Saved messages")).to_contain_text("who has milk?")
        page.get_by_role("tab", name="Threads").click()
        threads.get_by_role("button", name="Show the thread in #lobby: 2 replies").click()
        panel = page.locator("thread-panel")
        expect(panel.locator(".message .text")).to_have_text(["who has milk?", "I do", "two bottles"])
        ann.is_in("#lobby")
        page.keyboard.press("Alt+c")
        page.get_by_role("tab", name="Threads").click()
        expect(threads.get_by_role("listitem")).to_contain_text(["who has milk?"])
        expect(threads).not_to_contain_text("new")
