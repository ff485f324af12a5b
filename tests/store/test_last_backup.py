from chover.store.last_backup import FILE, LastBackup, note, read


def test_it_is_read_as_it_was_noted_and_for_nobody_else(tmp_path):
    assert read(tmp_path) is None
    note(tmp_path, LastBackup(5, "/mnt/one", 7))
    note(tmp_path, LastBackup(6, "/mnt/two", 8))
    assert read(tmp_path) == LastBackup(6, "/mnt/two", 8)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_is_no_note_is_as_none(tmp_path):
    (tmp_path / FILE).write_text("half a no")
    assert read(tmp_path) is None
