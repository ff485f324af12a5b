"""Being called by the browser: what is pushed is shown, leads to its conversation, and is taken back when it was read.

Push services cannot be reached from here. Two things are stood in for: the browser's subscription, which names a push
service on loopback, and the way from there to the worker, which is the browser's own test of it (CDP).
"""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import launched
from tests.browser.test_signing_in import log_in, operator
from tests.browser.visitor import SECONDS
from tests.e2e.push_receiver import receiving
from tests.e2e.wire import Irc
from tests.terminal import BOUND

SUBSCRIBES = """([address, keys]) => {
  const kept = () => JSON.parse(sessionStorage.made ?? "null");
  const made = (at) => at && {
    endpoint: at.endpoint,
    options: { applicationServerKey: Uint8Array.from(at.key).buffer },
    toJSON: () => ({ endpoint: at.endpoint, keys }),
    unsubscribe: async () => { delete sessionStorage.made; return true; },
  };
  PushManager.prototype.getSubscription = async () => made(kept());
  PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new DOMException("no", "AbortError");
    sessionStorage.made = JSON.stringify({ endpoint: address, key: [...applicationServerKey] });
    return made(kept());
  };
}"""
READY = "navigator.serviceWorker.ready.then(({ active }) => active.state === 'activated')"
"""The worker is at work. It need not control this very page, which may have been on its way when the worker came."""
FOCUSED = """async () => (await clients.matchAll({ type: "window", includeUncontrolled: true }))
  .some((each) => each.focused)"""
COUNTED = """() => {
  if (globalThis.counted === undefined) addEventListener("push", () => { globalThis.counted += 1; });
  globalThis.counted ??= 0;
  return globalThis.counted;
}"""
"""How many pushes the worker has heard since this was asked first."""
SHOWN = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
  .map(({ title, body, tag, data }) => ({ title, body, tag, name: data.name }))"""


@pytest.fixture(scope="module")
def chromium(playwright, needs):
    """The whole browser: the one without a window never shows notifications."""
    with launched(playwright, needs("chromium", "apt-get install chromium")) as browser:
        yield browser


class Phone:
    """A browser with an account's page, and what reaches its worker."""

    def __init__(self, visitor, receiver):
        self.visitor, self.page, self.receiver = visitor, visitor.page, receiver
        self._worker = {}
        self._cdp = self.page.context.new_cdp_session(self.page)
        self._cdp.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self._cdp.send("ServiceWorker.enable")

    def _registered(self, event):
        for each in event["registrations"]:
            self._worker = each

    def push(self, line=""):
        """Deliver a line to the worker: the next that the push service has got, if none is given."""
        line = line or self.receiver.lines.get(timeout=BOUND)[0]
        self.visitor.until(READY)
        origin = f"http://127.0.0.1:{self.visitor.server.port}"
        worker = {"origin": origin, "registrationId": self._worker["registrationId"], "data": line}
        # A busy browser loses some; hearing one twice changes nothing.
        [at_work] = self.page.context.service_workers
        before, deadline = at_work.evaluate(COUNTED), time.monotonic() + SECONDS
        while at_work.evaluate(COUNTED) == before:
            assert time.monotonic() < deadline, "no push has reached the worker"
            self._cdp.send("ServiceWorker.deliverPushMessage", worker)
            self.page.wait_for_timeout(100)
        return line

    def shown(self):
        return self.page.evaluate(SHOWN)

    def shows(self, *titles):
        """Wait until these notifications are shown, and no others. A page behind another has no frames to wait for."""
        deadline = time.monotonic() + SECONDS
        while sorted(each["title"] for each in self.shown()) != sorted(titles):
            assert time.monotonic() < deadline, self.shown()
            self.page.wait_for_timeout(50)
        return self.shown()

    def look_away(self):
        """Another tab is in front: this page has no focus."""
        self._cdp.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
        self.visitor.until(READY)
        self.page.context.new_page().bring_to_front()
        self.visitor.until("!document.hasFocus()")
        # The browser itself knows of it a moment later, and the worker asks the browser.
        [worker] = self.page.context.service_workers
        deadline = time.monotonic() + SECONDS
        while worker.evaluate(FOCUSED):
            assert time.monotonic() < deadline
            self.page.wait_for_timeout(50)

    def look(self):
        self._cdp.send("Emulation.setFocusEmulationEnabled", {"enabled": True})
        self.page.bring_to_front()

    def subscriptions(self):
        """How many the server has."""
        text = self.page.request.get(f"http://127.0.0.1:{self.visitor.server.port}/metrics").text()
        return int(re.search(r"^chover_push_subscriptions (\d+)", text, re.MULTILINE)[1])

    def is_called(self, times):
        """Wait until the server has so many subscriptions."""
        deadline = time.monotonic() + BOUND
        while self.subscriptions() != times:
            assert time.monotonic() < deadline


