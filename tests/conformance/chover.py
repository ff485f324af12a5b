"""irctest controller for ``chover serve``.

Use:  cd IRCTEST_CHECKOUT; PYTHONPATH=/dir/of/this/file \
      pytest --controller chover -m '(Ergo or not implementation-specific) and not deprecated'

Environment:
  CHOVER_CMD      how to start the program, before its arguments (default: "<this python> -m chover")

The tests written for Ergo pass ``ergo_config`` callbacks that change an Ergo-shaped dict
(six places: listeners[*].proxy, server.casemapping (2x), accounts.default-user-modes (2x),
accounts.multiclient.always-on) and one test reads it back, changes history.znc-maxmessages and
rehashes. So the controller keeps an Ergo-shaped dict of the keys that tests touch, lets tests
change it, and translates it to chover's TOML in ``_toml``. No test file has to be edited.
"""

import copy
import json
import os
import shlex
import shutil
import sys
from typing import Any

from irctest import patma
from irctest.basecontrollers import BaseServerController, DirectoryBasedController
from irctest.cases import BaseServerTestCase
from irctest.specifications import Capabilities, OptionalBehaviors

# Only what a test may read or change (see the module docstring). All else is in _toml().
BASE_CONFIG: dict[str, Any] = {
    "server": {
        "listeners": {},
        "casemapping": "ascii",
    },
    "accounts": {
        "default-user-modes": "",
        "registration": {"allow-before-connect": False, "email-required": False},
        "multiclient": {"always-on": "opt-in"},
    },
    "history": {"znc-maxmessages": 2048},
    "roleplay": {"enabled": False},
}


def _value(v: Any) -> str:
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, (int, float)):
        return repr(v)
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join(_value(x) for x in v) + "]"
    return json.dumps(str(v), ensure_ascii=False)  # a JSON string is a TOML basic string


def to_toml(doc: dict[str, Any]) -> str:
    """Tables of plain values, tables in tables, and lists of tables; enough for our file."""
    out = []

    def table(path: str, t: dict[str, Any], header: str) -> None:
        if header:
            out.append(header)
        subs = []
        for k, v in t.items():
            if isinstance(v, dict):
                subs.append((k, v, "[%s]"))
            elif isinstance(v, list) and v and isinstance(v[0], dict):
                subs.extend((k, x, "[[%s]]") for x in v)
            elif v is not None:
                out.append(f"{k} = {_value(v)}")
        for k, v, h in subs:
            p = f"{path}.{k}" if path else k
            table(p, v, h % p)

    table("", doc, "")
    return "\n".join(out) + "\n"


