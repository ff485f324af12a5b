"""Search, and the way from what was found to where it stands."""

import re

from playwright.sync_api import expect

from tests.browser.devices import both
from tests.e2e.wire import Irc


def test_what_was_said_is_found_and_shown_in_its_place(serve, visit):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "carol") as carol:
        carol.say("the blue heron nests by the lake")
        for number in range(300):
            carol.say(f"chatter {number}")
    ann = visit(server, "ann")
    ann.sees("chatter 299")
    expect(ann.row("blue heron")).to_have_count(0)
    ann.page.keyboard.press("Control+f")
    ann.page.get_by_label("Search messages").fill("heron from:carol")
    ann.page.get_by_label("Search messages").press("Enter")
    results = ann.page.get_by_role("region", name="Results")
    expect(results).to_contain_text("1 found")
    results.get_by_role("button", name="Show the message of carol in #lobby").click()
    expect(ann.row("blue heron")).to_be_in_viewport()
    ann.page.get_by_role("button", name="Newest messages").click()
    expect(ann.row("chatter 299")).to_be_in_viewport()


def test_nothing_found_and_bad_times_are_said_in_words(server, visit):
    ann = visit(server, "ann")
    ann.page.get_by_role("button", name="Search", exact=True).click()
    ann.page.get_by_label("Search messages").fill("unicorns")
    ann.page.get_by_label("Search messages").press("Enter")
    expect(ann.page.get_by_role("region", name="Results")).to_contain_text("Nothing found.")


def test_members_stand_again_beside_the_messages_when_search_or_inbox_is_closed(shared, visit):
    ann = visit(shared, "ann")
    head = ann.page.get_by_role("toolbar", name="This conversation")
    members = ann.page.locator("member-list")
    expect(members).to_be_visible()
    for name in ("Search", "Inbox"):
        head.get_by_role("button", name=name).click()
        expect(members).to_be_hidden()
        ann.page.locator("side-panel").get_by_role("button", name="Close", exact=True).click()
        expect(members).to_be_visible()
        head.get_by_role("button", name=name).click()
        expect(members).to_be_hidden()
        head.get_by_role("button", name=name).click()
        expect(members).to_be_visible()
    head.get_by_role("button", name="Members").click()
    expect(members).to_be_hidden()
    for name in ("Search", "Inbox"):
        head.get_by_role("button", name=name).click()
        expect(head.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
        ann.page.keyboard.press("Escape")
        expect(head.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "false")
        expect(members).to_be_hidden()


def test_older_messages_come_when_somebody_scrolls_there(serve, visit):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "carol") as carol:
        for number in range(350):
            carol.say(f"number {number:03}")
    ann = visit(server, "ann")
    ann.sees("number 349")
    scroller = ann.page.get_by_role("region", name="Messages in #lobby")
    for _ in range(40):
        scroller.evaluate("element => element.scrollTo(0, 0)")
        if ann.row("number 000").count():
            break
        ann.page.wait_for_timeout(100)
    expect(ann.row("number 000")).to_be_in_viewport()


def test_a_list_in_a_result_is_a_list_and_no_results_of_its_own(shared, visit):
    ann = visit(shared, "lister")
    with Irc(shared.port, "carolist") as carol:
        for item in ("- a crane", "- a stork"):
            carol.say(item)
        look_for(ann, "crane")
        found = ann.page.locator("search-panel .found-lines > li")
        expect(found).to_have_count(1)
        expect(found).to_have_css("border-top-width", "1px")
        expect(found.locator(".text li")).to_have_css("border-top-width", "0px")


def test_a_few_letters_lead_to_a_channel_that_one_is_not_in_and_make_none(shared, visit):
    with Irc(shared.port, "keeper") as keeper:
        keeper.send("JOIN #aviary")
        keeper.expect(" 366 keeper #aviary ")
        ann = visit(shared, "finder")
        ann.page.keyboard.press("Control+k")
        ann.page.keyboard.type("avi")
        choices = ann.page.get_by_role("listbox", name="Conversations").get_by_role("option")
        expect(choices).to_have_text([re.compile("aviary.*Join this channel"), re.compile("#avi.*Join or create")])
        ann.page.keyboard.press("Enter")
        ann.is_in("#aviary")
        keeper.expect(" JOIN #aviary")


