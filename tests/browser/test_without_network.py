"""The page without a network, without one of its files, and in a browser that is too old for it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import LOST
from tests.e2e.wire import Irc

AWAY = "No connection; trying again. These messages are stored in this browser; newer ones follow."


def test_a_page_that_is_loaded_without_a_server_shows_what_is_stored_and_goes_on_by_itself(server, visit):
    ann = visit(server, "ann", excused=LOST)
    topic = ann.page.locator("conversation-head .topic")
    with Irc(server.port, "bob") as bob:
        bob.say("said before")
        ann.sees("said before", nick="bob")
        ann.say("/join #garden")
        ann.is_in("#garden")
        ann.say("/topic All about roses")
        expect(topic).to_have_text("All about roses")
        ann.message.fill("half a sentence")
        ann.goes_to("lobby")
        ann.until("navigator.serviceWorker.controller !== null")
        # A page that is left stores what it shows.
        ann.page.reload()
        ann.is_in("#lobby")
    server.kill()
    expect(ann.page.locator("connection-banner")).to_contain_text("No connection; trying again.")
    ann.say("written without a server")
    expect(ann.row("written without a server")).to_contain_text("Waits for the connection")

    ann.page.reload()

    expect(ann.page.locator("connection-banner")).to_contain_text(f"{AWAY} One message waits and will be sent.")
    expect(ann.page.get_by_role("heading", level=1, name="#lobby")).to_be_visible()
    expect(topic).to_have_text("No connection")
    expect(ann.page.locator("my-card")).to_contain_text("ann")
    expect(ann.page.locator("member-list")).to_contain_text("Without a connection it is not known who is here.")
    assert ann.texts() == ["said before", "written without a server"]
    ann.goes_to("garden")
    expect(topic).to_have_text("All about roses")
    expect(ann.message).to_have_value("half a sentence")
    ann.goes_to("lobby")
    server.start()
    with Irc(server.port, "bob") as bob:
        ann.page.locator("connection-banner button").dispatch_event("click")
        ann.sees("written without a server", nick="ann")
        bob.say("said after")
        ann.sees("said after", nick="bob")
    assert ann.texts() == ["said before", "written without a server", "said after"]
    expect(ann.page.locator("connection-banner")).to_be_hidden()


def test_whoever_goes_back_while_there_is_no_connection_stays_there_when_there_is_one(server, visit):
    ann = visit(server, "ann", excused=LOST)
    ann.say("/join #garden")
    ann.is_in("#garden")
    ann.until("navigator.serviceWorker.controller !== null")
    # A page that is left stores what it shows.
    ann.page.reload()
    ann.is_in("#garden")
    server.kill()
    expect(ann.page.locator("connection-banner")).to_contain_text("No connection; trying again.")
    ann.page.reload()
    ann.is_in("#garden")
    ann.page.go_back()
    ann.is_in("#lobby")
    server.start()
    with Irc(server.port, "bob") as bob:
        ann.page.locator("connection-banner button").dispatch_event("click")
        expect(ann.page.locator("connection-banner")).to_be_hidden()
        bob.say("are you here?", "#lobby")
        ann.sees("are you here?", nick="bob")
    ann.is_in("#lobby")
    expect(ann.page).to_have_url(re.compile("/#/c/%23lobby$"))


STORED = """() => new Promise((done) => {
  const opening = indexedDB.open("chover", 1);
  opening.onsuccess = () => {
    const all = opening.result.transaction("conversations").objectStore("conversations").getAll();
    all.onsuccess = () => done(all.result.map(({ key }) => key));
  };
})"""


def stored(visitor):
    """The conversations that the browser stores, as soon as there is one: it is written after the page has shown it."""
    return visitor.page.evaluate(f"""async () => {{
      for (;;) {{
        const keys = await ({STORED})();
        if (keys.length) return keys;
      }}
    }}""")


def test_a_guest_stores_nothing_private(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bob") as bob:
        bob.send("PRIVMSG ann :between us")
        bob.say("for everybody")
        ann.sees("for everybody", nick="bob")
        ann.page.reload()
        ann.is_in("#lobby")
        assert stored(ann) == ["#lobby"]


def test_nothing_is_stored_any_more_after_signing_out(server, visit):
    ann = visit(server, "ann")
    ann.say("not for the next one at this computer")
    ann.sees("not for the next one at this computer")
    ann.page.reload()
    ann.is_in("#lobby")
    assert stored(ann) == ["#lobby"]
    ann.page.locator("my-card .me").click()
    ann.page.get_by_role("button", name=re.compile("^(Sign out|Leave)")).click()
    expect(ann.page.get_by_role("button", name="Come in")).to_be_visible()
    assert ann.page.evaluate(STORED) == []


@pytest.mark.parametrize(
    ("answer", "title", "words"),
    [
        (None, "The page did not arrive completely", "loaded again when the network is back"),
        ("const broken = ;", "This page has a fault", "SyntaxError: Unexpected token ';' (app.js, line 1)"),
        ("missing();", "This page has a fault", "missing is not defined (app.js, line 1)"),
    ],
    ids=["missing", "syntax", "fault"],
)
def test_a_page_that_cannot_start_says_so_and_tries_again(shared, visit, answer, title, words):
    expected = re.compile("ERR_FAILED|Unexpected token|missing is not defined")
    ann = visit(shared, service_workers="block", excused=expected)
    ann.page.route(
        "**/app.js",
        lambda route: route.abort() if answer is None else route.fulfill(body=answer, content_type="text/javascript"),
    )
    ann.page.reload()

    alert = ann.page.get_by_role("alert")
    expect(alert.get_by_role("heading", name=title)).to_be_visible()
    expect(alert).to_contain_text(words)
    ann.page.unroute("**/app.js")
    alert.get_by_role("button", name="Try again").click()
    expect(ann.page.get_by_role("button", name="Come in")).to_be_visible()


def test_a_browser_that_is_too_old_is_told_so(shared, visit):
    ann = visit(shared, excused=re.compile("there is no"))
    ann.page.add_init_script("delete Promise.withResolvers")
    ann.page.reload()
    expect(ann.page.get_by_role("alert")).to_contain_text("This browser is too old for this page")


def test_a_part_that_cannot_be_loaded_is_said_and_the_page_goes_on(server, visit):
    ann = visit(server, "ann", service_workers="block", excused=re.compile("Service Worker|ERR_FAILED|imported module"))
    ann.page.route("**/settings-dialog.js", lambda route: route.abort())
    ann.page.get_by_role("button", name="Settings").click()
    banner = ann.page.locator("connection-banner")
    expect(banner).to_contain_text("A part of this page could not be loaded")
    ann.say("and still I write")
    ann.sees("and still I write")
    ann.page.unroute("**/settings-dialog.js")
    banner.get_by_role("button", name="Load the page again").click()
    ann.is_in("#lobby")
    ann.page.get_by_role("button", name="Settings").click()
    expect(ann.page.get_by_role("dialog", name="Settings")).to_be_visible()


def test_what_was_deleted_meanwhile_is_gone_as_soon_as_there_is_a_connection(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bob", "message-tags echo-message draft/message-redaction") as bob:
        bob.say("stays")
        gone = bob.say("is taken back")
        ann.sees("is taken back", nick="bob")
        assert stored(ann) == ["#lobby"]
        url = ann.page.url
        ann.page.goto("about:blank")
        bob.send(f"REDACT #lobby {gone}")
        bob.fence()
        ann.page.goto(url)
        ann.is_in("#lobby")
        bob.say("afterwards")
        ann.sees("afterwards", nick="bob")
        expect(ann.page.locator("message-list")).not_to_contain_text("is taken back")
