"""People chat: two browsers and a terminal."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.server import chover
from tests.e2e.wire import ALL, Irc


@both
def test_two_browsers_and_a_terminal_chat(server, visit, tmp_path):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    with Irc(server.port, "carol") as carol:
        ann.say("hello from a browser")
        carol.expect("PRIVMSG #lobby :hello from a browser$")
        bob.sees("hello from a browser", nick="ann")
        carol.say("hello from a terminal")
        for browser in (ann, bob):
            browser.sees("hello from a terminal", nick="carol")
    done = chover("send", "#lobby", "hello from a script", "--server", f"127.0.0.1:{server.port}", home=tmp_path)
    assert done.returncode == 0, done.stderr
    bob.sees("hello from a script")


@both
def test_a_newcomer_sees_what_was_said_before(server, visit):
    with Irc(server.port, "carol") as carol:
        for number in range(3):
            carol.say(f"earlier {number}")
    ann = visit(server, "ann")
    for number in range(3):
        ann.sees(f"earlier {number}", nick="carol")


@both
def test_unread_messages_and_mentions_are_counted_until_they_are_seen(server, visit):
    ann = visit(server, "ann")
    ann.say("/join #garden")
    ann.is_in("#garden")
    with Irc(server.port, "carol") as carol:
        carol.say("this is for everybody")
        carol.say("ann: this is for you")
        lobby = ann.listed("lobby")
        expect(lobby).to_have_accessible_name(re.compile("2 unread, 1 for you"))
        expect(ann.page).to_have_title(re.compile(r"^\(1\) "))
        ann.goes_to("lobby")
        expect(ann.row("ann: this is for you")).to_have_class(re.compile(r"\bcalls\b"))
        expect(ann.listed("lobby")).to_have_accessible_name("lobby")


@both
def test_anyone_who_types_is_shown_until_it_is_sent(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.message.press_sequentially("I am")
    expect(bob.page.locator("typing-line")).to_have_text("ann is typing…")
    ann.send()
    bob.sees("I am", nick="ann")
    expect(bob.page.locator("typing-line")).to_be_empty()


@both
def test_answers_quote_what_they_answer_and_lead_there(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.say("who brings cake?")
    bob.sees("who brings cake?")
    bob.do("Reply", "who brings cake?")
    expect(bob.page.locator("message-composer .about")).to_contain_text("Replying to ann")
    bob.say("I do")
    answer = ann.page.locator(".message", has=ann.page.locator(".quote"))
    expect(answer).to_contain_text("who brings cake?")
    expect(answer.locator(".text")).to_have_text("I do")
    ann.press(answer.locator(".quote"))
    expect(ann.page.locator(".message.found")).to_have_count(1)


@both
def test_reactions_are_counted_and_taken_back(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.say("we are live")
    bob.sees("we are live")
    bob.do("React", "we are live")
    bob.page.get_by_label("Find an emoji").fill("tada")
    bob.page.get_by_label("Find an emoji").press("Enter")
    mine, hers = (each.page.locator(".reaction") for each in (bob, ann))
    expect(hers).to_have_accessible_name(re.compile("^🎉, 1: bob"))
    ann.press(hers)
    expect(mine).to_have_accessible_name(re.compile("^🎉, 2: bob, ann"))
    bob.press(mine)
    expect(hers).to_have_accessible_name(re.compile("^🎉, 1: ann"))


def test_the_time_of_an_action_stands_behind_its_text_also_with_the_later_styles(server, visit):
    ann = visit(server, "ann")
    ann.page.evaluate("import('./late-styles.js')")
    with Irc(server.port, "bob") as bob:
        bob.say("\x01ACTION packs the tent\x01")
        row = ann.row("packs the tent")
        picture, when, text = ann.places(*[row.locator(part) for part in (".avatar", "time", ".text")])
        assert picture["x"] + picture["width"] <= text["x"]
        assert text["x"] + text["width"] <= when["x"]
        assert text["y"] <= when["y"] + when["height"] / 2 <= text["y"] + text["height"]


@both
def test_private_messages_reach_one_person(server, visit):
    ann, bob, eve = visit(server, "ann"), visit(server, "bob"), visit(server, "eve")
    ann.say("/query bob")
    ann.is_in("bob")
    ann.say("between us")
    ann.sees("between us", nick="ann")
    direct = bob.listed("ann")
    expect(direct).to_have_accessible_name(re.compile("1 unread"))
    bob.press(direct)
    bob.sees("between us", nick="ann")
    eve.say("I hear nothing")
    bob.goes_to("lobby")
    bob.sees("I hear nothing")
    expect(eve.row("between us")).to_have_count(0)


@both
def test_several_lines_are_one_message(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.message.press_sequentially("one")
    ann.message.press("Enter" if ann.touch else "Shift+Enter")
    ann.message.press_sequentially("two")
    ann.send()
    assert bob.sees("two", nick="ann").locator(".text").inner_text() == "one\ntwo"


def test_a_long_paste_is_asked_about_before_it_is_sent(server, visit):
    ann = visit(server, "ann")
    ann.message.fill("\n".join(f"line {number}" for number in range(20)))
    ann.message.press("Enter")
    expect(ann.page.locator("message-composer .hint:not([hidden])")).to_have_text(
        "20 lines, as one message. Enter sends them."
    )
    expect(ann.messages).to_have_count(0)
    ann.message.press("Enter")
    ann.sees("line 19")


@both
def test_an_edit_changes_the_message_in_its_place(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.say("the meeting is at nine")
    ann.say("see you")
    bob.sees("the meeting is at nine")
    ann.do("Edit", "the meeting is at nine")
    expect(ann.message).to_have_value("the meeting is at nine")
    ann.say("the meeting is at ten")
    for browser in (ann, bob):
        expect(browser.sees("the meeting is at ten").locator(".text")).to_have_text("the meeting is at ten (edited)")
        assert browser.texts() == ["the meeting is at ten (edited)", "see you"]
    # Anyone who joins later sees it the same way.
    assert visit(server, "dora").sees("the meeting is at ten").locator(".edited").is_visible()
    # The arrow up in an empty field is for the last one.
    ann.message.press("ArrowUp")
    expect(ann.message).to_have_value("see you")
    ann.message.press("Escape")
    expect(ann.message).to_have_value("")


@both
def test_a_message_is_deleted_for_everybody_after_it_was_asked_once(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.say("nobody should have read this")
    bob.sees("nobody should have read this")
    choices = bob.choices("nobody should")
    assert "Reply" in choices
    assert "Delete" not in choices
    ann.do("Delete", "nobody should")
    ann.press(ann.page.get_by_role("alertdialog").get_by_role("button", name="Delete"))
    for browser in (ann, bob):
        expect(browser.row("This message was deleted.")).to_have_count(1)
        expect(browser.row("nobody should")).to_have_count(0)
    with Irc(server.port, "carol") as carol:
        assert not [line for line in carol.page("CHATHISTORY LATEST #lobby * 50") if "nobody should" in line]


def test_a_channel_that_gets_another_name_goes_on_under_it(server, visit):
    ann = visit(server, "ann")
    ann.say("/join #garden")
    ann.is_in("#garden")
    with Irc(server.port, "bob", f"{ALL} draft/channel-rename") as bob:
        bob.send("JOIN #garden")
        bob.expect(" 366 bob #garden ")
        ann.say("/quote RENAME #garden #orchard")
        bob.expect("RENAME #garden #orchard")
        ann.is_in("#orchard")
        bob.say("apples, then", "#orchard")
        ann.sees("apples, then")
        ann.say("and pears")
        bob.expect("PRIVMSG #orchard :and pears$")
        ann.page.reload()
        expect(ann.page.locator("channel-list .label")).to_have_text(["lobby", "orchard"])


PAGE_BEHIND_OTHERS = """() => {
  globalThis.shown = [];
  globalThis.Notification = class extends EventTarget {
    static permission = "granted";
    constructor(title, { body }) {
      super();
      shown.push(`${title}: ${body}`);
    }
  };
  // Where the service worker is in place already it shows them.
  ServiceWorkerRegistration.prototype.showNotification = async (title, { body }) => {
    shown.push(`${title}: ${body}`);
  };
  document.hasFocus = () => false;
  dispatchEvent(new Event("blur"));
}"""


def test_anyone_who_looks_elsewhere_is_notified_of_what_calls_them(server, visit):
    ann = visit(server, "ann")
    ann.page.evaluate(PAGE_BEHIND_OTHERS)
    with Irc(server.port, "carol") as carol:
        carol.say("nothing special")
        carol.say("ann: the cake is ready")
        ann.until("shown.length > 0")
        assert ann.page.evaluate("shown") == ["carol in #lobby: ann: the cake is ready"]
        ann.say("/mute")
        # What the commands are is loaded with the first of them.
        expect(ann.row("#lobby is mute")).to_be_visible()
        carol.say("ann: and the tea")
        carol.send("PRIVMSG ann :come")
        ann.until("shown.length > 1")
        assert ann.page.evaluate("shown")[1:] == ["carol: come"]
