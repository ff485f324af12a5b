"""The settings in words: nothing without a meaning, and a printed configuration means what it says."""

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from chover.config import ChannelSettings, Config, ListenerSettings, ServerSettings, changes, describe, load
from chover.config.settings import LISTS, SECTIONS
from chover.config.words import as_toml


def test_every_setting_says_what_it_means_and_what_is_allowed():
    rows = describe()

    assert {row.key.partition(".")[0].removesuffix("[]") for row in rows} == set(SECTIONS)
    for row in rows:
        assert row.meaning.endswith("."), row.key
        assert row.allowed, row.key
        assert "None" not in row.allowed, row.key


def test_a_setting_is_described_by_its_default_and_its_bounds():
    port = next(row for row in describe() if row.key == "server.port")

    assert port.default == 55555
    assert port.allowed == "a whole number from 0 to 65535"
    assert port.meaning.startswith("Port to listen on")


def test_defaults_are_printed_commented_out_so_that_the_file_says_nothing():
    assert tomllib.loads("\n".join(as_toml(Config()))) == {section: {} for section in SECTIONS if section not in LISTS}


def test_one_section_can_be_printed_alone():
    lines = list(as_toml(Config(), ("tls",)))
    assert lines[:3] == [
        "[tls]",
        (
            "# Certificate file (PEM) with its chain; empty for a self-signed one, made and kept."
            ' (text of one line, at most 4096 characters; default "")'
        ),
        '# cert = ""',
    ]
    assert [line for line in lines if line.startswith("[")] == ["[tls]"]
    assert '# domain = ""' in lines
    assert lines[-1] == ""


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


# It writes files: how long that takes is the machine's business.
@settings(deadline=None)
@given(motd=text, host=text, port=st.integers(0, 65535), topic=st.sampled_from(["#ä", '#"quote"', "#\\"]))
def test_a_printed_configuration_read_again_is_the_same(tmp_path_factory, motd, host, port, topic):
    config = Config(
        server=ServerSettings(motd=f"{motd}\n\t{motd}", host=host, port=port, drain_seconds=0.25, cloak=False),
        channels=ChannelSettings(autojoin=(topic,)),
        listeners=(ListenerSettings(port=port, protocols=("tls",)), ListenerSettings(host=host)),
    )
    path = tmp_path_factory.mktemp("printed") / "chover.toml"
    path.write_text("\n".join(as_toml(config)), encoding="utf-8", newline="\n")

    assert load(path, {}) == config


def test_a_password_is_never_printed():
    printed = "\n".join(as_toml(Config(server=ServerSettings(password="hunter2"))))

    assert "hunter2" not in printed
    assert "# password is set but not shown" in printed


def test_changes_are_told_by_setting_with_before_and_after():
    before = Config()
    after = Config(
        server=ServerSettings(motd="Hello", password="hunter2"),
        listeners=(ListenerSettings(port=6697),),
    )

    assert changes(before, after) == {
        "listeners": "listeners: 0 before, 1 now",
        "server.motd": 'server.motd: "" -> "Hello"',
        "server.password": "server.password is new",
    }
    assert changes(after, after) == {}
