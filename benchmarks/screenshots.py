"""Pictures of the web client for README and docs: light, dark, phone. Look at them before they are committed."""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.e2e.wire import Irc

from benchmarks.served import OPEN, data_directory, serving
from benchmarks.web import chromium

DOCS = Path(__file__).parent.parent / "docs" / "pictures"
SETTINGS = OPEN.replace("[limits]", 'network = "Lakeside"\n[limits]')
LOOKS = {
    "web-light": {"viewport": {"width": 1180, "height": 720}, "color_scheme": "light"},
    "web-dark": {"viewport": {"width": 1180, "height": 720}, "color_scheme": "dark"},
    "web-phone": {"viewport": {"width": 390, "height": 780}, "color_scheme": "light"},
}


def talk(port):
    """A conversation as people have it; whoever has spoken stays."""
    bob, carol = (Irc(port, nick, "message-tags echo-message server-time") for nick in ("bob", "carol"))
    bob.send("JOIN #garden", "JOIN #kitchen", "TOPIC #lobby :Everything about the lake house")
    asked = bob.say("The boiler is fixed. Who is coming on Saturday?")
    carol.send(f"@+draft/reply={asked} PRIVMSG #lobby :We are three, and we bring the canoe")
    carol.fence()
    carol.say("The key is where it always is, see https://example.org/house")
    bob.say("Great! I wrote the shopping list: `bread, cheese, 12 eggs`")
    bob.say("\x01ACTION packs the tent\x01")
    carol.say("ann: can you take the train at nine?")
    return bob, carol


def picture(browser, port, name, look, folder):
    page = browser.new_context(**look).new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    page.fill("sign-in input[name=nick]", "ann")
    page.press("sign-in input[name=nick]", "Enter")
    page.locator(".message", has_text="train at nine").wait_for()
    page.locator("#message").fill("Yes, and I bring the")
    # What has just arrived is drawn, and nothing is in between any more.
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.screenshot(path=folder / f"{name}.png")
    page.context.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=DOCS)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with data_directory() as data, serving(data, "process", "#lobby", settings=SETTINGS) as served:
        people = talk(served.port)
        with sync_playwright() as playwright:
            browser = chromium(playwright)
            for name, look in LOOKS.items():
                picture(browser, served.port, name, look, folder)
            browser.close()
        for each in people:
            each.close()


if __name__ == "__main__":
    main()
