"""Reading: what somebody looks at stays where it is, whatever is loaded around it."""

from __future__ import annotations

import itertools
import random
import re
import struct
import threading
import urllib.request
import zlib
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Route, expect

from tests.browser.devices import both
from tests.browser.visitor import Visitor
from tests.e2e.conftest import serving
from tests.e2e.server import Server
from tests.e2e.wire import Irc, msgid
from tests.files.pictures import chunk

COUNT: Final = 5000
CLOSE: Final = 3
"""Pixels that a message may move without anybody seeing it."""
IN_VIEW: Final = """() => {
  const scroller = document.querySelector(".scroller").getBoundingClientRect();
  return [...document.querySelectorAll(".scroller .message .text")]
    .map((text) => [text.closest("[data-line]").dataset.line, text.getBoundingClientRect().top - scroller.top])
    .filter(([, top]) => top >= 0 && top < scroller.height - 20);
}"""
FROM_TOP: Final = "document.querySelector('.scroller').scrollTop"
FROM_END: Final = """(() => {
  const { scrollHeight, scrollTop, clientHeight } = document.querySelector(".scroller");
  return scrollHeight - scrollTop - clientHeight;
})()"""
WATCH: Final = f"""() => {{
  globalThis.frames = [];
  globalThis.watching = true;
  const look = () => {{
    frames.push(({IN_VIEW})());
    if (watching) requestAnimationFrame(look);
  }};
  look();
}}"""


def words(number: int) -> str:
    """Between one line and six, each message differs."""
    drawn = random.Random(number)
    return f"#{number:04}" + " lorem ipsum dolor sit amet" * drawn.choice((0, 0, 1, 1, 2, 3, 8, 15))


