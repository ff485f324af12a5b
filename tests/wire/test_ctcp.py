from chover.wire.ctcp import action, as_text, between_programs


def test_an_action_is_what_somebody_does():
    assert action("\x01ACTION waves\x01") == "waves"
    assert as_text("Alice", "\x01ACTION waves\x01") == "* Alice waves"


def test_an_action_that_was_cut_has_no_end():
    assert action("\x01ACTION waves") == "waves"


def test_what_programs_ask_is_nobodys_text():
    assert between_programs("\x01VERSION\x01")
    assert action("\x01VERSION\x01") is None
    assert as_text("Alice", "\x01VERSION\x01") == ""


def test_text_stays_text():
    assert action("ACTION waves") is None
    assert not between_programs("ACTION waves")
    assert as_text("Alice", "hi") == "hi"
