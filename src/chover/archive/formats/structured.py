"""JSON sources: our own export, Slack's, Mattermost's. Private conversations of two are among them."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final

import msgspec

from chover.archive.formats.message import ImportedMessage, wrong

_SLACK_MARK: Final = re.compile(r"<([@#!]?)([^|>]+)(?:\|([^>]*))?>")
_SLACK_SAID: Final = {"", "bot_message", "me_message", "thread_broadcast", "file_share"}
_parse: Final = msgspec.json.decode


def own(source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:  # noqa: ARG001 - LogFormat
    """The output of ``chover export``: the file, or the directory that contains it."""
    names: dict[str, str] = {}
    pairs: dict[str, tuple[str, ...]] = {}
    for line in _lines(source / "export.jsonl" if source.is_dir() else source):
        match line:
            case {"type": "export", "format": int(known)} if known > 1:
                raise wrong(source, f"it has format {known}, made by a newer version: use that")
            case {"type": "conversation", "id": log, "between": [one, other]}:
                names[log], pairs[log] = "", (one, other)
            case {"type": "conversation", "id": log, "name": name}:
                names[log], pairs[log] = name, ()
            case {"type": "message", "conversation": log, "at": at, "nick": nick, "text": text, **more} if log in names:
                # Messages that only some ranks could read are not imported.
                if not more.get("status"):
                    who = str(more.get("account") or nick) if pairs[log] else nick
                    yield ImportedMessage(names[log], at, who, text, "action" in more, "notice" in more, pairs[log])
            case {"type": str()}:
                pass
            case _:
                yield None


def mattermost(source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:  # noqa: ARG001 - LogFormat
    """The bulk format (``mmctl export``), a file of JSON lines."""
    for line in _lines(source):
        match line:
            case {"type": "post", "post": {"channel": name, "user": nick, "message": text, "create_at": at, **post}}:
                yield ImportedMessage(f"#{name}", at, nick, text)
                for reply in _replies(post):
                    yield ImportedMessage(f"#{name}", reply["create_at"], reply["user"], reply["message"])
            case {"type": "direct_post", "direct_post": {"channel_members": [one, other], **post}}:
                posts: list[Any] = [post, *_replies(post)]
                for said in posts:
                    yield ImportedMessage("", said["create_at"], said["user"], said["message"], between=(one, other))
            case {"type": str()}:
                pass
            case _:
                yield None


def _replies(post: dict[Any, Any]) -> list[dict[str, Any]]:
    return list(post.get("replies") or ())


def _lines(source: Path) -> Iterator[dict[str, Any] | None]:
    with source.open("rb") as file:
        for line in file:
            try:
                yield _parse(line, type=dict[str, Any])
            except msgspec.DecodeError:
                yield None


def slack(source: Path, channel: str, zone: tzinfo | None) -> Iterator[ImportedMessage | None]:  # noqa: ARG001 - LogFormat
    """The export of a workspace, as Slack's zip file or unpacked: its public channels."""
    root: Any = source if source.is_dir() else _unzipped(source)
    users = _json(source, root, "users.json")
    people = {user["id"]: _slack_name(user) for user in users}
    for described in _json(source, root, "channels.json"):
        folder = root / described["name"]
        if not folder.is_dir():
            continue
        for day in sorted(folder.iterdir(), key=lambda path: path.name):
            for entry in _json(source, folder, day.name):
                yield from _slack_message(f"#{described['name']}", entry, people)
    yield from _slack_private(source, root, {user["id"]: str(user.get("name") or user["id"]) for user in users})


def _slack_private(source: Path, root: Any, people: dict[str, str]) -> Iterator[ImportedMessage | None]:
    """Conversations of two, which only some exports have; by the names of accounts, not by those that are shown."""
    for described in _json(source, root, "dms.json") if (root / "dms.json").is_file() else ():
        folder, members = root / described["id"], tuple(people.get(each, each) for each in described["members"])
        if len(set(members)) != 2 or not folder.is_dir():
            continue
        for day in sorted(folder.iterdir(), key=lambda path: path.name):
            for entry in _json(source, folder, day.name):
                for message in _slack_message("", entry, people):
                    yield message and message._replace(between=members)


def _unzipped(source: Path) -> zipfile.Path:
    try:
        return zipfile.Path(source)
    except zipfile.BadZipFile as error:
        raise wrong(
            source, "it is not a zip file; give the zip that Slack makes, or the directory that it was unpacked to"
        ) from error


def _json(source: Path, folder: Any, name: str) -> list[dict[str, Any]]:
    try:
        return _parse((folder / name).read_bytes(), type=list[dict[str, Any]])
    except (FileNotFoundError, KeyError) as error:
        raise wrong(source, f"it has no {name}, so it is not an export of Slack") from error
    except msgspec.DecodeError as error:
        raise wrong(source, f"{name} is damaged: {error}") from error


def _slack_name(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or user.get("name") or user["id"])


def _slack_message(channel: str, entry: dict[str, Any], people: dict[str, str]) -> Iterator[ImportedMessage | None]:
    subtype = entry.get("subtype") or ""
    if entry.get("type") != "message" or subtype not in _SLACK_SAID:
        return
    try:
        at = round(float(entry["ts"]) * 1000)
    except (KeyError, ValueError):
        yield None
        return
    author = str(entry.get("user") or "")
    nick = people.get(author) or str(entry.get("username") or author or "unknown")
    text = "\n".join(filter(None, [_slack_text(str(entry.get("text") or ""), people), *_slack_files(entry)]))
    yield ImportedMessage(channel, at, nick, text, action=subtype == "me_message")


def _slack_text(text: str, people: dict[str, str]) -> str:
    def plain(found: re.Match[str]) -> str:
        sort, what, label = found[1], found[2], found[3] or ""
        if sort == "@":
            return f"@{people.get(what) or label or what}"
        if sort:
            return f"{sort.replace('!', '@')}{label or what}"
        return what if not label or label == what else f"{label} ({what})"

    return html.unescape(_SLACK_MARK.sub(plain, text))


def _slack_files(entry: dict[str, Any]) -> list[str]:
    """Their names and addresses; Slack's exports do not contain the contents."""
    return [
        f"{file.get('name', 'file')}: {file['url_private']}"
        for file in entry.get("files") or ()
        if file.get("url_private")
    ]
