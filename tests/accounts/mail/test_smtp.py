"""Mail as it reaches an SMTP server, and what is said when it does not."""

import asyncio
from email import message_from_bytes
from email.policy import default

import pytest
from tests.doubles.post import Post

from chover.accounts.mail.smtp import require_address, send
from chover.config import load
from chover.ports import Denied


@pytest.fixture
async def post():
    opened = Post()
    server = await asyncio.start_server(opened.attend, "127.0.0.1", 0)
    opened.port = server.sockets[0].getsockname()[1]
    async with server:
        yield opened


def settings(port, **flags):
    mail = {"mail.host": "127.0.0.1", "mail.port": port, "mail.tls": "none", "server.name": "chat.test"}
    return load(environ={}, flags=mail | flags)


@pytest.mark.parametrize("address", ["alice@example.org", "a.b+c@mail.example.org", "ä@example.org"])
def test_an_address_stands_as_it_is_written(address):
    assert require_address(address) == address


@pytest.mark.parametrize(
    "text",
    [
        "", "alice", "@example.org", "alice@", "Alice <alice@example.org>", "a@example.org, b@example.org",
        "al ice@example.org", "alice@example.org\r\nBcc: eve@example.org", "a" * 250 + "@x.org",
    ],
)  # fmt: skip
def test_what_is_not_exactly_one_address_is_refused(text):
    with pytest.raises(Denied) as denied:
        require_address(text)
    assert denied.value.code == "INVALID_EMAIL"


async def test_a_mail_arrives_with_what_it_should_say_and_from_whom(post):
    await send(settings(post.port), "alice@example.org", "Your code", "It is 1234 – för dich.\n")

    assert post.said("MAIL FROM")[0].partition(":")[2] == "<chover@chat.test>"
    assert [line.partition(":")[2] for line in post.said("RCPT TO")] == ["<alice@example.org>"]
    mail = message_from_bytes(post.mail, policy=default)
    assert (mail["From"], mail["To"], mail["Subject"]) == ("chover@chat.test", "alice@example.org", "Your code")
    assert mail["Date"]
    assert mail["Message-ID"].endswith("@chat.test>")
    assert mail.get_content().strip() == "It is 1234 – för dich."


async def test_the_sender_is_the_one_of_the_settings(post):
    await send(settings(post.port, **{"mail.sender": "ops@example.org"}), "alice@example.org", "x", "y")
    assert message_from_bytes(post.mail)["From"] == "ops@example.org"


async def test_what_the_mail_server_does_not_take_is_told_without_its_words_and_logged_with_them(post, caplog):
    post.answers = {"RCPT": "550 no such box: secret detail"}
    with pytest.raises(Denied) as denied:
        await send(settings(post.port), "alice@example.org", "x", "y")
    assert denied.value.code == "TEMPORARILY_UNAVAILABLE"
    assert "secret detail" not in str(denied.value)
    assert "secret detail" in caplog.text


async def test_a_mail_server_that_is_not_there_is_the_same_refusal(unused_tcp_port, caplog):
    with pytest.raises(Denied) as denied:
        await send(settings(unused_tcp_port), "alice@example.org", "x", "y")
    assert denied.value.code == "TEMPORARILY_UNAVAILABLE"
    assert "could not send mail to alice@example.org by 127.0.0.1" in caplog.text


async def test_a_server_that_offers_no_tls_is_given_no_mail_where_tls_is_asked_for(post, caplog):
    with pytest.raises(Denied):
        await send(settings(post.port, **{"mail.tls": "starttls"}), "alice@example.org", "x", "y")
    assert post.mail == b""
    assert not post.said("MAIL FROM")
