"""``chover serve``, and its output when it is ready."""
# ruff: noqa: PLC0415, T201 - the server is imported to serve, and its ready word is for people

from __future__ import annotations

import gc
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chover.cli.errors import CommandError, until_interrupted
from chover.cli.options import PORT, ConfigFile, DataDir, format_address, load_config
from chover.version import __version__

if TYPE_CHECKING:
    from chover.serve import Ready


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; every interface by default.", metavar="ADDRESS")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help=f"Port to listen on; {PORT} by default, 0 for any free one.", metavar="PORT"),
    ] = None,
    data: DataDir = None,
    config: ConfigFile = None,
    domain: Annotated[
        str | None,
        typer.Option(
            help="Get and renew a certificate for this domain from Let's Encrypt, whose terms you accept by it.",
            metavar="DOMAIN",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes that share the port and the work, with a PostgreSQL and a NATS started for them.",
            metavar="N",
        ),
    ] = None,
    announce: Annotated[
        bool, typer.Option("--announce", help="Let others in the local network find this server (mDNS).")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every detail.")] = False,
) -> int:
    """Serve until Ctrl-C or SIGTERM.

    SIGHUP reads the configuration and the certificate again.
    """
    flags = {
        "server.host": host,
        "server.port": port,
        "server.data_dir": None if data is None else str(data),
        "server.workers": workers,
        "tls.domain": domain,
        "server.announce": True if announce else None,
        "server.log_level": "debug" if verbose else None,
    }
    from chover.ports import StoreError

    try:
        return _served(config, flags)
    except StoreError as error:
        raise CommandError(str(error)) from error


def _served(config: Path | None, flags: dict[str, Any]) -> int:
    """As one process, as the first of several, or as one that was started by that."""
    from chover.config import load
    from chover.serve.assignment import assigned

    assignment = assigned()
    if assignment is not None:
        flags |= assignment.settings
    settings = load_config(config, flags)
    reread = partial(load, config, flags=flags)
    if assignment is not None:
        run = _imported()
        return run(settings, reread=reread, invites=assignment.invites, assignment=assignment)
    run = _imported(several=settings.server.workers > 0)
    return until_interrupted(lambda: run(settings, ready=print_ready, reread=reread, invites=sys.stdout.isatty()))


def _imported(*, several: bool = False) -> Callable[..., int]:
    """``chover.serve.run``, or ``chover.workers.run`` for several processes.

    Imported objects stay, so garbage collection meanwhile would waste a seventh of the time.
    """
    gc.disable()
    try:
        if several:
            from chover.workers import run as run_several

            return run_several
        from chover.serve import run
    finally:
        gc.enable()
    return run


def print_ready(ready: Ready) -> None:
    """Print where the server listens, how to connect from here and elsewhere, and at a first start an invitation."""
    # The QR code comes first: on a small terminal, the addresses have to stay visible.
    print("\n".join([*_invitation_lines(ready), *ready_lines(ready)]), flush=True)


def _invitation_lines(ready: Ready) -> list[str]:
    if ready.invitation is None:
        return []
    from msgspec import to_builtins

    from chover.cli.invitation_view import shown

    rows = [f"  {row}" for row in shown(to_builtins(ready.invitation))]
    return ["An invitation for the first people; chover invite makes more:", "", *rows, ""]


def ready_lines(ready: Ready) -> list[str]:
    """The lines of print_ready."""
    port = ready.bound[0][1]
    inside = all(_is_loopback(host) for host, _ in ready.bound)
    seen = "localhost" if inside else ready.local_ip
    there = seen if port == PORT else format_address(seen, port)
    rows = (
        ("chat from here", f"{_own_command()} chat" + ("" if port == PORT else f" localhost:{port}")),
        (
            "from elsewhere",
            "not possible: only this machine can connect" if inside else f"chover chat {there}",
        ),
        ("in a browser", ready.site or f"http://{format_address(seen, port)}/   (https:// warns, but is encrypted)"),
        ("with SSH only", ready.ssh and f"ssh -p {port} you@{seen}"),
        ("any IRC client", f"/connect {seen} {port}   (with TLS or without)"),
        ("certificate", ready.sha256 and f"SHA-256 {ready.sha256}"),
        ("", ready.spki and f"SPKI pin {ready.spki}"),
        ("", ready.ssh and f"SSH {ready.ssh}"),
        (
            "no operator yet",
            not ready.operators and f"{_own_command()} operator add NAME --data {quote(ready.data_dir)}",
        ),
        ("data", ready.data_dir),
    )
    at = " and ".join(format_address(*address) for address in ready.bound)
    head = f"ChatOverSockets {__version__} listens on {at}. Ctrl-C stops it."
    return [head, *(f"  {name:<15} {text}" for name, text in rows if text)]


def _is_loopback(host: str) -> bool:
    return host in {"::1", "localhost"} or host.startswith("127.")


def _own_command() -> str:
    """The command that runs this program from the current directory."""
    me = Path(sys.argv[0])
    if me.name == "__main__.py":
        return f"{Path(sys.executable).name} -m chover"
    found = shutil.which("chover")
    if me.suffix == ".pyz":
        return quote(str(me if me.is_absolute() or len(me.parts) > 1 else f"./{me}"))
    if me.name == "chover" and (found is None or Path(found).resolve() != me.resolve()):
        return str(me.relative_to(Path.cwd()) if me.is_relative_to(Path.cwd()) else me)
    return "chover"
