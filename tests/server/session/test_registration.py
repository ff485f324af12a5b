import pytest

from chover.server.session.registration import Registration


def test_a_collection_is_made_at_its_first_use_and_kept():
    state = Registration()
    state.markers["#tea"] = 1
    state.response += b"more"
    assert (state.markers, state.response, state.markers_by_name) == ({"#tea": 1}, b"more", {})


def test_connections_do_not_share_a_collection():
    one, other = Registration(), Registration()
    one.subscribed["avatar"] = None
    assert other.subscribed == {}


def test_metadata_of_before_registration_is_taken_once():
    state = Registration()
    state.metadata["pronouns"] = "she"
    assert state.take_metadata() == {"pronouns": "she"}
    assert state.take_metadata() == {}


def test_a_name_that_is_no_part_of_it_is_an_error():
    with pytest.raises(AttributeError, match="markings"):
        Registration().markings  # noqa: B018 - reading it is the test
