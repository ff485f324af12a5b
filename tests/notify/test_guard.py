"""Where the server does not go, however it is written."""

import pytest

from chover.notify.guard import Guard, numeric, require_url


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "::ffff:93.184.215.14",
        "64:ff9b::5db8:d70e",
        "2606:4700::5efe:5db8:d70e",
    ],
)
def test_the_public_network_is_open(address):
    assert Guard().allows(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "100.100.100.200", "192.0.2.1", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2002:a00:1::1", "2002:5db8:d70e::1", "::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::a00:1",
        "64:ff9b:1::7f00:1", "fec0::1", "fef0::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:1::1", "100::1",
        "5f00::1", "3fff::1", "4000::1", "0.1.2.3", "100.127.255.254", "192.0.0.9", "192.88.99.1", "198.18.0.1",
        "2606:4700::5efe:a00:1", "2606:4700::200:5efe:7f00:1", "::1%lo", "::ffff:127.0.0.1%1",
        "ff0e::1", "fd12::1%2",
        "localhost", "", "2130706433",
    ],
)  # fmt: skip
def test_all_else_is_closed(address):
    assert not Guard().allows(address)


def test_networks_are_opened_by_name_and_only_they():
    guard = Guard(["10.0.0.0/8", "::1"])
    assert guard.allows("10.1.2.3")
    assert guard.allows("::ffff:10.1.2.3")
    assert guard.allows("::1")
    assert not guard.allows("127.0.0.1")
    guard.allow([])
    assert not guard.allows("10.1.2.3")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"), ("127.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("017700000001", "127.0.0.1"),
        ("0x7F.1", "127.0.0.1"), ("0", "0.0.0.0"), ("::1", "::1"), ("fe80::1%25eth0", "fe80::1%25eth0"),
        ("example.org", ""), ("beef", ""), ("face.cafe", ""), ("1.2.3.4.5", ""),
    ],
)  # fmt: skip
def test_an_address_is_known_however_it_is_written(host, address):
    assert numeric(host) == address


@pytest.mark.parametrize("url", ["https://example.org/", "http://example.org:8080/a?b=c", "https://[2001:db8::1]/"])
def test_addresses_of_the_web_are_taken(url):
    require_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org", "https://", "https:///a",
        "https://example.org:99999/", "https://exa mple.org/", "https://example.org/\n", "https://ex\u00e4mple.org/",
        "https://[::1", "https://example.org/" + "a" * 2000, "unix:///run/docker.sock",
        "https://example.org\\@127.0.0.1/",
    ],
)  # fmt: skip
def test_what_is_none_is_told_so(url):
    with pytest.raises(ValueError, match="is not an address; an example is https:"):
        require_url(url)
