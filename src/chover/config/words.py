"""The settings in words: the meaning and the allowed values of each, and a file of all current values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import inspect

from chover.config.settings import LISTS, SECTIONS, Config
from chover.config.values import Settings


class SettingRow(NamedTuple):
    """One setting, for people. ``key`` is dotted, with [] after the name of a list of sections."""

    key: str
    default: Any
    allowed: str
    meaning: str
    secret: bool

    @property
    def name(self) -> str:
        return self.key.rpartition(".")[2]


def describe() -> list[SettingRow]:
    """Every setting in the order of the file: what ``chover config`` prints and what docs are made from."""
    return [row for name in SECTIONS for row in rows(name)]


def rows(section: str) -> list[SettingRow]:
    """The settings of one section. Raises KeyError for an unknown section."""
    prefix = f"{section}[]" if section in LISTS else section
    kind = inspect.type_info(SECTIONS[section])
    assert isinstance(kind, inspect.StructType)
    return [_row(f"{prefix}.{field.name}", field) for field in kind.fields]


def row(key: str) -> SettingRow:
    """The setting of a dotted key, ``listeners[0].port`` and ``listeners[].port`` alike. Raises KeyError."""
    section, _, name = key.partition(".")
    for candidate in rows(section.partition("[")[0]):
        if candidate.name == name:
            return candidate
    raise KeyError(key)


def _row(key: str, field: inspect.Field) -> SettingRow:
    extra: Mapping[str, Any] = {}
    meaning, kind = "", field.type
    if isinstance(kind, inspect.Metadata):
        extra, meaning = kind.extra or {}, (kind.extra_json_schema or {}).get("description", "")
        kind = kind.type
    return SettingRow(key, field.default, extra.get("allowed") or _allowed(kind), meaning, bool(extra.get("secret")))


def _allowed(kind: inspect.Type) -> str:
    """What is allowed, as a continuation of "it must be …"."""
    match kind:
        case inspect.LiteralType(values=values):
            return "one of " + ", ".join(str(value) for value in values)
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "a whole number" + _bounds(kind)
        case inspect.FloatType():
            return "a number" + _bounds(kind)
        case _:
            return "text"


def _bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    if kind.gt is not None:
        return f" above {kind.gt}, at most {kind.le}"
    return f" from {kind.ge} to {kind.le}"


# ---- as a file ---------------------------------------------------------------------------------------------


def as_toml(config: Config, sections: tuple[str, ...] = ()) -> Iterator[str]:
    """The current settings, line by line, each with its meaning; defaults are commented out.

    The lines are a configuration file with the same meaning, except for passwords, which are not shown. ``sections``
    are those wanted, all of them if empty.
    """
    for name in sections or SECTIONS:
        if name in LISTS:
            yield from _list(name, getattr(config, name))
        else:
            yield f"[{name}]"
            yield from _settings(name, getattr(config, name))


def _list(name: str, items: tuple[Settings, ...]) -> Iterator[str]:
    if not items:
        yield f"# [[{name}]]"
        yield from _settings(name, SECTIONS[name]())
    for item in items:
        yield f"[[{name}]]"
        yield from _settings(name, item)


def _settings(name: str, section: Settings) -> Iterator[str]:
    for entry in rows(name):
        yield f"# {entry.meaning} ({entry.allowed}; default {as_value(entry.default)})"
        yield _assignment(entry, getattr(section, entry.name))
    yield ""


def _assignment(entry: SettingRow, value: Any) -> str:
    if value == entry.default:
        return f"# {entry.name} = {as_value(value)}"
    if entry.secret:
        return f"# {entry.name} is set but not shown"
    return f"{entry.name} = {as_value(value)}"


def as_value(value: Any) -> str:
    """A setting's value in TOML notation, which is that of JSON."""
    return json.dumps(value, ensure_ascii=False)


def changes(before: Config, after: Config) -> dict[str, str]:
    """What a new configuration changes: a line for each dotted key (lists of sections as a whole)."""
    changed: dict[str, str] = {}
    for name in SECTIONS:
        old, new = getattr(before, name), getattr(after, name)
        if name in LISTS and old != new:
            changed[name] = f"{name}: {len(old)} before, {len(new)} now"
        elif old != new:
            changed |= _section_changes(name, old, new)
    return changed


def _section_changes(name: str, old: Settings, new: Settings) -> dict[str, str]:
    pairs = {entry: (getattr(old, entry.name), getattr(new, entry.name)) for entry in rows(name)}
    return {entry.key: _change(entry, *pair) for entry, pair in pairs.items() if pair[0] != pair[1]}


def _change(entry: SettingRow, old: Any, new: Any) -> str:
    return f"{entry.key} is new" if entry.secret else f"{entry.key}: {as_value(old)} -> {as_value(new)}"
