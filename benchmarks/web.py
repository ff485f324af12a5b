"""The web client in Chromium: what a first visit transfers, typed to seen, 50,000 messages: scrolling and memory."""

import argparse
import contextlib
import shutil
import socket
import statistics
import sys

from playwright.sync_api import sync_playwright

from benchmarks.machine import own_rss_of, print_header
from benchmarks.served import data_directory, serving

PATIENCE_MS = 60_000
WATCH_TASKS = """() => {
  globalThis.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: "longtask" });
}"""
WATCH_TYPED = """() => document.querySelector("#message").addEventListener("keydown", (event) => {
  if (event.key === "Enter") globalThis.typed = performance.timeOrigin + performance.now();
}, { capture: true })"""
WATCH_SEEN = """() => {
  globalThis.seen = new Map();
  const { port1, port2 } = new MessageChannel();
  // A task of its own: it runs when the frame is made in which the message was drawn.
  port1.onmessage = ({ data }) => seen.set(data, performance.timeOrigin + performance.now());
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) {
      const number = /typed (\\d+)$/.exec(node.textContent ?? "");
      if (number) port2.postMessage(number[1]);
    }
  }).observe(document.querySelector("message-list"), { childList: true, subtree: true });
}"""


def chromium(playwright, *flags):
    found = shutil.which("chromium")
    if not found:
        sys.exit("chromium is missing: apt-get install chromium")
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu", *flags])


def come_in(browser, port, nick, watch=None):
    """Open a new page that has joined the lobby."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE_MS)
    devtools = page.context.new_cdp_session(page)
    if watch:
        watch(devtools)
    page.goto(f"http://127.0.0.1:{port}/")
    page.fill("sign-in input[name=nick]", nick)
    page.click("sign-in button[type=submit]")
    page.locator("channel-list button", has_text="lobby").wait_for()
    return page, devtools


def first_load(browser, port):
    """Return the bytes transferred, with headers, until the page is in a channel, and the number of files."""
    sizes = []

    def watch(devtools):
        devtools.send("Network.enable")
        devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))

    page, _ = come_in(browser, port, "first", watch)
    page.wait_for_load_state("networkidle")
    page.context.close()
    return sum(sizes), len(sizes)


def typed_to_seen(browser, port, messages):
    """Return the milliseconds from the key in one browser to the frame in the other."""
    (ann, _), (bob, _) = come_in(browser, port, "ann"), come_in(browser, port, "bob")
    ann.evaluate(WATCH_TYPED)
    bob.evaluate(WATCH_SEEN)
    took = []
    for number in range(messages):
        ann.locator("#message").fill(f"typed {number}")
        ann.locator("#message").press("Enter")
        while (seen := bob.evaluate(f"seen.get('{number}') ?? null")) is None:
            bob.wait_for_timeout(5)
        took.append(seen - ann.evaluate("typed"))
    for page in (ann, bob):
        page.context.close()
    return took


def say(port, count):
    """Say this number of lines in the lobby, as fast as they are accepted."""
    with socket.create_connection(("127.0.0.1", port), 60) as wire, wire.makefile("rb") as lines:
        wire.sendall(b"NICK talker\r\nUSER t 0 * :t\r\nJOIN #lobby\r\n")
        for start in range(0, count, 500):
            said = (
                f"PRIVMSG #lobby :message {number:05} of some length, as people write them"
                for number in range(start, min(start + 500, count))
            )
            wire.sendall("".join(f"{line}\r\n" for line in said).encode() + b"PING done\r\n")
            while b" PONG " not in lines.readline():
                pass


def metric(devtools, name):
    return next(each["value"] for each in devtools.send("Performance.getMetrics")["metrics"] if each["name"] == name)


def step(page, devtools, height):
    """Return the milliseconds of script until what came into view is drawn."""
    before = metric(devtools, "ScriptDuration")
    page.mouse.wheel(0, height)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return (metric(devtools, "ScriptDuration") - before) * 1000


def memory(browser, devtools):
    """Return the MB of the page's objects after a collection, and the MiB of the largest process of pages."""
    devtools.send("HeapProfiler.collectGarbage")
    heap = devtools.send("Runtime.getHeapUsage")["usedSize"] / 1e6
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return heap, max(own_rss_of(each["id"]) for each in processes if each["type"] == "renderer") / 1024


def scroll(browser, port, messages, steps):
    """Return the milliseconds of script for each wheel notch and each page, long tasks, what is drawn, and memory."""
    page, devtools = come_in(browser, port, "reader")
    held = [memory(browser, devtools)]
    say(port, messages)
    page.locator(".message", has_text=f"message {messages - 1:05} ").wait_for()
    devtools.send("Performance.enable")
    page.evaluate(WATCH_TASKS)
    page.locator("message-list .scroller").hover()
    took = {}
    for name, height in (("notch", 120), ("page", 700)):
        took[name] = [step(page, devtools, height if at > steps * 3 // 4 else -height) for at in range(steps)]
    # To the beginning of all of it and back: whatever is between was never drawn.
    for edge in ("Home", "End"):
        page.keyboard.press(f"Alt+{edge}")
        page.evaluate("() => new Promise((done) => setTimeout(done, 500))")
    tasks = page.evaluate("tasks")
    drawn = page.evaluate("document.querySelectorAll('.message').length")
    held.append(memory(browser, devtools))
    page.context.close()
    return took, tasks, drawn, held


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def summed_up(took):
    """``median 1.6 ms, p95 3.4 ms, most 4.6 ms``."""
    return f"median {statistics.median(took):.1f} ms, p95 {percentile(took, 0.95):.1f} ms, most {max(took):.1f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=50_000, help="in the channel that is scrolled")
    parser.add_argument("--typed", type=int, default=200)
    parser.add_argument("--steps", type=int, default=400)
    options = parser.parse_args()
    print_header("2 browsers", f"{options.typed} typed, {options.messages} scrolled", "process")
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(data_directory())
        served = stack.enter_context(serving(data, "process", "#lobby"))
        browser = chromium(stack.enter_context(sync_playwright()))
        stack.callback(browser.close)
        size, files = first_load(browser, served.port)
        print(f"  first load         {size / 1000:.1f} kB in {files} files", flush=True)
        print(f"  typed to seen      {summed_up(typed_to_seen(browser, served.port, options.typed))}", flush=True)
        took, tasks, drawn, held = scroll(browser, served.port, options.messages, options.steps)
        for name, each in took.items():
            print(f"  script of a {name:6} {summed_up(each)}", flush=True)
        print(f"  drawn              {drawn} messages of {options.messages}")
        for when, (heap, resident) in zip(("without messages", "with all of them"), held, strict=True):
            print(f"  {when:18} {heap:.1f} MB of objects, {resident:.0f} MiB resident")
        print(f"  tasks over 50 ms   {len(tasks)}, the longest {max(tasks, default=0):.0f} ms", flush=True)


if __name__ == "__main__":
    main()
