"""A telephone and a finger."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.devices import TOUCH, both
from tests.e2e.wire import Irc

COARSE = "matchMedia('(pointer: coarse)').matches && matchMedia('(hover: none)').matches"

SCROLLED = """(() => {
  const { scrollTop, scrollHeight, clientHeight } = document.querySelector(".scroller");
  return scrollTop + clientHeight < scrollHeight - 60;
})()"""


@both
def test_each_device_is_what_it_is_called(shared, visit, device):
    ann = visit(shared)
    assert ann.page.evaluate(COARSE) == device.touch
    assert ann.page.evaluate("[innerWidth, innerHeight]") == list(device.size)


@both
def test_a_conversation_is_found_in_the_list_and_written_to(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.say("/join #garden")
    ann.is_in("#garden")
    ann.goes_to("lobby")
    ann.is_in("#lobby")
    ann.say("back again")
    bob.sees("back again", nick="ann")
    expect(ann.page.locator("channel-list")).to_be_visible(visible=not ann.touch)


# ---- the sheet


@pytest.fixture
def ann(server, visit):
    return visit(server, "ann", device=TOUCH)


def test_a_long_press_opens_a_sheet_at_the_lower_edge_and_a_tap_elsewhere_closes_it(ann):
    ann.say("hold me")
    ann.sees("hold me")
    sheet = ann.hold("hold me")
    box = sheet.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(TOUCH.size[1], abs=1)
    assert ann.page.evaluate("getSelection().toString()") == ""
    ann.page.touchscreen.tap(TOUCH.size[0] / 2, 60)
    expect(sheet).to_have_count(0)
    expect(ann.message).to_have_value("")


@pytest.mark.parametrize("way", ["Escape", "Close"])
def test_the_sheet_closes(ann, way):
    ann.say("hold me")
    ann.sees("hold me")
    sheet = ann.hold("hold me")
    if way == "Escape":
        ann.page.keyboard.press("Escape")
    else:
        sheet.get_by_role("button", name="Close").tap()
    expect(sheet).to_have_count(0)


def test_a_tap_and_a_finger_that_scrolls_open_nothing(ann):
    for number in range(40):
        ann.say(f"line {number}")
    row = ann.sees("line 39")
    row.locator(".text").tap()
    ann.page.clock.install()
    touch = ann.page.context.new_cdp_session(ann.page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 200, "y": 500}]})
    for y in range(510, 700, 10):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 200, "y": y}]})
    ann.until(SCROLLED)
    # The timer of a long press would run now.
    ann.page.clock.run_for(500)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(ann.page.get_by_role("dialog")).to_have_count(0)
    expect(ann.page.get_by_role("toolbar", name="This message")).to_have_count(0)


def test_a_link_is_not_followed_and_its_address_is_copied(ann):
    ann.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ann.say("see https://example.org/one and https://example.org/two")
    ann.sees("see https://example.org/one")
    link = ann.page.get_by_role("link", name="https://example.org/two")
    with ann.finger(link):
        sheet = ann.page.get_by_role("dialog")
        expect(sheet).to_be_visible()
    sheet.get_by_role("button", name="Copy the address").tap()
    expect(ann.page.get_by_text("Copied.")).to_be_visible()
    assert ann.page.evaluate("navigator.clipboard.readText()") == "https://example.org/two"
    assert len(ann.page.context.pages) == 1


def test_the_text_is_copied_where_the_page_may_not_touch_the_clipboard(ann):
    """Plain http elsewhere than on this machine has none."""
    ann.page.evaluate("() => { Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined }); }")
    ann.say("take this")
    ann.sees("take this")
    ann.do("Copy the text", "take this")
    expect(ann.page.get_by_text("Copied.")).to_be_visible()


def test_a_refused_message_is_tried_again_or_discarded(server, visit, ann):
    with Irc(server.port, "bob") as bob:
        bob.send("JOIN #quiet", "MODE #quiet +m")
        bob.fence()
        ann.say("/join #quiet")
        ann.is_in("#quiet")
        ann.say("may I?")
        expect(ann.row("may I?")).to_have_class(re.compile(r"\bfailed\b"))
        expect(ann.row("may I?")).to_contain_text("Only people with voice may write here. Ask an operator of #quiet.")
        bob.send("MODE #quiet -m")
        # Its line moves the message, and a finger is put down where the message was.
        expect(ann.page.locator(".events", has_text="bob lets everybody write again")).to_be_visible()
        ann.do("Try again", "may I?")
        ann.sees("may I?")
        bob.send("MODE #quiet +m")
        expect(ann.page.locator(".events", has_text="bob made the channel moderated")).to_have_count(2)
        ann.say("and now?")
        expect(ann.row("and now?")).to_have_class(re.compile(r"\bfailed\b"))
        ann.do("Discard", "and now?")
        expect(ann.row("and now?")).to_have_count(0)


def test_a_refused_message_goes_back_into_the_field(server, visit, ann):
    with Irc(server.port, "bob") as bob:
        bob.send("JOIN #hush", "MODE #hush +m")
        bob.fence()
        ann.say("/join #hush")
        ann.is_in("#hush")
        ann.say("/me wavs")
        expect(ann.row("wavs")).to_have_class(re.compile(r"\bfailed\b"))
        ann.do("Edit", "wavs")
        expect(ann.row("wavs")).to_have_count(0)
        field = ann.page.get_by_role("textbox", name="Message #hush")
        expect(field).to_have_value("/me wavs")
        expect(field).to_be_focused()


def test_a_quick_reaction_is_two_touches(server, ann):
    with Irc(server.port, "bob") as bob:
        bob.say("we are live")
        ann.sees("we are live")
        ann.hold("we are live").get_by_role("button", name="React with 👍").tap()
        bob.expect(r"\+draft/react=👍")
    expect(ann.page.locator(".reaction")).to_have_accessible_name(re.compile("^👍, 1: ann"))
    # There is no tooltip here that names the people who reacted.
    expect(ann.hold("we are live")).to_contain_text("👍 ann")


def test_a_screen_reader_has_a_button(ann):
    ann.say("hold me")
    row = ann.sees("hold me")
    row.get_by_role("button", name="What to do with this message").dispatch_event("click")
    expect(ann.page.get_by_role("dialog").get_by_role("button", name="Reply")).to_be_visible()


# ---- targets

SMALL = """() => {
  const least = 44;
  const controls = "button, a[href], input, textarea, select, [role=option]";
  const owner = (element) => element.closest("label") ?? element;
  const hits = (x, y, target) => {
    const found = document.elementFromPoint(x, y);
    return Boolean(found && (target.contains(found) || found.closest(controls) === target));
  };
  // Inside a text a target is as high as its line (WCAG 2.2, 2.5.8); what is for screen readers alone is not touched.
  const exempt = (element) => element.closest(".text, .topic, .hidden, .skip, [inert]") || element.type === "file";
  const front = document.querySelector("dialog[open], [popover]:popover-open") ?? document.body;
  return [...front.querySelectorAll(controls)]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !exempt(element)).map(owner)
    .filter((element) => {
      const { left, right, top, bottom, width, height } = element.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      if (!width || !hits(x, y, element)) return false; // behind something else, or scrolled out of sight
      if (width >= least - 0.5 && height >= least - 0.5) return false;
      const reach = (dx, dy) => {
        let far = 0;
        while (far < least && hits(x + dx * (far + 1), y + dy * (far + 1), element)) far += 1;
        return far;
      };
      const wide = width >= least - 0.5 || reach(-1, 0) + reach(1, 0) >= least - 2;
      const high = height >= least - 0.5 || reach(0, -1) + reach(0, 1) >= least - 2;
      return !(wide && high);
    })
    .map((element) => {
      const { width, height } = element.getBoundingClientRect();
      const words = element.ariaLabel ?? element.textContent.slice(0, 30);
      return `${element.localName}.${element.className} ${words}: ${width} x ${height}`;
    });
}"""


def test_every_target_of_the_page_is_large_enough_for_a_finger(server, visit):
    with Irc(server.port, "bob") as bob:
        said = bob.say("have a look")
        ann = visit(server, "ann", device=TOUCH)
        bob.send(f"@+draft/reply={said};+draft/react=🎉 TAGMSG #lobby")
        bob.send(f"@+draft/reply={said} PRIVMSG #lobby :an answer")
        ann.sees("an answer")
        expect(ann.page.locator(".reaction")).to_be_visible()
        found = {"the messages": ann.page.evaluate(SMALL)}
        ann.listed("lobby").wait_for()
        ann.until("document.querySelector('.side').getBoundingClientRect().left === 0")
        found["the list"] = ann.page.evaluate(SMALL)
        ann.goes_to("lobby")
        ann.hold("an answer")
        found["the sheet"] = ann.page.evaluate(SMALL)
        ann.page.keyboard.press("Escape")
        for panel in ("members", "search", "catch-up"):
            ann.page.evaluate(
                "name => document.dispatchEvent(new CustomEvent('toggle-panel', { detail: name }))", panel
            )
            expect(ann.page.locator(f"{'member-list' if panel == 'members' else panel + '-panel'}")).to_be_visible()
            found[panel] = ann.page.evaluate(SMALL)
        ann.page.evaluate("document.dispatchEvent(new CustomEvent('toggle-panel', { detail: 'catch-up' }))")
        ann.press(ann.page.get_by_role("button", name="Emoji"))
        expect(ann.page.get_by_role("dialog", name="Choose an emoji")).to_be_visible()
        found["the emoji"] = ann.page.evaluate(SMALL)
        ann.page.keyboard.press("Escape")
        dialogs = (
            *("settings", "account", "switcher", "channels", "help", "topic", "person", "conversation", "pins"),
            *("new-channel", "channel-settings", "invite", "bans", "removal", "status", "picture"),
        )
        for name in dialogs:
            ann.page.evaluate(
                "detail => document.dispatchEvent(new CustomEvent('open', { detail }))", {"name": name, "about": "bob"}
            )
            expect(ann.page.get_by_role("dialog")).to_be_visible()
            found[name] = ann.page.evaluate(SMALL)
            ann.page.keyboard.press("Escape")
            expect(ann.page.get_by_role("dialog")).to_have_count(0)
    assert {where: small for where, small in found.items() if small} == {}


def test_the_topic_is_opened_by_touching_the_title(server, visit, ann):
    ann.press(ann.page.get_by_role("heading", level=1, name="#lobby").locator(".."))
    expect(ann.page.get_by_role("dialog")).to_be_visible()


def test_undoing_names_no_key_where_there_is_none(ann):
    ann.say("/join #gone")
    ann.is_in("#gone")
    ann.say("/part")
    ann.page.get_by_role("button", name="Undo", exact=True).tap()
    ann.is_in("#gone")
