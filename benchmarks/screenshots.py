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


HOME, PLANS, KITCHEN = "#lake-house", "#plans", "#kitchen"


def people(port):
    """Two people who have a channel of their own, and two more."""
    bob, carol = (Irc(port, nick, "message-tags echo-message server-time") for nick in ("bob", "carol"))
    bob.send(f"JOIN {HOME},{PLANS},{KITCHEN}", f"TOPIC {HOME} :Everything about the house by the lake")
    bob.fence()
    carol.send(f"JOIN {HOME},{PLANS},{KITCHEN}")
    carol.fence()
    return bob, carol


def talk(bob, carol):
    """A conversation as people have it."""
    asked = bob.say("The boiler is fixed. Who is coming on Saturday?", HOME)
    carol.send(f"@+draft/reply={asked} PRIVMSG {HOME} :We are three, and we bring the canoe")
    carol.fence()
    key = carol.say("The key is where it always is, see https://example.org/house", HOME)
    bob.send(f"@+draft/react=👍;+draft/reply={key} TAGMSG {HOME}")
    bob.say("Great! I wrote the shopping list: `bread, cheese, 12 eggs`", HOME)
    bob.say("\x01ACTION packs the tent\x01", HOME)
    carol.say("ann: can you take the train at nine?", HOME)


def elsewhere(bob, carol):
    """Unread messages for her in other conversations."""
    bob.say("The canoe needs a new paddle", PLANS)
    carol.say("ann, soup or salad?", KITCHEN)
    bob.say("Soup!", KITCHEN)
    carol.send("PRIVMSG ann :Shall I bring your boots?")
    carol.fence()


def picture(browser, port, name, look, folder):
    bob, carol = people(port)
    page = browser.new_context(**look).new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    page.fill("sign-in input[name=nick]", "ann")
    page.press("sign-in input[name=nick]", "Enter")
    for channel in (PLANS, KITCHEN, HOME):
        page.locator("#message").fill(f"/join {channel}")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name=channel).wait_for()
    talk(bob, carol)
    elsewhere(bob, carol)
    page.locator(".message", has_text="train at nine").wait_for()
    page.locator("channel-list").get_by_text("carol").wait_for(state="attached")
    page.locator("#message").fill("Yes, and I bring the")
    # What has just arrived is drawn, and nothing is in between any more.
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.screenshot(path=folder / f"{name}.png")
    page.context.close()
    for each in (bob, carol):
        each.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=DOCS)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        for name, look in LOOKS.items():
            # A server for each: nobody has been there before.
            with data_directory() as data, serving(data, "process", "#lobby", settings=SETTINGS) as served:
                picture(browser, served.port, name, look, folder)
        browser.close()


if __name__ == "__main__":
    main()
