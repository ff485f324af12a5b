"""The page by TLS: the browser's own hello says that it is one, so that it is not asked for a certificate."""

import contextlib
import socket
import threading

from playwright.sync_api import Error

from chover.edge.tls.client_certificate import offered
from tests.browser.visitor import NO_WORKER


def test_one_chats_by_tls(server, visit):
    ann = visit(server, scheme="https", excused=NO_WORKER, ignore_https_errors=True)
    ann.come_in("ann")


def test_a_browser_is_known_by_its_first_record(chromium):
    heard = []

    def listen(listening):
        with contextlib.closing(listening.accept()[0]) as sock:
            first = b""
            while offered(first) is None and (more := sock.recv(65536)):
                first += more
            heard.append(first)
        listening.close()  # a browser tries again at once, and would wait for an answer

    with socket.create_server(("127.0.0.1", 0)) as listening, contextlib.closing(chromium.new_context()) as context:
        listener = threading.Thread(target=listen, args=[listening])
        listener.start()
        with contextlib.suppress(Error):
            context.new_page().goto(f"https://127.0.0.1:{listening.getsockname()[1]}/")
        listener.join()
    assert offered(heard[0]).http is True
