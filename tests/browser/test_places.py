"""Every conversation and every message has an address; Back closes what is open, and goes where one was before."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.devices import POINTER, TOUCH
from tests.e2e.wire import Irc

CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.fixture(params=[POINTER, TOUCH], ids=lambda device: device.name)
def ann(request, shared, visit):
    """In #lobby, #tea and #nest, of which the last is shown."""
    ann = visit(shared, f"ann{request.param.size[0]}", device=request.param)
    for channel in ("#tea", "#nest"):
        ann.say(f"/join {channel}")
        ann.is_in(channel)
    return ann


def at(ann, fragment):
    expect(ann.page).to_have_url(re.compile(re.escape(f"/{fragment}") + "$"))


def test_back_and_forward_go_through_the_conversations_that_were_visited(ann):
    at(ann, "#/c/%23nest")
    ann.page.go_back()
    ann.is_in("#tea")
    at(ann, "#/c/%23tea")
    ann.page.go_back()
    ann.is_in("#lobby")
    ann.page.go_forward()
    ann.page.go_forward()
    ann.is_in("#nest")
    at(ann, "#/c/%23nest")


def test_back_closes_what_is_open_and_stays_where_one_is(ann):
    page = ann.page
    dialog = page.get_by_role("dialog")
    search = page.get_by_label("Search messages")
    ann.press(page.get_by_role("button", name="Search", exact=True))
    expect(search).to_be_visible()
    page.go_back()
    expect(search).to_be_hidden()
    ann.is_in("#nest")
    ann.press(page.get_by_role("button", name="Pin, mute, notifications"))
    expect(dialog).to_be_visible()
    page.go_back()
    expect(dialog).to_be_hidden()
    ann.is_in("#nest")
    at(ann, "#/c/%23nest")
    page.go_back()
    ann.is_in("#tea")


def test_what_was_closed_in_another_way_is_no_step_of_back(ann):
    page = ann.page
    ann.press(page.get_by_role("button", name="Search", exact=True))
    ann.press(page.get_by_role("button", name="Close"))
    expect(page.get_by_label("Search messages")).to_be_hidden()
    ann.press(page.get_by_role("button", name="Pin, mute, notifications"))
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    ann.until("history.state.place.depth === 0")
    page.go_back()
    ann.is_in("#tea")


def test_going_elsewhere_from_a_dialog_is_one_step(ann):
    page = ann.page
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Go to").fill("lobby")
    page.keyboard.press("Enter")
    ann.is_in("#lobby")
    page.go_back()
    ann.is_in("#nest")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.go_back()
    ann.is_in("#tea")


def test_on_a_phone_back_closes_the_list(shared, visit):
    ann = visit(shared, "ann", device=TOUCH)
    menu = ann.page.get_by_role("button", name="Conversations")
    lobby = ann.page.locator("channel-list").get_by_role("button", name="lobby")
    ann.say("/join #tea")
    ann.is_in("#tea")
    menu.tap()
    expect(lobby).to_be_in_viewport()
    ann.page.go_back()
    expect(lobby).not_to_be_in_viewport()
    ann.is_in("#tea")
    menu.tap()
    lobby.tap()
    ann.is_in("#lobby")
    expect(lobby).not_to_be_in_viewport()
    ann.page.go_back()
    ann.is_in("#tea")
    expect(lobby).not_to_be_in_viewport()


def test_a_reload_stays_where_one_was(ann):
    ann.page.go_back()
    ann.is_in("#tea")
    ann.press(ann.page.get_by_role("button", name="Search", exact=True))
    ann.page.reload()
    ann.is_in("#tea")
    at(ann, "#/c/%23tea")
    # The page goes back over the entry of the search by itself; two steps back at once would be taken as one.
    ann.until("history.state.place.depth === 0")
    ann.page.go_back()
    ann.is_in("#lobby")


def test_the_page_opened_anew_shows_what_was_shown_last(ann, shared):
    ann.page.go_back()
    ann.is_in("#tea")
    ann.page.goto("about:blank")
    ann.page.goto(f"http://127.0.0.1:{shared.port}/")
    ann.is_in("#tea")
    at(ann, "#/c/%23tea")
    ann.say("/query carol")
    ann.is_in("carol")
    ann.page.goto("about:blank")
    ann.page.goto(f"http://127.0.0.1:{shared.port}/")
    ann.is_in("carol")


