"""``chover export`` as people meet it."""

import json
from pathlib import Path

import pytest

FORMATS = Path(__file__).parent.parent / "archive/formats"


def test_an_export_says_what_is_in_it_and_what_to_open(chover_says, lived_in, data, tmp_path):
    status, out, err = chover_says("export", str(tmp_path / "out"), "--data", str(data))
    assert (status, err) == (0, "")
    assert out == f"exported 0 messages of 2 conversations and 0 files; open {tmp_path}/out/index.html\n"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"export.jsonl", "index.html"}


def test_a_directory_that_holds_anything_is_left_alone(chover_says, lived_in, data, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("x")
    status, _, err = chover_says("export", str(tmp_path / "out"), "--data", str(data))
    assert (status, err) == (1, f"chover: {tmp_path}/out is not empty: name a new directory\n")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


def test_the_export_of_an_account_is_lines_for_programs(chover_says, lived_in, data):
    chover_says("account", "add", "ada", "--data", str(data))
    status, out, _ = chover_says("account", "export", "ada", "--data", str(data))
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, [line["type"] for line in lines]) == (0, ["export", "account"])
    assert (lines[0]["scope"], lines[1]["account"]["name"]) == ("ada", "ada")
    status, out, err = chover_says("account", "export", "nobody", "--data", str(data))
    assert (status, out, err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    ("what", "line"),
    [("#nowhere", "there is no channel #nowhere, and there was none"), ("nobody", "there is no account nobody")],
)
def test_what_is_not_there_leaves_nothing(chover_says, lived_in, data, tmp_path, what, line):
    status, _, err = chover_says("export", str(tmp_path / "out"), what, "--data", str(data))
    assert (status, line in err, err.count("\n")) == (1, True, 1)
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_made_is_one_line(chover_says, lived_in, data, tmp_path):
    (tmp_path / "file").write_text("x")
    status, _, err = chover_says("export", str(tmp_path / "file" / "out"), "--data", str(data))
    assert (status, err.count("\n"), "cannot export to" in err) == (1, 1, True)


def test_without_write_an_import_only_says_what_there_is(chover_says, lived_in, data):
    before = (data / "chover.db").read_bytes()
    status, out, err = chover_says("import", str(FORMATS / "slack"), "--format", "slack", "--data", str(data))
    assert (status, err) == (0, "")
    head, general, random, left, end = out.splitlines()
    assert head.split() == ["CHANNEL", "MESSAGES", "PEOPLE", "FIRST", "LAST"]
    assert (general.split()[:3], random.split()[:3]) == (["#general", "4", "3"], ["#random", "1", "1"])
    assert (left, end) == ("lines that were not understood and are left out: 1", "nothing was imported: add --write")
    assert (data / "chover.db").read_bytes() == before


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["--write"], "a channel without an owner would end soon: name its account with --founder"),
        (["--write", "--founder", "nobody"], "there is no account nobody: chover account add nobody"),
        (["--zone", "Middle/Earth"], "there is no time zone Middle/Earth: give one like Europe/Berlin"),
        (["--channel", "#a b"], "'#a b' cannot be the name of a channel"),
    ],
)
def test_what_an_import_refuses_is_one_line(chover_says, lived_in, data, flags, line):
    source = str(FORMATS / "#tea.irssi.log")
    status, _, err = chover_says("import", source, "--format", "irssi", *flags, "--data", str(data))
    assert (status > 0, line in err, err.count("\n")) == (True, True, 1)


def test_a_source_that_is_not_there_is_one_line(chover_says, lived_in, data, tmp_path):
    for kind in ("chover", "slack", "mattermost", "irssi", "weechat", "znc"):
        source = str(tmp_path / "#x-2026-01-31.log")
        status, _, err = chover_says("import", source, "--format", kind, "--data", str(data))
        assert (status, err.count("\n")) == (1, 1), kind
