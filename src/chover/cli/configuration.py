"""``chover config``: every setting, as it stands."""
# ruff: noqa: PLC0415, T201 - the settings are imported to be printed

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.options import ConfigFile, load_config

if TYPE_CHECKING:
    from chover.config import Config


def config(
    key: Annotated[
        str,
        typer.Argument(help="A section, such as limits, or a setting, such as server.port.", metavar="KEY"),
    ] = "",
    config: ConfigFile = None,
) -> int:
    """Print every setting and its meaning.

    As a configuration file, defaults commented out; with KEY one section, or the value of one setting.
    """
    from chover.config.settings import SECTIONS
    from chover.config.words import as_toml

    settings = load_config(config)
    if key and key not in SECTIONS:
        print(_value(settings, key))
        return 0
    if not key:
        from chover.config import default_path

        print(f"# From {config or default_path()} (if there is one) and CHOVER_… variables.")
        print(f"# The data is in {settings.server.data_path}, its name is {settings.server.server_name}.\n")
    print("\n".join(as_toml(settings, (key,) if key else ())))
    return 0


def _value(settings: Config, key: str) -> str:
    from chover.config.sources import nearest
    from chover.config.words import as_value, row

    section, _, name = key.partition(".")
    try:
        row(key)
        value = getattr(getattr(settings, section), name)
    except (KeyError, AttributeError) as error:
        text = f"unknown setting {key}; the nearest one is {nearest(key)}"
        raise CommandError(text, WRONG_USAGE) from error
    return value if isinstance(value, str) else as_value(value)
