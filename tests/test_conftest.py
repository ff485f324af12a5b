"""A program that is missing is a skip at home and a failure where nothing may be skipped."""

import pytest

MISSING = "no-such-program-anywhere"


def test_a_program_that_is_there_is_named_by_its_path(needs):
    assert needs("sh", "apt-get install dash").endswith("/sh")


def test_a_missing_program_skips_the_test_with_the_line_that_installs_it(needs, monkeypatch):
    monkeypatch.delenv("CHOVER_NOTHING_SKIPPED", raising=False)

    with pytest.raises(pytest.skip.Exception, match="apt-get install it"):
        needs(MISSING, "apt-get install it")


def test_where_nothing_may_be_skipped_a_missing_program_fails_the_test(needs, monkeypatch):
    monkeypatch.setenv("CHOVER_NOTHING_SKIPPED", "1")

    with pytest.raises(pytest.fail.Exception, match="nothing may be skipped"):
        needs(MISSING, "apt-get install it")