def test_what_is_restored_marks_nothing_else_as_read(serve, visit):
    server = serve()
    ann = visit(server, "ann")
    with Irc(server.port, "carol") as carol:
        carol.say("this she reads")
        ann.sees("this she reads")
        ann.until("localStorage['chover.markers']?.includes('#lobby')")
        ann.say("/join #tea")
        ann.is_in("#tea")
        carol.say("news in the lobby")
    lobby = ann.page.locator("channel-list").get_by_role("button", name=re.compile("^lobby"))
    expect(lobby).to_have_class(re.compile("unread"))
    ann.page.reload()
    ann.is_in("#tea")
    expect(lobby).to_have_class(re.compile("unread"))


@pytest.mark.parametrize("how", [POINTER, TOUCH], ids=lambda device: device.name)
def test_the_link_of_a_message_leads_to_it(serve, visit, how):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "carol") as carol:
        carol.say("the blue heron")
        for number in range(250):
            carol.say(f"chatter {number}")
    ann = visit(server, "ann", device=how, **CLIPBOARD)
    page = ann.page
    scroller = page.get_by_role("region", name="Messages in #lobby")
    # The server says the msgid; the page has not even loaded the message.
    page.keyboard.press("Control+f")
    page.get_by_label("Search messages").fill("heron")
    page.keyboard.press("Enter")
    ann.press(page.get_by_role("button", name="Show the message of carol in #lobby"))
    expect(ann.row("blue heron")).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"/#/c/%23lobby/[^/]+$"))
    ann.row("blue heron").focus()
    page.keyboard.press("l")
    expect(page.locator("toast-line")).to_contain_text("Copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    # Anyone who is not signed in yet is led there afterwards.
    bob = visit(server, path=link.split("/", 3)[3], device=how)
    bob.page.get_by_label("Name", exact=True).fill("bob")
    bob.page.get_by_role("button", name="Come in").click()
    expect(bob.row("blue heron")).to_be_in_viewport()
    # And back to the newest, which the address says, too.
    bob.press(bob.page.get_by_role("button", name="Newest messages"))
    expect(bob.row("chatter 249")).to_be_in_viewport()
    at(bob, "#/c/%23lobby")
    # Said in the chat it leads there in the same page.
    ann.say(f"look at {link}.")
    bob.press(bob.sees("look at").get_by_role("link"))
    expect(bob.row("blue heron")).to_be_in_viewport()
    bob.page.go_back()
    expect(bob.row("look at")).to_be_in_viewport()
    assert scroller.count() == 1


def test_the_link_of_a_conversation_is_in_its_card(shared, visit):
    ann = visit(shared, "ann", **CLIPBOARD)
    ann.page.get_by_role("button", name="Pin, mute, notifications").click()
    ann.page.get_by_role("button", name="Copy link").click()
    expect(ann.page.locator("toast-line")).to_contain_text("Copied.")
    assert ann.page.evaluate("navigator.clipboard.readText()") == f"http://127.0.0.1:{shared.port}/#/c/%23lobby"


def test_a_link_is_copied_also_where_the_browser_has_no_clipboard(shared, visit):
    """Without https there is none, and many run a server at home."""
    ann = visit(shared, "ann", host="chat.home.arpa", excused=re.compile("Cross-Origin-Opener-Policy"))
    assert ann.page.evaluate("navigator.clipboard === undefined")
    ann.page.get_by_role("button", name="Pin, mute, notifications").click()
    ann.page.get_by_role("button", name="Copy link").click()
    expect(ann.page.locator("toast-line")).to_contain_text("Copied.")
    ann.page.keyboard.press("Escape")
    ann.message.focus()
    ann.page.keyboard.press("Control+v")
    expect(ann.message).to_have_value(f"http://chat.home.arpa:{shared.port}/#/c/%23lobby")


def test_a_link_to_a_channel_that_one_is_not_in_asks_before_it_joins(serve, visit):
    server = serve()
    with Irc(server.port, "carol") as carol:
        carol.send("JOIN #tea")
        carol.send("PRIVMSG #tea :a secret of tea")
        ann = visit(server, "ann")
        ann.page.evaluate("location.hash = '#/c/%23tea'")
        dialog = ann.page.get_by_role("dialog", name="#tea")
        expect(dialog).to_contain_text("You are not in this channel")
        dialog.get_by_role("button", name="Not now").click()
        ann.is_in("#lobby")
        at(ann, "#/c/%23lobby")
        expect(ann.page.locator("channel-list")).not_to_contain_text("tea")
        ann.page.evaluate("location.hash = '#/c/%23tea'")
        dialog.get_by_role("button", name="Join").click()
        ann.is_in("#tea")
        at(ann, "#/c/%23tea")


def test_where_a_link_leads_nowhere_that_is_said(shared, visit):
    ann = visit(shared, "ann")
    words = ann.page.locator("toast-line")
    ann.page.evaluate("location.hash = '#/c/%23lobby/nosuchmessage'")
    expect(words).to_contain_text("no longer exists")
    ann.is_in("#lobby")
    at(ann, "#/c/%23lobby")
    ann.page.evaluate("location.hash = '#/c/no%20such%20thing'")
    expect(words).to_contain_text("leads to no conversation")
    at(ann, "#/c/%23lobby")
    ann.page.evaluate("location.hash = '#somewhere'")
    at(ann, "#/c/%23lobby")


def test_what_was_left_is_passed_over_by_back(ann):
    ann.page.go_back()
    ann.is_in("#tea")
    ann.page.go_forward()
    ann.is_in("#nest")
    ann.say("/part #tea")
    expect(ann.page.locator("channel-list")).not_to_contain_text("tea")
    ann.page.go_back()
    ann.is_in("#lobby")


def test_signing_out_leaves_no_address_behind(shared, visit):
    ann = visit(shared, "ann")
    ann.say("/query carol")
    ann.is_in("carol")
    ann.page.locator("my-card .me").click()
    ann.page.get_by_role("button", name=re.compile("^(Sign out|Leave)")).click()
    expect(ann.page.get_by_role("button", name="Come in")).to_be_visible()
    assert "carol" not in ann.page.url
    assert ann.page.evaluate("localStorage['chover.place']") is None


def test_messages_are_marked_as_unread_until_one_comes_back(shared, visit):
    ann = visit(shared, "annunread")
    page = ann.page
    ann.say("/join #unread")
    ann.is_in("#unread")
    with Irc(shared.port, "bobunread") as bob:
        bob.send("JOIN #unread")
        for text in ("one", "two", "three"):
            bob.say(text, "#unread")
        ann.sees("three")
        ann.do("Mark unread from here", "two")
        listed = ann.listed("unread")
        expect(listed).to_have_accessible_name(re.compile("2 unread"))
        expect(page.locator(".new-line + .message .text")).to_have_text("two")
        ann.goes_to("lobby")
        expect(listed).to_have_accessible_name(re.compile("2 unread"))
        ann.goes_to("unread")
        expect(listed.locator(".count")).to_have_count(0)


def test_the_line_of_a_day_leads_to_another_day(ann):
    page = ann.page
    # The first words of the channel: joins are no messages.
    ann.say(f"a word of today, {page.viewport_size['width']}")
    ann.sees(f"a word of today, {page.viewport_size['width']}")
    ann.press(page.locator("h2.day button", has_text="Today"))
    dialog = page.get_by_role("dialog", name="Go to a day")
    day = dialog.get_by_label("Day")
    expect(day).to_be_focused()
    day.fill("2020-01-31")
    ann.press(dialog.get_by_role("button", name="Go", exact=True))
    expect(dialog).to_be_hidden()
    # The first message after that day.
    expect(page.locator("message-list .message:focus")).to_be_in_viewport()


def test_after_a_jump_there_is_a_way_back_to_where_one_was(serve, visit):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "bob") as bob:
        root = bob.say("the beginning")
        for number in range(250):
            bob.send(f"PRIVMSG #lobby :filler {number}.")
        bob.fence()
        bob.send(f"@+draft/reply={root} PRIVMSG #lobby :about the beginning")
        for number in range(30):
            bob.send(f"PRIVMSG #lobby :later {number}.")
        bob.fence()
        ann = visit(server, "ann")
        page = ann.page
        ann.sees("later 29.")
        answer = ann.row("about the beginning")
        answer.scroll_into_view_if_needed()
        expect(page.get_by_role("button", name="Newest messages")).to_be_visible()
        answer.locator(".quote").click()
        expect(ann.row("the beginning").filter(has_not_text="about")).to_be_in_viewport()
        page.get_by_role("button", name="Back to where you were").click()
        expect(answer).to_be_in_viewport()
        expect(page.get_by_role("button", name="Back to where you were")).to_be_hidden()
