import pytest

from chover.client.notifications import PlainLine
from chover.client.state import gap
from chover.client.state.gap import Gap, PageRequest


def said(msgid, at=0):
    return PlainLine("#lobby", "Bob", msgid, at, msgid=msgid)


def msgids(lines):
    return [line.msgid for line in lines]


def test_a_conversation_never_seen_begins_with_its_latest_messages():
    lobby = Gap("#lobby", 50)
    assert lobby.begin(since=0) == "CHATHISTORY LATEST #lobby * 50"
    shown, more = lobby.page([said("m1"), said("m2")])
    assert msgids(shown) == ["m1", "m2"]
    assert more == ""
    assert lobby.finish() == ([], 2)


def test_where_nothing_old_is_wanted_the_newest_message_marks_the_place():
    lobby = Gap("#lobby", 0)
    assert lobby.begin(since=5) == "CHATHISTORY LATEST #lobby * 1"
    assert lobby.page([said("m1")]) == ([], "")
    lobby.finish()
    assert lobby.begin(since=9) == "CHATHISTORY AFTER #lobby msgid=m1 100"


def test_where_nothing_old_is_wanted_what_was_said_since_we_came_is_new():
    lobby = Gap("#lobby", 0)
    lobby.begin(since=5)
    assert lobby.hold(said("m1", at=5))
    assert lobby.hold(said("m2", at=6))
    assert lobby.page([said("m2", at=6)]) == ([], "")
    assert msgids(lobby.finish()[0]) == ["m1", "m2"]


def test_an_empty_conversation_is_continued_from_when_we_came():
    lobby = Gap("#lobby", 0)
    lobby.begin(since=1781881260250)
    lobby.page([])
    lobby.finish()
    assert lobby.begin(since=0) == "CHATHISTORY AFTER #lobby timestamp=2026-06-19T15:01:00.250Z 100"


def test_a_gap_is_fetched_until_a_page_brings_nothing_new():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1"))
    assert lobby.begin(since=0) == "CHATHISTORY AFTER #lobby msgid=m1 100"
    assert lobby.page([said("m1"), said("m2")]) == ([said("m2")], "CHATHISTORY AFTER #lobby msgid=m2 100")
    assert lobby.page([]) == ([], "")


def test_new_messages_wait_for_the_older_ones_and_are_shown_once():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1"))
    assert not lobby.hold(said("m2"))
    lobby.begin(since=0)
    assert lobby.hold(said("m3"))
    assert lobby.hold(said("m4"))
    lobby.page([said("m2"), said("m3")])
    lobby.page([])
    assert lobby.finish() == ([said("m4")], 2)


def test_too_many_new_messages_are_fetched_instead_of_held(monkeypatch):
    monkeypatch.setattr(gap, "HELD", 2)
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1"))
    lobby.begin(since=0)
    for msgid in ("m2", "m3", "m4"):
        lobby.hold(said(msgid))
    assert lobby.page([]) == ([], "CHATHISTORY AFTER #lobby msgid=m1 100")
    assert msgids(lobby.page([said("m2"), said("m3"), said("m4")])[0]) == ["m2", "m3", "m4"]
    assert lobby.page([]) == ([], "")
    assert lobby.finish() == ([], 3)


def test_a_gap_begins_with_the_millisecond_of_the_last_message_so_that_one_request_says_whether_more_was_said():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1", at=1781881260250))
    assert lobby.begin(since=0) == "CHATHISTORY AFTER #lobby timestamp=2026-06-19T15:01:00.249Z 100"
    assert lobby.page([said("m1", at=1781881260250)]) == ([], "")


def test_a_channel_that_was_begun_anew_is_shown_from_its_beginning():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1", at=1781881260250))
    lobby.begin(since=0)
    assert lobby.page([said("n1")]) == ([said("n1")], "CHATHISTORY AFTER #lobby msgid=n1 100")
    assert lobby.page([]) == ([], "")


def test_what_stands_in_several_logs_does_not_move_the_place_to_go_on_from():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1", at=1781881260250))
    lobby.fresh(PlainLine("#lobby", "Bob", "gone", 1781881299000, msgid="q1", kind="quit"))
    assert lobby.begin(since=0) == "CHATHISTORY AFTER #lobby timestamp=2026-06-19T15:01:00.249Z 100"


def test_where_messages_have_no_time_of_the_servers_the_msgid_is_the_place_to_go_on_from():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1", at=1781881260250))
    assert lobby.begin(since=0, timed=False) == "CHATHISTORY AFTER #lobby msgid=m1 100"


def test_where_times_are_refused_the_msgid_is_asked_for_and_then_the_latest():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1", at=1781881260250))
    lobby.begin(since=0)
    assert lobby.refused() == "CHATHISTORY AFTER #lobby msgid=m1 100"
    assert lobby.refused() == "CHATHISTORY LATEST #lobby * 50"
    assert lobby.refused() == ""
    assert lobby.asked is PageRequest.NOTHING


def test_where_msgids_are_refused_each_page_is_asked_for_by_its_time():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1", at=1781881260250))
    lobby.begin(since=0)
    assert lobby.page([said("m2", at=1781881260251)])[1] == "CHATHISTORY AFTER #lobby msgid=m2 100"
    assert lobby.refused() == "CHATHISTORY AFTER #lobby timestamp=2026-06-19T15:01:00.250Z 100"
    assert lobby.page([said("m2", at=1781881260251)]) == ([], "")


@pytest.mark.parametrize("latest", [0, 50])
def test_of_a_gap_without_end_the_newest_page_is_fetched(monkeypatch, latest):
    monkeypatch.setattr(gap, "PAGES", 2)
    lobby = Gap("#lobby", latest)
    lobby.fresh(said("m1"))
    lobby.begin(since=0)
    assert lobby.page([said("m2")])[1]
    assert not lobby.cut
    assert lobby.page([said("m3")])[1] == "CHATHISTORY LATEST #lobby * 100"
    assert lobby.cut
    fresh, more = lobby.page([said(f"m{at}") for at in range(10, 90)])
    assert (len(fresh), more) == (80, "")


def test_what_was_held_when_the_connection_is_lost_comes_again_as_history():
    lobby = Gap("#lobby", 50)
    lobby.fresh(said("m1"))
    lobby.begin(since=0)
    lobby.hold(said("m3"))
    lobby.interrupted()
    assert lobby.begin(since=0) == "CHATHISTORY AFTER #lobby msgid=m1 100"
    assert msgids(lobby.page([said("m2"), said("m3")])[0]) == ["m2", "m3"]


def test_where_nothing_old_is_wanted_an_interrupted_beginning_is_continued_from_when_we_came():
    lobby = Gap("#lobby", 0)
    lobby.begin(since=1781881260250)
    lobby.hold(said("m1", at=1781881260300))
    lobby.interrupted()
    assert lobby.begin(since=1781881290000) == "CHATHISTORY AFTER #lobby timestamp=2026-06-19T15:01:00.250Z 100"
    assert msgids(lobby.page([said("m1", at=1781881260300)])[0]) == ["m1"]


def test_only_so_many_msgids_are_remembered(monkeypatch):
    monkeypatch.setattr(gap, "SEEN", 2)
    lobby = Gap("#lobby", 50)
    for msgid in ("m1", "m2", "m3"):
        lobby.fresh(said(msgid))
    assert not lobby.fresh(said("m3"))
    assert lobby.fresh(said("m1"))
