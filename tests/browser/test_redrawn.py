"""What is drawn again, because of a reaction or another join, keeps what somebody has done to it, and the focus."""

import io
import urllib.request
import wave

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.conftest import serving
from tests.e2e.wire import Irc


@pytest.fixture(scope="module")
def open_house(tmp_path_factory):
    """Guests may upload here."""
    with serving(tmp_path_factory.mktemp("house")) as start:
        yield start(CHOVER_FILES_GUESTS="true", CHOVER_LIMITS_FLOOD="false")


def silence(seconds):
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 8000 * seconds)
    return written.getvalue()


def react(bob, msgid, reaction, channel):
    bob.send(f"@+draft/reply={msgid};+draft/react={reaction} TAGMSG {channel}")


@both
def test_a_quiet_line_that_was_opened_stays_open_and_focused_when_somebody_else_comes(server, visit):
    ann = visit(server, "ann")
    line = ann.page.locator("message-list .events").last
    with Irc(server.port, "bob"):
        expect(line).to_contain_text("bob joined")
        with Irc(server.port, "carl"):
            expect(line).to_contain_text("carl joined")
            ann.press(line.locator("summary"))
            line.locator("summary").focus()
            with Irc(server.port, "dora"):
                expect(line).to_contain_text("dora joined")
                expect(line.locator("li", has_text="dora joined")).to_be_visible()
                expect(line.locator("summary")).to_be_focused()
                ann.press(line.locator("summary"))
                with Irc(server.port, "eve"):
                    expect(line).to_contain_text("eve")
                    expect(line.locator("li").first).to_be_hidden()


def test_sound_goes_on_when_somebody_reacts_to_it(open_house, visit):
    request = urllib.request.Request(f"http://127.0.0.1:{open_house.port}/files/long.wav", silence(60), method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        address = answer.read().decode().strip()
    ann = visit(open_house, "ann")
    with Irc(open_house.port, "bob") as bob:
        bob.send("CAP REQ :message-tags")
        bob.expect(" ACK ")
        msgid = bob.say(f"listen {address}")
        row = ann.row("listen")
        row.locator("audio").evaluate("player => { player.muted = true; return player.play(); }")
        ann.until("document.querySelector('audio').currentTime > 0.2")
        react(bob, msgid, "🎵", "#lobby")
        expect(row.locator(".reaction")).to_be_visible()
        before = row.locator("audio").evaluate("player => player.currentTime")
        assert before > 0.2
        ann.until(f"document.querySelector('audio').currentTime > {before + 0.2}")
        assert not row.locator("audio").evaluate("player => player.paused")


@both
def test_a_spoiler_that_was_shown_stays_shown_until_the_text_is_another(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bob") as bob:
        bob.send("CAP REQ :message-tags")
        bob.expect(" ACK ")
        msgid = bob.say("it was ||the butler|| and ||the cook||")
        row = ann.row("it was")
        expect(row.locator(".spoiler")).to_have_count(2)
        ann.press(row.locator(".spoiler").last)
        react(bob, msgid, "😱", "#lobby")
        expect(row.locator(".reaction")).to_be_visible()
        expect(row.locator(".spoiler")).to_have_text(["the butler"])
        expect(row.locator(".revealed")).to_have_text(["the cook"])


def test_the_focus_stays_on_a_reaction_when_somebody_else_reacts(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bob") as bob:
        bob.send("CAP REQ :message-tags")
        bob.expect(" ACK ")
        msgid = bob.say("who comes along?")
        react(bob, msgid, "👍", "#lobby")
        ours = ann.row("who comes along?").locator('.reaction[data-reaction="👍"]')
        ours.focus()
        react(bob, msgid, "🚲", "#lobby")
        expect(ann.row("who comes along?").locator(".reaction")).to_have_count(2)
        expect(ours).to_be_focused()


def here(ann, nick):
    return ann.page.locator("member-list").get_by_role("button", name=nick)


def focused_in_a_moderated_channel(ann, mia):
    """Mia can give voice in #m, where Ann's own name in the list has the focus."""
    mia.send("JOIN #m", "MODE #m +m")
    mia.expect(r" MODE #m \+m")
    ann.say("/join #m")
    ann.is_in("#m")
    here(ann, "ann").focus()


def test_a_member_has_the_focus_while_others_come_and_get_ranks(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "mia") as mia:
        focused_in_a_moderated_channel(ann, mia)
        with Irc(server.port, "abe") as abe:
            abe.send("JOIN #m")
            expect(here(ann, "abe")).to_be_visible()
            expect(here(ann, "ann")).to_be_focused()
            mia.send("MODE #m +v ann")
            expect(ann.page.get_by_role("list", name="Voiced")).to_contain_text("ann")
            expect(here(ann, "ann")).to_be_focused()


def test_a_card_returns_the_focus_to_a_member_whose_rank_has_changed(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "mia") as mia:
        focused_in_a_moderated_channel(ann, mia)
        ann.page.keyboard.press("Enter")
        card = ann.page.get_by_role("dialog", name="ann")
        expect(card).to_be_visible()
        mia.send("MODE #m +v ann")
        expect(ann.page.get_by_role("list", name="Voiced")).to_contain_text("ann")
        ann.page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(here(ann, "ann")).to_be_focused()


def test_a_member_and_a_channel_can_be_clicked_while_the_lists_change(server, visit):
    ann = visit(server, "ann")
    ann.say("/join #tea")
    ann.is_in("#tea")
    with Irc(server.port, "bob") as bob:
        bob.send("JOIN #tea")
        here(ann, "bob").hover()
        ann.page.mouse.down()
        with Irc(server.port, "abe") as abe:
            bob.send("AWAY :soup", "PRIVMSG #lobby :hello")
            expect(here(ann, "bob")).to_have_class("member away")
            abe.send("JOIN #tea")
            expect(here(ann, "abe")).to_be_visible()
            here(ann, "bob").hover()
            ann.page.mouse.up()
            expect(ann.page.get_by_role("dialog", name="bob")).to_be_visible()
            ann.page.keyboard.press("Escape")
            ann.listed("lobby").hover()
            ann.page.mouse.down()
            bob.send("PRIVMSG #lobby :hello again")
            expect(ann.listed("lobby")).to_contain_text("2")
            ann.page.mouse.up()
            ann.is_in("#lobby")


def test_the_way_into_the_switcher_has_the_focus_again_whatever_has_happened_meanwhile(server, visit):
    ann = visit(server, "ann")
    opener = ann.page.locator("network-head").get_by_role("button", name="Go to a conversation")
    ann.press(opener)
    field = ann.page.locator("dialog input").first
    expect(field).to_be_focused()
    with Irc(server.port, "bob") as bob:
        bob.send("PRIVMSG ann :hello")
        expect(ann.listed("bob")).to_have_count(1)
    ann.page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_a_row_of_the_inbox_has_the_focus_when_another_mention_arrives(server, visit):
    ann = visit(server, "ann")
    ann.say("/join #tea")
    ann.is_in("#tea")
    with Irc(server.port, "bob") as bob, Irc(server.port, "carl") as carl:
        bob.say("ann: look at this")
        ann.page.keyboard.press("Alt+c")
        ann.page.get_by_role("tab", name="Mentions").click()
        found = ann.page.get_by_role("button", name="Show the message of bob in #lobby")
        found.focus()
        carl.say("ann: and at this")
        expect(ann.page.get_by_role("button", name="Show the message of carl in #lobby")).to_be_visible()
        expect(found).to_be_focused()
