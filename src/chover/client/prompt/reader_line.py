"""The input line for screen readers, and the lines written above it."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.application import Application, run_in_terminal
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.layout import BufferControl, Layout, Window
from prompt_toolkit.layout.processors import BeforeInput, ConditionalProcessor, PasswordProcessor
from prompt_toolkit.output import Output

from chover.client.display.text import plain
from chover.client.keyboard import listen
from chover.client.prompt.field import keep_printable, tabs
from chover.i18n import _


class ReaderLine:
    """``where`` is the prompt, ``obey`` executes what was typed."""

    def __init__(
        self,
        where: Callable[[], str],
        obey: Callable[[str], None],
        *,
        input: Input | None = None,  # noqa: A002 - prompt_toolkit's word
        output: Output | None = None,
    ) -> None:
        self.obey = obey
        self._where = where
        self._choices: list[str] = []
        self._answer: Callable[[str], None] | None = None
        self._hidden = False
        self._question = ""
        self.buffer = Buffer()
        keep_printable(self.buffer)
        hidden = ConditionalProcessor(PasswordProcessor(), Condition(lambda: self._hidden))
        control = BufferControl(self.buffer, input_processors=[hidden, tabs(), BeforeInput(self._prompt)])
        self.app: Application[None] = Application(
            layout=Layout(Window(control, dont_extend_height=True, wrap_lines=True)),
            input=input,
            output=output,
            include_default_pygments_style=False,
        )
        listen(self.app)

    def _prompt(self) -> StyleAndTextTuples:
        return [("", plain(self._question or f"{self._where()}> "))]

    def accept(self) -> None:
        """Enter: answer a question, pick a row by its number, or execute the line."""
        text, answer = self.buffer.text, self._answer
        self.buffer.document = Document()
        self._answer, self._hidden, self._question = None, False, ""
        if answer is not None:
            answer(text)
        elif text.strip().isdigit() and 0 < int(text) <= len(self._choices):
            then = self._choices[int(text) - 1]
            self._choices = []
            self.obey(then)
        elif text.strip():
            self._choices = []
            self.obey(text)

    def tell(self, text: str) -> None:
        lines = [plain(line) for line in text.split("\n")]

        def write() -> None:
            self.app.output.write_raw("".join(f"{line}\r\n" for line in lines))
            self.app.output.flush()

        if self.app.is_running and self.app.context is not None:
            # The input line is removed and drawn again below the output, whoever calls.
            self.app.context.copy().run(lambda: self.app.create_background_task(within(write)))
        else:
            write()

    def ask(self, question: str, answer: Callable[[str], None], *, hidden: bool = False) -> None:
        """Pass the next input to ``answer``; ``hidden`` shows none of it."""
        self._question, self._answer, self._hidden = question, answer, hidden
        self.app.invalidate()

    def choose(self, title: str, rows: list[tuple[str, str]]) -> None:
        self._choices = [then for _, then in rows]
        picks = any(self._choices)
        numbered = [f"{at}. {text}" if picks else text for at, (text, _) in enumerate(rows, 1)]
        self.tell("\n".join([title, *numbered, *([_("Type a number to pick one.")] if picks else [])]))

    def add(self, text: str) -> None:
        """Append text to what is typed already."""
        self.buffer.document = Document(f"{self.buffer.text} {text}".lstrip())

    def leave(self) -> None:
        if self.app.is_running and not self.app.is_done:
            self.app.exit()


async def within(write: Callable[[], None]) -> None:
    await run_in_terminal(write)
