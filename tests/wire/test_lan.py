"""How servers are named in a local network."""

import pytest

from chover.wire.lan import LONGEST, SERVICE, instance, name_of


def test_a_server_is_named_by_its_network_and_its_machine():
    assert instance("Tea", "kettle.example.org") == "Tea on kettle"


def test_a_dot_would_begin_another_label_and_becomes_a_dash():
    assert instance("tea.example", "kettle") == "tea-example on kettle"


@pytest.mark.parametrize("network", ["t" * 64, "té" * 40, "茶" * 40])
def test_a_long_name_leaves_room_for_the_number_of_one_that_is_taken(network):
    name = instance(network, "kettle")
    assert len(name.encode()) <= LONGEST
    assert f"{network} on kettle".startswith(name)


def test_the_name_stands_before_the_type_whatever_is_in_it():
    assert name_of(f"Tea. and more.{SERVICE}") == "Tea. and more"