@pytest.fixture
def receiver():
    with receiving() as there:
        yield there


@pytest.fixture
def alice(serve):
    server = serve(CHOVER_OUTGOING_NETWORKS='["127.0.0.1"]', CHOVER_LIMITS_FLOOD="false")
    operator(server, "account", "add", "alice", "--password", text="open sesame\n")
    return server


@pytest.fixture
def phone(alice, visit, receiver):
    visitor = visit(alice, permissions=["notifications"])
    keys = dict(part.split("=") for part in receiver.device.keys.split(";"))
    visitor.page.add_init_script(f"({SUBSCRIBES})({json.dumps([receiver.address, keys])})")
    visitor.page.reload()
    log_in(visitor, "alice", "open sesame")
    visitor.is_in("#lobby")
    return Phone(visitor, receiver)


def setting_of(visitor):
    visitor.page.get_by_role("button", name="Settings").click()
    return visitor.page.get_by_role("group", name="While the page is closed")


def turn_on(phone):
    setting = setting_of(phone)
    setting.get_by_role("button", name="Notify me then, too").click()
    expect(setting.get_by_role("button", name="Stop notifying me")).to_be_focused()
    expect(setting).to_contain_text("This browser is notified.")
    phone.page.keyboard.press("Escape")


def test_a_message_is_shown_leads_to_its_place_and_is_taken_back(phone, alice):
    turn_on(phone)
    phone.look_away()
    with Irc(alice.port, "bob") as bob:
        bob.send("PRIVMSG alice :<b>are</b> you \x02there?")
        bob.fence()
        # What the page in the background shows, and what is pushed because nobody reads it, are one notification.
        assert " PRIVMSG alice :" in phone.push()
        [shown] = phone.shows("bob")
        assert shown == {"title": "bob", "body": "<b>are</b> you there?", "tag": "bob", "name": "bob"}
        bob.say("alice: and here?")
        phone.push()
        phone.shows("bob", "bob in #lobby")
        phone.page.evaluate(
            "navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { show: 'bob' } }))"
        )
        expect(phone.page.get_by_role("heading", level=1, name="bob")).to_be_visible()
        # Read on another device.
        with Irc(alice.port) as desk:
            desk.send("CAP REQ draft/read-marker", "PASS :alice:open sesame", "NICK alice", "USER a 0 * :a", "CAP END")
            desk.send("MARKREAD bob timestamp=2099-01-01T00:00:00.000Z")
            assert " MARKREAD bob timestamp=" in phone.push()
            phone.shows("bob in #lobby")
    # Read here.
    phone.look()
    phone.visitor.goes_to("lobby")
    phone.shows()


def test_a_notification_says_its_words_in_the_language_of_the_page(alice, visit, receiver):
    ann = visit(alice, permissions=["notifications"], locale="de-DE")
    ann.page.get_by_label("Name", exact=True).fill("ann")
    ann.press(ann.page.get_by_role("button", name="Eintreten"))
    expect(ann.page.get_by_role("heading", level=1, name="#lobby")).to_be_visible()
    ann.until("caches.has('spoken')")
    phone = Phone(ann, receiver)
    phone.look_away()
    phone.push(":srv SCHEDULED 7 #tea remind due timestamp=2026-01-01T00:00:00.000Z m9 bob :der Plan")
    [shown] = phone.shows("Erinnerung in #tea")
    assert shown["body"] == "bob: der Plan"


def test_anyone_who_looks_at_the_page_is_shown_nothing(phone):
    turn_on(phone)
    phone.push("@msgid=a :bob!b@h PRIVMSG alice :while she looks")
    phone.look_away()
    phone.push("@msgid=b :carol!c@h PRIVMSG #tea :alice: while she does not")
    phone.shows("carol in #tea")


