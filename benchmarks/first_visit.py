"""The web client's first and second visit over a slow network: requests, bytes, and the time to the first message."""

import argparse
import contextlib
import json
import statistics

from playwright.sync_api import sync_playwright

from benchmarks.machine import print_header
from benchmarks.served import data_directory, serving
from benchmarks.web import PATIENCE_MS, chromium, say

GUEST = {"nick": "reader", "account": "", "secret": ""}
CALLED = f"localStorage.setItem('chover.identity', {json.dumps(json.dumps(GUEST))});"
"""Somebody who has chosen a name before, with an empty cache: nothing waits for a person."""
WATCH = """
globalThis.visit = {};
new MutationObserver((_, observer) => {
  const seen = (name, selector) => {
    if (!visit[name] && document.querySelector(selector)?.checkVisibility()) visit[name] = performance.now();
  };
  seen("door", "sign-in:not([hidden]) button[type=submit]");
  seen("message", "message-list .message .text");
  if (visit.message) observer.disconnect();
}).observe(document, { childList: true, subtree: true, attributes: true });
"""


class Visit:
    """A page over a network whose every answer takes ``latency`` milliseconds longer."""

    def __init__(self, context, port, latency):
        self.sizes = []
        self.page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        devtools = context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        slow = {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1}
        devtools.send("Network.emulateNetworkConditions", slow)
        devtools.on("Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"]))
        self.page.goto(f"http://127.0.0.1:{port}/")

    def took(self, what):
        """Return the milliseconds from the navigation until it was there."""
        while (found := self.page.evaluate(f"visit.{what} ?? null")) is None:
            self.page.wait_for_timeout(10)
        return found


def measure(browser, port, latency):
    """Return the milliseconds to the door, to the first message, and to it at the second visit; and what was loaded."""
    stranger = browser.new_context(viewport={"width": 1280, "height": 800})
    stranger.add_init_script(WATCH)
    door = Visit(stranger, port, latency).took("door")
    stranger.close()
    known = browser.new_context(viewport={"width": 1280, "height": 800})
    known.add_init_script(CALLED + WATCH)
    first = Visit(known, port, latency)
    message = first.took("message")
    loaded = list(first.sizes)
    first.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    while not first.page.evaluate("navigator.serviceWorker.controller !== null"):
        first.page.wait_for_timeout(10)
    first.page.close()
    again = Visit(known, port, latency).took("message")
    known.close()
    return (door, message, again), loaded


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=5, help="for each latency")
    options = parser.parse_args()
    print_header("1 browser", f"{options.visits} visits for each latency", "process")
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(data_directory())
        served = stack.enter_context(serving(data, "process", "#lobby"))
        say(served.port, 50)
        browser = chromium(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        for latency in (0, 150, 300):
            visits = [measure(browser, served.port, latency) for _ in range(options.visits)]
            door, message, again = (
                statistics.median(times) for times in zip(*(took for took, _ in visits), strict=True)
            )
            loaded = visits[-1][1]
            print(
                f"  {latency:3} ms latency: door {door:.0f} ms, first message {message:.0f} ms, at the second visit"
                f" {again:.0f} ms; {sum(loaded) / 1000:.1f} kB in {len(loaded)} requests until then",
                flush=True,
            )


if __name__ == "__main__":
    main()
