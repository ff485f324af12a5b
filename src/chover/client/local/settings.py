"""A person's settings: one table, which defines ``/set``, its help and the comments in the file.

The file is ``terminal.toml`` in the host's home. Data about conversations is stored elsewhere, for each server, so that
nobody's comments are overwritten.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, unquote

import msgspec

from chover import i18n
from chover.client.connection.dial import parse_server
from chover.client.display.theme import ROLES, THEMES
from chover.client.local.host import ClientHost
from chover.client.local.settings_file import line_of, table, texts
from chover.client.state.model.filters import Filter, NoFilter, parse
from chover.i18n import N_, _

FILE: Final = "terminal.toml"
YES_NO: Final = ("yes", "no")
KEY_TABLES: Final = ("keys", "keys.selected")
SERVERS: Final = N_('a name and an address, as in work = "chat.example.org:55555"')
NOTIFY: Final = ("mentions", "all", "off")


class ClientSetting(msgspec.Struct, frozen=True):
    name: str
    choices: tuple[str, ...]
    """The first one is the default. An empty tuple allows any word, by default none."""
    help: str
    pattern: str = ""
    """What else it may be, as a regular expression."""
    form: str = ""
    """The same for people."""
    here: bool = False
    """Whether it is about the person's machine, and means nothing over SSH."""

    @property
    def values(self) -> str:
        return ", ".join([*self.choices, *([_(self.form)] if self.form else [])])


SETTINGS: Final[dict[str, ClientSetting]] = {
    row.name: row
    for row in (
        ClientSetting(
            "language", ("auto", *i18n.languages()), N_("the language of this program; auto: that of the terminal")
        ),
        ClientSetting("nick", (), N_("your name, unless another is given; from the next start on")),
        ClientSetting(
            "theme", THEMES, N_("colours: auto asks the terminal for its background; for a light or dark one, or none")
        ),
        ClientSetting(
            "mouse",
            YES_NO[::-1],
            N_("a click goes to a conversation or selects a message, the wheel scrolls, dragging copies text"),
        ),
        ClientSetting(
            "channels", ("auto", *YES_NO), N_("the list of conversations at the left; auto: where there is room")
        ),
        ClientSetting(
            "mentions", YES_NO[::-1], N_("a row above the conversations that leads to the mentions of all channels")
        ),
        ClientSetting("members", ("auto", *YES_NO), N_("the list of members at the right; auto: where there is room")),
        ClientSetting(
            "events",
            ("auto", "short", *YES_NO),
            N_("joins and leaves: short shows several in a row in one line, auto does so in channels of up to 50"),
        ),
        ClientSetting("filter", YES_NO, N_("apply the filters that /filter lists")),
        ClientSetting(
            "time",
            ("%H:%M", "off"),
            N_("the time in front of messages, or none"),
            r"(?=\S{2,20}$)(?:[^%\s]|%[HMSIpdmyYbaj])*%[HMSIpdmyYbaj](?:[^%\s]|%[HMSIpdmyYbaj])*",
            N_("a format such as %H:%M:%S or %I:%M%p, without spaces"),
        ),
        ClientSetting(
            "nicks",
            ("auto", "off"),
            N_("columns for nicks; off: a nick is in front of its text"),
            r"[4-9]|[12]\d|30",
            N_("4 to 30"),
        ),
        ClientSetting("align", ("right", "left"), N_("the side of their column at which nicks are")),
        ClientSetting("markup", YES_NO, N_("a line above the input that shows how the markup in it will look")),
        ClientSetting("typing", YES_NO, N_("tell others that you type")),
        ClientSetting(
            "notify", NOTIFY, N_("what notifies you: mentions and private messages, every message, or nothing")
        ),
        ClientSetting("bell", YES_NO, N_("ring the terminal's bell")),
        ClientSetting("desktop", YES_NO[::-1], N_("desktop notifications, where this machine has them")),
        ClientSetting("links", YES_NO, N_("addresses as hyperlinks (OSC 8)")),
        ClientSetting(
            "pictures",
            ("auto", "blocks", "off"),
            N_("pictures of files below their cards: as well as the terminal can, as half blocks, or none"),
        ),
        ClientSetting("previews", YES_NO, N_("what the pages are that messages link to, where the server says it")),
        ClientSetting(
            "log",
            ("off",),
            N_("write conversations to text files in this directory, one for each conversation and month"),
            r"(?:[~/]|[A-Za-z]:[\\/])[^\x00-\x1f]{0,400}",
            N_("a directory such as ~/chatlogs"),
            here=True,
        ),
        ClientSetting(
            "reader",
            YES_NO[::-1],
            N_("for screen readers: lines one after the other, no drawing; from the next start on"),
        ),
    )
}


