import pytest

from chover.edge.trust import Trusted

OURS = Trusted(["127.0.0.0/8", "::1", "10.0.0.7"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.2", "127.0.0.2"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, <script>, 10.0.0.7", "10.0.0.7"),
        ("::1", "203.0.113.9:4711", "203.0.113.9"),
        ("::1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("::1", "2001:DB8::1", "2001:db8::1"),
        ("::1", "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_nearest_that_is_no_proxy_of_ours_is_the_one_who_asks(peer, forwarded, who):
    assert OURS.behind(peer, forwarded) == who


def test_a_unix_socket_is_no_network():
    assert not OURS.includes("")
