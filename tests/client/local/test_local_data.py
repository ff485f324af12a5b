from chover.client.local.host import LocalHost
from chover.client.local.local_data import LocalData
from chover.client.local.settings import FILE, ClientSettings
from chover.client.state import State
from chover.engine.metadata import BLOCKED, MUTED, NOTIFY, PINNED, PINS
from tests.client.screen.stage import MemoryHost


def local_data(home, state=None, who="Alice"):
    return LocalData(LocalHost(home), state or State(), "chat.test:55555", who)


def test_what_is_on_its_way_goes_on_the_next_time_under_its_nonce(tmp_path):
    state = State()
    first = local_data(tmp_path, state)
    state.say("#lobby", "one", "n1", action=True, reply_to="m1")
    state.say("#lobby", "two", "n2")
    first.write()
    state.outbox.settle("n2")
    first.write()
    first.close()
    again = State()
    local_data(tmp_path, again).close()
    assert [(p.nonce, p.target, p.text, p.action, p.reply_to) for p in again.outbox] == [
        ("n1", "#lobby", "one", True, "m1")
    ]


def test_a_program_that_is_killed_leaves_what_it_has_written(tmp_path):
    state = State()
    killed = local_data(tmp_path, state)
    state.say("#lobby", "one", "n1")
    killed.write()
    # As the system does when a process ends.
    killed._journal._file.close()
    again = State()
    local_data(tmp_path, again).close()
    assert [pending.nonce for pending in again.outbox] == ["n1"]


def test_what_is_said_to_a_service_is_not_written_since_it_may_hold_a_password(tmp_path):
    state = State()
    killed = local_data(tmp_path, state)
    state.say("NickServ", "IDENTIFY secret-of-alice", "n1")
    state.say("#lobby", "one", "n2")
    killed.write()
    killed._rewrite()
    state.say("ns", "PASSWD x secret-of-alice", "n3")
    killed.write()
    killed._journal._file.close()
    [journal] = tmp_path.rglob("*.outbox")
    assert "one" in journal.read_text()
    assert "secret-of-alice" not in journal.read_text()
    again = State()
    local_data(tmp_path, again).close()
    assert [pending.nonce for pending in again.outbox] == ["n2"]


def test_a_line_that_was_cut_is_passed_over(tmp_path):
    state = State()
    first = local_data(tmp_path, state)
    state.say("#lobby", "one", "n1")
    first.write()
    first._journal._file.write('{"type":"given","pend')
    first._journal._file.close()
    again = State()
    local_data(tmp_path, again).close()
    assert [pending.nonce for pending in again.outbox] == ["n1"]


def test_two_at_once_do_not_send_each_others_messages(tmp_path):
    one, other = State(), State()
    first = local_data(tmp_path, one)
    one.say("#lobby", "mine", "n1")
    first.write()
    second = local_data(tmp_path, other)
    assert list(other.outbox) == []
    second.close()
    first.close()


def test_another_name_has_another_outbox(tmp_path):
    one = State()
    first = local_data(tmp_path, one)
    one.say("#lobby", "mine", "n1")
    first.close()
    other = State()
    local_data(tmp_path, other, who="Bob").close()
    assert list(other.outbox) == []


def test_a_long_run_does_not_make_the_journal_long(tmp_path):
    state = State()
    kept = local_data(tmp_path, state)
    for number in range(2000):
        state.say("#lobby", "x", f"n{number}")
        kept.write()
        state.outbox.settle(f"n{number}")
        kept.write()
    kept.close()
    (journal,) = (tmp_path / "servers").glob("*.outbox")
    assert len(journal.read_text().splitlines()) <= 502


def test_nobody_else_can_read_what_is_kept(tmp_path):
    kept = local_data(tmp_path)
    kept.store()
    kept.close()
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "servers").iterdir()} == {0}


def test_where_one_was_and_how_far_one_has_read_is_kept(tmp_path):
    state = State()
    first = local_data(tmp_path, state)
    state.markers["#lobby"] = 5
    state.join("#Tea")
    first.close()
    again = State()
    second = local_data(tmp_path, again)
    assert again.markers == {"#lobby": 5}
    assert again.wanted == {"#tea": "#Tea"}
    second.close()


