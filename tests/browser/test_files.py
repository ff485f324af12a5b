"""Files from the page: chosen, dropped, pasted; with a progress bar, and shown when they are pictures of our own."""

import base64
import re

import pytest
from playwright.sync_api import expect

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
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


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_given_and_shown_to_others(open_house, visit, kind):
    ann, bob = visit(open_house, "ann"), visit(open_house, "bob")
    ann.page.evaluate(GIVE, ["#message", kind, "a dot.png", "image/png", base64.b64encode(PIXEL).decode()])
    expect(ann.message).to_have_value(re.compile(rf"^http://127\.0\.0\.1:{open_house.port}/files/.*/a%20dot.png $"))
    ann.message.press("Enter")
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


def test_a_refused_file_says_why(server, visit, tmp_path):
    ann = visit(server, "ann")
    ann.excused = re.compile("401")
    note = tmp_path / "note.txt"
    note.write_text("hello")
    ann.page.locator("upload-list input[type=file]").set_input_files(note)
    expect(ann.page.locator("upload-list .failed")).to_contain_text("note.txt: ")
