"""The servers that are measured: ours, and those of others that are on PATH, all without limits."""

import contextlib
import dataclasses
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.performance.processes import pin
from benchmarks.served import PATIENCE_SECONDS, free_port

OURS = """
[server]
host = "127.0.0.1"
log_level = "warning"
drain_seconds = 0.0
[limits]
flood = false
history_share = 0.0
history_share_per_address = 0.0
connections = 18000
connections_per_address = 0
connection_rate_per_address = 0
unregistered_per_address = 0
quiet = 1000000
quiet_per_address = 0
registration_seconds = 600
ping_seconds = 86400
channels_per_user = 10000
max_targets = 100
[channels]
autojoin = [{autojoin}]
[store]
durability = "{durability}"
"""
INSPIRCD = """
<server name="inspircd.bench" description="bench" network="Bench">
<admin name="bench" nick="bench" email="bench@localhost">
<bind address="127.0.0.1" port="{port}" type="clients">
<connect name="all" allow="*" timeout="600" pingfreq="86400" hardsendq="134217728" softsendq="134217728" recvq="1048576"
  threshold="1000000" commandrate="1000000000" fakelag="no" resolvehostnames="no" useident="no" maxconnwarn="no"
  localmax="100000" globalmax="100000" limit="100000" maxchans="100000">
<performance softlimit="100000" clonesonconnect="no" somaxconn="4096" quietbursts="yes">
<pid file="{directory}/pid">
<log method="file" type="*" level="default" target="{directory}/log">
<files motd="/dev/null">
<options defaultmodes="">
"""
NGIRCD = """
[Global]
Name = ngircd.bench
Info = bench
Listen = 127.0.0.1
Ports = {port}
MotdPhrase = bench
PidFile =
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 15
MaxPenaltyTime = 0
MaxListSize = 0
PingTimeout = 86400
PongTimeout = 86400
[Options]
DNS = no
Ident = no
PAM = no
"""
ERGO = """
network: {{name: Bench}}
server:
  name: ergo.bench
  listeners: {{"127.0.0.1:{port}": {{}}}}
  casemapping: ascii
  enforce-utf8: true
  lookup-hostnames: false
  check-ident: false
  max-sendq: 128M
  ip-limits: {{count: false, throttle: false}}
  ip-cloaking: {{enabled: true, netname: irc, cidr-len-ipv4: 32, cidr-len-ipv6: 64, num-bits: 64}}
accounts:
  authentication-enabled: true
  registration: {{enabled: false}}
channels: {{default-modes: +nt, max-channels-per-client: 100000, registration: {{enabled: false}}}}
datastore: {{path: "{directory}/ircd.db", autoupgrade: true}}
logging: [{{method: stderr, type: "*", level: error}}]
limits: {{nicklen: 32, identlen: 20, realnamelen: 150, channellen: 64, awaylen: 390, kicklen: 390, topiclen: 390,
  monitor-entries: 100, whowas-entries: 100, chan-list-modes: 100, registration-messages: 1024,
  multiline: {{max-bytes: 4096, max-lines: 100}}}}
fakelag: {{enabled: false}}
history: {{enabled: false}}
"""


@dataclasses.dataclass(frozen=True)
class Contestant:
    key: str
    name: str
    keeps: str
    command: Callable
    """From directory, port and autojoin."""
    at_once: int = 512
    """Clients that may connect at the same time: ngIRCd ends a connection for which more than 64 KiB are waiting."""

    @property
    def ours(self):
        return self.key.startswith("chover")


def _chover(durability):
    def command(directory, port, autojoin):
        file = directory / "bench.toml"
        channels = f'"{autojoin}"' if autojoin else ""
        file.write_text(OURS.format(durability=durability, autojoin=channels))
        arguments = ("serve", "--port", port, "--data", directory / "data", "--config", file)
        return [sys.executable, "-m", "chover", *map(str, arguments)]

    return command


def _inspircd(directory, port, _):
    file = directory / "inspircd.conf"
    file.write_text(INSPIRCD.format(port=port, directory=directory))
    root = ["--runasroot"] if os.geteuid() == 0 else []
    return [shutil.which("inspircd"), "--nofork", *root, f"--config={file}"]


def _ngircd(directory, port, _):
    # As root it changes to the user nobody by itself.
    file = directory / "ngircd.conf"
    file.write_text(NGIRCD.format(port=port))
    return [shutil.which("ngircd"), "-n", "-f", str(file)]


def _ergo(directory, port, _):
    file = directory / "ircd.yaml"
    file.write_text(ERGO.format(port=port, directory=directory))
    program = shutil.which("ergo")
    subprocess.run([program, "initdb", "--conf", str(file)], check=True, capture_output=True)
    return [program, "run", "--conf", str(file)]


KEPT = "history and search on, acknowledged after"
POWER = Contestant("chover-power", "chover, power", f"{KEPT} fsync", _chover("power"))
PROCESS = Contestant("chover-process", "chover, process", f"{KEPT} the write", _chover("process"))
PEERS = (
    Contestant("ergo", "ergo", "nothing", _ergo),
    Contestant("ngircd", "ngIRCd", "nothing", _ngircd, at_once=16),
    Contestant("inspircd", "InspIRCd", "nothing", _inspircd),
)


def found(names=()):
    """Ours, and the peers on PATH (with /usr/sbin, where distributions put them); or those of them that are named."""
    if "/usr/sbin" not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] += os.pathsep + "/usr/sbin"
    here = [POWER, PROCESS, *[peer for peer in PEERS if shutil.which(peer.key)]]
    return [one for one in here if not names or one.key in names]


def version_of(contestant):
    """What a peer calls itself."""
    if contestant.ours:
        return ""
    done = subprocess.run([contestant.key, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout or done.stderr).partition("\n")[0][:60]


class Server:
    """A running server on cores of its own. It may be killed, and started again on the same directory."""

    def __init__(self, contestant, directory, cores, autojoin=""):
        self.contestant = contestant
        self._directory, self._cores, self._autojoin = directory, cores, autojoin
        self._log = (directory / "output").open("wb")
        self.start()

    def start(self):
        self.port = free_port()
        command = self.contestant.command(self._directory, self.port, self._autojoin)
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, env=env, preexec_fn=pin(self._cores)
        )
        self._wait_until_listening()
        self.started_after = time.perf_counter() - began

    def _wait_until_listening(self):
        until = time.perf_counter() + 10 * PATIENCE_SECONDS
        while time.perf_counter() < until:
            if self.process.poll() is not None:
                said = (self._directory / "output").read_text(errors="replace")
                sys.exit(f"{self.contestant.name} ended with status {self.process.returncode}: {said[-2000:]}")
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS).close()
                return
            time.sleep(0.002)
        sys.exit(f"{self.contestant.name} does not listen on port {self.port}")

    @property
    def pid(self):
        return self.process.pid

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._log.close()


@contextlib.contextmanager
def serving(contestant, cores, autojoin="", directory=None):
    """A running server, in a temporary directory unless one is given."""
    with tempfile.TemporaryDirectory(prefix="chover-bench-") as temporary:
        os.chmod(temporary, 0o755)  # noqa: PTH101 - for a server that changes its user
        server = Server(contestant, directory or Path(temporary), cores, autojoin)
        try:
            yield server
        finally:
            server.close()
