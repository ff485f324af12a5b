"""What did I miss: the same from every device. And what people are called."""

import re

from playwright.sync_api import expect

from tests.e2e.wire import Irc


def test_what_was_missed_is_listed_and_leads_there(server, visit):
    ann = visit(server, "ann")
    ann.say("/join #garden")
    ann.is_in("#garden")
    with Irc(server.port, "carol") as carol:
        carol.say("nobody in particular")
        carol.say("ann: are you there?")
        carol.send("PRIVMSG ann :a private word")
        carol.fence()
        ann.page.keyboard.press("Alt+c")
        panel = ann.page.get_by_role("tabpanel")
        expect(panel.locator(".found-lines li")).to_have_count(2)
        expect(panel).to_contain_text("ann: are you there?")
        expect(panel).to_contain_text("a private word")
        panel.get_by_role("button", name="Show the message of carol in #lobby").click()
        expect(ann.row("ann: are you there?")).to_be_in_viewport()
        expect(panel.locator(".found-lines li")).to_have_count(1)
        ann.page.get_by_role("button", name="Mark everything as read").click()
        expect(panel).to_contain_text("Nothing: you have read everything.")
        expect(ann.page.get_by_role("button", name="Mark everything as read")).to_be_hidden()
        expect(ann.page.get_by_role("tab", name="Unread")).to_be_focused()
        ann.page.get_by_role("tab", name="Mentions").click()
        expect(panel).to_contain_text("ann: are you there?")


def test_an_answer_to_us_calls_us(server, visit):
    ann = visit(server, "ann")
    ann.say("who knows?")
    ann.sees("who knows?")
    ann.say("/join #garden")
    ann.is_in("#garden")
    with Irc(server.port, "carol") as carol:
        said = re.search(r"msgid=([^; ]+)", carol.page("CHATHISTORY LATEST #lobby * 5")[-1])[1]
        carol.send(f"@+draft/reply={said} PRIVMSG #lobby :I do")
        lobby = ann.page.locator("channel-list").get_by_role("button", name="lobby")
        expect(lobby).to_have_accessible_name(re.compile("1 for you"))


def test_people_are_called_what_they_want_with_their_nick_beside_it(server, visit):
    ann, bob = visit(server, "ann"), visit(server, "bob")
    name = "Ann <img src=x onerror=globalThis.ran=1>"
    ann.page.locator("my-card .me").click()
    ann.page.get_by_role("textbox", name="Display name").fill(name)
    ann.page.get_by_role("button", name="Set the name").click()
    # A long name is cut in front of the nick.
    expect(bob.page.locator("member-list .member", has_text=name[:14])).to_contain_text("(ann)")
    ann.say("who am I?")
    row = bob.sees("who am I?", nick="ann")
    expect(row.locator("header")).to_contain_text(name)
    expect(row.locator(".real-nick")).to_have_text("ann")
    assert bob.page.evaluate("globalThis.ran ?? null") is None
    expect(visit(server, "dora").sees("who am I?").locator("header")).to_have_text(re.compile("^" + re.escape(name)))


def test_commands_have_the_names_that_the_terminal_client_has(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "carol") as carol:
        ann.say("/join #garden")
        ann.is_in("#garden")
        carol.send("JOIN #garden")
        carol.expect(" 366 carol #garden ")
        ann.say("/topic all about tea")
        carol.expect("TOPIC #garden :all about tea")
        ann.say("/nick anna")
        expect(ann.page.locator("my-card")).to_contain_text("anna")
        ann.say("/me waves")
        carol.expect("PRIVMSG #garden :\x01ACTION waves\x01")
        carol.say("what a day", "#garden")
        ann.sees("what a day")
        ann.say("/reply indeed")
        carol.expect(r"\+draft/reply=\S+ :anna!\S+ PRIVMSG #garden :indeed$")
        ann.say("/react tada")
        carol.expect(r"\+draft/react=🎉")
        ann.sees("indeed")
        ann.say("/edit indeed!")
        ann.sees("indeed!")
        ann.say("/jion #garden")

        ann.sees("There is no /jion. Did you mean /join?")
        expect(ann.message).to_have_value(re.compile("^/jion"))
        ann.message.fill("")
        ann.say("//not a command")
        carol.expect("PRIVMSG #garden :/not a command$")
        ann.say("/search day")
        expect(ann.page.get_by_role("region", name="Results")).to_contain_text("1 found")
        ann.say("/catchup")
        expect(ann.page.get_by_role("tabpanel", name="What you missed")).to_be_visible()
        ann.say("/part")
        carol.expect("PART #garden")
