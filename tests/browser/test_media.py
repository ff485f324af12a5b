"""What is in messages besides words: pictures side by side and enlarged, sound, video, and other files as cards."""

import base64
import io
import itertools
import re
import struct
import urllib.request
import wave
import zlib
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.devices import TOUCH, both, with_touch
from tests.e2e.conftest import serving
from tests.e2e.wire import Irc
from tests.files.pictures import chunk


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    """Guests may upload here."""
    with serving(tmp_path_factory.mktemp("gallery")) as start:
        yield start(CHOVER_FILES_GUESTS="true", CHOVER_LIMITS_FLOOD="false")


def png(width, height, shade=120):
    """A picture of one grey."""
    rows = zlib.compress((b"\0" + bytes([shade]) * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sound():
    """A second of silence."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 1, 8000, 0, "NONE", ""))
        file.writeframes(b"\x80" * 8000)
    return written.getvalue()


def given(server, name, content):
    """Upload a file. Returns its address."""
    place = f"http://127.0.0.1:{server.port}/files/{quote(name)}"
    request = urllib.request.Request(place, content, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode().strip()


NUMBERS = itertools.count()


def shown(server, visitor, *texts):
    """Have somebody say them in a channel of their own, which the visitor looks at. Returns the row of the first."""
    number = next(NUMBERS)
    with Irc(server.port, f"bob{number}") as bob:
        bob.send(f"JOIN #room{number}")
        bob.expect(" 366 ")
        visitor.say(f"/join #room{number}")
        visitor.is_in(f"#room{number}")
        for text in texts:
            bob.say(text, f"#room{number}")
        expect(visitor.messages).to_have_count(len(texts))
        return visitor.messages.first


@both
def test_pictures_of_a_message_are_beside_each_other_and_their_addresses_are_not_in_it(gallery, visit):
    ann = visit(gallery, "ann")
    addresses = [given(gallery, f"view{number}.png", png(640, 480)) for number in range(3)]
    row = shown(gallery, ann, f"from the hills {' '.join(addresses)}")
    assert row.locator(".text").inner_text() == "from the hills"
    pictures = row.locator(".grid img")
    expect(pictures).to_have_count(3)
    ann.until("[...document.querySelectorAll('.grid img')].every((image) => image.naturalWidth === 640)")
    places = ann.places(pictures)
    assert len({place["y"] for place in places}) == 1
    assert len({place["x"] for place in places}) == 3
    assert {round(place["width"]) for place in places} == {round(place["height"]) for place in places}


@both
def test_pictures_sent_one_after_the_other_are_beside_each_other_wherever_the_drawing_is_divided(gallery, visit):
    ann = visit(gallery, "ann")
    addresses = [given(gallery, f"view{number}.png", png(64, 48)) + "#64x48" for number in range(6)]
    # The page draws a dozen lines at a time: the border is somewhere among the pictures.
    shown(gallery, ann, *[f"word {number}" for number in range(7)], *addresses)
    ann.until("document.querySelectorAll('.message.tile .preview').length === 6")
    places = ann.places(ann.page.locator(".tile .preview"))
    rows = [[round(place["y"]) for place in places[:3]], [round(place["y"]) for place in places[3:]]]
    assert [len(set(row)) for row in rows] == [1, 1]
    assert len({round(place["x"]) for place in places}) == 3


def test_an_address_in_the_midst_of_a_sentence_stays_in_it(gallery, visit):
    ann = visit(gallery, "ann")
    address = given(gallery, "plan.txt", b"dig here")
    row = shown(gallery, ann, f"as {address} says: dig")
    expect(row.locator(".text a")).to_have_text(address)
    expect(row.locator(".file-card")).to_contain_text("plan.txt")


@both
def test_a_file_is_a_card_with_its_name_kind_and_size(gallery, visit):
    ann = visit(gallery, "ann")
    row = shown(gallery, ann, given(gallery, "minutes of may.pdf", b"%PDF-1.4 " + bytes(4991)))
    card = row.get_by_role("link", name="minutes of may.pdf")
    expect(card).to_contain_text("PDF · 5.0 kB")
    expect(row.locator(".text")).to_have_text("")
    with ann.page.expect_download() as saved:
        ann.press(card)
    assert saved.value.suggested_filename == "minutes of may.pdf"


def test_a_file_that_is_gone_says_so(gallery, visit):
    ann = visit(gallery, "ann", excused=re.compile("404"))
    row = shown(gallery, ann, f"http://127.0.0.1:{gallery.port}/files/AAAAAAAAAAAAAAAAAAAAAA/old.zip")
    expect(row.locator(".file-card")).to_contain_text("It is no longer here")


@both
def test_sound_is_played_where_it_is(gallery, visit):
    ann = visit(gallery, "ann")
    row = shown(gallery, ann, given(gallery, "silence.wav", sound()))
    expect(row.get_by_text("WAV sound · 8.0 kB")).to_be_visible()
    player = row.locator("audio")
    assert player.get_attribute("preload") == "metadata"
    player.evaluate("(each) => { each.muted = true; return each.play(); }")
    assert player.evaluate("(each) => each.duration") == 1


FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.start();
  for (let frame = 0; frame < 10; frame += 1) {
    pen.fillRect(frame, 0, 9, 9);
    await new Promise(requestAnimationFrame);
  }
  await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
  return btoa(String.fromCharCode(...new Uint8Array(await new Blob(parts).arrayBuffer())));
}"""


def test_a_video_is_played_where_it_is(gallery, visit):
    ann = visit(gallery, "ann")
    row = shown(gallery, ann, given(gallery, "film.webm", base64.b64decode(ann.page.evaluate(FILM))))
    before = row.bounding_box()["height"]
    ann.until("document.querySelector('video')?.videoWidth === 64")
    expect(row.get_by_text("WEBM video")).to_be_visible()
    assert row.bounding_box()["height"] == before


def test_a_video_that_is_none_is_a_card_in_the_same_room(gallery, visit):
    ann = visit(gallery, "ann", excused=re.compile("415"))
    row = shown(gallery, ann, given(gallery, "film.mp4", bytes(3000)))
    before = row.bounding_box()["height"]
    expect(row.locator(".file-card")).to_contain_text(re.compile("It cannot be played here.*MP4 · 3.0 kB"))
    expect(row.locator("video")).to_have_count(0)
    assert row.bounding_box()["height"] == before


def test_a_picture_of_enormous_size_is_never_decoded_by_anybody(gallery, visit):
    ann = visit(gallery, "ann", excused=re.compile("415"))
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    address = given(gallery, "sky.png", bomb)
    # Its address may be said without the size, or with another one.
    row = shown(gallery, ann, address, address.replace("#30000x30000", "#30x30"))
    expect(row.locator(".file-card")).to_contain_text("30000 × 30000 pixels, too large to show")
    expect(row.locator("img")).to_have_count(0)
    expect(ann.page.locator(".preview")).to_have_text("sky.png could not be loaded")


@both
def test_a_picture_is_enlarged_and_the_next_one_is_a_key_or_a_swipe_away(gallery, visit, device):
    ann = visit(gallery, "ann")
    addresses = [
        given(gallery, f"{name}.png", png(*size)) for name, size in (("wide", (1600, 400)), ("tall", (200, 900)))
    ]
    row = shown(gallery, ann, *addresses)
    ann.press(row.locator(".preview"))
    box = ann.page.get_by_role("dialog", name="wide.png")
    expect(box.get_by_text(re.compile(r"^bob\d+, .* · 1 of 2$"))).to_be_visible()
    ann.until("document.querySelector('.stage img').naturalWidth === 1600")
    width = device.size[0]
    assert box.locator("img").bounding_box()["width"] <= width
    ann.press(box.get_by_role("button", name=re.compile("^Larger")))
    assert box.locator("img").bounding_box()["width"] > width
    ann.press(box.get_by_role("button", name=re.compile("^Smaller")))
    if ann.touch:
        swipe(ann, -150)
    else:
        ann.page.keyboard.press("ArrowRight")
    tall = ann.page.get_by_role("dialog", name="tall.png")
    ann.until("document.querySelector('.stage img').naturalWidth === 200")
    place = tall.locator("img").bounding_box()
    assert place["y"] >= 0
    assert place["y"] + place["height"] <= device.size[1]
    expect(tall.get_by_role("button", name=re.compile("^Next"))).to_be_hidden()
    with ann.page.expect_download() as saved:
        ann.press(tall.get_by_role("link", name=re.compile("^Download")))
    assert saved.value.suggested_filename == "tall.png"
    ann.page.keyboard.press("Escape")
    expect(tall).to_have_count(0)
    expect(ann.page.locator(f'a.preview[href="{addresses[1]}"]')).to_be_focused()


def swipe(visitor, by):
    """A finger moves sideways over the enlarged picture."""
    touch = visitor.page.context.new_cdp_session(visitor.page)
    for kind, points in (
        ("touchStart", [{"x": 250, "y": 400}]),
        ("touchMove", [{"x": 250 + by, "y": 405}]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_the_focus_stays_in_the_enlarged_picture(gallery, visit):
    ann = visit(gallery, "ann")
    row = shown(gallery, ann, given(gallery, "one.png", png(300, 300)))
    row.locator(".preview").click()
    expect(ann.page.locator("dialog.lightbox")).to_be_visible()
    for _ in range(12):
        ann.page.keyboard.press("Tab")
        assert ann.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('.lightbox')"
        )


@with_touch
def test_a_phone_goes_back_from_an_enlarged_picture(gallery, visit):
    ann = visit(gallery, "ann", device=TOUCH)
    ann.press(shown(gallery, ann, given(gallery, "one.png", png(300, 300))).locator(".preview"))
    expect(ann.page.locator("dialog.lightbox")).to_be_visible()
    ann.page.go_back()
    expect(ann.page.locator("dialog.lightbox")).to_have_count(0)
    expect(ann.page.locator("a.preview")).to_be_visible()


def replies_to(visitor, row):
    """Answer a message that has no words to find it by."""
    if visitor.touch:
        with visitor.finger(row.locator("img")):
            expect(visitor.page.locator("dialog.sheet")).to_be_visible()
        visitor.page.locator("dialog.sheet .actions").get_by_role("button", name="Reply").tap()
    else:
        row.hover()
        row.get_by_role("toolbar").get_by_role("button", name="Reply").click()


@both
def test_pictures_of_several_messages_stand_beside_each_other_and_each_stays_a_message(gallery, visit):
    ann = visit(gallery, "ann")
    addresses = [given(gallery, f"hill{number}.png", png(640, 480, 60 * number)) for number in range(4)]
    shown(gallery, ann, *addresses)
    ann.until("[...document.querySelectorAll('.tile img')].filter((image) => image.naturalWidth === 640).length === 4")
    places = ann.places(ann.page.locator(".tile img"))
    assert len({place["y"] for place in places[:3]}) == 1
    assert [place["x"] for place in places[:3]] == sorted({place["x"] for place in places[:3]})
    assert (places[3]["x"], places[3]["y"] > places[0]["y"]) == (places[0]["x"], True)
    assert {round(place["width"] - place["height"]) for place in places} == {0}
    assert places[2]["x"] + places[2]["width"] <= ann.page.viewport_size["width"]
    replies_to(ann, ann.messages.nth(1))
    expect(ann.page.locator("message-composer")).to_contain_text("hill1.png")
    ann.page.keyboard.press("Escape")
    ann.press(ann.messages.nth(2).locator("a.preview"))
    box = ann.page.locator("dialog.lightbox")
    expect(box).to_contain_text("hill2.png")
    ann.page.keyboard.press("ArrowRight")
    expect(box).to_contain_text("hill3.png")
    ann.page.keyboard.press("ArrowLeft")
    ann.page.keyboard.press("ArrowLeft")
    expect(box).to_contain_text("hill1.png")


def test_what_is_said_after_pictures_begins_below_them(gallery, visit):
    ann = visit(gallery, "ann")
    addresses = [given(gallery, f"dale{number}.png", png(64, 48)) for number in range(2)]
    shown(gallery, ann, *addresses, "two dales")
    expect(ann.page.locator(".tile img")).to_have_count(2)
    # All places in one moment: the list still moves while the pictures arrive.
    ann.until("""(() => {
      const words = [...document.querySelectorAll("message-list .message")].at(-1).getBoundingClientRect();
      const pictures = [...document.querySelectorAll(".tile img")].map((each) => each.getBoundingClientRect());
      return pictures.every(({ height, bottom }) => height > 0 && words.top >= bottom);
    })()""")
