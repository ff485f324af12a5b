"""From nothing to two people who chat, with a stopwatch: an empty environment, an empty home, three ways in."""

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright
from tests.terminal import Terminal

from benchmarks.machine import print_header
from benchmarks.served import free_port

ROOT = Path(__file__).parent.parent
SSH = ("ssh", "-tt", "-F", "none", "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no")
GUEST = ("-o", "LogLevel=ERROR", "-o", "PubkeyAuthentication=no")
WIDE = (230, 90)
"""Columns and rows of a terminal on which the longest link stands in one line."""
PATIENCE_MS = 30_000


class Stopwatch:
    """Steps of a person, each with the seconds that the machine needs for it."""

    def __init__(self, steps=()):
        self.steps = list(steps)
        self._before = time.perf_counter()

    def begin(self):
        self._before = time.perf_counter()

    def step(self, what):
        now = time.perf_counter()
        self.steps.append((what, now - self._before))
        self._before = now

    def shown(self, way):
        print(f"\n{way}: {len(self.steps)} steps, {sum(seconds for _, seconds in self.steps):.1f} s")
        for what, seconds in self.steps:
            print(f"  {seconds:6.1f} s  {what}", flush=True)


def bare(home):
    """The environment of somebody who has just logged in; where pip finds packages is the machine's business."""
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        **pip,
    }


def built(folder):
    """The wheel of this tree; not part of what is measured."""
    command = [sys.executable, ROOT / "packaging" / "release.py", folder, "--no-pyz"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.whl"))


def install(home, wheel, watch):
    environment, chat = bare(home), home / "chat"
    watch.begin()
    subprocess.run([getattr(sys, "_base_executable", sys.executable), "-m", "venv", chat], check=True, env=environment)
    watch.step("python3 -m venv chat")
    subprocess.run([chat / "bin/pip", "install", "--quiet", wheel], check=True, env=environment, cwd=home)
    watch.step("chat/bin/pip install")
    return chat / "bin/chover"


class Machine:
    """A person's machine with chover on it and nothing else."""

    def __init__(self, home, program):
        self.home, self.program, self.port, self.link, self.page = home, program, free_port(), "", ""
        self._open = []

    async def terminal(self, *command):
        # What the test's own environment has is taken away; a variable cannot be unset here, but be empty.
        cleared = {name: "" for name in os.environ if name.startswith(("CHOVER_", "XDG_", "PYTHON"))}
        opened = Terminal(*map(str, command), **{**cleared, **bare(self.home), "PROMPT_TOOLKIT_NO_CPR": "1"})
        self._open.append(opened)
        opened.resize(*WIDE)
        return opened

    async def serve(self):
        """The first start, with its invitation."""
        console = await self.terminal(self.program, "serve", "--port", self.port)
        await console.shows("  data ")
        said = "\n".join(console.lines)
        self.link = re.search(r"chover join '(\S+)'", said)[1]
        self.page = re.search(r"in a browser\s+(https?://\S+/\S+)", said)[1]

    async def chat(self, nick):
        """The terminal client as a guest."""
        screen = await self.terminal(self.program, "chat", f"localhost:{self.port}", "--nick", nick)
        await screen.prompts(f"{nick} ❯")
        return screen

    async def join(self, nick):
        """The terminal client by the invitation."""
        screen = await self.terminal(self.program, "join", self.link, "--nick", nick)
        await screen.prompts(f"{nick} ❯")
        return screen

    async def ssh(self, nick):
        screen = await self.terminal(*SSH, *GUEST, "-p", self.port, f"{nick}@localhost")
        await screen.prompts(f"{nick} ❯")
        return screen

    async def close(self):
        for opened in reversed(self._open):
            with contextlib.suppress(ProcessLookupError):
                await opened.close()


async def converse(alice, bob):
    """Each says something that the other sees, on terminals."""
    alice.type("hello bob\r")
    await bob.shows("hello bob")
    bob.type("hello alice\r")
    await alice.shows("hello alice")


async def by_terminal(machine, watch):
    alice = await machine.chat("alice")
    watch.step("chover chat --nick alice")
    bob = await machine.join("bob")
    watch.step("chover join 'LINK' --nick bob")
    await converse(alice, bob)
    watch.step("alice and bob say hello")


async def by_ssh(machine, watch):
    alice = await machine.ssh("alice")
    watch.step("ssh alice@HOST")
    bob = await machine.ssh("bob")
    watch.step("ssh bob@HOST")
    await converse(alice, bob)
    watch.step("alice and bob say hello")


async def by_browser(machine, watch):
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        watch.begin()
        alice = await enter(browser, f"http://localhost:{machine.port}/", "alice")
        watch.step("http://HOST:55555/, alice, Come in")
        # A person who follows the https link accepts the warning; so does this browser.
        bob = await enter(browser, machine.page, "bob")
        watch.step("the invitation's link, bob, Come in")
        for speaker, listener, text in ((alice, bob, "hello bob"), (bob, alice, "hello alice")):
            await speaker.locator("#message").fill(text)
            await speaker.keyboard.press("Enter")
            await listener.locator(".message", has_text=text).wait_for()
        watch.step("alice and bob say hello")
        await browser.close()


async def enter(browser, address, nick):
    page = await (await browser.new_context(ignore_https_errors=True)).new_page()
    page.set_default_timeout(PATIENCE_MS)
    await page.goto(address)
    await page.locator("input[name=nick]").first.fill(nick)
    await page.keyboard.press("Enter")
    await page.locator("#message").wait_for()
    return page


WAYS = {"terminal": by_terminal, "browser": by_browser, "SSH": by_ssh}


async def measure(way, home, wheel):
    watch = Stopwatch()
    machine = Machine(home, install(home, wheel, watch))
    try:
        await machine.serve()
        watch.step("chover serve")
        await WAYS[way](machine, watch)
    finally:
        await machine.close()
    return watch


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheel", type=Path, help="a wheel that is built already")
    parser.add_argument("--ways", nargs="*", default=list(WAYS), choices=list(WAYS))
    options = parser.parse_args()
    print_header(len(options.ways), "two lines", "power")
    with tempfile.TemporaryDirectory(prefix="chover-bench-") as name:
        folder = Path(name)
        wheel = options.wheel or built(folder / "wheel")
        for way in options.ways:
            home = folder / way
            home.mkdir()
            asyncio.run(measure(way, home, wheel.resolve())).shown(way)


if __name__ == "__main__":
    main()
