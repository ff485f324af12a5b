"""The page behind a proxy that has taken a path away: everything is found, and what is named is named with the path."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.reverse_proxy import proxying
from tests.browser.test_files import gives
from tests.browser.test_safety import FOREIGN
from tests.e2e.wire import Irc


class At:
    """What a visitor needs of a server: its port."""

    def __init__(self, port):
        self.port = port


@pytest.fixture
def house(serve):
    return serve(CHOVER_FILES_GUESTS="true")


def test_all_of_the_page_works_below_a_path(house, visit):
    with proxying(house.port, "/team/chat", X_Forwarded_Prefix="/team/chat") as port, Irc(house.port, "bob") as bob:
        ann = visit(At(port), path="team/chat/")
        ann.come_in("ann")
        bob.say("hello from inside")
        ann.sees("hello from inside", nick="bob")
        address = gives(ann, "dot.png")
        assert address.startswith(f"http://127.0.0.1:{port}/team/chat/files/")
        ann.until("document.querySelector('.preview img')?.naturalWidth === 1")
        bob.expect(rf" PRIVMSG #lobby :.* {re.escape(address)}")
        ann.until("navigator.serviceWorker.controller !== null")
        scope = ann.page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)")
        assert scope == f"http://127.0.0.1:{port}/team/chat/"
        manifest = ann.page.evaluate(
            """async () => {
              const { href } = document.querySelector("link[rel=manifest]");
              const { id, start_url, scope, icons } = await (await fetch(href)).json();
              return [id, start_url, scope, icons[0].src].map((each) => new URL(each, href).pathname);
            }"""
        )
        assert manifest == ["/team/chat/", "/team/chat/", "/team/chat/", "/team/chat/icon.svg"]
        ann.page.get_by_role("button", name="Settings").click()
        expect(ann.page.get_by_role("dialog", name="Settings")).to_be_visible()
        assert ann.page.evaluate(FOREIGN) == []
        assert ann.page.request.get(address).headers["content-security-policy"].startswith("default-src 'none'")
        ann.close()  # The proxy goes before what visits it.


def test_a_proxy_that_says_nothing_of_its_path_is_made_good_by_the_setting(serve, visit):
    house = serve(CHOVER_FILES_GUESTS="true")
    with proxying(house.port, "/chat") as port:
        house.stop()
        again = serve(
            "--port", str(house.port), home=house.home,
            CHOVER_FILES_GUESTS="true", CHOVER_WEB_URL=f"http://127.0.0.1:{port}/chat",
        )  # fmt: skip
        assert again.port == house.port
        ann = visit(At(port), path="chat/")
        ann.come_in("ann")
        assert gives(ann, "dot.png").startswith(f"http://127.0.0.1:{port}/chat/files/")
        ann.until("document.querySelector('.preview img')?.naturalWidth === 1")
        ann.close()
