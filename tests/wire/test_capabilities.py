"""One table of capabilities, from which CAP LS, LIST and REQ follow."""

from chover.wire.capabilities import CAPABILITIES, NONCE, VENDOR, Cap, lines_of, names_of, offer
from chover.wire.message import LINE_BYTES

ALL = {row.name: row.value for row in CAPABILITIES.values()}


def test_every_capability_has_one_bit_and_one_row():
    assert sorted(row.cap for row in CAPABILITIES.values()) == sorted(Cap)
    assert all(name == row.name for name, row in CAPABILITIES.items())


def test_all_are_offered_in_lines_that_fit():
    lines = lines_of(offer(ALL, values=True))
    assert [word.partition("=")[0] for word in " ".join(lines).split()] == list(CAPABILITIES)
    assert all(len(line.encode()) < LINE_BYTES - 100 for line in lines)


def test_a_list_of_nothing_is_one_empty_line():
    assert lines_of("") == [""]


def test_values_are_shown_only_to_those_who_understand_them():
    offered = {"batch": "", "sasl": "PLAIN"}
    assert offer(offered, values=True) == "batch sasl=PLAIN"
    assert offer(offered, values=False) == "batch sasl"


def test_a_set_is_named_in_the_order_of_the_table():
    assert names_of(Cap.BATCH | Cap.MESSAGE_TAGS) == "message-tags batch"
    assert not names_of(Cap(0))


def test_our_own_tags_stand_under_one_domain_and_are_client_only():
    assert NONCE.startswith(f"+{VENDOR}/")


def test_a_word_that_is_longer_than_a_line_stands_alone():
    assert lines_of(f"batch {'x' * 30} sasl", 20) == ["batch", "x" * 30, "sasl"]
    assert lines_of("x" * 30, 20) == ["x" * 30]
