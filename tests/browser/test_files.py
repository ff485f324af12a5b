"""Files from the page: chosen, dropped, pasted; with a progress bar, and shown when they are pictures of our own."""

import base64
import itertools
import re

import pytest
from playwright.sync_api import expect

from chover.files.uploads import clean_name
from tests.browser.devices import both
from tests.browser.test_safety import ATTACKS, FOREIGN
from tests.e2e.conftest import serving
from tests.e2e.server import chover
from tests.e2e.wire import Irc

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NUMBERS = itertools.count()
GIVE = """([target, kind, name, type, base64]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))], name, { type }));
  const event = kind === "paste" ? new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data })
    : new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data });
  document.querySelector(target).dispatchEvent(event);
}"""


@pytest.fixture
def open_house(serve):
    """Guests may upload here."""
    return serve(CHOVER_FILES_GUESTS="true")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    """The same, shared by tests one after the other."""
    with serving(tmp_path_factory.mktemp("strangers")) as start:
        yield start(CHOVER_FILES_GUESTS="true", CHOVER_LIMITS_FLOOD="false")


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_given_and_shown_to_others(open_house, visit, kind):
    ann, bob = visit(open_house, "ann"), visit(open_house, "bob")
    ann.page.evaluate(GIVE, ["#message", kind, "a dot.png", "image/png", base64.b64encode(PIXEL).decode()])
    card = ann.page.locator("upload-list li")
    expect(card).to_contain_text(f"a dot.png{len(PIXEL)} bytes")
    expect(card.locator("img")).to_be_visible()
    ann.until("document.querySelector('upload-list img').naturalWidth === 1")
    ann.say("look at this")
    expect(card).to_have_count(0)
    said = bob.sees("look at this").locator(".text")
    address = rf"http://127\.0\.0\.1:{open_house.port}/files/\S+/a%20dot\.png#1x1"
    expect(said).to_have_text("look at this")
    expect(bob.page.locator(".preview")).to_have_attribute("href", re.compile(f"^{address}$"))
    picture = bob.page.locator(".preview img")
    expect(picture).to_have_attribute("alt", "a dot.png")
    bob.until("document.querySelector('.preview img').naturalWidth === 1")
    assert bob.page.request.get(picture.get_attribute("src")).ok


def test_a_file_on_its_way_has_a_bar_and_can_be_stopped(open_house, visit, tmp_path):
    ann = visit(open_house, "ann")
    large = tmp_path / "film.bin"
    large.write_bytes(b"\0" * 8_000_000)
    slow = ann.page.context.new_cdp_session(ann.page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000},
    )
    ann.page.locator("upload-list input[type=file]").set_input_files(large)
    bar = ann.page.get_by_role("progressbar", name="Sending film.bin")
    expect(bar).to_be_visible()
    ann.until("document.querySelector('upload-list progress').value > 0.01")
    ann.page.get_by_role("button", name="Do not send film.bin").click()
    expect(bar).to_have_count(0)
    expect(ann.message).to_have_value("")


@pytest.fixture
def held(open_house, visit, device):
    """Ann's page, and the uploads that wait until the test lets them go on."""
    ann = visit(open_house, "ann", service_workers="block", excused=re.compile("Service Worker|ERR_FAILED"))
    requests = []
    ann.page.route(
        "**/files**", lambda route: requests.append(route) if route.request.method == "POST" else route.continue_()
    )
    return ann, requests


def awaits(visitor, requests, count):
    """Each call to the page lets Playwright tell of what it holds; the test's own limit ends it."""
    while len(requests) < count:
        visitor.page.evaluate("0")


def gives_note(visitor, name):
    visitor.page.evaluate(GIVE, ["#message", "drop", name, "text/plain", base64.b64encode(b"a secret").decode()])


