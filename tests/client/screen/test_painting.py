"""What is seen is read, and what was looked for is selected: in a step of its own, never by painting."""

import copy

import pytest

from tests.client.screen.stage import stage


def facts(screen):
    """Whatever painting might change: what the state has, where the view stands, what was sent."""
    view, line = screen.screen.parts.viewport.view, screen.screen.line
    conversations = screen.state.conversations.values()
    return copy.deepcopy(
        (
            [(c.key, c.unread, c.mentions, c.read_at, len(c.entries)) for c in conversations],
            (screen.state.looking, screen.state.active, view.bottom, view.selected, view.cleared),
            (line.buffer.text, line.dialog.picked if line.dialog else None, dict(screen.state.drafts.rows)),
            (screen.wire.sent, screen.host.stored, len(screen.state.outbox)),
        )
    )


async def behind(screen):
    """Scrolled up, with a mention elsewhere and lines unseen here."""
    for number in range(30):
        screen.bob(f"line {number}")
    await screen.keys("\x1b[5~")
    screen.bob("Alice: a mention")
    screen.bob("Alice: another", "#tea")


async def at_the_end(screen):
    screen.bob("not painted yet")


async def picking(screen):
    await screen.keys("\x1bk")
    screen.bob("Alice: another", "#tea")


async def selecting(screen):
    screen.bob("one")
    await screen.keys("\x1bs")
    screen.bob("two")


@pytest.mark.parametrize("happens", [behind, at_the_end, picking, selecting])
async def test_painting_changes_nothing_and_sends_nothing(happens):
    async with stage(100, 12) as screen:
        await screen.online("Alice", "#lobby", "#tea")
        await screen.line("/join #lobby")
        await happens(screen)
        before = facts(screen)
        screen.screen.frame.paint()
        assert facts(screen) == before
        screen.nothing_written()
        screen.screen.frame.paint()
        assert facts(screen) == before
        assert screen.written.getvalue() == ""


async def test_what_is_seen_is_read_in_the_step_before_painting():
    async with stage(100, 12) as screen:
        await screen.online("Alice", "#lobby")
        await screen.settled()
        screen.bob("hello", msgid="m1")
        lobby = screen.state.current
        assert lobby.unread == 1
        screen.screen.frame.paint()
        assert lobby.unread == 1
        assert screen.screen.frame.settle()
        assert lobby.unread == 0
        assert not screen.screen.frame.settle()


async def test_a_key_is_acted_on_once(monkeypatch):
    async with stage(100, 12) as screen:
        await screen.online("Alice", "#lobby")
        depth, deepest = 0, 0
        runner = type(screen.screen.parts.runner)
        act = runner.act

        def counted(self, action):
            nonlocal depth, deepest
            depth += 1
            deepest = max(deepest, depth)
            act(self, action)
            depth -= 1

        monkeypatch.setattr(runner, "act", counted)
        for keys in ("hello", "\r", "/help", "\r", "\x1b", "\x1bk", "tea", "\r", "\x1bc", "/q", "\r", "n"):
            await screen.keys(keys)
        assert deepest == 1