@both
def test_hits_are_marked_newest_first_and_more_come_when_asked_for(serve, visit, device):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "carol") as carol:
        for number in range(120):
            carol.say(f"The Heron number {number:03} and a sheron")
    ann = visit(server, "ann", device=device)
    look_for(ann, "heron from:carol after:1d")
    results = ann.page.get_by_role("region", name="Results")
    found = results.get_by_role("listitem")
    expect(results).to_contain_text("50 or more found")
    expect(found).to_have_count(50)
    expect(found.first).to_contain_text("number 119")
    expect(found.first.locator("mark")).to_have_text(["Heron"])
    more = results.get_by_role("button", name="More", exact=True)
    for count in (100, 120):
        ann.press(more)
        expect(found).to_have_count(count)
    expect(found.last).to_contain_text("number 000")
    expect(results).to_contain_text("120 found")
    expect(more).to_be_hidden()
    ann.press(found.last.get_by_role("button", name="Show the message"))
    expect(ann.row("number 000")).to_be_in_viewport()


@both
def test_what_is_not_understood_is_said_at_the_field_and_explained_below(shared, visit, device):
    ann = visit(shared, "ann", device=device)
    look_for(ann, "heron after:yesterday")
    problem = ann.page.locator("search-panel").get_by_role("alert")
    expect(problem).to_contain_text("after:yesterday is not a time: use a day (2026-01-31)")
    expect(problem).to_be_in_viewport()
    ann.press(ann.page.get_by_text("What can be looked for"))
    expect(ann.page.locator("search-panel")).to_contain_text("has:link")
    ann.page.get_by_label("Search messages").fill("unicorns")
    ann.page.get_by_label("Search messages").press("Enter")
    expect(problem).to_be_hidden()
    expect(ann.page.get_by_role("region", name="Results")).to_contain_text("Nothing found.")


def test_words_are_combined_and_what_the_ignored_said_is_left_out(serve, visit):
    server = serve(CHOVER_LIMITS_FLOOD="false")
    with Irc(server.port, "carol") as carol, Irc(server.port, "dave") as dave:
        for text in (
            "a heron at the lake",
            "a heron in the sky",
            "see http://example.net/heron of the lake",
            "the lake",
        ):
            carol.say(text)
        dave.say("a heron said by dave")
        ann = visit(server, "ann")
        ann.say("/ignore dave")
        for typed, texts in {
            "heron": ["see http://example.net/heron of the lake", "a heron in the sky", "a heron at the lake"],
            "heron -lake": ["a heron in the sky"],
            '"the lake" has:link': ["see http://example.net/heron of the lake"],
            '"at the lake" from:carol in:#lobby': ["a heron at the lake"],
            "lake -has:link -heron": ["the lake"],
        }.items():
            look_for(ann, typed)
            expect(ann.page.locator("search-panel .found-lines .text")).to_have_text(texts)
        look_for(ann, "heron")
        expect(ann.page.get_by_role("region", name="Results")).to_contain_text(
            "1 message of somebody you ignore left out"
        )


@both
def test_a_pinned_message_says_so_in_its_row(shared, visit, device):
    ann = visit(shared, f"ann{device.size[0]}", device=device)
    ann.say(f"the recipe of {device.name}")
    row = ann.sees(f"the recipe of {device.name}")
    for pinned in (True, False):
        row.focus()
        row.press("p")
        if pinned:
            expect(row).to_contain_text("Saved (only you")
        else:
            expect(row).not_to_contain_text("Saved (only you")


def look_for(ann, text):
    field = ann.page.get_by_label("Search messages")
    if not field.is_visible():
        ann.press(ann.page.get_by_role("button", name="Search", exact=True))
    field.fill(text)
    field.press("Enter")
