"""For everybody: axe-core finds nothing in the main states, and the keyboard alone is enough."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_media import given, png
from tests.e2e.conftest import serving
from tests.e2e.wire import Irc
from tests.web.tools import installed


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """Guests may upload here."""
    with serving(tmp_path_factory.mktemp("gallery")) as start:
        yield start(CHOVER_FILES_GUESTS="true", CHOVER_LIMITS_FLOOD="false")


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(visitor):
    """What axe-core finds on the page as it stands, in words."""
    if not visitor.page.evaluate("'axe' in globalThis"):
        visitor.page.evaluate((installed("axe-core") / "axe.min.js").read_text() + ";null")
    found = visitor.page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    return "\n".join(
        f"{each['id']} ({each['help']}): "
        + "; ".join(f"{node['target']} {node['failureSummary']}" for node in each["nodes"])
        for each in found["violations"]
    )


@pytest.fixture(params=["light", "dark"])
def colours(request):
    return request.param


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def width(request):
    return request.param


def test_the_door(shared, visit, colours, width):
    ann = visit(shared, size=(width, 800), color_scheme=colours)
    expect(ann.page.get_by_label("Name", exact=True)).to_be_focused()
    assert violations(ann) == ""
    for way in ("Log in", "Create account", "Forgot password"):
        ann.page.get_by_role("radio", name=way).check(force=True)
        expect(ann.page.get_by_role("radio", name=way)).to_be_checked()
        assert violations(ann) == "", way


def test_the_chat_with_all_that_it_shows(shared, visit, colours, width):
    nick = f"ann{colours}{width}"
    ann = visit(shared, nick, size=(width, 800), color_scheme=colours)
    with Irc(shared.port, f"bob{colours}{width}") as bob:
        bob.say(f"{nick}: have a look at https://example.org/ and `this`, in #lobby")
        said = bob.say("**second** line")
        bob.say("\x01ACTION waves\x01")
        bob.send(f"@+draft/reply={said};+draft/react=🎉 TAGMSG #lobby")
        bob.send(f"@+draft/reply={said} PRIVMSG #lobby :an answer", "@+typing=active TAGMSG #lobby")
        bob.fence()
        expect(ann.page.locator(".reaction").last).to_be_visible()
        ann.say(f"my own in {colours} {width}")
        ann.sees(f"my own in {colours} {width}")
        ann.message.press_sequentially(":tad")
        expect(ann.page.get_by_role("listbox", name="Suggestions")).to_be_visible()
        assert violations(ann) == ""
        ann.message.press("Escape")
        ann.message.fill("")
        ann.row("an answer").last.hover()
        assert violations(ann) == ""
        for panel in ("Alt+c", "Control+f", "F8"):
            ann.page.keyboard.press(panel)
            assert violations(ann) == ""
        if width < 700:
            ann.page.keyboard.press("Escape")
            ann.page.evaluate("document.dispatchEvent(new CustomEvent('toggle-list'))")
            ann.page.wait_for_timeout(400)
            assert violations(ann) == ""


@pytest.mark.parametrize(
    "opener",
    [
        "settings",
        "account",
        "switcher",
        "channels",
        "help",
        "topic",
        "person",
        "conversation",
        "pins",
        "new-channel",
        "channel-settings",
        "invite",
        "bans",
        "removal",
        "status",
        "picture",
    ],
)
def test_dialogs(shared, visit, colours, opener):
    nick = f"{opener}{colours}"
    ann = visit(shared, nick, color_scheme=colours)
    ann.page.evaluate(
        "detail => document.dispatchEvent(new CustomEvent('open', { detail }))", {"name": opener, "about": nick}
    )
    expect(ann.page.get_by_role("dialog")).to_be_visible()
    assert violations(ann) == ""
    ann.page.keyboard.press("Escape")
    expect(ann.page.get_by_role("dialog")).to_have_count(0)
    expect(ann.message).to_be_focused()


BOX = "(element) => { const { left, right } = element.getBoundingClientRect(); return [left, right]; }"
TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll("dialog, message-list .scroller")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className || each.tagName)"""


