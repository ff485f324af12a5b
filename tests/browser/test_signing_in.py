"""The ways in: as a guest, with an account, by an invitation. No password and no invitation is kept anywhere."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import NO_WORKER
from tests.e2e.server import chover
from tests.e2e.wire import Irc


def operator(server, *arguments, text=""):
    ended = chover(*arguments, "--data", str(server.data), home=server.home, text=text)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def invitation(server, *more):
    """The token of a link."""
    link = json.loads(operator(server, "invite", "--json", *more))["link"]
    return re.search(r"invite=([\w-]+)", link)[1]


def kept(visitor):
    """All that the browser keeps of the page."""
    return visitor.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.cookie])"
    )


def log_in(visitor, name, password):
    visitor.page.get_by_label("Name", exact=True).fill(name)
    visitor.chooses("Log in")
    visitor.page.get_by_label("Password", exact=True).fill(password)
    visitor.page.get_by_role("button", name="Log in").click()


@pytest.fixture
def alice(serve):
    """A server on which alice has an account."""
    server = serve()
    operator(server, "account", "add", "alice", "--password", text="open sesame\n")
    return server


def test_a_password_is_used_once_and_a_token_of_this_browser_from_then_on(alice, visit):
    browser = visit(alice)
    log_in(browser, "alice", "open sesame")
    browser.is_in("#lobby")
    expect(browser.page.locator("my-card")).to_contain_text("Signed in")
    browser.until("(localStorage['chover.identity'] ?? '').includes('chover-')")
    assert "sesame" not in kept(browser)
    browser.page.reload()
    browser.is_in("#lobby")
    expect(browser.page.locator("my-card")).to_contain_text("Signed in")
    browser.page.locator("my-card .me").click()
    browser.page.get_by_role("button", name="Sign out").click()
    expect(browser.page.get_by_label("Name", exact=True)).to_be_visible()
    assert "chover-" not in kept(browser)


def test_a_wrong_password_is_refused_in_words_and_may_be_tried_again(alice, visit):
    browser = visit(alice)
    log_in(browser, "alice", "guess")
    expect(browser.page.get_by_role("alert")).to_contain_text(re.compile("password", re.IGNORECASE))
    expect(browser.page.get_by_role("radio", name="Log in")).to_be_checked()
    log_in(browser, "alice", "open sesame")
    browser.is_in("#lobby")


def test_a_guest_is_told_that_a_name_is_taken_and_how_to_get_it(alice, visit):
    browser = visit(alice, "alice")
    expect(browser.page.locator("toast-line")).to_contain_text("alice is taken, so you are alice2.")
    expect(browser.page.locator("my-card")).to_contain_text("Guest")


def test_a_guest_keeps_the_name_by_making_an_account(server, visit):
    browser = visit(server, "dora")
    browser.page.locator("my-card .me").click()
    browser.page.get_by_role("dialog").get_by_label("Password").fill("something long")
    browser.page.get_by_role("button", name="Make an account").click()
    expect(browser.page.locator("my-card")).to_contain_text("Signed in")
    browser.until("(localStorage['chover.identity'] ?? '').includes('chover-')")
    assert "something long" not in kept(browser)


def test_accounts_only_asks_for_the_password(serve, visit):
    server = serve(CHOVER_ACCOUNTS_REQUIRED="true")
    browser = visit(server)
    expect(browser.page.get_by_role("radio", name="Log in")).to_be_checked()
    expect(browser.page.get_by_role("radio", name="Guest")).to_be_hidden()
    expect(browser.page.get_by_label("Password", exact=True)).to_be_visible()


def test_an_invitation_lets_somebody_in_with_nothing_but_a_name(serve, visit):
    server = serve(CHOVER_ACCOUNTS_REQUIRED="true", CHOVER_ACCOUNTS_REGISTRATION="invite")
    token = invitation(server, "--channel", "#tea")
    browser = visit(server, path=f"#invite={token}&pin=abc")
    expect(browser.page.get_by_role("heading", name="You are invited")).to_be_visible()
    assert token not in browser.page.url
    browser.page.get_by_label("Name", exact=True).fill("dora")
    browser.page.get_by_role("button", name="Come in").click()
    expect(browser.page.locator("channel-list").get_by_role("button", name="tea")).to_be_visible()
    expect(browser.page.locator("my-card")).to_contain_text("Signed in")
    assert token not in kept(browser)
    browser.page.reload()
    expect(browser.page.locator("channel-list").get_by_role("button", name="tea")).to_be_visible()
    # It was for one.
    other = visit(server, path=f"#invite={token}")
    other.page.get_by_label("Name", exact=True).fill("eve")
    other.page.get_by_role("button", name="Come in").click()
    expect(other.page.get_by_role("alert")).to_contain_text("was used already")
    assert token not in server.log()


def test_anyone_who_is_here_already_follows_an_invitation_in_place(alice, visit):
    browser = visit(alice)
    log_in(browser, "alice", "open sesame")
    browser.is_in("#lobby")
    token = invitation(alice, "--channel", "#tea")
    browser.page.evaluate(f"location.hash = 'invite={token}'")
    expect(browser.page.locator("channel-list").get_by_role("button", name="tea")).to_be_visible()
    assert token not in browser.page.url


def test_a_page_without_https_names_its_limits(server, visit):
    browser = visit(server, host="chat.home.arpa", excused=re.compile("Cross-Origin-Opener-Policy"))
    expect(browser.page.locator("sign-in")).to_contain_text("This page was loaded without https")
    browser.come_in("ann")
    browser.say("it works all the same")
    browser.sees("it works all the same")
    with Irc(server.port, "carol") as carol:
        carol.say("both ways")
        browser.sees("both ways")


def test_the_servers_own_certificate_is_enough_for_a_browser_that_was_told_so(server, visit):
    browser = visit(server, "ann", scheme="https", ignore_https_errors=True, excused=NO_WORKER)
    browser.say("over TLS")
    browser.sees("over TLS", nick="ann")


def test_what_was_read_on_one_device_is_read_on_the_other(alice, visit):
    desk, phone = visit(alice), visit(alice, size=(390, 800))
    for browser in (desk, phone):
        log_in(browser, "alice", "open sesame")
        browser.is_in("#lobby")
    desk.say("/join #garden")
    desk.is_in("#garden")
    phone.page.evaluate("document.dispatchEvent(new CustomEvent('toggle-list'))")
    phone.goes_to("garden")
    with Irc(alice.port, "carol") as carol:
        carol.say("alice: did you see this?")
        lobby = phone.page.locator("channel-list .conversation", has_text="lobby")
        expect(lobby).to_contain_text("1 unread, 1 for you")
        desk.goes_to("lobby")
        desk.sees("did you see this?")
        expect(lobby).not_to_contain_text("unread")


def test_a_first_visitor_sees_the_servers_name_its_welcome_and_all_ways_in(serve, visit):
    server = serve(CHOVER_SERVER_NETWORK="TeaHouse", CHOVER_SERVER_MOTD="Be kind.\nTea is at five.")
    browser = visit(server)
    expect(browser.page.get_by_role("heading", name="TeaHouse")).to_be_visible()
    expect(browser.page.locator("sign-in .welcome")).to_have_text("Be kind.\nTea is at five.")
    ways = browser.page.locator(".ways label")
    expect(ways).to_have_text(["Guest", "Log in", "Create account", "Forgot password"])
    boxes = browser.places(ways)[:3]
    assert len({(box["y"], box["height"]) for box in boxes}) == 1, "they stand in one row; the rare one does not"


def test_an_account_is_made_from_outside_and_is_used_from_then_on(server, visit):
    browser = visit(server)
    browser.chooses("Create account")
    browser.page.get_by_label("Name", exact=True).fill("dora")
    browser.page.get_by_label("New password").fill("something long")
    browser.press(browser.page.get_by_role("button", name="Create account"))
    browser.is_in("#lobby")
    expect(browser.page.locator("my-card")).to_contain_text("Signed in")
    browser.until("(localStorage['chover.identity'] ?? '').includes('chover-')")
    assert "something long" not in kept(browser)
    other = visit(server)
    other.chooses("Create account")
    other.page.get_by_label("Name", exact=True).fill("dora")
    other.page.get_by_label("New password").fill("something else")
    other.press(other.page.get_by_role("button", name="Create account"))
    expect(other.page.get_by_role("alert")).to_contain_text("taken")
    expect(other.page.get_by_role("radio", name="Create account")).to_be_checked()


def test_a_forgotten_password_is_set_anew_with_the_operators_code(alice, visit):
    code = re.search(r"RESET alice (\S+)", operator(alice, "account", "passwd", "alice"))[1]
    browser = visit(alice)
    browser.chooses("Forgot password")
    browser.page.get_by_label("Name", exact=True).fill("alice")
    browser.page.get_by_label("New password").fill("something new")
    browser.page.get_by_label("Code").fill("wrong")
    browser.press(browser.page.get_by_role("button", name="Set the password and log in"))
    expect(browser.page.get_by_role("alert")).to_contain_text("code is wrong")
    browser.page.get_by_label("Code").fill(code)
    browser.press(browser.page.get_by_role("button", name="Set the password and log in"))
    browser.is_in("#lobby")
    expect(browser.page.locator("my-card")).to_contain_text("Signed in")


@pytest.mark.parametrize(
    ("way", "fields"), [("Create account", {"E-mail": "dora@example.org"}), ("Forgot password", {})]
)
def test_a_code_by_mail_finishes_what_was_begun(serve, visit, mailbox, way, fields):
    server = serve(**mailbox.settings, CHOVER_ACCOUNTS_EMAIL_REQUIRED="true")
    if way == "Forgot password":
        operator(server, "account", "add", "dora", "--email", "dora@example.org", "--password", text="open sesame\n")
    browser = visit(server)
    browser.chooses(way)
    browser.page.get_by_label("Name", exact=True).fill("dora")
    for label, text in fields.items():
        browser.page.get_by_label(label, exact=True).fill(text)
        browser.page.get_by_label("New password").fill("something new")
    browser.page.locator("sign-in .primary").click()
    expect(browser.page.get_by_label("Code")).to_be_focused()
    browser.page.get_by_label("Code").fill(mailbox.code())
    if not fields:
        browser.page.get_by_label("New password").fill("something new")
    browser.page.locator("sign-in .primary").click()
    browser.is_in("#lobby")
    expect(browser.page.locator("my-card")).to_contain_text("Signed in")


def test_a_room_that_has_just_begun_says_what_to_do_next(server, visit):
    browser = visit(server, "dora", host="chat.home.arpa", excused=re.compile("Cross-Origin-Opener-Policy"))
    steps = browser.page.get_by_role("list", name="What to do next").get_by_role("button")
    expect(steps).to_have_text(
        [re.compile(name) for name in ("Invite", "Make a channel", "Keep your name", "Notifications")]
    )
    browser.press(steps.nth(2))
    expect(browser.page.get_by_role("dialog").get_by_label("Password")).to_be_visible()
    browser.page.keyboard.press("Escape")
    for number in range(20):
        browser.say(f"line {number}")
    browser.sees("line 19")
    browser.page.reload()
    browser.is_in("#lobby")
    expect(browser.page.get_by_text("This is where #lobby begins.")).to_be_attached()
    expect(steps).to_have_count(0)
