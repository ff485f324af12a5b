"""All pictures of README and docs: the web client, the terminal, SSH. Look at them before they are committed."""

import argparse
import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright
from tests.e2e.server import environment
from tests.terminal import Terminal

from benchmarks import terminal_picture
from benchmarks.served import OPEN, chover, data_directory, serving
from benchmarks.team import CHANNELS, Team
from benchmarks.web import chromium

MORNING = 9
DOCS = Path(__file__).parent.parent / "docs" / "pictures"
SETTINGS = OPEN.replace("[limits]", 'network = "Lakeside"\n[limits]') + "[files]\nguests = true\n"
ZONE = f"Etc/GMT{datetime.now(UTC).hour - MORNING:+d}"
"""A time zone in which it is morning: the name has the other sign."""
CLOCK = {"timezone_id": ZONE, "locale": "en-GB"}
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
    """The page in the midst of the day; in the first look also what opens beside and in front of it."""
    team = Team(port)
    page = browser.new_context(**CLOCK, **look).new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    page.fill("sign-in input[name=nick]", "ann")
    page.press("sign-in input[name=nick]", "Enter")
    page.get_by_role("heading", level=1, name="#lobby").wait_for()
    if name == "web-light":
        page.locator(".first-steps button").first.wait_for()
        shot(page, folder / "web-first.png")
    team.before()
    for channel in CHANNELS:
        page.locator("#message").fill(f"/join {channel}")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name=channel).wait_for()
    team.now()
    page.locator(".message", has_text="train at nine").wait_for()
    page.locator("channel-list").get_by_text("mina").wait_for(state="attached")
    page.locator("#message").fill("Yes, and I bring the")
    shot(page, folder / f"{name}.png")
    if name == "web-light":
        beside(page, folder)
    page.context.close()
    team.close()


def beside(page, folder):
    """A thread, and an enlarged picture."""
    page.locator(".thread-link").click()
    page.locator(".thread-lines").get_by_text("the old drawings").wait_for()
    shot(page, folder / "web-thread.png")
    page.locator(".preview").nth(1).click()
    page.locator("dialog.lightbox img").wait_for()
    shot(page, folder / "web-lightbox.png")


async def screen_of(command, port, size, home):
    """The full screen of the terminal client in the same conversation."""
    team = Team(port)
    team.before()
    given = environment(home, TERM="xterm-256color", COLORTERM="truecolor", PROMPT_TOOLKIT_NO_CPR="1", TZ=ZONE)
    terminal = Terminal(*command, **given)
    terminal.resize(*size)
    await terminal.prompts("ann ❯")
    # Three pictures below each other leave no room for words: their cards do.
    terminal.type("/set pictures off\r")
    for channel in CHANNELS:
        terminal.type(f"/join {channel}\r")
        await terminal.matches(rf"\d>{channel}")
    team.now()
    await terminal.shows("train at nine")
    await terminal.matches(r"mina +@?1")
    terminal.type("Yes, and I bring the")
    await terminal.shows("Yes, and I bring the")
    screen = terminal.screen
    await terminal.close()
    team.close()
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
    # The server, too: over SSH it draws the screen.
    os.environ["TZ"] = ZONE
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
