"""The pages to look something up in, docs/commands.md and docs/settings.md, hold what there is and nothing else."""

import re
from pathlib import Path

import pytest
import typer

from chover.cli import app
from chover.config import describe, load
from chover.config.words import as_value

DOCS = Path(__file__).parents[2] / "docs"
UNSAID = {"text of one line, at most 4096 characters", "true or false"}
"""What is allowed where the page says nothing: its introduction says the first, the default shows the second."""


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def sections(text, heading):
    """What stands below each heading that matches, up to the next heading of any kind."""
    parts = re.split(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {title: body for title, body in zip(parts[1::2], parts[2::2], strict=True) if re.match(heading, title)}


def rows(body):
    """The cells of the lines of its tables."""
    return [line.strip("| ").split(" | ") for line in body.splitlines() if line.startswith("| `")]


def callable_commands(path="chover", command=None):
    """Every command that does something itself, by what is typed."""
    command = command or typer.main.get_command(app)
    below = getattr(command, "commands", {})
    if not below or (path != "chover" and options(command)):
        yield path, command
    for name, child in below.items():
        yield from callable_commands(f"{path} {name}", child)


def options(command):
    names = [name for row in command.params if row.param_type_name == "option" for name in row.opts]
    return set(names) - {"--help", "-h"}


def usage(path, command):
    arguments = [row for row in command.params if row.param_type_name == "argument"]
    names = [(row.metavar or row.name.upper(), row.required) for row in arguments]
    return " ".join([path, *(name if needed else f"[{name}]" for name, needed in names), "[OPTIONS]"])


COMMANDS = dict(callable_commands())
SECTIONS = sections(page("commands.md"), "chover ")


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_has_a_section_with_all_its_options_and_no_other(path):
    told = {name for row in rows(SECTIONS[path]) for name in re.findall(r"`(--?[a-z][a-z-]*)", row[0])}

    assert told == options(COMMANDS[path])
    assert f"\n{usage(path, COMMANDS[path])}\n" in SECTIONS[path]


def test_there_is_no_section_of_a_command_that_does_not_exist():
    groups = {path.rpartition(" ")[0] for path in COMMANDS} - {"chover"}

    assert set(SECTIONS) == set(COMMANDS) | groups


def test_options_of_chover_itself_are_told():
    introduction = page("commands.md").partition("\n## ")[0]

    assert options(typer.main.get_command(app)) <= set(re.findall(r"--[a-z-]+", introduction))


def told_settings():
    found = sections(page("settings.md"), r"\[")
    return {f"{title}.{row[0].strip('`')}": row[1:] for title, body in found.items() for row in rows(body)}


def title_of(section):
    return f"[[{section[:-2]}]]" if section.endswith("[]") else f"[{section}]"


def test_every_setting_stands_in_the_page_with_its_default_and_what_is_allowed():
    told = told_settings()
    expected = {f"{title_of(row.key.rpartition('.')[0])}.{row.name}": row for row in describe()}

    assert set(told) == set(expected)
    for name, row in expected.items():
        default, meaning = told[name]
        assert default == f"`{as_value(row.default)}`", name
        assert row.allowed in UNSAID or f"({row.allowed})" in meaning, name


def test_the_settings_that_the_page_shows_are_settings(tmp_path):
    example = re.search(r"```toml\n(.*?)```", page("settings.md"), re.DOTALL)
    assert example is not None
    path = tmp_path / "chover.toml"
    path.write_text(example[1], encoding="utf-8")

    assert load(path, {}).listeners[0].port == 6697
