"""For screen readers: what is written is lines, in order, with nothing drawn."""

import asyncio
import contextlib
import re

from chover.client.prompt import reader as reader_module
from chover.client.prompt.reader import Reader
from chover.client.state import State, lifecycle
from tests.client.screen import stage as scene
from tests.client.screen.test_hostile import strange

DRAWING = re.compile("[\u2500-\u259f\u25b6»↳]")


class Listening(scene.Stage):
    def build(self, source):
        self.state = State(discovers=True, keep=1000, narrates=True)
        self.wire = scene.Wire(self.state)
        output = scene.Vt100_Output(self, lambda: self.size, term="xterm", enable_cpr=False)
        self.screen = Reader(self.host, self.wire, input=source, output=output)

    async def heard(self, text):
        """Wait until this line is there; all lines."""
        async with asyncio.timeout(10):
            while text not in (lines := self.lines()):
                await asyncio.sleep(0)
        return lines

    def lines(self):
        return [row.rstrip() for row in self.terminal.display if row.strip()]


@contextlib.asynccontextmanager
async def listening():
    made = Listening(90, 40, scene.MemoryHost(), scene.CAPS)
    with scene.create_pipe_input() as source:
        made.build(source)
        made.running = asyncio.create_task(made.screen.run())
        await asyncio.sleep(0)
        try:
            await made.online("Alice", "#lobby", "#tea")
            yield made
        finally:
            made.screen.leave()
            await made.running


async def test_what_is_said_here_is_read_out_and_elsewhere_only_what_calls():
    async with listening() as reader:
        await reader.heard("Now in #lobby, 1 here.")
        reader.bob("hello there")
        reader.bob("just so", "#tea")
        reader.bob("alice: tea?", "#tea")
        lines = await reader.heard("Bob in #tea: alice: tea?")
        assert "Bob: hello there" in lines
        assert not [line for line in lines if "just so" in line]


async def test_what_is_mute_or_ignored_is_not_read_out_and_what_rings_for_all_is():
    async with listening() as reader:
        reader.bob("hush", "#tea")
        await reader.line("/query Carol")
        reader.says(":s BATCH +h chathistory Carol", ":s BATCH -h")
        await reader.line("/mute")
        await reader.line("/goto #tea")
        await reader.line("/mute")
        await reader.line("/goto #lobby")
        await reader.line("/notify all")
        await reader.line("/ignore Eve")
        reader.says(":Carol!c@c PRIVMSG Alice :not now")
        reader.says(":Eve!e@c PRIVMSG #lobby :alice: spam")
        reader.bob("alice: silent", "#tea")
        reader.bob("the end")
        lines = await reader.heard("Bob: the end")
        assert not [line for line in lines if "not now" in line or "spam" in line or "silent" in line]
        await reader.line("/goto Carol")
        reader.bob("from afar")
        await reader.heard("Bob in #lobby: from afar")


async def test_reactions_edits_and_deletions_are_told_in_words():
    async with listening() as reader:
        reader.bob("hello", msgid="m1")
        reader.says(
            "@+draft/react=🎉;+draft/reply=m1 :Carol!c@c TAGMSG #lobby",
            ":Bob!b@c EDIT #lobby m1 :hello you",
            ":Bob!b@c REDACT #lobby m1",
            ":Carol!c@c JOIN #lobby",
        )
        lines = await reader.heard("Carol joined")
        told = ["Carol reacted with 🎉 to Bob: hello", "Bob edited: hello you", "Bob deleted a message of Bob"]
        assert [line for line in lines if line in told] == told


async def test_a_number_picks_a_row_of_the_last_list():
    async with listening() as reader:
        reader.bob("first", msgid="m1")
        reader.bob("second", msgid="m2")
        await reader.heard("Bob: second")
        await reader.line("/select")
        await reader.heard("Type a number to pick one.")
        await reader.line("2")
        await reader.heard("Picked: 12:00 Bob: first")
        await reader.line("/reply yes")
        assert "+draft/reply=m1" in reader.wire.sent[-1]


async def test_what_was_not_sent_is_said():
    async with listening() as reader:
        await reader.line("hello")
        reader.says("@label=n1 :s 404 Alice #lobby :Cannot send to channel")
        await reader.heard("Not sent to #lobby: hello (Cannot send to channel)")


async def test_what_is_written_without_a_connection_is_said_to_wait():
    async with listening() as reader:
        lifecycle.lost(reader.state)
        await reader.line("are you there")
        await reader.heard("That has to wait for the connection.")


async def test_ctrl_n_goes_to_the_next_conversation_and_reads_out_what_is_new():
    async with listening() as reader:
        reader.bob("kettle is on", "#tea")
        await reader.keys("\x0e")
        lines = await reader.heard("12:00 Bob: kettle is on")
        assert "Now in #tea, 1 here, 1 new." in lines


async def test_nothing_is_drawn_and_nothing_hostile_comes_through():
    async with listening() as reader:
        reader.nothing_written()
        reader.bob("\x1b[2Jevil \x1b]52;c;eA==\x07 \u202e text", msgid="m1")
        reader.bob("the end")
        await reader.heard("Bob: the end")
        written = reader.written.getvalue()
        assert strange(written) == []
        assert not DRAWING.search(written)


async def test_what_is_left_can_be_brought_back_for_ten_seconds(monkeypatch):
    monkeypatch.setattr(reader_module, "TICK", 0.001)
    async with listening() as reader:
        await reader.line("/goto #tea")
        await reader.line("/part")
        await reader.heard("Left #tea; /undo brings it back within ten seconds.")
        await reader.line("/undo")
        assert reader.state.current.name == "#tea"
        await reader.line("/part")
        assert reader.commands("PART") == []
        reader.pass_(10_000)
        async with asyncio.timeout(10):
            while not reader.commands("PART"):
                await asyncio.sleep(0)
        assert reader.commands("PART") == ["PART #tea"]


async def test_the_address_of_an_upload_enters_the_line_of_no_other_conversation(monkeypatch):
    taken = asyncio.get_running_loop().create_future()

    async def upload(*_):
        return await taken

    monkeypatch.setattr("chover.client.prompt.reader_frontend.upload", upload)
    monkeypatch.setattr("chover.client.prompt.reader_frontend.place_of", lambda _: None)
    async with listening() as reader:
        await reader.heard("Now in #lobby, 1 here.")
        reader.screen._frontend.upload("plan.png")
        await reader.heard("Sending plan.png.")
        state = reader.state
        reader.screen._frontend.show(state.conversation("#tea"))
        taken.set_result("https://x/files/a")
        await reader.heard("The server has it as https://x/files/a; it was for #lobby, so it is not in this line.")
        assert reader.screen.line.buffer.text == ""