def turned(visitor):
    """The page from right to left, as with an Arabic translation."""
    visitor.page.evaluate("document.documentElement.dir = 'rtl'")
    return visitor


def test_from_right_to_left_the_page_is_its_own_mirror_image(shared, visit, colours, width):
    nick = f"rtl{colours}{width}"
    ann = turned(visit(shared, nick, size=(width, 800), color_scheme=colours))
    with Irc(shared.port, f"bob{nick}") as bob:
        bob.say(f"{nick}: an English line")
        bob.say(f"مرحبا {nick}")
        ann.sees(f"مرحبا {nick}")
    english, arabic = (ann.row(text).locator(".text") for text in (f"{nick}: an English line", f"مرحبا {nick}"))
    assert english.evaluate("(text) => text.matches(':dir(ltr)')")
    assert arabic.evaluate("(text) => text.matches(':dir(rtl)')")
    avatar = ann.row(f"{nick}: an English line").locator(".avatar")
    assert avatar.evaluate(BOX)[0] > english.evaluate(BOX)[1] - 1
    if width > 700:
        assert ann.page.locator(".side").evaluate(BOX)[0] > ann.page.locator(".talk").evaluate(BOX)[1] - 1
    else:
        assert ann.page.locator(".side").evaluate(BOX)[0] >= width - 1, "it waits beyond the edge at which it comes in"
    assert ann.page.evaluate(TOO_WIDE) == []
    ann.page.keyboard.press("Alt+m")
    assert violations(ann) == ""
    ann.page.evaluate("document.dispatchEvent(new CustomEvent('open', { detail: { name: 'settings', about: '' } }))")
    expect(ann.page.get_by_role("dialog")).to_be_visible()
    assert ann.page.evaluate(TOO_WIDE) == []
    assert violations(ann) == ""


LOOKS = [
    pytest.param("ar-SA", (390, 844), "light", id="arabic-phone-light"),
    pytest.param("en-GB", (640, 400), "dark", id="english-200-percent-dark"),
]


def in_a_talk(server, visitor, nick):
    """The visitor comes in, and is in a channel in which somebody was answered and has shown two pictures."""
    visitor.page.keyboard.type(nick)
    visitor.page.keyboard.press("Enter")
    visitor.is_in("#lobby")
    visitor.message.fill(f"/join #{nick}")
    visitor.message.press("Enter")
    visitor.is_in(f"#{nick}")
    with Irc(server.port, f"bob{nick}") as bob:
        bob.send(f"JOIN #{nick}")
        bob.expect(" 366 ")
        asked = bob.say("who waters the herons?", f"#{nick}")
        bob.send(f"@+draft/reply={asked} PRIVMSG #{nick} :I do")
        bob.send(f"@+draft/react=🎉;+draft/reply={asked} TAGMSG #{nick}")
        pictures = " ".join(given(server, f"{name}.png", png(320, 200)) for name in ("one", "two"))
        bob.say(f"here {pictures}", f"#{nick}")
        visitor.sees("here")
    expect(visitor.page.locator(".thread-link")).to_be_visible()