class ClientSettings:
    """The values, and the errors in the file, one line each. Their language is spoken from then on."""

    def __init__(self, host: ClientHost) -> None:
        self._host = host
        self._values: dict[str, str] = {}
        self.colours: dict[str, str] = {}
        """Roles of the theme with changed colours, as parameters of SGR (``1;38;5;208``)."""
        self.bound: dict[str, dict[str, str]] = {name: {} for name in KEY_TABLES}
        """What keys are bound to, by table (client/keys), as it was written: what is wrong with it is kept, too."""
        self.filters: list[str] = []
        """What is hidden, as it is written (state/model/filters.py)."""
        self.servers: dict[str, str] = {}
        """The servers to connect to at the start: names to addresses, as they were written."""
        self.revision = 0
        """Changes when the keys do."""
        self.complaints: list[str] = []
        self._broken = False
        self._speak()
        self._text_read = host.load(FILE)
        if self._text_read:
            self._read(self._text_read)

    def _read(self, text: str) -> None:
        try:
            given = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._broken = True
            self.complaints.append(
                _("{file} cannot be read, and is not changed until it can: {error}.", file=FILE, error=error)
            )
            return
        # First, because it is the language of the errors.
        self._read_values({"language": given.pop("language", "auto")})
        self._speak()
        self._read_colours(given.pop("colours", {}))
        self._read_keys(given.pop("keys", {}))
        self._read_filters(given.pop("filters", []))
        self._read_servers(given.pop("servers", {}))
        self._read_values(given)

    def _read_values(self, given: Mapping[str, object]) -> None:
        for name, value in given.items():
            word = ("yes" if value else "no") if isinstance(value, bool) else str(value)
            wrong = self._wrong(name, word)
            if wrong:
                self.complaints.append(f"{self.place('', name)}: {wrong}")
            else:
                self._values[name] = word

    def _read_colours(self, given: object) -> None:
        for role, sgr in given.items() if isinstance(given, dict) else ():
            place = self.place("colours", role)
            if role not in ROLES:
                self.complaints.append(
                    _(
                        "{place}: there is no colour {role}; the colours are {roles}.",
                        place=place,
                        role=repr(role),
                        roles=", ".join(ROLES),
                    )
                )
            elif not re.fullmatch(r"[0-9;]*", str(sgr)):
                self.complaints.append(
                    _(
                        '{place}: {role} is digits and semicolons as in "1;38;5;208", not {sgr}.',
                        place=place,
                        role=role,
                        sgr=repr(sgr),
                    )
                )
            else:
                self.colours[role] = str(sgr)

    def _read_keys(self, given: object) -> None:
        rows = dict(given) if isinstance(given, dict) else {}
        selected = rows.pop("selected", {})
        for name, table_rows in zip(KEY_TABLES, (rows, selected), strict=True):
            for key, action in table_rows.items() if isinstance(table_rows, dict) else ():
                self.bound[name][key] = str(action)

    def _read_filters(self, given: object) -> None:
        for text in given if isinstance(given, list) else ():
            try:
                self.filters.append(str(parse(str(text))))
            except NoFilter as wrong:
                self.complaints.append(f"{self.place('', 'filters')}: {wrong}.")

    def _read_servers(self, given: object) -> None:
        if not isinstance(given, dict):
            self.complaints.append(f"{self.place('', 'servers')}: {_(SERVERS)}.")
            return
        for name, address in given.items():
            self.servers[name] = str(address)
            if not re.fullmatch(r"[^\W_][\w.-]{0,30}", name) or not isinstance(address, str):
                wrong_row = _("{form}; {name} is not such a row.", form=_(SERVERS), name=repr(name))
                self.complaints.append(f"{self.place('servers', name)}: {wrong_row}")
                continue
            try:
                parse_server(address)
            except ValueError as wrong:
                self.complaints.append(f"{self.place('servers', name)}: {wrong}.")

    def filter(self, rows: list[str]) -> None:
        """Replace the filters, and store them."""
        self.filters = rows
        self._store()

    def in_force(self) -> list[Filter]:
        """The filters that hide something now."""
        return [parse(text) for text in self.filters] if self.on("filter") else []

    def place(self, table_name: str, name: str) -> str:
        """The file, and the line where a name of a table ("" for none) stood when it was read."""
        line = line_of(self._text_read, table_name, name)
        return f"{FILE}:{line}" if line else FILE

    def bind(self, table_name: str, rows: Mapping[str, str]) -> None:
        """Replace what the keys of a table are bound to, and store it."""
        self.bound[table_name] = dict(rows)
        self.revision += 1
        self._store()

    def _speak(self) -> None:
        wish = self.get("language")
        i18n.use(i18n.of_environment(self._host.environment) if wish == "auto" else wish)

    def _store(self) -> None:
        if not self._broken:
            self._host.store(FILE, self._text())

    def get(self, name: str) -> str:
        return self._values.get(name, next(iter(SETTINGS[name].choices), ""))

    def on(self, name: str) -> bool:
        return self.get(name) == "yes"

    def set(self, name: str, value: str) -> str:
        """Change a setting and store it. Returns what is wrong with the value, or ""."""
        wrong = self._wrong(name, value)
        if not wrong:
            self._values[name] = value
            self._speak()
            self._store()
        return wrong

    def words(self) -> str:
        """The changed settings and keys in one line."""
        keys = {f"{name}:{quote(key)}": quote(to) for name, rows in self.bound.items() for key, to in rows.items()}
        values = {name: value for name, value in self._values.items() if not SETTINGS[name].here}
        words = [f"{name}={value}" for name, value in {**values, **keys}.items()]
        return " ".join([*words, *(f"filters:={quote(text)}" for text in self.filters)])

    def take(self, words: str) -> None:
        """Replace all settings by such a line; invalid ones are ignored."""
        pairs = [word.partition("=") for word in words.split()]
        self._values = {name: value for name, _eq, value in pairs if not self._wrong(name, value)}
        self._values = {name: value for name, value in self._values.items() if not SETTINGS[name].here}
        self._speak()
        self.bound = {name: {} for name in KEY_TABLES}
        self.filters = [text for name, _eq, value in pairs if name == "filters:" and _is_filter(text := unquote(value))]
        for name, _eq, action in pairs:
            table_name, colon, key = name.partition(":")
            if colon and table_name in self.bound:
                self.bound[table_name][unquote(key)] = unquote(action)
        self.revision += 1

    @staticmethod
    def _wrong(name: str, value: str) -> str:
        if name not in SETTINGS:
            return _("there is no setting {name}; /set lists them.", name=repr(name))
        row = SETTINGS[name]
        if value in row.choices or (not row.choices and value.split() == [value]):
            return ""
        if row.pattern and re.fullmatch(row.pattern, value):
            return ""
        return _("{name} is one of {values}, not {value}.", name=name, values=row.values, value=repr(value))

    def _text(self) -> str:
        lines = ["# " + _("Settings of chover chat; /set changes them, too.")]
        for row in SETTINGS.values():
            lines += ["", f"# {_(row.help)}{': ' if row.choices else ''}{row.values}"]
            given = row.name in self._values
            # A string of JSON is a string of TOML.
            value = json.dumps(self.get(row.name), ensure_ascii=False)
            lines.append(f"{'' if given else '# '}{row.name} = {value}")
        lines += texts("filters", _('What is hidden, as in "nick bob* in:#tea"; /filter changes it'), self.filters)
        lines += ["", "# " + _("Colours of your own, as SGR parameters: {roles}", roles=", ".join(ROLES)), "[colours]"]
        lines += [f'{role} = "{sgr}"' for role, sgr in self.colours.items()]
        lines += table(
            "keys",
            _('Keys of your own, as in "Alt-J" = "next-unread"; /bind lists keys and actions'),
            self.bound["keys"],
        )
        lines += table("keys.selected", _("Keys while a message is selected"), self.bound["keys.selected"])
        lines += table("servers", _("Servers to connect to at the start: {form}", form=_(SERVERS)), self.servers)
        return "\n".join(lines) + "\n"


def _is_filter(text: str) -> bool:
    try:
        return bool(parse(text))
    except NoFilter:
        return False
