"""Search, and the way from what was found to where it stands."""

from playwright.sync_api import expect

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
