"""Somebody logs in with a certificate of their own, by the openssl of the system."""

import subprocess

import pytest

from chover.edge.tls.certificate import keep_self_signed
from tests.terminal import BOUND


class AtOpenssl:
    """``openssl s_client`` with a certificate: lines in, lines out."""

    def __init__(self, program, port, pair, *arguments):
        mine = ("-cert", str(pair.certificate), "-key", str(pair.key))
        self._process = subprocess.Popen(
            [program, "s_client", "-quiet", "-connect", f"127.0.0.1:{port}", *mine, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def says(self, *lines):
        self._process.stdin.write("".join(f"{line}\r\n" for line in lines))
        self._process.stdin.flush()

    def sees(self, text):
        for line in self._process.stdout:
            if text in line:
                return
        pytest.fail(f"the connection ended before {text!r} came")

    def ends(self):
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.terminate()
        self._process.wait(BOUND)


@pytest.fixture
def openssl(needs, server, tmp_path):
    program, pair = needs("openssl", "apt-get install openssl"), keep_self_signed(tmp_path)
    open_ones = []

    def start(*arguments):
        open_ones.append(AtOpenssl(program, server.port, pair, *arguments))
        return open_ones[-1]

    yield start
    for one in open_ones:
        one.ends()


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_certificate_that_was_added_logs_in(openssl, version):
    first = openssl(version)
    first.says("NICK dora", "USER d 0 * d")
    first.sees(" 001 dora ")
    first.says("NS REGISTER sesame")
    first.sees(" 900 ")
    first.says("NS CERT ADD")
    first.sees("From now on this certificate logs you in, by SASL EXTERNAL")
    again = openssl(version)
    again.says("CAP REQ sasl", "NICK dora", "USER d 0 * d", "AUTHENTICATE EXTERNAL")
    again.sees("AUTHENTICATE +")
    again.says("AUTHENTICATE +")
    again.sees(" 900 dora ")
    again.sees(" 903 ")


def test_a_certificate_that_nobody_has_added_does_not(openssl):
    stranger = openssl()
    stranger.says("CAP REQ sasl", "NICK dora", "USER d 0 * d", "AUTHENTICATE EXTERNAL", "AUTHENTICATE +")
    stranger.sees(" 904 ")