@both
def test_a_file_belongs_to_the_conversation_that_it_was_given_in(open_house, held):
    ann, requests = held
    cards = ann.page.locator("upload-list li")
    with Irc(open_house.port, "bob") as bob:
        ann.say("/query bob")
        ann.is_in("bob")
        gives_note(ann, "secret.txt")
        expect(cards).to_contain_text("secret.txt")
        ann.message.fill("only for you")
        ann.send()
        expect(ann.page.locator("message-composer .hint:not([hidden])")).to_have_text(
            "secret.txt is still being uploaded."
        )
        awaits(ann, requests, 1)
        ann.goes_to("lobby")
        expect(cards).to_have_count(0)
        requests[0].continue_()
        gives_note(ann, "open.txt")
        awaits(ann, requests, 2)
        requests[1].continue_()
        expect(ann.page.locator("upload-list .done")).to_contain_text("open.txt")
        expect(ann.message).to_have_value("")
        ann.say("for everybody")
        bob.expect(r"PRIVMSG #lobby :for everybody http\S+/open\.txt#size=\d+$")
        ann.goes_to("bob")
        expect(ann.page.locator("upload-list .done")).to_contain_text("secret.txt")
        expect(ann.message).to_have_value("only for you")
        ann.send()
        bob.expect(r"PRIVMSG bob :only for you http\S+/secret\.txt#size=\d+$")
        expect(cards).to_have_count(0)


@both
def test_a_file_that_failed_is_tried_again(open_house, held):
    ann, requests = held
    gives_note(ann, "note.txt")
    awaits(ann, requests, 1)
    requests[0].abort()
    failed = ann.page.locator("upload-list .failed")
    expect(failed.get_by_role("alert")).to_have_text("The connection broke. Try again.")
    ann.press(failed.get_by_role("button", name="Try again"))
    awaits(ann, requests, 2)
    requests[1].continue_()
    expect(ann.page.locator("upload-list .done")).to_contain_text("note.txt8 bytes")


def test_a_file_that_the_server_has_is_still_there_after_the_page_was_loaded_again(open_house, visit):
    ann = visit(open_house, "ann")
    gives_note(ann, "note.txt")
    expect(ann.page.locator("upload-list .done")).to_contain_text("note.txt")
    ann.page.reload()
    ann.is_in("#lobby")
    expect(ann.page.locator("upload-list .done")).to_contain_text("note.txt8 bytes")
    ann.message.press("Enter")
    expect(ann.messages.last.locator("a")).to_have_attribute("href", re.compile(r"note.txt#size=\d+$"))
    ann.page.reload()
    ann.is_in("#lobby")
    expect(ann.page.locator("upload-list li")).to_have_count(0)


def test_a_refused_file_says_why(server, visit, tmp_path):
    ann = visit(server, "ann")
    ann.excused = re.compile("401")
    note = tmp_path / "note.txt"
    note.write_text("hello")
    ann.page.locator("upload-list input[type=file]").set_input_files(note)
    card = ann.page.locator("upload-list .failed")
    expect(card).to_contain_text("note.txt")
    expect(card.get_by_role("alert")).not_to_be_empty()
    ann.say("with a note")
    expect(ann.page.locator("message-composer .hint:not([hidden])")).to_contain_text("note.txt was not uploaded")
    expect(ann.message).to_have_value("with a note")
    ann.press(card.get_by_role("button", name="Do not send note.txt"))
    expect(card).to_have_count(0)
    ann.send()
    assert ann.sees("with a note").locator(".text").inner_text() == "with a note"


def gives(visitor, name, content=PIXEL):
    """Drop a file, and say its address, which is returned when it is kept."""
    visitor.page.evaluate(GIVE, ["#message", "drop", name, "image/png", base64.b64encode(content).decode()])
    expect(visitor.page.locator("upload-list .done")).to_have_count(1)
    # Words that no message before has: those of other tests are still arriving, perhaps.
    words = f"file {next(NUMBERS)} of mine"
    visitor.message.fill(words)
    visitor.message.press("Enter")
    return visitor.sees(words).locator(".media a").get_attribute("href")


def test_a_name_of_a_picture_runs_nothing(strangers, visit):
    ann, bob = visit(strangers, "ann"), visit(strangers, "bob")
    for name in ATTACKS:
        address = gives(ann, f"{name}dot.png")
        preview = f"document.querySelector('.preview[href=\"{address}\"] img')"
        bob.until(f"{preview}?.naturalWidth === 1")
        assert bob.page.evaluate(f"{preview}.alt") == clean_name(f"{name}dot.png")
    for visitor in (ann, bob):
        assert visitor.page.evaluate(FOREIGN) == []


