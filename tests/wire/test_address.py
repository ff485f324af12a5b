import pytest

from chover.wire.address import host_and_port


@pytest.mark.parametrize(
    ("host", "written"),
    [("chat.example", "chat.example:7"), ("192.0.2.1", "192.0.2.1:7"), ("2001:db8::1", "[2001:db8::1]:7")],
)
def test_an_ipv6_address_stands_in_brackets(host, written):
    assert host_and_port(host, 7) == written
