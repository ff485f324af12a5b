"""The sources of settings: a TOML file, then ``CHOVER_<SECTION>_<KEY>`` variables, then flags."""

from __future__ import annotations

import json
import math
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn, get_origin, get_type_hints

import msgspec

from chover.config.settings import LISTS, SECTIONS, Config
from chover.config.values import Misfit, Settings
from chover.config.words import row

PREFIX: Final = "CHOVER_"
FLAGS: Final = {
    "server.host": "--host",
    "server.port": "--port",
    "server.data_dir": "--data",
    "server.workers": "--workers",
    "server.log_level": "--verbose",
}
"""The settings that have a flag."""
RENAMED: Final = {"listeners.doors": 'listeners.protocols, and its value "seed" is "legacy"'}
"""The current names of settings that were renamed."""


def renamed(text: str, called: Mapping[str, str]) -> str:
    """A text that names flags, with the names in ``called`` for programs that have no flags."""
    for setting, flag in FLAGS.items():
        text = text.replace(f" {flag}", f" {called.get(setting, flag)}")
    return text


class ConfigError(ValueError):
    """A setting that cannot be used. The text is one line: which, its value and source, and what is allowed."""


class Given(NamedTuple):
    """A value and its source, in words ("in chover.toml"). ``text`` still has to be parsed by type."""

    value: Any
    source: str
    text: bool = False


Table = dict[str, Given]
Layer = dict[str, Table | list[Table]]
"""The sections of one source."""


def load(
    path: Path | None = None,
    environ: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
    called: Mapping[str, str] = FLAGS,
) -> Config:
    """The settings from all three sources; later ones take precedence.

    Without ``path``, the platform's own file is read if it exists. ``environ`` is the process's if None. ``flags`` have
    dotted keys (``server.port``); None means that a flag was not given. ``called`` gives their names in the program
    that starts the server. Raises ConfigError.
    """
    layers = (_file(path), _environment(os.environ if environ is None else environ), _flags(flags or {}, called))
    merged: Layer = {}
    for layer in layers:
        for name, part in layer.items():
            before = merged.get(name)
            both = isinstance(before, dict) and isinstance(part, dict)
            merged[name] = {**before, **part} if both else part  # type: ignore[dict-item]  # both are dicts
    return _build(merged)


def default_path() -> Path:
    """The file that is read if no other is named, such as ~/.config/chover/chover.toml."""
    from platformdirs import user_config_path  # noqa: PLC0415 - 10 ms, and often the file is named

    return user_config_path("chover", appauthor=False) / "chover.toml"


# ---- the sources -------------------------------------------------------------------------------------------


def _file(path: Path | None) -> Layer:
    wanted = path or default_path()
    try:
        text = wanted.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError as error:
        if path is None:
            return {}
        raise ConfigError(f"there is no configuration file {wanted}") from error
    except OSError as error:
        raise ConfigError(f"the configuration file {wanted} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"the configuration file {wanted} is not UTF-8 at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"the configuration file {wanted} is not TOML: {error}") from error
    return _sections(document, f"in {wanted}")


def _environment(environ: Mapping[str, str]) -> Layer:
    layer: Layer = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX):
            continue
        section, _, key = variable.removeprefix(PREFIX).lower().partition("_")
        if section in LISTS and not key:
            layer |= _sections({section: _json(variable, value)}, f"in {variable}")
        elif section in SECTIONS:
            _setdefault(layer, section)[_known_variable(variable, section, key)] = Given(
                value, f"in {variable}", text=True
            )
    return layer


def _flags(flags: Mapping[str, Any], called: Mapping[str, str]) -> Layer:
    layer: Layer = {}
    for dotted, value in flags.items():
        section, _, key = dotted.partition(".")
        if section not in SECTIONS or section in LISTS or key not in _kinds(section):
            raise ConfigError(f"unknown setting {dotted}; the nearest one is {nearest(dotted)}")
        if value is not None:
            source = f"by {called.get(dotted, 'a flag')}"
            _setdefault(layer, section)[key] = Given(value, source, text=isinstance(value, str))
    return layer


def _setdefault(layer: Layer, section: str) -> Table:
    table = layer.setdefault(section, {})
    assert isinstance(table, dict)
    return table


def _sections(document: Mapping[str, Any], source: str) -> Layer:
    """The sections of a document, without unknown ones. Raises ConfigError."""
    return {name: _section(name, part, source) for name, part in document.items()}


