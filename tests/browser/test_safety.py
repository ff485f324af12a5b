"""What people send is only ever text: nothing of it runs, wherever it is shown."""

import re

from playwright.sync_api import expect

from tests.e2e.wire import Irc, Wire

ATTACKS = [
    "<script>globalThis.ran=1</script>",
    "<img src=x onerror=globalThis.ran=1>",
    "<svg/onload=globalThis.ran=1>",
    '"><iframe srcdoc="<script>parent.ran=1</script>">',
    "javascript:globalThis.ran=1",
    'https://example.org/"onmouseover=globalThis.ran=1//',
    "https://example.org/'onfocus='globalThis.ran=1",
    "data:text/html,<script>globalThis.ran=1</script>",
    "`<img src=x onerror=globalThis.ran=1>`",
    "```html\x7f<img src=x onerror=globalThis.ran=1>```",
    "\x02<b onclick=globalThis.ran=1>bold\x02 \x0304,04<i>hidden",
    "#<img/src=x/onerror=globalThis.ran=1>",
    "{{constructor.constructor('globalThis.ran=1')()}}",
    "\u202egnp.exe \u2066turned\u2069",
]


FOREIGN = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const ours = (each) => (each.src || each.href || "").startsWith(location.origin);
  const talk = (each) => each.closest("message-list .message, .found-lines");
  const size = /^--width: \\d{1,5}; --height: \\d{1,5};$/;
  const room = (each) => each.matches(".preview") && size.test(each.getAttribute("style"));
  return [
    ...("ran" in globalThis ? ["something ran"] : []),
    ...all("script, iframe, object, embed, base, img, link").filter((each) => !ours(each)),
    ...all("*").filter((each) => [...each.attributes].some(({ name }) => name.startsWith("on"))),
    ...all("[style]").filter(talk).filter((each) => !room(each)),
    ...all("a").filter((each) => !/^https?:$/.test(each.protocol)),
    ...all("a[target=_blank]").filter((each) => !each.relList.contains("noopener")),
  ].map((each) => each.outerHTML ?? each);
}"""
"""What is on the page that we did not make, or that runs something."""
HTML = "<img src=x onerror=globalThis.ran=1>"


def test_messages_run_nothing_wherever_they_are_shown(shared, visit):
    ann = visit(shared, "ann")
    ann.say("/join #garden")
    ann.is_in("#garden")
    with Irc(shared.port, "eve") as eve:
        for attack in ATTACKS:
            eve.say(attack)
            eve.say(f"\x01ACTION {attack}\x01")
            eve.say(f"ann: {attack}")
        first = eve.say("react to this")
        eve.send(f"@+draft/reply={first};+draft/react={HTML.replace(' ', chr(92) + 's')} TAGMSG #lobby")
        eve.send(f"@+draft/reply={first} PRIVMSG #lobby :{HTML}")
        eve.send(f"PRIVMSG ann :{HTML}", "PRIVMSG #lobby :the last of it")
        eve.fence()
        # What was missed, then in its place, then found.
        ann.page.keyboard.press("Alt+c")
        expect(ann.page.get_by_role("tabpanel", name="What you missed")).to_contain_text("onerror")
        assert ann.page.evaluate(FOREIGN) == []
        ann.goes_to("lobby")
        ann.page.get_by_role("button", name="Newest messages").click()
        ann.sees("the last of it")
        for link in ann.page.locator("message-list a").all():
            link.hover()
            link.focus()
        ann.page.locator("message-list .spoiler").first.click()
        assert ann.page.evaluate(FOREIGN) == []
        ann.page.keyboard.press("Control+f")
        ann.page.get_by_label("Search messages").fill("onerror from:eve")
        ann.page.get_by_label("Search messages").press("Enter")
        expect(ann.page.get_by_role("region", name="Results")).to_contain_text("found")
        assert ann.page.evaluate(FOREIGN) == []


def test_names_topics_and_reasons_run_nothing(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port) as eve:
        eve.nick = "eve"
        eve.send("CAP REQ :message-tags", "NICK eve", f"USER eve 0 * :{HTML}", "CAP END")
        eve.expect(" 366 eve ")
        channel = "#<img/src=x/onerror=globalThis.ran=1>"
        eve.send(f"JOIN {channel}", f"TOPIC {channel} :{HTML}", f"INVITE ann {channel}")
        toast = ann.page.locator("toast-line")
        expect(toast).to_contain_text(f"eve invites you to {channel}.")
        toast.get_by_role("button", name="Join").click()
        ann.is_in(channel)
        expect(ann.page.locator("conversation-head .topic")).to_have_text(HTML)
        ann.page.get_by_role("button", name="Read or set the topic").click()
        expect(ann.page.get_by_role("dialog")).to_be_visible()
        assert ann.page.evaluate(FOREIGN) == []
        ann.page.keyboard.press("Escape")
        eve.send(f"PART {channel} :{HTML}", f"JOIN {channel}", f"AWAY :{HTML}")
        ann.page.locator(".events summary").last.click()
        expect(ann.page.locator(".events li", has_text="left (<img")).to_be_visible()
        ann.page.locator("member-list").get_by_role("button", name="eve").click()
        expect(ann.page.get_by_role("dialog")).to_contain_text(HTML)
        ann.page.get_by_role("button", name="More about them").click()
        expect(ann.row("onerror").first).to_be_visible()
        ann.page.get_by_role("button", name="Find or create a channel").click()
        expect(ann.page.get_by_role("option").filter(has_text="onerror")).to_be_visible()
        assert ann.page.evaluate(FOREIGN) == []
        ann.page.keyboard.press("Escape")
        eve.send(f"QUIT :{HTML}")
        eve.until_closed()
        reason = ann.page.locator(".events li", has_text="Quit: <img")
        reason.wait_for(state="attached")
        if not reason.is_visible():  # it may have come into a row that is open
            ann.page.locator(".events summary").last.click()
        expect(reason).to_be_visible()
        assert ann.page.evaluate(FOREIGN) == []


def test_pages_of_other_sites_get_no_connection_and_no_upload(server):
    upgrade = (
        "GET /irc HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    )
    for request in (
        upgrade,
        "POST /files HTTP/1.1\r\nContent-Length: 0\r\n",
    ):
        with Wire(server.port) as wire:
            wire.send_bytes(f"{request}Host: 127.0.0.1:{server.port}\r\nOrigin: https://evil.example\r\n\r\n".encode())
            assert wire.receive().startswith(b"HTTP/1.1 403 ")


def test_the_content_policy_lets_nothing_inline_run(server, visit):
    ann = visit(server, "ann")
    policy = ann.page.request.get(ann.page.url).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    ann.excused = re.compile("Content Security Policy")
    ran = ann.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "globalThis.ran = 1";
          document.body.append(script);
          return globalThis.ran ?? null;
        }"""
    )
    assert ran is None