def seed(port: int, count: int, channel: str = "#lobby") -> None:
    """Several people talk in turns of several messages."""
    people = [Irc(port, nick) for nick in ("carol", "dave", "erin")]
    try:
        at = 0
        for turn in itertools.count():
            speaker = people[turn % 3]
            take = min(random.Random(turn).randint(1, 40), count - at)
            speaker.send(*(f"PRIVMSG {channel} :{words(number)}" for number in range(at, at + take)))
            speaker.fence()
            at += take
            if at >= count:
                return
    finally:
        for each in people:
            each.close()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server where much has been said."""
    with serving(tmp_path_factory.mktemp("library")) as start:
        server = start(CHOVER_LIMITS_FLOOD="false", CHOVER_FILES_GUESTS="true")
        seed(server.port, COUNT)
        yield server


class Reader:
    """Somebody who reads, by wheel or by finger; counts what the page asks of the history."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.touch = visitor.touch
        self.hand = "finger" if self.touch else "mouse"
        self.pages = 0
        self._devtools = self.page.context.new_cdp_session(self.page)

    def in_view(self) -> dict[str, float]:
        """The messages in view and how far below the top of the list their text stands."""
        return dict(self.page.evaluate(IN_VIEW))

    def scroll(self, by: int) -> None:
        """A wheel is turned, or a finger moves; positive: down. Over when nothing moves any more."""
        (self._swipe if self.touch else self._turn)(by)
        self.rests()

    def _turn(self, by: int) -> None:
        box = self.page.locator(".scroller").bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for _ in range(abs(by) // 100):
            self.page.mouse.wheel(0, 100 if by > 0 else -100)

    def _swipe(self, by: int) -> None:
        """Swipes of 450 pixels at most; each lets go while it moves."""
        step = -45 if by > 0 else 45
        for _ in range(max(abs(by) // 450, 1)):
            start = 350 - step * 5
            self._finger("touchStart", start)
            for at in range(1, 11):
                self._finger("touchMove", start + step * at)
            self._finger("touchEnd")

    def _finger(self, kind: str, *y: int) -> None:
        points = [{"x": 200, "y": each} for each in y]
        self._devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def rests(self) -> None:
        """Until two looks, 200 ms apart, are the same."""
        before = None
        while (now := self.page.evaluate(FROM_TOP)) != before:
            before = now
            self.page.wait_for_timeout(200)


@pytest.fixture
def read(visit):
    """``read(server, "ann")``."""

    def begin(server: Server, nick: str) -> Reader:
        visitor = visit(server)
        reader = Reader(visitor)
        visitor.page.on(
            "websocket",
            lambda socket: socket.on("framesent", lambda frame: reader_counts(reader, frame)),
        )
        visitor.come_in(nick)
        return reader

    return begin


def reader_counts(reader: Reader, frame: str | bytes) -> None:
    text = frame if isinstance(frame, str) else frame.decode()
    reader.pages += len(re.findall(r"CHATHISTORY (?:BEFORE|AFTER|AROUND)", text))


def stayed(before: dict[str, float], after: dict[str, float]) -> None:
    """What is in view both times stands at the same place, and something is."""
    both = before.keys() & after.keys()
    assert both, (before, after)
    moved = {name: after[name] - before[name] for name in both if abs(after[name] - before[name]) > CLOSE}
    assert not moved, moved


def goes_one_way(frames: list[list[tuple[str, float]]], direction: int) -> None:
    """From frame to frame what is in view goes with the hand, or stays; never back, never away from it."""
    for before, after in itertools.pairwise(dict(frame) for frame in frames):
        both = before.keys() & after.keys()
        assert all((after[name] - before[name]) * direction >= -CLOSE for name in both), (before, after)


def goes_up(ann: Reader) -> None:
    """Away from the end, by hand."""
    ann.visitor.sees("#4999")
    for _ in range(3):
        ann.scroll(-900)
    assert ann.page.evaluate(FROM_END) > 1000


@both
def test_what_one_says_is_seen_also_from_further_up(library, read):
    ann = read(library, "ann")
    goes_up(ann)
    ann.visitor.say(f"here I am, with a {ann.hand}")
    expect(ann.visitor.sees(f"here I am, with a {ann.hand}")).to_be_in_viewport()
    goes_up(ann)
    ann.visitor.say("/frobnicate")
    expect(ann.visitor.row("There is no /frobnicate")).to_be_in_viewport()


@both
def test_what_one_says_is_seen_also_from_another_part_of_the_past(library, read):
    ann = read(library, "ann")
    ann.visitor.sees("#4999")
    with Irc(library.port, "fred") as fred:
        old = msgid(fred.page("CHATHISTORY AFTER #lobby timestamp=2000-01-01T00:00:00.000Z 30")[20])
    ann.page.evaluate("detail => document.dispatchEvent(new CustomEvent('jump', { detail }))", old)
    expect(ann.visitor.row("#0020")).to_be_in_viewport()
    ann.visitor.say(f"back again, with a {ann.hand}")
    expect(ann.visitor.sees(f"back again, with a {ann.hand}")).to_be_in_viewport()
    expect(ann.page.get_by_role("button", name="Newest messages")).to_be_hidden()


@both
def test_nothing_takes_a_reader_away_however_much_is_said(library, read):
    ann = read(library, "ann")
    ann.visitor.say("/join #stream")
    ann.visitor.is_in("#stream")
    with Irc(library.port, "fred") as fred:
        fred.send("JOIN #stream")
        ended = threading.Event()
        flood = threading.Thread(target=says_without_end, args=(fred, f"with a {ann.hand}", ended))
        flood.start()
        try:
            ann.visitor.until(f"document.querySelector('.scroller').textContent.includes('60. with a {ann.hand}')")
            ann.scroll(-400)
            before = ann.in_view()
            for _ in range(10):
                ann.page.wait_for_timeout(100)
                stayed(before, ann.in_view())
            shown = ann.page.evaluate("document.querySelector('.scroller').scrollHeight")
            ann.visitor.until(f"document.querySelector('.scroller').scrollHeight > {shown}")
            stayed(before, ann.in_view())
        finally:
            ended.set()
            flood.join()


def says_without_end(irc: Irc, words: str, ended: threading.Event) -> None:
    """100 messages a second."""
    for number in itertools.count():
        if ended.wait(0.01):
            return
        irc.send(f"PRIVMSG #stream :{number}. {words}")


@both
def test_what_is_read_stays_in_its_place_while_older_pages_come(library, read):
    ann = read(library, "ann")
    ann.visitor.sees("#4999")
    assert ann.page.evaluate(FROM_END) <= 1
    assert ann.pages <= 1
    # How far a finger throws the list depends on how often the page gets to draw.
    for moves in range(1, 31):
        pages = ann.pages
        ann.page.evaluate(WATCH)
        ann.scroll(-1500)
        frames = ann.page.evaluate("(watching = false, frames)")
        goes_one_way(frames, 1)
        before = ann.in_view()
        ann.page.wait_for_timeout(200)
        stayed(before, ann.in_view())
        assert ann.pages - pages <= 1, (ann.pages, pages)
        if moves >= 6 and ann.pages >= 2:
            break
    assert 2 <= ann.pages <= moves
    expect(ann.page.locator(".day")).to_have_count(1 if ann.page.evaluate(FROM_TOP) < 400 else 0)


BY_LEAPS: Final = """async ([leap, end]) => {
  const scroller = document.querySelector(".scroller");
  const frame = () => new Promise((next) => requestAnimationFrame(next));
  const frames = [];
  scroller.scrollTop += leap;
  for (let quiet = 0; quiet < 12; quiet += 1) {
    await frame();
    frames.push((%s)());
    if (document.querySelector(".asking")?.textContent) quiet = 0;
  }
  const { scrollTop, scrollHeight, clientHeight } = scroller;
  const days = document.querySelectorAll(".day").length;
  const over = end === "top" ? !!document.querySelector(".begins") : scrollHeight - scrollTop - clientHeight < 1;
  return { frames, days, over };
}"""


@both
def test_five_thousand_messages_are_read_up_and_down(library, read):
    ann = read(library, "ann")
    ann.visitor.sees("#4999")
    over = False
    while not over:
        pages = ann.pages
        seen = ann.page.evaluate(BY_LEAPS % IN_VIEW, [-1_000_000, "top"])
        stands_still(seen["frames"])
        assert seen["days"] <= 1
        over = seen["over"]
        # The first page of all may be a short one, in whose sight the beginning is.
        assert ann.pages - pages <= 1 + over
    assert COUNT / 100 - 10 <= ann.pages <= COUNT / 100
    ann.page.evaluate(BY_LEAPS % IN_VIEW, [-1_000_000, "top"])
    expect(ann.visitor.row("#0000")).to_be_in_viewport()
    expect(ann.page.locator(".day")).to_have_count(1)
    pages, over = ann.pages, False
    while not over:
        seen = ann.page.evaluate(BY_LEAPS % IN_VIEW, [6000, "bottom"])
        stands_still(seen["frames"])
        assert seen["days"] <= 1
        over = seen["over"]
    assert ann.pages == pages
    expect(ann.visitor.row("#4999")).to_be_in_viewport()


def stands_still(frames: list[list[tuple[str, float]]]) -> None:
    """After a leap nothing moves, whatever is loaded and measured."""
    for before, after in itertools.pairwise(dict(frame) for frame in frames):
        stayed(before, after)


def test_today_is_yesterday_after_midnight_also_when_the_machine_slept(library, visit):
    ann = visit(library)
    ann.page.clock.install()
    ann.page.reload()
    ann.come_in("ann")
    ann.say("/join #tomorrow")
    ann.is_in("#tomorrow")
    expect(ann.page.locator(".day")).to_have_text("Today")
    ann.page.clock.fast_forward("24:00:00")
    expect(ann.page.locator(".day")).to_have_text("Yesterday")


def picture(width: int, height: int) -> bytes:
    """A PNG in one colour."""
    rows = zlib.compress((b"\0" + b"\x3a\x7d\x78" * width) * height)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def uploaded(server: Server, name: str, content: bytes) -> str:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}/files/{name}", content, method="PUT")
    with urllib.request.urlopen(request) as answer:
        return str(answer.headers["Location"])


@pytest.fixture(scope="module")
def gallery(library: Server) -> Server:
    """The same, with a channel that ends in pictures; of some nobody has said how large they are."""
    sizes = [(600, 400), (40, 900), (1600, 90), (24, 24), (800, 800), (300, 200)]
    with Irc(library.port, "gina") as gina:
        gina.send("JOIN #gallery")
        for number in range(40):
            gina.say(words(number), "#gallery")
        for width, height in sizes:
            address = uploaded(library, f"{width}.png", picture(width, height))
            assert address.endswith(f"#{width}x{height}")
            gina.say(f"look: {address}", "#gallery")
            gina.say(f"as of old: {address.partition('#')[0]} and a lie: {address.partition('#')[0]}#7x900", "#gallery")
        gina.say("that was all", "#gallery")
    return library


@both
@pytest.mark.parametrize("latency", [80, 300])
def test_the_end_is_reached_and_read_while_pictures_are_on_their_way(gallery, visit, latency):
    ann = visit(gallery)
    on_their_way: list[Route] = []
    ann.page.route("**/files/**", lambda route: on_their_way.append(route))  # noqa: PLW0108 - a method has no name
    ann.come_in("ann")
    ann.say("/join #gallery")
    ann.is_in("#gallery")
    expect(ann.row("that was all")).to_be_in_viewport()
    before = dict(ann.page.evaluate(IN_VIEW))
    assert ann.page.evaluate(FROM_END) <= 1
    ann.until("document.querySelectorAll('.preview img').length > 5")
    while on_their_way:
        ann.page.wait_for_timeout(latency)
        on_their_way.pop().continue_()
    ann.until("[...document.querySelectorAll('.preview img')].some((image) => image.naturalWidth > 1)")
    stayed(before, dict(ann.page.evaluate(IN_VIEW)))
    assert ann.page.evaluate(FROM_END) <= 1
    with Irc(gallery.port, "fred") as fred:
        fred.send("JOIN #gallery")
        fred.say(f"and this, after {latency} ms, {ann.touch}", "#gallery")
        expect(ann.sees(f"and this, after {latency} ms, {ann.touch}")).to_be_in_viewport()
    assert ann.page.evaluate(FROM_END) <= 1
    expect(ann.page.locator("channel-list .unread")).to_have_count(0)


@both
def test_pictures_have_their_room_before_they_are_there(gallery, visit):
    ann = visit(gallery)
    on_their_way: list[Route] = []
    ann.page.route("**/files/**", lambda route: on_their_way.append(route))  # noqa: PLW0108 - a method has no name
    ann.come_in("ann")
    ann.say("/join #gallery")
    ann.is_in("#gallery")
    expect(ann.row("that was all")).to_be_in_viewport()
    boxes = (
        "[...document.querySelectorAll('.preview')].map((each) => each.getBoundingClientRect())"
        ".map(({ x, y, width, height }) => [x, y, width, height])"
    )
    before = ann.page.evaluate(boxes)
    assert len(before) > 5
    width_of_page = ann.page.evaluate("innerWidth")
    for x, _, width, height in before:
        assert min(width, height) >= 22
        assert x + width <= width_of_page
    while on_their_way:
        on_their_way.pop().continue_()
    ann.until("[...document.querySelectorAll('.preview img')].filter((image) => image.naturalWidth > 1).length > 2")
    assert ann.page.evaluate(boxes) == before