@pytest.mark.parametrize(("locale", "size", "colours"), LOOKS)
def test_what_opens_beside_the_messages_and_in_front_of_them(gallery, visit, locale, size, colours):
    """A thread, an enlarged picture, members, the picker, results: nothing for axe, nothing cut, in every language."""
    eve = visit(gallery, size=size, color_scheme=colours, locale=locale)
    page, press = eve.page, eve.page.keyboard.press
    expect(page.locator("sign-in input[name=nick]")).to_be_focused()
    assert page.evaluate("document.documentElement.lang") == locale[:2]
    in_a_talk(gallery, eve, f"eve{locale[:2]}{size[0]}")

    def stands(what):
        expect(what).to_be_visible()
        assert page.evaluate(TOO_WIDE) == []
        assert violations(eve) == ""

    page.locator(".thread-link").click()
    expect(page.locator(".thread-lines .message")).to_have_count(2)
    stands(page.locator("thread-panel"))
    press("Escape")
    page.locator(".preview").first.click()
    expect(page.get_by_role("dialog", name="one.png")).to_be_visible()
    # The next one is where one reads on.
    press("ArrowLeft" if locale.startswith("ar") else "ArrowRight")
    stands(page.get_by_role("dialog", name="two.png"))
    press("Escape")
    page.locator("message-composer .icon-button:has([href$='#react'])").click()
    stands(page.locator(".picker"))
    press("Escape")
    press("Control+f")
    page.keyboard.type("heron")
    press("Enter")
    expect(page.locator(".results li")).to_have_count(1)
    stands(page.locator("search-panel"))
    press("Escape")
    press("F8")
    stands(page.locator("member-list"))
    page.locator("member-list .when-narrow").click()
    expect(page.locator("member-list")).to_be_hidden()
    page.locator("conversation-head .icon-button:has([href$='#more'])").click()
    stands(page.get_by_role("dialog"))


