"""The page speaks the browser's language, or the one that is chosen."""

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both
from tests.browser.test_access import violations
from tests.browser.visitor import LOST
from tests.e2e.wire import Irc

STORED = """async () => {
  for (const name of await caches.keys()) {
    const stored = await (await caches.open(name)).keys();
    if (stored.some(({ url }) => url.endsWith("i18n/de.json"))) return navigator.serviceWorker.controller !== null;
  }
  return false;
}"""
"""Whether the worker would answer with the German catalogue."""
HTML = "document.documentElement.lang + ' ' + document.documentElement.dir"


def test_the_page_is_german_in_a_german_browser(shared, visit):
    ann = visit(shared, locale="de-AT")

    expect(ann.page.get_by_role("button", name="Eintreten")).to_be_visible()
    assert ann.page.evaluate(HTML) == "de ltr"
    assert violations(ann) == ""


def test_the_page_is_arabic_and_from_right_to_left(shared, visit):
    ann = visit(shared, locale="ar-EG")

    expect(ann.page.get_by_role("button", name="ادخل")).to_be_visible()
    assert ann.page.evaluate(HTML) == "ar rtl"
    assert violations(ann) == ""


def test_in_arabic_an_english_result_begins_below_its_author_and_its_channel_keeps_its_sign_in_front(server, visit):
    eve = visit(server, locale="ar-EG")
    expect(eve.page.locator("sign-in input[name=nick]")).to_be_focused()
    eve.page.keyboard.type("eve")
    eve.page.keyboard.press("Enter")
    eve.is_in("#lobby")
    with Irc(server.port, "bob") as bob:
        bob.say("an English line")
        expect(eve.page.get_by_text("an English line", exact=True)).to_be_visible()
    eve.page.keyboard.press("Control+f")
    eve.page.keyboard.type("english")
    eve.page.keyboard.press("Enter")
    found = eve.page.locator(".results li")
    expect(found.locator(".where b")).to_have_css("direction", "ltr")
    text, author = eve.places(*[found.locator(part) for part in (".text", ".who")])
    assert abs(text["x"] + text["width"] - author["x"] - author["width"]) < 2


def test_english_asks_for_no_catalogue_and_an_unknown_language_is_english(shared, visit):
    for locale in ("en-GB", "fr-FR"):
        ann = visit(shared, locale=locale)
        expect(ann.page.get_by_role("button", name="Come in")).to_be_visible()
        loaded = ann.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert [name for name in loaded if name.endswith(".json") and "/i18n/" in name] == []


def test_a_chosen_language_is_kept(shared, visit):
    ann = visit(shared)
    ann.come_in("ann")
    ann.page.get_by_role("button", name="Settings").click()
    with ann.page.expect_navigation():  # The page loads itself again in the language.
        ann.page.get_by_label("Language").select_option("de")

    expect(ann.page.locator("html")).to_have_attribute("lang", "de")
    ann.page.reload()
    expect(ann.page.locator("html")).to_have_attribute("lang", "de")


def test_without_a_network_the_page_still_speaks_it(server, visit):
    ann = visit(server, locale="de-DE", excused=LOST)
    ann.page.get_by_label("Name", exact=True).fill("ann")
    ann.press(ann.page.get_by_role("button", name="Eintreten"))
    expect(ann.page.get_by_role("heading", level=1, name="#lobby")).to_be_visible()
    ann.until(f"({STORED})()")
    server.kill()
    ann.page.reload()

    expect(ann.page.locator("html")).to_have_attribute("lang", "de")


@pytest.mark.parametrize(
    ("locale", "edge", "words"), [("ar-EG", "right", "a few words"), ("en-GB", "left", "كلمات قليلة")]
)
def test_what_is_written_the_other_way_than_the_page_begins_below_its_author(shared, visit, locale, edge, words):
    ann = visit(shared, locale=locale)
    ann.page.locator("sign-in input[name=nick]").fill(f"ann{locale[:2]}")
    ann.page.keyboard.press("Enter")
    ann.is_in("#lobby")
    with Irc(shared.port, f"bob{locale[:2]}") as bob:
        bob.say(words)
        ann.sees(words)
    row = ann.row(words)
    author, text = (
        row.locator(part).evaluate(f"each => each.getBoundingClientRect().{edge}") for part in ("header", ".text")
    )
    assert abs(author - text) < 1


@both
def test_the_tabs_of_the_inbox_stay_in_one_line_and_the_chosen_one_is_seen(shared, visit, device):
    for locale in ("en-GB", "de-AT"):
        ann = visit(shared, locale=locale)
        nick = f"tab{locale[:2]}{device.touch:d}"
        ann.page.locator("sign-in input[name=nick]").fill(nick)
        ann.page.keyboard.press("Enter")
        ann.is_in("#lobby")
        ann.page.keyboard.press("Alt+c")
        tabs = ann.page.locator("catch-up-panel [role=tab]")
        expect(tabs.first).to_be_focused()
        ann.page.keyboard.press("ArrowLeft")
        expect(tabs.last).to_be_focused()
        expect(tabs.last).to_be_in_viewport(ratio=1)
        assert len({round(tab.bounding_box()["y"]) for tab in tabs.all()}) == 1
