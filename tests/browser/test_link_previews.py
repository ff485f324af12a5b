"""Previews of links: made by the server, and no browser of a reader asks the site."""

import http.server
import threading

import pytest
from playwright.sync_api import expect

from tests.browser.devices import both
from tests.browser.test_media import png
from tests.e2e.wire import Irc

PAGE = """<title>Old</title><meta property="og:title" content="How to make <b>tea</b>">
<meta property="og:description" content="Water, leaves, patience."><meta property="og:site_name" content="The Kitchen">
<meta property="og:image" content="/pot.png">"""


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        picture = self.path == "/pot.png"
        body = png(640, 480) if picture else PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "image/png" if picture else "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@both
def test_a_link_is_shown_as_what_its_page_says_and_only_the_server_asks_the_page(serve, site, visit):
    server = serve(CHOVER_OUTGOING_PREVIEWS="true", CHOVER_OUTGOING_NETWORKS="127.0.0.1")
    ann = visit(server, "ann")
    url = f"http://127.0.0.1:{site.server_port}/tea"
    with Irc(server.port, "bob") as bob:
        bob.say(f"look: {url}")
        row = ann.sees("look:", nick="bob")
        card = row.locator(".link-preview")
        expect(card).to_contain_text("The Kitchen")
        expect(card).to_contain_text("How to make <b>tea</b>")
        expect(card).to_contain_text("Water, leaves, patience.")
        assert card.get_attribute("href") == url
        ann.until("document.querySelector('.link-preview img')?.naturalWidth === 640")
        box = row.bounding_box()
        assert box["x"] + box["width"] <= ann.page.evaluate("innerWidth")
        assert [path for path, _ in site.asked] == ["/tea", "/pot.png"]
        assert all(agent.startswith("chover/") for _, agent in site.asked)
        ann.page.reload()
        expect(ann.row("look:").locator(".link-preview")).to_contain_text("The Kitchen")
        assert len(site.asked) == 2
