"""What people say of themselves: their picture, and their status."""

import re
import struct
import zlib

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.wire import Irc

pytestmark = both


def png(width, height, claimed=None):
    """A picture; ``claimed`` is the width that its header names instead."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", claimed or width, height, 8, 2, 0, 0, 0)
    rows = (b"".join(bytes((x * 6 % 256, y * 12 % 256, 90)) for x in range(width)) for y in range(height))
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def comes_with_an_account(visit, server):
    ann = visit(server, "ann")
    ann.say("/msg NickServ REGISTER poppy-and-sesame")
    expect(ann.page.locator("my-card")).to_contain_text("Signed in")
    ann.until("JSON.parse(localStorage.getItem('chover.identity') ?? '{}').account === 'ann'")
    ann.goes_to("lobby")
    return ann


def opens(ann, button):
    """One of the dialogs about ourselves."""
    ann.listed("lobby").wait_for()
    ann.press(ann.page.get_by_role("button", name=re.compile("^ann")).locator("visible=true").first)
    ann.press(ann.page.get_by_role("dialog", name="ann").get_by_role("button", name=button))


def test_a_picture_is_cut_kept_here_and_shown_to_everybody(server, visit, device):
    ann, bob = comes_with_an_account(visit, server), visit(server, "bob")
    opens(ann, "Your picture")
    dialog = ann.page.get_by_role("dialog", name="Your picture")
    choose = dialog.get_by_label("File")
    for name, content, problem in (
        ("notes.png", b"no picture at all", "no picture that this browser can read"),
        ("huge.png", png(40, 20, claimed=30_000), "30000 × 20 pixels"),
    ):
        choose.set_input_files({"name": name, "mimeType": "image/png", "buffer": content})
        expect(dialog.get_by_role("alert").first).to_contain_text(problem)
        expect(dialog.locator("canvas")).to_be_hidden()
    choose.set_input_files({"name": "me.png", "mimeType": "image/png", "buffer": png(40, 20)})
    expect(dialog.locator("canvas")).to_be_visible()
    dialog.locator("canvas").press("ArrowLeft")
    ann.press(dialog.get_by_role("button", name="Use this picture"))
    expect(dialog).to_have_count(0)
    ann.goes_to("lobby")
    ann.say("look at me")
    bob.sees("look at me")
    bob.until("document.querySelector('.message .avatar img')?.naturalWidth === 256")
    with Irc(server.port, "carl") as carl:
        carl.send("CAP REQ :draft/metadata-2", "METADATA ann GET avatar")
        carl.expect(r" 761 carl ann avatar \* :?/files/\S+/avatar\.webp")


def test_a_status_is_seen_beside_the_name_until_it_is_over(server, visit, device):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    opens(ann, "Set a status")
    dialog = ann.page.get_by_role("dialog", name="Your status")
    dialog.get_by_label("Status", exact=True).fill("🍵 making tea")
    dialog.get_by_label("Clear after").select_option("30")
    ann.press(dialog.get_by_role("switch", name="Away"))
    ann.press(dialog.get_by_role("button", name="Set the status"))
    expect(dialog).to_have_count(0)
    expect(ann.page.locator("my-card")).to_contain_text("Away: 🍵 making tea")
    ann.goes_to("lobby")
    ann.say("back in a minute")
    bob.sees("back in a minute")
    expect(bob.page.locator(".message .status-sign")).to_have_accessible_name("🍵 making tea")
    expect(bob.page.locator(".message .status-sign")).to_have_text("🍵")
    bob.press(bob.page.locator(".message .nick", has_text="ann"))
    expect(bob.page.get_by_role("dialog", name="ann")).to_contain_text("🍵 making tea")
    with Irc(server.port, "carl") as carl:
        carl.send("WHOIS ann")
        carl.expect(" 301 carl ann :🍵 making tea")