def test_what_was_noted_is_kept_as_far_as_no_account_keeps_it(tmp_path):
    state = State()
    first = local_data(tmp_path, state)
    rows = {"#noise": {MUTED: "1", NOTIFY: "off", PINS: "m1"}, "eve": {BLOCKED: "1"}, "#tea": {PINNED: "1"}}
    state.preferences.own = {name: dict(row) for name, row in rows.items()}
    state.preferences.told, state.preferences.follows = {"#other": {MUTED: "1"}}, True
    first.close()
    again = State()
    local_data(tmp_path, again).close()
    assert again.preferences.own == rows
    assert (again.preferences.muted, again.preferences.ignored, again.preferences.pinned) == (
        {"#noise"},
        {"eve"},
        {"#tea"},
    )


def test_a_file_of_before_is_understood(tmp_path):
    (tmp_path / "servers").mkdir()
    text = '{"notify": {"#tea": "all"}, "muted": ["#noise"], "ignored": ["eve"], "pinned": ['
    pins = [f'{{"name": "#Tea", "msgid": "{msgid}", "nick": "Bob", "text": "hi"}}' for msgid in ("m1", "m2")]
    text += ", ".join(pins) + "]}"
    (tmp_path / "servers" / "chat.test_55555.json").write_text(text)
    state = State()
    local_data(tmp_path, state).close()
    assert state.preferences.own == {
        "#tea": {NOTIFY: "all", PINS: "m1 m2"},
        "#noise": {MUTED: "1"},
        "eve": {BLOCKED: "1"},
    }


def test_a_file_that_is_no_longer_understood_is_begun_anew(tmp_path):
    (tmp_path / "servers").mkdir()
    (tmp_path / "servers" / "chat.test_55555.json").write_text("{nonsense")
    state = State()
    local_data(tmp_path, state).close()
    assert state.preferences.own == {}


def test_a_home_that_cannot_be_written_ends_nothing(tmp_path):
    (tmp_path / "servers").write_text("a file where a directory should be")
    state = State()
    kept = local_data(tmp_path, state)
    state.say("#lobby", "one", "n1")
    kept.write()
    kept.close()


# ---- settings


def test_settings_are_read_from_toml_and_what_is_wrong_is_told():
    host = MemoryHost()
    host.stored[FILE] = 'theme = "dark"\nbell = false\nmouse = "maybe"\nunknown = 1\n'
    settings = ClientSettings(host)
    assert settings.get("theme") == "dark"
    assert not settings.on("bell")
    assert settings.get("mouse") == "no"
    assert settings.complaints == [
        "terminal.toml:3: mouse is one of no, yes, not 'maybe'.",
        "terminal.toml:4: there is no setting 'unknown'; /set lists them.",
    ]


def test_colours_of_ones_own_are_taken_where_they_are_colours():
    host = MemoryHost()
    host.stored[FILE] = '[colours]\nmention = "1;35"\nday = "\\u001b[2J"\nhat = "1"\n'
    settings = ClientSettings(host)
    assert settings.colours == {"mention": "1;35"}
    assert len(settings.complaints) == 2
    assert settings.set("nick", "Alice") == ""
    assert ClientSettings(host).colours == {"mention": "1;35"}
    assert ClientSettings(host).get("nick") == "Alice"


def test_a_file_that_is_no_toml_is_left_alone_and_named():
    host = MemoryHost()
    host.stored[FILE] = "theme = "
    settings = ClientSettings(host)
    assert settings.get("theme") == "auto"
    assert "terminal.toml cannot be read, and is not changed until it can:" in settings.complaints[0]
    assert settings.set("theme", "dark") == ""
    assert settings.get("theme") == "dark"
    assert host.stored[FILE] == "theme = "


def test_what_is_set_is_written_with_what_it_means():
    host = MemoryHost()
    settings = ClientSettings(host)
    assert settings.set("theme", "light") == ""
    assert 'theme = "light"' in host.stored[FILE]
    assert '# bell = "yes"' in host.stored[FILE]
    assert ClientSettings(host).get("theme") == "light"
