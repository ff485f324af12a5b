"""All pictures of README and docs: the web client, the terminal, SSH. Look at them before they are committed."""

import argparse
import asyncio
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.e2e.server import environment
from tests.e2e.wire import Irc
from tests.terminal import Terminal

from benchmarks import terminal_picture
from benchmarks.served import OPEN, chover, data_directory, serving
from benchmarks.web import chromium

DOCS = Path(__file__).parent.parent / "docs" / "pictures"
SETTINGS = OPEN.replace("[limits]", 'network = "Lakeside"\n[limits]')
DOOR = {"viewport": {"width": 1180, "height": 720}, "color_scheme": "light"}
LOOKS = {
    "web-light": {"viewport": {"width": 1180, "height": 720}, "color_scheme": "light"},
    "web-dark": {"viewport": {"width": 1180, "height": 720}, "color_scheme": "dark"},
    "web-phone": {"viewport": {"width": 390, "height": 780}, "color_scheme": "light"},
}


SSH = ("ssh", "-tt", "-F", "none", "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no")
TERMINALS = {
    "terminal": ("chover chat", lambda port: chover("chat", f"127.0.0.1:{port}", "--nick", "ann")),
    "ssh": (
        "ssh -p 55555 ann@chat.example.org",
        lambda port: [*SSH, "-o", "LogLevel=ERROR", "-o", "PubkeyAuthentication=no", "-p", str(port), "ann@127.0.0.1"],
    ),
}
SIZES = {"terminal": (112, 24), "ssh": (88, 22)}

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
    bob.send(f"@+draft/react=❤;+draft/reply={key} TAGMSG {HOME}")
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


def shot(page, path):
    """What has just arrived is drawn, and nothing is in between any more."""
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.screenshot(path=path)


def door(browser, folder):
    """The page as somebody sees it who has never been there."""
    with data_directory() as data, serving(data, "process", "#lobby", settings=SETTINGS) as served:
        page = browser.new_context(**DOOR).new_page()
        page.goto(f"http://127.0.0.1:{served.port}/")
        page.locator("sign-in input[name=nick]").wait_for()
        shot(page, folder / "web-door.png")
        page.context.close()


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
    shot(page, folder / f"{name}.png")
    if name == "web-light":
        page.locator(".thread-link").click()
        page.locator(".thread-lines").get_by_text("we bring the canoe").wait_for()
        shot(page, folder / "web-thread.png")
    page.context.close()
    for each in (bob, carol):
        each.close()


async def screen_of(command, port, size, home):
    """The full screen of the terminal client in the same conversation."""
    bob, carol = people(port)
    given = environment(home, TERM="xterm-256color", COLORTERM="truecolor", PROMPT_TOOLKIT_NO_CPR="1")
    terminal = Terminal(*command, **given)
    terminal.resize(*size)
    await terminal.prompts("ann ❯")
    for channel in (PLANS, KITCHEN, HOME):
        terminal.type(f"/join {channel}\r")
        await terminal.matches(rf"\d>{channel}")
    talk(bob, carol)
    elsewhere(bob, carol)
    await terminal.shows("train at nine")
    await terminal.matches(r"carol +@?1")
    terminal.type("Yes, and I bring the")
    await terminal.shows("Yes, and I bring the")
    screen = terminal.screen
    await terminal.close()
    for each in (bob, carol):
        each.close()
    return screen


def screens():
    """A page for each picture of a terminal."""
    for name, (title, command) in TERMINALS.items():
        with data_directory() as data, serving(data, "process", "#lobby", settings=SETTINGS) as served:
            screen = asyncio.run(screen_of(command(served.port), served.port, SIZES[name], data))
            yield name, terminal_picture.page(screen, title)


def draw(browser, name, text, folder):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_content(text)
    page.locator(".window").screenshot(path=folder / f"{name}.png")
    page.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=DOCS)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    drawn = list(screens())
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        door(browser, folder)
        for name, text in drawn:
            draw(browser, name, text, folder)
        for name, look in LOOKS.items():
            # A server for each: nobody has been there before.
            with data_directory() as data, serving(data, "process", "#lobby", settings=SETTINGS) as served:
                picture(browser, served.port, name, look, folder)
        browser.close()


if __name__ == "__main__":
    main()
