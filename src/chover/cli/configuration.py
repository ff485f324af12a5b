"""``chover config``: every setting with its current value."""
# ruff: noqa: PLC0415, T201 - the settings are imported to be printed

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chover.cli.errors import FAILED, WRONG_USAGE, CommandError
from chover.cli.options import ConfigFile, load_config

if TYPE_CHECKING:
    from chover.config import Config


def config(
    key: Annotated[
        str,
        typer.Argument(help="A section, such as limits, or a setting, such as server.port.", metavar="KEY"),
    ] = "",
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Print nothing but what is wrong with them, and with the certificates and servers they name.",
        ),
    ] = False,
    config: ConfigFile = None,
) -> int:
    """Print every setting and its meaning.

    As a configuration file, defaults commented out; with KEY one section, or the value of one setting.
    """
    from chover.config.settings import SECTIONS
    from chover.config.words import as_toml

    settings = load_config(config)
    if check:
        return _check(settings)
    if key and key not in SECTIONS:
        print(_value(settings, key))
        return 0
    if not key:
        from chover.config import default_path

        print(f"# From {config or default_path()} (if there is one) and CHOVER_… variables.")
        print(f"# The data is in {settings.server.data_path}, its name is {settings.server.server_name}.\n")
    print("\n".join(as_toml(settings, (key,) if key else ())))
    return 0


def _check(settings: Config) -> int:
    """Whether a server could use them, as the current user."""
    from chover.edge.tls.errors import CertificateError
    from chover.edge.tls.handler import certificates_of
    from chover.serve.listening import binds_of

    named = [certificates_of(settings)] if settings.tls.cert else []
    wrong, warnings = [], []
    for certificates in [*named, *(bind.tls for bind in binds_of(settings) if bind.tls is not None)]:
        try:
            warnings.append(certificates.load().warning)
        except CertificateError as error:
            wrong.append(str(error))
    wrong += _wrong_urls(settings)
    for line in filter(None, [*wrong, *warnings]):
        print(f"chover: {line}", file=sys.stderr)
    if wrong:
        return FAILED
    print("the settings can be used")
    return 0


def _wrong_urls(settings: Config) -> list[str]:
    """What keeps a server from the PostgreSQL and the NATS that the settings name."""
    found: list[str] = []
    if settings.store.url:
        from chover.store import opening

        held = opening.inspect(settings)
        found += [held] if isinstance(held, str) else []
    if settings.bus.url:
        from chover.bus.opening import inspect

        found.append(inspect(settings))
    return [line for line in found if line]


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
