"""Programs of the person's own machine (``/exec``), and scripts in the client (``/script``)."""

from __future__ import annotations

from typing import Final

from chover.client.commands.command import Run, here, split
from chover.client.display.text import plain
from chover.client.frontend import Frontend
from chover.client.local.host import NotHere
from chover.client.local.programs import ProgramOutput
from chover.client.state.actions import CannotDo
from chover.client.state.conversation import Conversation
from chover.i18n import _, ngettext

SHOWN: Final = 100
"""Lines of output that are shown."""
UNASKED: Final = 5
"""Up to so many lines are said without a question."""


def _exec(frontend: Frontend, rest: str) -> None:
    option, command = split(rest)
    aloud = option == "-o"
    if not aloud:
        command = rest
    if not command:
        raise CannotDo(_("Which command? /exec -o command says its output here."))
    frontend.background(_run(frontend, command, here(frontend) if aloud else None))


async def _run(frontend: Frontend, command: str, where: Conversation | None) -> None:
    try:
        output = await frontend.host.run(command)
    except NotHere as reason:
        frontend.tell(str(reason))
        return
    if where is None or not output.text or output.trouble:
        _show(frontend, output)
    else:
        _say(frontend, where, "\n".join(plain(line) for line in output.text.split("\n")))


def _show(frontend: Frontend, output: ProgramOutput) -> None:
    """Show the output to the person alone."""
    lines = output.text.split("\n") if output.text else []
    left_out = len(lines) - SHOWN
    told = [plain(line.expandtabs()) or " " for line in lines[:SHOWN]]
    if left_out > 0:
        told.append(plain(ngettext("… and {n} more line", "… and {n} more lines", left_out)))
    if output.trouble or not told:
        told.append(plain(f"/exec: {output.trouble or _('no output')}"))
    frontend.tell("\n".join(told))


def _say(frontend: Frontend, where: Conversation, text: str) -> None:
    """Say it in the conversation in which it was asked for; many lines only if somebody picks that."""
    lines = text.count("\n") + 1
    if lines <= UNASKED:
        try:
            frontend.say(where.name, text)
        except CannotDo as reason:
            frontend.tell(str(reason))
        return
    say = (
        ngettext("say {n} line in {name}", "say {n} lines in {name}", lines, name=where.name),
        f"/msg {where.name} {text}",
    )
    frontend.choose(ngettext("The output has {n} line", "The output has {n} lines", lines), [(_("no"), ""), say])


def _script(frontend: Frontend, rest: str) -> str | None:
    verb, name = split(rest)
    if verb in {"", "list"}:
        rows = [(row, "") for row in frontend.scripts.rows()]
        frontend.choose(_("Scripts: /script load|unload|reload name"), rows or [(_("There are none."), "")])
        return None
    if not name or verb not in {"load", "unload", "reload"}:
        raise CannotDo(_("/script list shows your scripts; /script load|unload|reload name changes one."))
    return frontend.scripts.unload(name) if verb == "unload" else frontend.scripts.load(name)


RUNS: Final[dict[str, Run]] = {"exec": _exec, "script": _script}
