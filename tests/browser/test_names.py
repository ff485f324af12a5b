"""Nobody looks like somebody else: the nick stands beside a display name, and another's name is refused."""

import re

from playwright.sync_api import expect

from tests.e2e.wire import Irc


def test_the_nick_stands_beside_a_display_name_wherever_it_is_shown(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "carol") as carol:
        carol.send("METADATA * SET display-name :Caz the Great")
        carol.say("hello")
        row = ann.sees("hello", nick="carol")
        expect(row.locator(".nick")).to_have_text("Caz the Great")
        expect(row.locator(".real-nick")).to_have_text("carol")
        member = ann.page.locator("member-list").get_by_role("button", name=re.compile("carol"))
        expect(member).to_contain_text("Caz the Great (carol)")
        ann.do("Reply", "hello")
        expect(ann.page.locator("message-composer .about")).to_contain_text("Replying to Caz the Great (carol)")
        ann.message.press("Escape")
        carol.send("PRIVMSG ann :psst")
        expect(ann.page.get_by_role("list", name="Direct messages")).to_contain_text("Caz the Great (carol)")
        carol.send("METADATA * SET display-name :ANN")
        carol.expect("looks like somebody else's name")
        expect(member).to_contain_text("Caz the Great (carol)")
