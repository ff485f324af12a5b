"""The transcripts of both clients, run against the terminal client's state: tests/transcripts/README.md."""

from __future__ import annotations

import pytest

from tests import transcripts
from tests.client.state.terminal import Terminal, filled, neutral

CORPUS = transcripts.transcripts()
STARTS = transcripts.starts()
DIFFERENCES = transcripts.differences("terminal")


class Run:
    def __init__(self):
        self.terminal = Terminal()
        self.before = []
        """All that was sent and looked at."""

    def steps(self, steps):
        at = 0
        while at < len(steps):
            group = at
            while group < len(steps) and isinstance(steps[group], str) and steps[group].startswith("C:"):
                group += 1
            if group > at:
                self.lines(steps[at:group], f"step {at + 1}")
                at = group
            else:
                self.step(steps[at], f"step {at + 1}")
                at += 1

    def step(self, step, where):
        terminal = self.terminal
        if isinstance(step, str):
            assert step.startswith("S: "), where
            terminal.hear(filled(step[3:], self.before + terminal.sent))
        elif "start" in step:
            self.steps(STARTS[step["start"]])
            self.before += terminal.sent
            terminal.forget()
        elif "do" in step:
            terminal.do(step["do"], {name: value for name, value in step.items() if name != "do"})
        else:
            self.look(step, where)

    def look(self, step, where):
        for what, wanted in step.items():
            if what != "see":
                seen = self.terminal.see(step["see"], what)
                if what == "told":
                    fits = len(seen) == len(wanted) and all(w in s for s, w in zip(seen, wanted, strict=True))
                    assert fits, f"{where}: told {seen}, not {wanted}"
                elif what == "people":
                    assert {nick: narrowed(seen.get(nick), known) for nick, known in wanted.items()} == wanted, where
                else:
                    assert seen == wanted, f"{where}: {what} in {step['see']}"

    def lines(self, group, where):
        wanted = [filled(line[3:], self.before + self.terminal.sent) for line in group if line != "C:"]
        sent = self.terminal.sent
        lines = [line if line == "..." else neutral(line) for line in wanted]
        if "..." in lines:
            assert fits([neutral(line) for line in sent], lines), f"{where}: sent {sent}"
        else:
            assert [neutral(line) for line in sent] == lines, f"{where}: sent {sent}"
        self.before += self.terminal.sent
        self.terminal.sent.clear()


def fits(sent, wanted):
    """Whether lines are as they should be; an ellipsis stands for any number of them."""
    if not wanted:
        return not sent
    if wanted[0] == "...":
        return any(fits(sent[at:], wanted[1:]) for at in range(len(sent) + 1))
    return bool(sent) and sent[0] == wanted[0] and fits(sent[1:], wanted[1:])


def narrowed(seen, wanted):
    return None if seen is None else {name: seen.get(name) for name in wanted or ()}


@pytest.mark.parametrize("name", CORPUS)
def test_the_terminal_client_does_what_the_transcript_says(name):
    entries = [entry for entry in DIFFERENCES if entry["transcript"] == name]
    Run().steps(transcripts.changed(CORPUS[name], entries))


@pytest.mark.parametrize("case", transcripts.mention_cases(), ids=lambda case: case["text"] or "nothing")
def test_a_message_mentions_whom_the_table_says(case):
    Run().steps(transcripts.as_transcript(case))


def needed(entry):
    """Whether the transcript fails without a declared difference."""
    others = [other for other in DIFFERENCES if other["transcript"] == entry["transcript"] and other != entry]
    try:
        Run().steps(transcripts.changed(CORPUS[entry["transcript"]], others))
    except AssertionError:
        return True
    return False


def test_each_declared_difference_is_still_one():
    for entry in DIFFERENCES:
        assert entry["reason"]
        assert needed(entry), f"{entry['transcript']}, step {entry['step']}: it is no difference any more"


def test_a_difference_that_is_none_is_found_out():
    name, steps = next(iter(CORPUS.items()))
    assert not needed({"transcript": name, "client": "terminal", "step": 1, "instead": steps[0], "reason": "none"})


def test_a_step_that_is_not_met_fails():
    name, steps = next(iter(CORPUS.items()))
    with pytest.raises(AssertionError):
        Run().steps([*steps, {"see": "*", "nick": "somebody else"}])
    with pytest.raises(AssertionError):
        Run().steps([{"start": "#a"}, {"do": "say", "to": "#a", "text": name}, "C:"])


def test_the_corpus_is_as_large_as_it_was_promised():
    assert len(CORPUS) >= 250