def _section(name: str, part: Any, source: str) -> Table | list[Table]:
    if name not in SECTIONS:
        _unknown_section(name, part, source)
    if name in LISTS:
        if not isinstance(part, list) or not all(isinstance(item, dict) for item in part):
            raise ConfigError(f"{name} {source} must be a list of tables: [[{name}]]")
        return [_table(name, item, source) for item in part]
    if not isinstance(part, dict):
        raise ConfigError(f"{name} {source} must be a table: [{name}]")
    return _table(name, part, source)


def _table(section: str, table: Mapping[str, Any], source: str) -> Table:
    for key in table:
        if now := RENAMED.get(f"{section}.{key}"):
            raise ConfigError(f"{section}.{key} {source} is now called {now}")
        if key not in _kinds(section):
            raise ConfigError(
                f"unknown setting {section}.{key} {source}; the nearest one is {nearest(f'{section}.{key}')}"
            )
    return {key: Given(value, source) for key, value in table.items()}


def _json(variable: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as error:
        raise ConfigError(f'{variable} must be a JSON list, such as [{{"port": 6697}}]: {error}') from error


# ---- what is not known -------------------------------------------------------------------------------------


@cache
def _kinds(section: str) -> Mapping[str, Any]:
    """The settings of a section and their types with bounds."""
    hints = get_type_hints(SECTIONS[section], include_extras=True)
    return {field: hints[field] for field in SECTIONS[section].__struct_fields__}


def _unknown_section(name: str, part: Any, source: str) -> NoReturn:
    if isinstance(part, dict | list):
        raise ConfigError(f"unknown section [{name}] {source}; the nearest one is [{_closest(name, list(SECTIONS))}]")
    raise ConfigError(f"unknown setting {name} {source}; the nearest one is {nearest(name)}")


def _known_variable(variable: str, section: str, key: str) -> str:
    if section not in LISTS and key in _kinds(section):
        return key
    known = section if section in LISTS else nearest(f"{section}.{key}")
    raise ConfigError(f"unknown setting {variable}; the nearest one is {PREFIX}{known.replace('.', '_').upper()}")


def nearest(dotted: str) -> str:
    """The most similar known key; a key with the same name in another section takes precedence."""
    section, _, tail = dotted.rpartition(".")
    inside = [section] if section in LISTS else [name for name in SECTIONS if name not in LISTS]
    known = [f"{name}.{key}" for name in inside for key in _kinds(name)]
    return _closest(dotted, [key for key in known if key.endswith(f".{tail}")] or known)


def _closest(word: str, known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - 6 ms for a spelling mistake

    return get_close_matches(word, known, 1, 0.0)[0]


# ---- from what was given to settings -----------------------------------------------------------------------


def _build(layer: Layer) -> Config:
    parts: dict[str, Any] = {}
    for name, part in layer.items():
        if isinstance(part, list):
            parts[name] = tuple(_struct(name, f"{name}[{index}]", table) for index, table in enumerate(part))
        else:
            parts[name] = _struct(name, name, part)
    try:
        return Config(**parts)
    except Misfit as misfit:
        section, _, key = misfit.key.partition(".")
        table = layer.get(section, {})
        given = table.get(key) if isinstance(table, dict) else None
        raise ConfigError(_complaint(misfit.key, given, misfit.wanted)) from misfit


def _struct(section: str, prefix: str, table: Table) -> Settings:
    values = {key: _convert(f"{prefix}.{key}", _kinds(section)[key], given) for key, given in table.items()}
    try:
        return SECTIONS[section](**values)
    except Misfit as misfit:
        given = table.get(misfit.key)
        raise ConfigError(_complaint(f"{prefix}.{misfit.key}", given, misfit.wanted)) from misfit


def _convert(key: str, kind: Any, given: Given) -> Any:
    value = given.value
    if given.text and get_origin(_bare(kind)) is tuple:
        value = _words(value)
    try:
        converted = msgspec.convert(value, kind, strict=not given.text)
        if isinstance(converted, float) and not math.isfinite(converted):
            raise msgspec.ValidationError("not finite")  # noqa: TRY301 - the bounds let nan through
    except msgspec.ValidationError as error:
        entry = row(key)
        raise ConfigError(_complaint(key, given, entry.allowed, secret=entry.secret)) from error
    return converted


def _bare(kind: Any) -> Any:
    return getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind


def _words(text: str) -> Any:
    """A list in a variable: JSON, or words separated by commas."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    return [word.strip() for word in text.split(",") if word.strip()]


def _complaint(key: str, given: Given | None, wanted: str, *, secret: bool = False) -> str:
    if given is None:
        return f"{key} is not set; it must be {wanted}"
    shown = "not shown" if secret else _shortened(given.value)
    return f"{key} is {shown} {given.source}; it must be {wanted}"


def _shortened(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else f"{shown[:56]} …"
