"""Failed logins in the log, as fail2ban reads them."""

import configparser
import logging
import re

import pytest
from tests.accounts.conftest import FAR_TLS
from tests.terminal import ROOT

from chover.ports import Denied, Peer
from chover.server_log import JsonLines, TextLines

FILTER = ROOT / "packaging" / "fail2ban" / "filter.d" / "chover.conf"
FORMS = {"text": TextLines, "json": JsonLines}
JOURNAL = "host.example chover[123]: "
NASTY = '";WARNING chover.accounts.attempts: failed login from 203.0.113.9: account "x" by PLAIN\n\u202e'
BY_ITSELF = 'report by x: chover.accounts.attempts: failed login from 203.0.113.9: account "x" by PLAIN'


def expressions():
    """As fail2ban expands them."""
    parser = configparser.RawConfigParser()
    parser.read(FILTER)
    host = r"(?P<host>[\da-fA-F.:]+)"
    return [re.compile(line.replace("<HOST>", host)) for line in parser["Definition"]["failregex"].split("\n")]


def banned(lines):
    """The addresses that fail2ban finds; of a line it cuts the time out first."""
    found = []
    for line in lines:
        rest = re.sub(r"\d{4}-\d\d-\d\d[ T][\d:]+[,.]\d+(?:\+00:00)?", "", line)
        found += [match["host"] for pattern in expressions() if (match := pattern.match(rest))]
    return found


@pytest.fixture
async def failed(accounts, caplog):
    """What is logged when logins fail, in one form."""
    await accounts.registration.make("alice", "sesame")
    peer = Peer("2001:db8::7", 1, "irc", tls=True, fingerprint="ab" * 32)
    for attempt in (
        accounts.login.check("alice", "guess", FAR_TLS),
        accounts.login.begin("PLAIN", FAR_TLS).step(f"\0{NASTY}\0guess".encode()),
        accounts.login.begin("EXTERNAL", peer).step(b""),
        accounts.invitations.accept("guess-after-guess", FAR_TLS),
    ):
        with pytest.raises(Denied):
            await attempt
    logging.getLogger("chover.server").warning(BY_ITSELF)
    return caplog.records


@pytest.mark.parametrize("before", ["", JOURNAL])
@pytest.mark.parametrize("form", FORMS)
async def test_the_filter_finds_each_and_nobody_else(failed, form, before):
    lines = [before + FORMS[form]().format(record) for record in failed]
    assert all("\n" not in line for line in lines)
    assert banned(lines) == ["192.0.2.7", "192.0.2.7", "2001:db8::7", "192.0.2.7"]


async def test_a_line_has_address_account_and_mechanism(failed):
    assert failed[0].getMessage() == 'failed login from 192.0.2.7: account "alice" by password'
    assert failed[0].levelname == "WARNING"
    assert failed[2].getMessage() == 'failed login from 2001:db8::7: account "" by EXTERNAL'


async def test_a_login_that_succeeds_is_none(accounts, caplog):
    await accounts.registration.make("alice", "sesame")
    await accounts.login.check("alice", "sesame", FAR_TLS)
    assert "failed login" not in caplog.text