def test_what_follows_takes_the_place_of_what_was_said_before(phone):
    phone.look_away()
    for text in ("one", "two"):
        phone.push(f"@msgid={text} :bob!b@h PRIVMSG alice :{text}")
        phone.shows("bob")
    phone.push("@msgid=x;time=2026-01-01T00:00:00.000Z :carol!c@h PRIVMSG alice :old")
    phone.push(":srv MARKREAD carol timestamp=2025-01-01T00:00:00.000Z")
    phone.push("what no version of the worker knows")
    assert {each["title"]: each["body"] for each in phone.shows("bob", "carol", "Chat")} == {
        "bob": "two",
        "carol": "old",
        "Chat": "Something is new.",
    }


def test_a_notification_opens_the_page_where_it_leads(phone):
    phone.page.goto(f"http://127.0.0.1:{phone.visitor.server.port}/#/c/%23garden")
    phone.page.get_by_role("button", name="Join", exact=True).click()
    phone.visitor.is_in("#garden")
    phone.page.evaluate("location.hash = '#/c/bob'")
    phone.page.reload()
    expect(phone.page.get_by_role("heading", level=1, name="bob")).to_be_visible()
    phone.page.evaluate("location.hash = '#/c/%zz%e0%a4'")
    phone.page.reload()
    expect(phone.visitor.message).to_be_editable()


def test_the_server_is_told_of_every_change_and_of_the_end(phone):
    turn_on(phone)
    assert phone.subscriptions() == 1
    # The browser has made another one meanwhile.
    phone.page.evaluate(
        """address => {
          sessionStorage.made = JSON.stringify({ ...JSON.parse(sessionStorage.made), endpoint: `${address}/2` });
        }""",
        phone.receiver.address,
    )
    phone.page.reload()
    phone.visitor.until("localStorage['chover.push']?.includes('/x/2')")
    phone.is_called(1)
    # And another one while the page is open, of which its worker hears.
    phone.page.evaluate(
        """address => {
          sessionStorage.made = JSON.stringify({ ...JSON.parse(sessionStorage.made), endpoint: `${address}/3` });
          navigator.serviceWorker.dispatchEvent(new MessageEvent("message", { data: { renewed: true } }));
        }""",
        phone.receiver.address,
    )
    phone.visitor.until("localStorage['chover.push']?.includes('/x/3')")
    phone.is_called(1)
    setting = setting_of(phone)
    setting.get_by_role("button", name="Stop notifying me").click()
    expect(setting.get_by_role("button", name="Notify me then, too")).to_be_visible()
    phone.is_called(0)
    assert phone.page.evaluate("[sessionStorage.made, localStorage['chover.push']]") == [None, None]


def test_anyone_who_signs_out_is_called_no_longer(phone):
    turn_on(phone)
    phone.page.locator("my-card .me").click()
    phone.page.get_by_role("button", name="Sign out").click()
    expect(phone.page.get_by_label("Name", exact=True)).to_be_visible()
    phone.is_called(0)
    assert phone.page.evaluate("sessionStorage.made") is None


@pytest.mark.parametrize(
    ("how", "settings", "words"),
    [
        ({"host": "chat.home.arpa", "excused": re.compile("Cross-Origin-Opener-Policy")}, {}, "It needs https"),
        ({}, {}, "Only accounts can be notified"),
        ({"permissions": ["notifications"]}, {"CHOVER_OUTGOING_PUSH": "false"}, "This server sends no push"),
    ],
)
def test_the_setting_says_why_it_cannot_be(serve, visit, how, settings, words):
    ann = visit(serve(**settings), "ann", **how)
    setting = setting_of(ann)
    expect(setting).to_contain_text(words)
    expect(setting.get_by_role("button")).to_have_count(0)


def test_a_browser_that_may_not_show_anything_says_so(alice, visit):
    visitor = visit(alice)
    log_in(visitor, "alice", "open sesame")
    visitor.is_in("#lobby")
    setting = setting_of(visitor)
    setting.get_by_role("button").click()
    expect(setting.get_by_role("alert")).to_have_text("Notifications were not allowed.")
    expect(setting).to_contain_text("This browser was told not to show notifications of this page")