def test_idle_connections_of_a_browser_are_nobody(server, visit):
    with Irc(server.port, "carol") as carol:
        carol.say("so that silent connections are shown history")
        ann = visit(server)
        # Chromium opens some ahead of time; the page asks for more of them.
        ann.page.evaluate(
            """() => { for (let at = 0; at < 3; at += 1) {
              const link = document.createElement("link");
              Object.assign(link, { rel: "preconnect", href: location.origin, crossOrigin: at ? "anonymous" : null });
              document.head.append(link);
            } }"""
        )
        ann.page.wait_for_timeout(3000)
        ann.come_in("ann")
        ann.page.wait_for_timeout(1000)
        carol.send("NAMES #lobby")
        names = carol.expect(" 353 ").rpartition(":")[2].split()
        assert sorted(name.lstrip("~@") for name in names) == ["ann", "carol"]


def test_what_looks_like_a_password_is_never_sent(server, visit):
    ann = visit(server, "ann")
    with Irc(server.port, "bob") as bob:
        for text in ("nickserv identify sesame", "NickServ: identify ann sesame", "identify sesame"):
            ann.message.fill(text)
            ann.page.keyboard.press("Enter")
            ann.page.keyboard.press("Enter")
            expect(ann.page.get_by_text("looks like a password")).to_be_visible()
            expect(ann.message).to_have_value(text)
        ann.say("I identify as a cat")
        bob.expect("PRIVMSG #lobby :I identify as a cat$")
        assert not [line for line in bob.page("CHATHISTORY LATEST #lobby * 20") if "sesame" in line]