class ChoverController(BaseServerController, DirectoryBasedController):
    software_name = "Chover"
    _port_wait_interval = 0.02
    supported_sasl_mechanisms = {"PLAIN", "SCRAM-SHA-256"}
    supports_sts = True  # read by client tests only; no server test looks at it
    extban_mute_char = "m"
    # One client's PONG says nothing of what another has sent: that is brought out when it is kept, which takes a
    # millisecond or two, more on a busy machine. websocket.py asks the receiver at once.
    sync_sleep_time = 0.02

    # With skip_if_cap_nak=True a NAK skips the test; for what is listed here it fails instead.
    capabilities = frozenset(
        (
            Capabilities.ACCOUNT_NOTIFY,
            Capabilities.ACCOUNT_TAG,
            Capabilities.AWAY_NOTIFY,
            Capabilities.BATCH,
            Capabilities.ECHO_MESSAGE,
            Capabilities.EXTENDED_JOIN,
            Capabilities.EXTENDED_MONITOR,
            Capabilities.LABELED_RESPONSE,
            Capabilities.MESSAGE_REDACTION,
            Capabilities.MESSAGE_TAGS,
            Capabilities.MULTILINE,
            Capabilities.MULTI_PREFIX,
            Capabilities.READ_MARKER,
            Capabilities.SERVER_TIME,
            Capabilities.SETNAME,
        )
    )

    # A test that skips for want of one of these fails instead.
    # First block: what Ergo 2.19.1 has. Second: what it lacks and we may want (uncomment when done).
    optional_behaviors = frozenset(
        (
            OptionalBehaviors.BAN_EXCEPTION_MODE,
            OptionalBehaviors.CAP_REQ_MINUS,
            OptionalBehaviors.ELIST_U,
            OptionalBehaviors.INVITE_EXCEPTION_MODE,
            OptionalBehaviors.INVITE_OVERRIDES_LIMIT,
            OptionalBehaviors.METADATA_BEFORE_CONNECT,
            OptionalBehaviors.MULTI_JOIN,
            OptionalBehaviors.MULTI_KICK,
            OptionalBehaviors.MULTI_PRIVMSG,
            OptionalBehaviors.NO_CTCP,
            OptionalBehaviors.SASL_AFTER_REGISTRATION,
            OptionalBehaviors.ELIST_M,
            OptionalBehaviors.ELIST_N,
            OptionalBehaviors.ELIST_C,
            OptionalBehaviors.ELIST_T,
            OptionalBehaviors.INVITE_LIST,
            OptionalBehaviors.MULTI_NAMES_COMMAND,
            # OptionalBehaviors.SASL_REAUTHENTICATION,
            # never: NON_UTF8_MESSAGE (we advertise UTF8ONLY)
        )
    )

    # isupport.py::testValues wants exactly these (None: a token without a value).
    isupport = {
        "BOT": "B",
        "CASEMAPPING": "ascii",
        "ELIST": patma.StrRe(".*U.*"),
        "INVEX": None,
        "MONITOR": patma.ANYSTR,
        "MSGREFTYPES": "msgid,timestamp",
        "PREFIX": "(qaohv)~&@%+",
        "STATUSMSG": "~&@%+",
        "TARGMAX": patma.ANYSTR,
        "UTF8ONLY": None,
        "WHOX": None,
    }

    def run(
        self,
        hostname: str,
        port: int,
        *,
        password: str | None,
        ssl: bool,
        run_services: bool,
        faketime: str | None,
        websocket_hostname: str | None = None,
        websocket_port: int | None = None,
    ) -> None:
        assert self.proc is None
        self.create_config()
        assert self.directory
        self.hostname, self.port = hostname, port
        self._password = password
        self._faketime = faketime

        config = copy.deepcopy(BASE_CONFIG)
        if self.test_config.ergo_roleplay:
            config["roleplay"]["enabled"] = True
        reg = config["accounts"]["registration"]
        reg["allow-before-connect"] = self.test_config.account_registration_before_connect
        reg["email-required"] = self.test_config.account_registration_requires_email

        # irctest hands out "0.0.0.0"; its clients reach 127.0.0.1 by it, and we must not listen wider.
        listener: dict[str, Any] | None = None
        tls = None
        if ssl:
            self.gen_ssl()
            tls = {"cert": str(self.pem_path), "key": str(self.key_path)}
            listener = {"tls": tls}
        config["server"]["listeners"][f"127.0.0.1:{port}"] = listener
        if websocket_hostname and websocket_port:
            ws: dict[str, Any] = {"websocket": True}
            if tls:
                ws["tls"] = tls
            config["server"]["listeners"][f"127.0.0.1:{websocket_port}"] = ws

        if self.test_config.ergo_config:
            self.test_config.ergo_config(config)

        self._config = config
        self._config_path = self.directory / "chover.toml"
        self._write_config()
        self._start()

    # -- the config file ---------------------------------------------------------

    def _toml(self, c: dict[str, Any]) -> dict[str, Any]:
        listeners: list[dict[str, Any]] = []
        for addr, conf in c["server"]["listeners"].items():
            host, _, port = addr.rpartition(":")
            conf = conf or {}
            row: dict[str, Any] = {"host": host, "port": int(port)}
            if conf.get("tls"):
                row["tls_cert"] = conf["tls"]["cert"]
                row["tls_key"] = conf["tls"]["key"]
            # Nothing to say for a "websocket": it is spoken on every port.
            if conf.get("proxy"):
                row["proxy"] = True  # a PROXY v1/v2 header comes first on every connection
            listeners.append(row)

        first = listeners[0]
        return {
            "server": {
                "name": "My.Little.Server",  # connection_registration.py, wallops.py... expect it
                "host": first["host"],
                "port": first["port"],
                "proxy": first.get("proxy", False),
                "network": "ChoverTest",
                "password": self._password or "",
                "data_dir": str(self.directory / "data"),
                "casemapping": c["server"]["casemapping"],
                "invisible": "i" in c["accounts"]["default-user-modes"],
                "log_level": "debug" if self.debug_mode else "error",
            },
            "tls": {"cert": first.get("tls_cert", ""), "key": first.get("tls_key", "")},
            "operators": [{"name": "operuser", "password": "operpassword"}],
            "listeners": listeners[1:],
            "store": {"durability": "process"},
            "limits": {
                "flood": False,
                "connections_per_address": 0,
                "connection_rate_per_address": 0.0,
                "unregistered_per_address": 0,
                "nick_len": 32,
                "channel_len": 64,
            },
            # LIST, LUSERS and others count channels.
            "channels": {"autojoin": [], "quiet_above": 0, "roleplay": c["roleplay"]["enabled"]},
            "history": {"chathistory_max": 100},
            "accounts": {
                "hash_cost": "cheap",
                "password_len": 1,
                "register_before_connect": c["accounts"]["registration"]["allow-before-connect"],
                "email_required": c["accounts"]["registration"]["email-required"],
                "always_on": {"disabled": "off", "mandatory": "opt-out"}.get(
                    c["accounts"]["multiclient"]["always-on"], c["accounts"]["multiclient"]["always-on"]
                ),
            },
            # Nobody answers there: a registration with an address is refused before it is asked.
            "mail": {"host": "127.0.0.1" if c["accounts"]["registration"]["email-required"] else ""},
        }

    def _write_config(self) -> None:
        self._config_path.write_text(to_toml(self._toml(self._config)), encoding="utf-8")

    def getConfig(self) -> dict[str, Any]:
        return copy.deepcopy(self._config)

    def baseConfig(self) -> dict[str, Any]:
        return copy.deepcopy(BASE_CONFIG)

    def rehash(self, case: BaseServerTestCase, config: dict[str, Any]) -> None:
        """Called by znc_playback.py."""
        self._config = config
        self._write_config()
        client = "operator_for_rehash"
        case.connectClient(nick=client, name=client)
        case.sendLine(client, "OPER operuser operpassword")
        case.sendLine(client, "REHASH")
        case.getMessages(client)
        case.sendLine(client, "QUIT")
        case.assertDisconnected(client)

    # -- the process -------------------------------------------------------------

    def _start(self) -> None:
        cmd = shlex.split(os.environ.get("CHOVER_CMD", "")) or [sys.executable, "-m", "chover"]
        # This file is called like the package; the server must not find it in the package's place.
        env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        if self._faketime and shutil.which("faketime"):
            # list.py's ELIST=C/T tests; without it each of the two sleeps minutes. Not tried here.
            cmd = ["faketime", "-f", self._faketime, *cmd]
            env["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"  # asyncio's timers stay real
            self.faketime_enabled = True
        self.proc = self.execute([*cmd, "serve", "--config", str(self._config_path)], proc_name="chover", env=env)

    def restart(self) -> None:
        """Called by ergo/alwayson.py and ergo/chanserv.py: SIGTERM, then start on the same data."""
        self.kill_proc()
        self.port_open = False
        self._start()
        self.wait_for_port()

    def wait_for_services(self) -> None:
        pass  # ours are in the server

    # -- accounts ----------------------------------------------------------------

    def registerUser(
        self,
        case: BaseServerTestCase,
        username: str,
        password: str | None = None,
    ) -> None:
        if not case.run_services:
            raise ValueError("Attempted to register a nick, but `run_services` it not True.")
        assert password
        client = case.addClient(show_io=False)
        case.sendLine(client, "CAP LS 302")
        case.sendLine(client, "NICK " + username)
        case.sendLine(client, "USER r e g :user")
        case.sendLine(client, "CAP END")
        while case.getRegistrationMessage(client).command != "001":
            pass
        case.getMessages(client)
        case.sendLine(client, "REGISTER * * :" + password)  # IRCv3 draft/account-registration
        msgs = [m for m in case.getMessages(client) if m.command in ("REGISTER", "FAIL")]
        assert msgs and msgs[0].command == "REGISTER" and msgs[0].params[0] == "SUCCESS", msgs
        case.sendLine(client, "QUIT")
        case.assertDisconnected(client)


def get_irctest_controller_class() -> type[ChoverController]:
    return ChoverController