def test_at_200_percent_nothing_is_lost_and_nothing_scrolls_sideways(shared, visit):
    ann = visit(shared, "zoomed", size=(640, 400))
    ann.say("a line that is long enough to need two of them on a page that shows only half of what it has on others")
    ann.sees("a line that is long enough")
    assert ann.page.locator("message-list").bounding_box()["height"] > 200
    expect(ann.message).to_be_in_viewport(ratio=1)
    for opener in ("settings", "channel-settings", "bans", "invite", "help"):
        ann.page.evaluate(
            "name => document.dispatchEvent(new CustomEvent('open', { detail: { name, about: '' } }))", opener
        )
        dialog = ann.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        assert ann.page.evaluate(TOO_WIDE) == [], opener
        expect(dialog.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
        last = dialog.locator("button, input, select, summary").last
        last.scroll_into_view_if_needed()
        expect(last).to_be_in_viewport()
        ann.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    assert violations(ann) == ""


def test_what_is_pinned_mute_and_ignored(shared, visit, colours):
    nick, other, text = f"dora{colours}", f"eve{colours}", f"keep this in {colours}"
    dora = visit(shared, nick, color_scheme=colours)
    with Irc(shared.port, other) as eve:
        eve.say(text)
        eve.say("and hide that")
        dora.sees(text)
        dora.say("/join #tea")
        dora.is_in("#tea")
        for command in ("/pin", "/mute", "/join #garden"):
            dora.say(command)
        dora.is_in("#garden")
        dora.say("/mute")
        dora.sees("#garden is mute")
        dora.goes_to("lobby")
        dora.do("Save for yourself", text)
        dora.say("/pins")
        expect(dora.page.get_by_role("dialog")).to_contain_text(text)
        assert violations(dora) == ""
        dora.page.keyboard.press("Escape")
        dora.say(f"/ignore {other}")
        # One row for both, or one for each where a piece of the list ends between them.
        expect(dora.page.get_by_text(re.compile("messages? of somebody you ignore")).last).to_be_visible()
        expect(dora.row(text)).to_have_count(0)
        expect(dora.page.get_by_role("list", name="Pinned").get_by_role("button")).to_have_accessible_name("tea muted")
        assert violations(dora) == ""


# ---- the keyboard alone


@pytest.fixture
def ann(server, visit):
    """She came in by the keyboard."""
    ann = visit(server)
    ann.page.keyboard.type("ann")
    ann.page.keyboard.press("Enter")
    ann.is_in("#lobby")
    expect(ann.message).to_be_focused()
    return ann


def test_the_keyboard_answers_and_reacts(server, ann):
    press, write = ann.page.keyboard.press, ann.page.keyboard.type
    with Irc(server.port, "bob") as bob:
        bob.say("how are you?")
        ann.sees("how are you?")
        press("Alt+m")
        expect(ann.row("how are you?")).to_be_focused()
        press("r")
        expect(ann.message).to_be_focused()
        write("well")
        press("Enter")
        bob.expect(r"\+draft/reply=\S+ :ann!\S+ PRIVMSG #lobby :well$")
        ann.sees("well", nick="ann")
        press("Alt+m")
        press("ArrowUp")
        expect(ann.row("how are you?").first).to_be_focused()
        press("=")
        expect(ann.page.get_by_label("Find an emoji")).to_be_focused()
        write("heart")
        press("Enter")
        bob.expect(r"\+draft/react=")
        press("Escape")
        expect(ann.message).to_be_focused()


def test_anyone_who_comes_in_can_write_at_once_also_where_all_that_happens_is_drawn_in_one_frame(server, visit):
    ann = visit(server)
    ann.page.evaluate("""() => {
        const frame = window.requestAnimationFrame;
        window.requestAnimationFrame = (draw) => setTimeout(() => frame(draw), 1000);
    }""")
    ann.come_in("ann")
    expect(ann.message).to_be_focused()


def test_a_key_that_comes_before_what_it_needs_is_loaded_is_not_lost(server, visit):
    ann = visit(server, service_workers="block", excused=re.compile("Service Worker"))
    held = []
    ann.page.route("**/message-tools.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    ann.come_in("ann")
    with Irc(server.port, "bob") as bob:
        bob.say("how are you?")
        ann.sees("how are you?")
        ann.page.keyboard.press("Alt+m")
        expect(ann.row("how are you?")).to_be_focused()
        ann.page.keyboard.press("r")
        while not held:  # each call to the page lets Playwright tell of what it holds; the test's own limit ends it
            ann.page.evaluate("0")
        held[0].continue_()
        expect(ann.page.get_by_text("Replying to bob")).to_be_visible()
        expect(ann.message).to_be_focused()
        expect(ann.message).to_have_value("")


@pytest.mark.parametrize(
    ("shortcut", "module", "shown"),
    [
        ("Control+f", "search-panel", lambda page: page.get_by_text("1 found, the newest first.")),
        ("Alt+k", "switcher", lambda page: page.get_by_role("heading", name="#heron")),
    ],
)
def test_what_is_typed_before_the_field_is_loaded_is_typed_into_it(server, visit, shortcut, module, shown):
    ann = visit(server, service_workers="block", excused=re.compile("Service Worker"))
    held = []
    ann.page.route(f"**/{module}.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    ann.come_in("ann")
    ann.say("a heron")
    ann.sees("a heron")
    ann.page.keyboard.press(shortcut)
    ann.page.keyboard.type("herom")
    ann.page.keyboard.press("Backspace")
    ann.page.keyboard.type("n")
    ann.page.keyboard.press("Enter")
    while not held:  # as above
        ann.page.evaluate("0")
    held[0].continue_()
    expect(shown(ann.page)).to_be_visible()
    expect(ann.message).to_have_value("")


def test_what_was_meant_for_a_field_that_does_not_come_is_not_sent_as_a_message(server, visit):
    ann = visit(server, service_workers="block", excused=re.compile("Service Worker|ERR_FAILED|imported module"))
    held = []
    ann.page.route("**/search-panel.js", lambda route: held.append(route))  # noqa: PLW0108 - as above
    ann.come_in("ann")
    expect(ann.message).to_be_focused()
    ann.page.keyboard.press("Control+f")
    ann.page.keyboard.type("my secret")
    ann.page.keyboard.press("Enter")
    while not held:  # as above
        ann.page.evaluate("0")
    held[0].abort()
    expect(ann.page.locator("connection-banner")).to_contain_text("A part of this page could not be loaded")
    expect(ann.message).to_have_value("my secret")
    expect(ann.row("my secret")).to_have_count(0)


def test_the_keyboard_goes_from_channel_to_channel(server, ann):
    press, write = ann.page.keyboard.press, ann.page.keyboard.type
    with Irc(server.port, "bob") as bob:
        press("Alt+k")
        expect(ann.page.get_by_role("combobox", name="Go to")).to_be_focused()
        write("#garden")
        press("Enter")
        ann.is_in("#garden")
        bob.say("ann: come back")
        expect(ann.page.locator("channel-list .mentions")).to_be_visible()
        press("Alt+a")
        ann.is_in("#lobby")
        ann.sees("ann: come back")
        press("Alt+ArrowUp")
        ann.is_in("#garden")
        press("Alt+2")
        ann.is_in("#lobby")
        expect(ann.message).to_be_focused()


def test_the_keyboard_searches_and_goes_to_what_was_found(server, ann):
    press, write = ann.page.keyboard.press, ann.page.keyboard.type
    with Irc(server.port, "bob") as bob:
        bob.say("the heron is back")
        ann.sees("the heron is back")
        press("Control+f")
        expect(ann.page.get_by_label("Search messages")).to_be_focused()
        write("heron")
        press("Enter")
        expect(ann.page.get_by_role("region", name="Results")).to_contain_text("1 found")
        # Only here, what can be typed, the results, and the first of them.
        for _ in range(4):
            press("Tab")
        expect(ann.page.get_by_role("button", name="Show the message of bob in #lobby")).to_be_focused()
        press("Enter")
        expect(ann.row("the heron is back")).to_be_focused()
        press("Escape")
        expect(ann.message).to_be_focused()


def test_the_keyboard_opens_the_menu_of_a_message_and_goes_through_it(server, ann):
    press = ann.page.keyboard.press
    ann.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with Irc(server.port, "bob") as bob:
        bob.say("how are you?")
        ann.sees("how are you?")
        press("Alt+m")
        more = ann.row("how are you?").get_by_role("toolbar").get_by_role("button", name="More")
        expect(more).to_be_visible()
        for _ in range(12):
            press("Tab")
            if more.evaluate("(button) => button === document.activeElement"):
                break
        expect(more).to_be_focused()
        press("Enter")
        menu = ann.page.get_by_role("menu", name="More for this message")
        expect(menu.get_by_role("menuitem").first).to_be_focused()
        assert violations(ann) == ""
        press("ArrowUp")
        expect(menu.get_by_role("menuitem").last).to_be_focused()
        press("Home")
        press("Escape")
        expect(menu).to_have_count(0)
        expect(more).to_be_focused()


def test_the_keyboard_asks_for_help(ann):
    ann.page.keyboard.press("F1")
    help_ = ann.page.get_by_role("dialog", name="Keys and commands")
    expect(help_).to_contain_text("/join #channel")
    expect(help_).to_contain_text("Alt A")
    ann.page.keyboard.press("Escape")
    expect(ann.message).to_be_focused()


def test_a_screen_reader_hears_what_is_said(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bob") as bob:
        bob.say("read this out")
        heard = ann.page.get_by_role("log", name="New messages")
        expect(heard).to_have_text("bob: read this out")


def test_tab_goes_through_the_page_in_order(server, visit):
    ann = visit(server, "ann")
    ann.page.locator(".skip").focus()
    seen = []
    for _ in range(20):
        ann.page.keyboard.press("Tab")
        name = ann.page.evaluate(
            "document.activeElement.ariaLabel || document.activeElement.textContent.trim().slice(0, 30)"
        )
        seen.append(name)
    assert "Message #lobby" in seen
    assert re.search("lobby", " ".join(seen[:4]))


def test_the_name_of_the_server_is_not_cut(server, visit):
    ann = visit(server, "ann", size=(1000, 600))
    assert ann.page.evaluate(
        """() => {
          const name = document.querySelector("network-head strong");
          return name.scrollWidth <= name.clientWidth && name.scrollHeight <= name.clientHeight;
        }"""
    )
