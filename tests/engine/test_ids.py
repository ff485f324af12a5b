"""Ids say what they are of."""

from chover.engine.ids import ChannelId, UserId, channel_log, is_pair, pair_log, pair_of


def test_the_log_of_a_pair_is_the_same_from_both_sides():
    one, other = UserId("gb"), UserId("aa")
    assert pair_log(one, other) == pair_log(other, one) == "paa:gb"
    assert pair_of(pair_log(one, other)) == (other, one)


def test_somebody_who_writes_to_oneself_has_a_log_too():
    assert pair_of(pair_log(UserId("g1"), UserId("g1"))) == ("g1", "g1")


def test_a_channels_log_is_no_pair():
    assert not is_pair(channel_log(ChannelId("c1")))
    assert is_pair(pair_log(UserId("g1"), UserId("g2")))
