"""Faults of what a server stands on, beside a pair that talks: disk, certificate, DNS (see benchmarks.faults)."""

import contextlib
import datetime as dt
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.e2e.server import Server, chover
from tests.e2e.wire import Irc

from benchmarks.machine import own_rss_of
from benchmarks.pair import CALM, Pair, row, until_refused

DISK_BYTES = 64 * 1024 * 1024
LASTS_SECONDS = 10
"""Of the certificate, from before the server starts."""
ASKED = 10
"""Hooks, and as many devices and people who register with an address, whose names are looked up."""


# ---- a disk that becomes read-only


def read_only_disk(messages):
    """An ext4 of its own on a loop device: an error makes it read-only, with all files open, as a failing disk does.

    Then the server is stopped, the disk mended (e2fsck) and the server started again.
    """
    with tempfile.TemporaryDirectory(prefix="chover-faults-") as home, contextlib.ExitStack() as stack:
        disk = Disk(Path(home))
        if not disk.mount():
            return None
        stack.callback(disk.unmount)
        server = Server(Path(home), **CALM).start()
        stack.callback(server.stop)
        pair = stack.enter_context(contextlib.ExitStack())
        talking = Pair(server.port, pair)
        talking.talk(messages // 2)
        before = own_rss_of(server.pid)
        disk.fail()
        assert until_refused(talking), "a disk that is read-only was not told"
        pair.close()
        server.stop()
        disk.mend()
        server.start()
        again = Pair(server.port, stack)
        again.acknowledged, again.seen, again.waits = talking.acknowledged, talking.seen, talking.waits
        again.talk(messages // 2)
        return row(server, again, before)


class Disk:
    def __init__(self, home):
        self._image, self._place = home / "disk", home / "data"

    def mount(self):
        """Whether this machine lets it be made and mounted."""
        self._place.mkdir(mode=0o700)
        with self._image.open("wb") as image:
            image.truncate(DISK_BYTES)
        return _run("mkfs.ext4", "-q", self._image) and self._mounted()

    def _mounted(self):
        if not _run("mount", "-o", "loop,errors=remount-ro", self._image, self._place):
            return False
        self._place.chmod(0o700)
        return True

    def fail(self):
        device = subprocess.run(
            ["findmnt", "-no", "SOURCE", self._place], check=True, capture_output=True, text=True
        ).stdout.strip()
        Path("/sys/fs/ext4", Path(device).name, "trigger_fs_error").write_text("tested")

    def mend(self):
        self.unmount()
        subprocess.run(["e2fsck", "-fy", self._image], check=False, capture_output=True)
        assert self._mounted(), "the disk cannot be mounted again"

    def unmount(self):
        _run("umount", self._place)


def _run(*command):
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


# ---- a certificate that runs out


def expired_certificate(messages):
    """It expires while two talk through TLS; they go on, the operator is told, and a reload brings a new one."""
    with tempfile.TemporaryDirectory(prefix="chover-faults-") as place, contextlib.ExitStack() as stack:
        home = Path(place)
        made, ends = write_pair(home, LASTS_SECONDS), time.time() + LASTS_SECONDS
        (home / "chover.toml").write_text(f'[tls]\ncert = "{home / "cert.pem"}"\nkey = "{home / "key.pem"}"\n')
        server = Server(home, "--config", str(home / "chover.toml"), **CALM).start()
        stack.callback(server.stop)
        pair = Pair(server.port, stack, trusting(made))
        before = own_rss_of(server.pid)
        pair.talk(messages // 2)
        while time.time() <= ends + 1:
            pair.talk(1)
            pair.bob.fence()
        _require_expiry_told(server)
        with contextlib.suppress(ssl.SSLCertVerificationError), Irc(server.port, tls=trusting(made)):
            raise AssertionError("a client that checks it should not come in with an expired certificate")
        renewed = write_pair(home, 3600)
        assert chover("reload", "--data", str(server.data), home=home).returncode == 0
        with Irc(server.port, "carol", tls=trusting(renewed)):
            pair.talk(max(1, messages - len(pair.acknowledged)))
        return row(server, pair, before)


def _require_expiry_told(server):
    told = chover("status", "--data", str(server.data), home=server.home).stdout
    assert "has expired: renew it" in told, told
    settings = str(server.home / "chover.toml")
    found = chover("doctor", "--config", settings, "--data", str(server.data), home=server.home).stdout
    assert "cert.pem has expired" in found, found
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=30) as answer:
        [line] = [line for line in answer.read().decode().splitlines() if line.startswith("chover_certificate_days")]
    assert float(line.split()[-1]) < 0, line


def trusting(certificate):
    return ssl.create_default_context(cadata=certificate)


def write_pair(home, seconds):
    """A certificate of 127.0.0.1 that lasts so long, and its key. Returns it as PEM."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(IPv4Address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(seconds=seconds))
        .add_extension(x509.SubjectAlternativeName([address]), critical=True)
        .sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    form = serialization.PrivateFormat.PKCS8
    (home / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    (home / "cert.pem").write_bytes(made)
    return made.decode()


# ---- a DNS that hangs


def hanging_dns(messages):
    """The server asks a DNS on loopback that takes every question and answers none; it has a resolv.conf of its own."""
    with tempfile.TemporaryDirectory(prefix="chover-faults-") as home, contextlib.ExitStack() as stack:
        asked = stack.enter_context(silent_dns())
        resolv = Path(home) / "resolv.conf"
        resolv.write_text("nameserver 127.0.0.53\noptions timeout:30 attempts:3\n")
        apart = ["unshare", "-m", "sh", "-c", f'mount --bind {resolv} /etc/resolv.conf && exec "$@"', "-"]
        if asked is None or not _run(*apart, "true"):
            return None
        mail = {"CHOVER_MAIL_HOST": "mail.example.org", "CHOVER_ACCOUNTS_HASH_COST": "cheap"}
        server = Server(Path(home), **CALM, **mail).start(*apart)
        stack.callback(server.stop)
        pair = Pair(server.port, stack)
        pair.talk(messages // 4)
        before = own_rss_of(server.pid)
        threads = [threading.Thread(target=one, args=(server, number)) for one in ASKS for number in range(ASKED)]
        for thread in threads:
            thread.start()
        _talk_until(pair, lambda: asked, messages)
        listed = [chover("account", "list", "--data", str(server.data), home=server.home) for _ in range(2)]
        assert [done.returncode for done in listed] == [0, 0]
        pair.talk(messages // 4)
        found = row(server, pair, before)
        for thread in threads:
            thread.join(90)
        assert asked, "nothing was looked up"
        return found


def _talk_until(pair, true, messages):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (not true() or len(pair.acknowledged) < messages):
        pair.talk(1)


@contextlib.contextmanager
def silent_dns():
    """The questions that came, which are not answered; None where the port may not be used."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
        try:
            there.bind(("127.0.0.53", 53))
        except OSError:
            yield None
            return
        asked = []

        def take():
            with contextlib.suppress(OSError):
                while question := there.recv(4096):
                    asked.append(question)

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield asked


def _hook(server, number):
    address = f"https://hook{number}.example.org/"
    chover("hook", "add", "#lobby", "--to", address, "--data", str(server.data), home=server.home)


def _push(server, number):
    keys = "p256dh=BLc4xRzKlKORKWlbdgFaBrrPK3ydWAHo4M0gs0i1oEKgPpWC5cW8OCzVrOQRv-1npXRWk8udnW3oYhIO4475rds"
    with contextlib.suppress(AssertionError), Irc(server.port, f"device{number}", lobby="") as device:
        device.send("NS REGISTER sesame-open", f"WEBPUSH REGISTER https://push{number}.example.org/x {keys};auth=x")
        device.expect("WEBPUSH|FAIL", 60)


def _mail(server, number):
    with contextlib.suppress(AssertionError), Irc(server.port, f"mailed{number}", lobby="") as mailed:
        mailed.send(f"REGISTER * mailed{number}@example.org sesame-open")
        mailed.expect("REGISTER|FAIL", 60)


ASKS = (_hook, _push, _mail)
FAULTS = {
    "a disk that becomes read-only, mended while the server is down": read_only_disk,
    "a certificate that expires, and a new one": expired_certificate,
    "a DNS that never answers": hanging_dns,
}
