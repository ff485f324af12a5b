"""SearchServ: searching and missed messages, for people in every client."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from chover.engine.events import Event, Said
from chover.engine.metadata import PHRASE, PHRASES, PHRASES_BYTES
from chover.plurals import counted
from chover.ports import Denied, Query, StoreError
from chover.server.history import read_markers
from chover.server.history.conversations import label_of
from chover.server.history.search_scope import NoSuchConversation, scope_of
from chover.server.info.isupport import site
from chover.server.notifications import catchup
from chover.server.profile import preferences
from chover.server.profile.mentions import own_words
from chover.server.services.service import Service, Verb, verbs
from chover.wire.ctcp import as_text
from chover.wire.message import split_text
from chover.wire.plain import harmless
from chover.wire.search_text import Asking, BadSearch, attributes_of

if TYPE_CHECKING:
    from chover.server.session.session import Session

NICK: Final = "SearchServ"
SHOWN: Final = 10
MOST_SHOWN: Final = 50
COUNTED: Final = 300
_LINE_BYTES: Final = 350


def _say(session: Session, text: str) -> None:
    SERVICE.say(session, text)


def _answered(run: Callable[[Session, list[str]], Awaitable[None]]) -> Callable[[Session, list[str]], Awaitable[None]]:
    """A verb whose refusal is a line of the answer."""

    async def answered(session: Session, words: list[str]) -> None:
        try:
            await run(session, words)
        except Denied as denied:
            _say(session, str(denied))
        except NoSuchConversation as nowhere:
            _say(session, f"There is no conversation {nowhere}, or you may not read it")
        except StoreError as error:
            _say(session, f"Messages could not be read: {error}")

    return answered


# ---- finding ---------------------------------------------------------------------------------------------------------


class SearchRequest(msgspec.Struct):
    """A parsed request: the query, its scope, and how many results to show."""

    text: str = ""
    sender: str = ""
    after: int = 0
    before: int = 0
    target: str = ""
    limit: int = SHOWN

    @property
    def query(self) -> Query:
        # The space says that the last word is complete: nobody is typing here.
        return Query(f"{self.text} ", self.sender, self.after, self.before)


@_answered
async def find(session: Session, words: list[str]) -> None:
    asked = _asked(session, words)
    if not (asked.text or asked.sender or asked.target or asked.after or asked.before):
        raise Denied("INVALID", "Say what to look for: FIND <words>; HELP FIND explains more")
    search = session.node.store.search
    scope = await scope_of(session, asked.target)
    found = await search.find(asked.query, scope, asked.limit)
    _show(session, found)
    if not found:
        _say(session, "Nothing was found")
    elif len(found) < asked.limit:
        _say(session, f"{len(found)} found")
    else:
        count = await search.count(asked.query, scope, COUNTED)
        _say(session, _more(asked, found, count))


def _more(asked: SearchRequest, found: Sequence[Event], count: int) -> str:
    number = f"{count} or more" if count == COUNTED else f"{count}"
    if count == len(found):
        return f"{number} found"
    older = datetime.fromtimestamp((found[0].at - 1) / 1000).astimezone()
    before = older.strftime("%Y-%m-%dT%H:%M:%S.") + f"{older.microsecond // 1000:03d}"
    more = "" if asked.limit == MOST_SHOWN else f"limit:{MOST_SHOWN} shows more, "
    return f"{number} found, the newest {len(found)} are shown; {more}before:{before} shows older ones"


def _asked(session: Session, words: Sequence[str]) -> SearchRequest:
    """Raises Denied."""
    asked, typed = SearchRequest(), []
    for word in words:
        if word.lower().startswith("limit:"):
            _limit(asked, word[len("limit:") :])
        else:
            typed.append(word)
    asking = Asking(time.time_ns() // 1_000_000, None, files=f"{site(session)}/files/")
    try:
        found = attributes_of(" ".join(typed), asking)
    except BadSearch as error:
        raise Denied("INVALID", str(error)) from error
    asked.text, asked.sender, asked.target = found.get("text", ""), found.get("from", ""), found.get("in", "")
    asked.after = _ms(found["after"]) if "after" in found else 0
    # What is from that very moment on does not lie before it.
    asked.before = _ms(found["before"]) - 1 if "before" in found else 0
    return asked


def _ms(stamp: str) -> int:
    """Milliseconds since 1970, never 0, which would mean any time."""
    return max(1, round(datetime.fromisoformat(stamp).timestamp() * 1000))


def _limit(asked: SearchRequest, value: str) -> None:
    if not (value.isascii() and value.isdigit() and int(value[:9])):
        raise Denied("INVALID", f"limit: takes a number from 1 to {MOST_SHOWN}")
    asked.limit = min(int(value[:9]), MOST_SHOWN)


def _show(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        body = event.body
        assert isinstance(body, Said)
        where = session.node.channel_name(event.log) or f"with {label_of(event, session.me.id)}"
        head = f"{_date(event.at)} {where} "
        for text in body.text.split("\n"):
            said = as_text(event.source.nick, text)
            line = harmless(said if text.startswith("\x01") else f"<{event.source.nick}> {said}")
            for piece in split_text(line, _LINE_BYTES):
                _say(session, head + piece)


def _date(at: int) -> str:
    return datetime.fromtimestamp(at / 1000).astimezone().strftime("%Y-%m-%d %H:%M")


# ---- what was missed -------------------------------------------------------------------------------------------------


@_answered
async def mentions(session: Session, words: list[str]) -> None:
    asked = SearchRequest()
    if words:
        _limit(asked, words[0])
    found = await catchup.mentions(session, asked.limit)
    _show(session, found)
    names = ", ".join(own_words(session))
    _say(
        session,
        f"{counted(len(found), 'message')} mentioning you ({names}) or replying to you"
        if found
        else f"Nobody has mentioned you ({names})",
    )


@_answered
async def catch_up(session: Session, words: list[str]) -> None:
    asked = _asked(session, [f"after:{words[0].removeprefix('after:')}"] if words else [])
    found = await catchup.collect(session, asked.after)
    for missed in found.missed:
        _say(session, _line_of(missed))
    _show(session, found.calls[-MOST_SHOWN:])
    if not found.missed:
        _say(session, "You have missed nothing")
    elif not asked.after:
        _say(session, "READ marks everything as read, READ <#channel|nick> one of them")


def _line_of(missed: catchup.MissedConversation) -> str:
    talk, first = missed.conversation, missed.first
    number = f"{first.count} or more" if first.count == catchup.COUNTED else f"{first.count}"
    what = f"{number} unread" if talk.channel else f"{number} private"
    named = f", {missed.mentions} for you" if talk.channel and missed.mentions else ""
    return f"{talk.name}: {what}{named}, since {_date(first.at)}"


@_answered
async def read(session: Session, words: list[str]) -> None:
    now = time.time_ns() // 1_000_000
    if words:
        scope = await scope_of(session, words[0])
        logs = dict.fromkeys(scope.logs, words[0])
    else:
        logs = {missed.conversation.log: missed.conversation.name for missed in (await catchup.collect(session)).missed}
    for log, name in logs.items():
        read_markers.tell_others(session, name, await read_markers.mark(session, log, now))
    _say(session, f"{', '.join(logs.values())}: read" if logs else "There was nothing unread")


@_answered
async def highlight(session: Session, words: list[str]) -> None:
    account = session.node.accounts.get(session.me.id)
    if account is None:
        raise Denied("ACCOUNT_REQUIRED", "Your words need an account: /msg NickServ REGISTER, or log in")
    verb, phrase = words[0].upper() if words else "LIST", " ".join(words[1:])
    change = _HIGHLIGHTS.get(verb)
    if change is not None and phrase:
        account = await session.node.accounts.change(
            account.id, lambda held: msgspec.structs.replace(held, highlights=change(held.highlights, phrase))
        )
        preferences.tell_highlights(session)
    elif verb != "LIST":
        raise Denied("INVALID", "HIGHLIGHT ADD <word>, HIGHLIGHT DEL <word> or HIGHLIGHT LIST")
    held = ", ".join(account.settings.highlights)
    _say(session, f"Besides your names, these words mention you: {held}" if held else "Only your names mention you")


def _with(held: tuple[str, ...], phrase: str) -> tuple[str, ...]:
    """Raises Denied."""
    if len(phrase) > PHRASE or "," in phrase:
        raise Denied("INVALID", f"A word or phrase has at most {PHRASE} characters, and no comma")
    if len(held) >= PHRASES:
        raise Denied("INVALID", f"There are {PHRASES} already: HIGHLIGHT DEL removes one")
    if len(",".join((*held, phrase)).encode()) > PHRASES_BYTES:
        raise Denied("INVALID", f"All of them have at most {PHRASES_BYTES} bytes: HIGHLIGHT DEL removes one")
    return held if phrase.lower() in {one.lower() for one in held} else (*held, phrase)


def _without(held: tuple[str, ...], phrase: str) -> tuple[str, ...]:
    return tuple(one for one in held if one.lower() != phrase.lower())


_HIGHLIGHTS: Final = {"ADD": _with, "DEL": _without}


# fmt: off
SERVICE: Final = Service(NICK, "", "finds messages, and shows what you missed", verbs(
    Verb("FIND", find,
         "FIND <words> [from:nick] [in:#channel|nick] [after:day] [before:day] [has:link|file] [limit:number]",
         'finds messages with all words; "a phrase", -without, begin*; FIND may be left out'),
    Verb("MENTIONS", mentions, "MENTIONS [number]", "shows the latest messages that mention you or reply to you"),
    Verb("CATCHUP", catch_up, "CATCHUP [day|2h|3d]", "counts unread messages and shows those meant for you"),
    Verb("READ", read, "READ [#channel|nick]", "marks conversations as read on all your devices"),
    Verb("HIGHLIGHT", highlight, "HIGHLIGHT [ADD|DEL <word>]", "manages words that notify you like your name"),
), "FIND", "search")
# fmt: on
