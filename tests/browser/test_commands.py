"""What is typed behind a slash or a colon on the page: it does something, it answers, or it says why not."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.wire import Irc


@both
def test_an_emoji_is_completed_in_the_midst_of_a_text(server, visit):
    ann = visit(server, "ann")
    ann.message.fill(" for you")
    ann.message.press("Home")
    ann.message.press_sequentially("good (:thumbsu")
    expect(ann.page.get_by_role("option").first).to_contain_text("👍")
    ann.message.press("Enter")
    expect(ann.message).to_have_value("good (👍 for you")


def test_anyone_who_spoke_last_is_suggested_first(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bea") as bea, Irc(server.port, "ben") as ben, Irc(server.port, "bob") as bob:
        for nick in ("bea", "ben", "bob"):
            expect(ann.page.locator("member-list")).to_contain_text(nick)
        bea.say("I am bea")
        bob.say("I am bob")
        ann.sees("I am bob")
        with Irc(server.port, "bill"):
            ann.message.press_sequentially("@b")
            expect(ann.page.get_by_role("option")).to_have_text(["bob", "bea", "ben", "bill"])
        assert ben


@both
def test_a_name_that_is_no_emoji_is_said_to_be_none_and_stays(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "carol") as carol:
        carol.say("hello")
        ann.do("React", "hello")
        field = ann.page.get_by_label("Find an emoji")
        field.fill("xyzzy")
        expect(ann.page.get_by_role("dialog", name="Choose an emoji").get_by_role("status")).to_have_text(
            "There is no emoji called xyzzy."
        )
        field.press("Enter")
        expect(field).to_have_value("xyzzy")
        field.fill("thumbsup")
        field.press("Enter")
        expect(ann.row("hello").get_by_role("button", name=re.compile("^👍, 1"))).to_be_visible()
        ann.say("/react thumbs")
        ann.sees("There is no emoji called thumbs. Did you mean thumbsup?")
        expect(ann.message).to_have_value("/react thumbs")


@both
def test_a_list_with_nothing_in_it_is_answered_all_the_same(server, visit):
    ann = visit(server, "ann")
    for typed, answer in (
        ("/ban", "#lobby: nobody is banned"),
        ("/who #nowhere", "Nobody matches #nowhere"),
        ("/mode", "Modes of #lobby: +nt"),
        ("/away at lunch", "You are away: at lunch (/away alone ends that)"),
        ("/away", "You are no longer away."),
        ("/whowas nobody", "Nobody was called nobody lately. Check the name."),
    ):
        ann.say(typed)
        ann.sees(answer)


@both
def test_the_cards_button_bans_so_that_another_nick_does_not_help(server, visit):
    ann = visit(server, "ann")
    ann.say("/join #den")
    ann.is_in("#den")
    with Irc(server.port, "eve", address="127.0.0.2") as eve:
        eve.send("JOIN #den")
        eve.expect(" 366 eve #den ")
        eve.say("from eve", "#den")
        ann.sees("from eve")
        ann.page.evaluate(
            "document.dispatchEvent(new CustomEvent('open', { detail: { name: 'person', about: 'eve' } }))"
        )
        ann.press(ann.page.get_by_role("dialog", name="eve").get_by_role("button", name="Remove or ban"))
        removal = ann.page.get_by_role("dialog", name="Remove eve from #den")
        ann.press(removal.get_by_role("switch", name="Ban them, too"))
        ann.press(removal.get_by_role("button", name="Remove", exact=True))
        expect(ann.page.locator(".toast", has_text="eve is removed and banned")).to_be_visible()
        eve.expect(" KICK #den eve ")
        eve.send("NICK other", "JOIN #den")
        eve.expect(" 474 other #den ")
        ann.say("/unban eve")
        ann.sees("No longer banned from #den")
        eve.send("JOIN #den")
        eve.expect(" 366 other #den ")


def test_a_link_that_leads_somebody_into_a_channel_is_made_on_the_page(server, visit):
    ann = visit(server, "ann")
    ann.say("/msg NickServ REGISTER poppy-and-sesame")
    expect(ann.page.locator("channel-list")).to_contain_text("NickServ")
    ann.say("/join #den")
    expect(ann.page.locator("conversation-head")).to_contain_text("#den")
    ann.say("/invite-link")
    ann.sees("https://127.0.0.1")
    ann.sees("Anyone who has one of these links can join #den: 1 use, until ")
