import stat

import pytest

from chover.client.connection.keys import DeviceKey, DeviceKeys
from chover.client.connection.trust import Untrusted


def test_the_newest_key_of_a_server_is_found_and_nobody_else_reads_it(tmp_path):
    keys = DeviceKeys(tmp_path / "deep" / "keys")
    keys.keep("Chat.example:1", "alice", "chover-1")
    keys.keep("chat.example:1", "bob", "chover-2")
    keys.keep("other.example:1", "carol", "chover-3")
    assert keys.find("chat.example:1") == DeviceKey("bob", "chover-2")
    assert keys.find("chat.example:1", "Alice") == DeviceKey("alice", "chover-1")
    assert keys.find("chat.example:1", "carol") is None
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_a_key_that_cannot_be_kept_is_shown_to_its_owner(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Untrusted, match="CHOVER_PASSWORD=alice:chover-1"):
        DeviceKeys(tmp_path / "file" / "keys").keep("chat.example:1", "alice", "chover-1")


def test_lines_that_are_none_are_passed_over(tmp_path):
    (tmp_path / "keys").write_text("# mine\n\nchat.example:1 alice\nchat.example:1 bob chover-2\n")
    assert DeviceKeys(tmp_path / "keys").find("chat.example:1") == DeviceKey("bob", "chover-2")


def test_anyone_who_says_nothing_else_comes_in_by_the_newest_key(tmp_path):
    keys = DeviceKeys(tmp_path / "keys")
    keys.keep("chat.example:1", "alice", "chover-1")
    keys.keep("chat.example:1", "bob", "chover-2")
    assert keys.who("chat.example:1", "", "") == ("bob", "bob:chover-2")
    assert keys.who("chat.example:1", "Alice", "") == ("alice", "alice:chover-1")
    assert keys.who("chat.example:1", "guest", "") == ("guest", "")
    assert keys.who("chat.example:1", "", "given") == ("", "given")
    assert keys.who("elsewhere.example:1", "", "") == ("", "")
