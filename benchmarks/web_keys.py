"""The web client while much arrives: milliseconds from a typed key to the end of the frame with it, previews on."""

import argparse
import contextlib
import http.server
import socket
import threading
import time

from playwright.sync_api import sync_playwright

from benchmarks.machine import print_header
from benchmarks.served import OPEN, data_directory, serving
from benchmarks.web import chromium, come_in, summed_up

SETTINGS = OPEN + '[outgoing]\npreviews = true\nnetworks = ["127.0.0.1"]\n'
TYPED = "see **this** and `that`, *or* [the plan](https://example.org/plan); ||no|| ~~yes~~ "
"""Markup, so that the preview over the field changes with each key."""
PAUSE_MS = 60
"""Between two keys: 200 words a minute, faster than anybody types."""
LINKS = 20
"""One message in this number links to a page of which the server makes a preview."""
PAGES = 40
PAGE = """<title>Page {0}</title><meta property="og:title" content="How to make tea, part {0}">
<meta property="og:description" content="Water, leaves, patience, and a pot that is large enough for all who came.">"""
# From when the key reaches the browser to a task behind the frame in which the page has drawn it.
WATCH_KEYS = """() => {
  globalThis.keys = [];
  let pressed = 0;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => keys.push(performance.now() - data);
  const field = document.querySelector("#message");
  field.addEventListener("keydown", ({ timeStamp }) => { pressed = timeStamp; }, { capture: true });
  field.addEventListener("input", () => {
    const data = pressed;
    requestAnimationFrame(() => port2.postMessage(data));
  });
}"""
NO_WAIT = ("--disable-gpu-vsync", "--disable-frame-rate-limit")
"""A frame is made when it is asked for: otherwise most of the time is the wait for the next of 60 in a second."""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.format(self.path.lstrip("/")).encode())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def site():
    """Pages of another program on this machine; gives their address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Talker:
    """Says messages in the lobby at a steady rate until it is told to stop; ``said`` counts them."""

    def __init__(self, port, rate, pages):
        self.said = 0
        self._rate, self._pages = rate, pages
        self._over = threading.Event()
        self._wire = socket.create_connection(("127.0.0.1", port), 60)
        self._wire.sendall(b"NICK talker\r\nUSER t 0 * :t\r\nJOIN #lobby\r\n")
        self._threads = [threading.Thread(target=work) for work in (self._talk, self._drain)]
        for thread in self._threads:
            thread.start()

    def _talk(self):
        began = time.perf_counter()
        while not self._over.wait(max(began + self.said / self._rate - time.perf_counter(), 0)):
            link = "" if self.said % LINKS else f" {self._pages}/{self.said // LINKS % PAGES}"
            line = f"PRIVMSG #lobby :message {self.said:05} of some **length**, as people write them{link}\r\n"
            self._wire.sendall(line.encode())
            self.said += 1

    def _drain(self):
        with contextlib.suppress(OSError):
            while self._wire.recv(65536):
                pass

    def stop(self):
        self._over.set()
        self._threads[0].join()
        self._wire.shutdown(socket.SHUT_RDWR)
        self._threads[1].join()
        self._wire.close()


def type_keys(page, count):
    """Return the milliseconds of each key; the field is emptied at each end of the text."""
    page.locator("#message").focus()
    page.evaluate(WATCH_KEYS)
    for number in range(count):
        if number % len(TYPED) == 0:
            page.evaluate("document.querySelector('#message').value = ''")
        page.keyboard.press(TYPED[number % len(TYPED)])
        page.wait_for_timeout(PAUSE_MS)
    page.wait_for_function(f"keys.length === {count}")
    return page.evaluate("keys")


def measure(browser, port, count, rate, pages):
    """Return the milliseconds of each key, what arrived in a second, and how many previews of links were drawn."""
    page, _ = come_in(browser, port, "ann")
    if not rate:
        return type_keys(page, count), 0, 0
    talker = Talker(port, rate, pages)
    try:
        page.locator(".link-preview").first.wait_for()
        before, began = talker.said, time.perf_counter()
        took = type_keys(page, count)
        arrived = (talker.said - before) / (time.perf_counter() - began)
        return took, arrived, page.locator(".link-preview").count()
    finally:
        talker.stop()


def run(playwright, options, rate, flags):
    """Measure with a server and a browser of their own, and print a line."""
    with data_directory() as data, serving(data, "process", "#lobby", settings=SETTINGS) as served, site() as pages:
        browser = chromium(playwright, *flags)
        took, arrived, cards = measure(browser, served.port, options.keys, rate, pages)
        browser.close()
    frames = "no wait for frames" if flags else "60 frames a second"
    print(f"  {frames:18} {arrived:4.0f} messages/s, {cards} previews of links drawn: {summed_up(took)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--rate", type=int, default=200, help="messages that arrive in a second, in the same channel")
    options = parser.parse_args()
    print_header(f"{options.keys} keys", "a text with markup", "process")
    with sync_playwright() as playwright:
        for flags in (NO_WAIT, ()):
            for rate in (0, options.rate):
                run(playwright, options, rate, flags)


if __name__ == "__main__":
    main()
