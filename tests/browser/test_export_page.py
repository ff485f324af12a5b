"""The page of an export, opened from the disk without a server: read, searched, and no text of others is markup."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from chover.archive.exporting import Exporter
from chover.engine.events import Event, Opened, Said, Source
from chover.engine.ids import LogId, UserId
from chover.files.blobs import BlobStore
from chover.ports import Append
from chover.store.sqlite.store import SqliteStore

HOUR = 3_600_000
ALICE, BOB = (Source(UserId(f"g{nick}"), nick, nick, "host") for nick in ("alice", "bob"))


def message(number):
    text = "the kettle <img src=x onerror=document.title='broken'> boils" if number == 3 else f"message {number}"
    return Event(LogId("c1"), (ALICE, BOB)[number % 2], Said(text), f"m{number}", at=1_700_000_000_000 + number * HOUR)


async def make(directory):
    store = SqliteStore.open(directory / "data", durability="process")
    opened = [Event(LogId(f"c{n}"), ALICE, Opened(name), f"o{n}", at=1) for n, name in ((1, "#tea"), (2, "#milk"))]
    other = Event(LogId("c2"), BOB, Said("see https://example.org/kettle-shop"), "x", at=1_700_000_000_000)
    done = asyncio.get_running_loop().create_future()
    store.append([Append([event]) for event in (*opened, *map(message, range(1200)), other)], done.set_result)
    await done
    place = directory / "export"
    place.mkdir()
    await (await Exporter.open(store, BlobStore(directory / "none"), place)).export("", 1, credentials=False)
    await store.close()
    return place / "index.html"


@pytest.fixture
def opens(chromium, tmp_path):
    # Playwright has the loop of this thread.
    with ThreadPoolExecutor() as pool:
        file = pool.submit(lambda: asyncio.run(make(tmp_path))).result()
    contexts = []

    def opens(**options):
        contexts.append(chromium.new_context(offline=True, timezone_id="UTC", **options))
        page = contexts[-1].new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda said: page.errors.append(said.text) if said.type == "error" else None)
        page.goto(file.as_uri())
        return page

    yield opens
    for context in contexts:
        context.close()


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_it_is_read_page_by_page_and_searched(opens, size):
    page = opens(viewport={"width": size[0], "height": size[1]})
    assert page.get_by_role("heading", level=2).inner_text() == "#tea"
    assert page.locator("#where").inner_text() == "701 to 1200 of 1200"
    page.get_by_role("button", name="Older").click()
    page.get_by_role("button", name="Older").click()
    assert page.locator("#where").inner_text() == "1 to 500 of 1200"
    assert "message 0" in page.locator("#rows").inner_text()

    page.get_by_role("searchbox").fill("KETTLE boils")
    assert page.locator("#where").inner_text() == "1 message"
    assert page.locator("#rows mark").all_inner_texts() == ["kettle", "boils"]
    assert "<img src=x" in page.locator("#rows").inner_text()
    page.locator(".found").click()
    assert page.locator("#where").inner_text() == "1 to 500 of 1200"
    here = page.locator(".here")
    assert "the kettle <img" in here.inner_text()
    box = here.bounding_box()
    assert 0 <= box["y"] < size[1]

    page.get_by_role("button", name="#milk").click()
    link = page.locator("#rows a")
    assert link.get_attribute("href") == "https://example.org/kettle-shop"
    assert page.title() == "Chat: everything"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.errors == []


def test_a_finger_reaches_what_was_found(opens):
    page = opens(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.get_by_role("searchbox").fill("kettle boils")
    assert page.locator(".found").bounding_box()["height"] >= 44
    page.locator(".found").tap()
    assert "the kettle <img" in page.locator(".here").inner_text()
    assert page.errors == []


def test_it_is_dark_where_the_system_is(opens):
    page = opens(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") in {
        "rgba(0, 0, 0, 0)",
        "rgb(18, 18, 18)",
    }
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert page.errors == []
