"""``chover export`` as people meet it."""

import pytest


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