def test_a_file_is_saved_under_a_name_that_is_safe(strangers, visit):
    ann = visit(strangers, "ann")
    for name in ATTACKS:
        address = gives(ann, f"{name}.bin", b"MZ\0\1")
        with ann.page.expect_download() as saved:
            ann.page.locator(f'message-list a[href="{address}"]').click()
        under = saved.value.suggested_filename
        assert under.isprintable()
        assert under.endswith("bin")
        assert not set(under) & set("/\\<>:")
        assert not under.startswith(".")


def test_a_page_that_was_uploaded_is_shown_as_its_text(strangers, visit):
    ann = visit(strangers, "ann")
    page = b"<!doctype html><title>x</title><script>opener.ran = 1; document.title = 'ran'</script>"
    address = gives(ann, "page.html", page)
    with ann.page.expect_popup() as opened:
        ann.page.locator(f'message-list a[href="{address}"]').click()
    expect(opened.value.locator("body")).to_contain_text("<script>opener.ran = 1")
    assert opened.value.title() != "ran"
    assert ann.page.evaluate(FOREIGN) == []


def test_a_refused_file_is_named_in_plain_text(server, visit):
    ann = visit(server, "ann", excused=re.compile("401"))
    for name in ATTACKS:
        ann.page.evaluate(GIVE, ["#message", "drop", f"{name}.png", "image/png", base64.b64encode(PIXEL).decode()])
    expect(ann.page.locator("upload-list .failed")).to_have_count(len(ATTACKS))
    assert "\u202e" not in ann.page.locator("upload-list").inner_text()
    assert ann.page.evaluate(FOREIGN) == []


def test_an_address_that_no_server_made_breaks_no_page(strangers, visit):
    ann = visit(strangers, "ann")
    files = f"http://127.0.0.1:{strangers.port}/files/AAAAAAAAAAAAAAAAAAAAAA"
    ann.excused = re.compile("404|400")
    with Irc(strangers.port, "eve") as eve:
        for name in ("%zz.png", "%E0%A4%A.png", "%00.png", "%2e%2e%2fapp.js%3f.png"):
            eve.say(f"{files}/{name}")
        eve.say("the last of it")
        ann.sees("the last of it")
        expect(ann.page.locator(f'.preview[href^="{files}"]')).to_have_count(4)
        assert ann.page.evaluate(FOREIGN) == []


@pytest.mark.parametrize(
    "typed",
    ["/msg NickServ REGISTER something-long", "/register * something-long", "/quote NS REGISTER something-long"],
)
def test_a_file_is_taken_right_after_the_documented_registration(serve, visit, typed):
    server = serve()
    ann, bob = visit(server, "ann"), visit(server, "bob")
    ann.say(typed)
    expect(ann.page.locator("my-card")).to_contain_text("Signed in")
    ann.until("(localStorage['chover.identity'] ?? '').includes('chover-')")
    ann.goes_to("lobby")
    ann.page.evaluate(GIVE, ["#message", "paste", "a dot.png", "image/png", base64.b64encode(PIXEL).decode()])
    expect(ann.page.locator("upload-list li")).to_contain_text("a dot.png")
    ann.until("document.querySelector('upload-list img')?.naturalWidth === 1")
    ann.say("look at this")
    expect(bob.sees("look at this").locator(".preview")).to_have_attribute(
        "href", re.compile(r"/files/\S+/a%20dot\.png")
    )
    assert "something-long" not in ann.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    # One device, one token, however the account was made.
    tokens = chover("account", "tokens", "ann", "--json", "--data", str(server.data), home=server.home).stdout
    assert len(tokens.splitlines()) == 1


def test_a_file_is_taken_right_after_identify_and_the_browser_comes_in_again(serve, visit):
    server = serve()
    with Irc(server.port, "dora") as dora:
        dora.send("NS REGISTER something-long")
        dora.until(" 900 ")
    guest = visit(server, "guest")
    guest.say("/msg NickServ IDENTIFY dora something-long")
    expect(guest.page.locator("my-card")).to_contain_text("Signed in")
    guest.until("(localStorage['chover.identity'] ?? '').includes('chover-')")
    guest.goes_to("lobby")
    guest.page.evaluate(GIVE, ["#message", "drop", "a dot.png", "image/png", base64.b64encode(PIXEL).decode()])
    guest.until("document.querySelector('upload-list img')?.naturalWidth === 1")
    guest.page.reload()
    guest.is_in("#lobby")
    expect(guest.page.locator("my-card")).to_contain_text("Signed in")
