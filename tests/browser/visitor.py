"""A person who uses the page in a browser of their own."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, Locator, expect

from tests.browser.devices import POINTER, Device
from tests.e2e.server import Server

SECONDS: Final = 30
"""How long anything on a page may take before the test fails."""
LOST: Final = re.compile(
    r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|ERR_FAILED"
)
"""What a browser logs when the server is not reachable."""

PLACES: Final = """(elements) => elements.map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x, y, width, height };
})"""

NO_WORKER: Final = re.compile("error occurred when fetching the script")
"""A browser accepts no service worker from a server with an untrusted certificate."""

expect.set_options(timeout=SECONDS * 1000)


class Visitor:
    """A browser context: nothing is shared with another visitor."""

    def __init__(
        self,
        browser: Browser,
        server: Server,
        *,
        device: Device = POINTER,
        size: tuple[int, int] | None = None,
        path: str = "",
        host: str = "127.0.0.1",
        scheme: str = "http",
        excused: re.Pattern[str] | None = None,
        **context: Any,
    ) -> None:
        self.server = server
        self.touch = device.touch
        self.complaints: list[str] = []
        self.excused = excused
        width, height = size or device.size
        self._context = browser.new_context(
            viewport={"width": width, "height": height}, **{**device.context, **context}
        )
        self._context.set_default_timeout(SECONDS * 1000)
        self.page = self._context.new_page()
        self.page.on("console", lambda message: message.type in {"error", "warning"} and self._complain(message.text))
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        self.page.goto(f"{scheme}://{host}:{server.port}/{path}")

    def _complain(self, text: str) -> None:
        if not (self.excused and self.excused.search(text)):
            self.complaints.append(text)

    def close(self) -> None:
        self._context.close()

    # ---- what they do

    def come_in(self, nick: str) -> None:
        """Sign in as a guest, and wait until the page has everything that the server sends to a new user."""
        self.page.get_by_label("Name", exact=True).fill(nick)
        self.press(self.page.get_by_role("button", name="Come in"))
        self.is_in("#lobby")

    def chooses(self, way: str) -> None:
        """Choose one of the ways to sign in."""
        self.press(self.page.locator(".ways label", has_text=way))

    def is_in(self, channel: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=channel)).to_be_visible()
        expect(self.message).to_be_editable()

    @property
    def message(self) -> Locator:
        return self.page.locator("#message")

    def press(self, target: Locator) -> None:
        """A click, or the tap of a finger."""
        if self.touch:
            target.tap()
        else:
            target.click()

    def say(self, text: str) -> None:
        self.message.fill(text)
        self.send()

    def send(self) -> None:
        """Send the text of the input: with Enter, or on a phone with the button."""
        if self.touch:
            self.page.get_by_role("button", name="Send", exact=True).tap()
        else:
            self.message.press("Enter")

    def goes_to(self, name: str) -> None:
        """Go to a conversation: what is typed next belongs to it."""
        self.press(self.listed(name))
        # By its attribute, not by its role: a phone hides the list at once, and what is hidden has no role.
        current = self.page.locator("channel-list [aria-current='page']").filter(has_text=name)
        expect(current).to_have_count(1)
        if self.page.get_by_role("button", name="Conversations", exact=True).is_visible():
            expect(current).to_be_hidden()  # a phone's list is out of the way again

    def listed(self, name: str) -> Locator:
        """The button of a conversation in the list, which a phone has to open first."""
        menu = self.page.get_by_role("button", name="Conversations", exact=True)
        if menu.is_visible() and not self.page.evaluate("document.body.classList.contains('with-list')"):
            self.press(menu)
        return self.page.locator("channel-list").get_by_role("button", name=re.compile(rf"^{re.escape(name)}\b"))

    @contextmanager
    def finger(self, target: Locator) -> Iterator[None]:
        """A finger that rests on something, and is lifted at the end: ``with ann.finger(row): …`` is a long press."""
        # In a single call, because the row may be drawn again at any moment.
        x, y, width, height = target.evaluate(
            """(element) => {
              element.scrollIntoView({ block: "nearest" });
              const { x, y, width, height } = element.getBoundingClientRect();
              return [x, y, width, height];
            }"""
        )
        at = {"x": x + min(width / 2, 60), "y": y + height / 2}
        touch = self._context.new_cdp_session(self.page)
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
        yield
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        touch.detach()

    def point_at(self, text: str) -> Locator:
        """Move the pointer to a message. Returns its buttons."""
        row = self.row(text)
        row.hover()
        return row.get_by_role("toolbar")

    def hold(self, text: str) -> Locator:
        """Rest a finger on a message. Returns the sheet that opens."""
        with self.finger(self.row(text).locator(".text")):
            sheet = self.page.locator("dialog.sheet")
            expect(sheet).to_be_visible()
        return sheet

    def offered(self, text: str) -> Locator:
        """The actions for a message."""
        return self.hold(text) if self.touch else self.point_at(text)

    def choices(self, text: str) -> list[str]:
        """The names of all actions for a message."""
        if self.touch:
            return self.hold(text).locator(".actions").get_by_role("button").all_inner_texts()
        bar = self.point_at(text)
        expect(bar.get_by_role("button", name="More")).to_be_visible()
        few = [str(each.get_attribute("aria-label")) for each in bar.get_by_role("button").all()]
        bar.get_by_role("button", name="More").click()
        menu = self.page.get_by_role("menu", name="More for this message")
        expect(menu).to_be_visible()
        return few + menu.locator(".label").all_inner_texts()

    def do(self, what: str, text: str) -> None:
        """Press one of the buttons at a message, or in its sheet."""
        if self.touch:
            self.hold(text).locator(".actions").get_by_role("button", name=what).tap()
        else:
            bar = self.point_at(text)
            # What the bar shows is loaded with the first one.
            expect(bar.get_by_role("button", name="More")).to_be_visible()
            if bar.get_by_role("button", name=what).count():
                bar.get_by_role("button", name=what).click()
            else:
                bar.get_by_role("button", name="More").click()
                self.page.get_by_role("menuitem", name=what).click()

    # ---- what they see

    def until(self, expression: str) -> None:
        """Wait until an expression is true on the page.

        Playwright's own waiting evaluates text there, which the policy forbids.
        """
        deadline = time.monotonic() + SECONDS
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, expression
            self.page.wait_for_timeout(50)

    def places(self, *targets: Locator) -> list[dict[str, float]]:
        """Where they are, all at one time, when nothing moves any more."""
        deadline = time.monotonic() + SECONDS
        before: list[dict[str, float]] = []
        while True:
            now = [place for target in targets for place in target.evaluate_all(PLACES)]
            if now == before and len(now) >= len(targets) and all(place["width"] for place in now):
                return now
            assert time.monotonic() < deadline, (before, now)
            before = now
            self.page.wait_for_timeout(50)

    @property
    def messages(self) -> Locator:
        return self.page.locator("message-list .message")

    def row(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    def sees(self, text: str, nick: str = "") -> Locator:
        """A message is shown once, as kept."""
        row = self.row(text)
        expect(row).to_have_count(1)
        expect(row).not_to_have_class(re.compile(r"\b(pending|sent|failed)\b"))
        if nick:
            expect(row).to_have_attribute("aria-label", re.compile(rf"^{re.escape(nick)},"))
        return row

    def texts(self) -> list[str]:
        """The texts of all messages drawn."""
        return self.page.locator("message-list .message:not(.note) .text").all_inner_texts()
