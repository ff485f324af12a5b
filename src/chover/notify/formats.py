"""From what other programs post to chat messages: plain text, Slack's JSON, Alertmanager, Grafana, GitHub and similar.

Each formatter takes the parsed JSON and returns the message, or raises Unreadable with one line that says what is
wrong. None of them assumes that a value is present, or has the right type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from chover.plurals import counted

LINES: Final = 32
"""The maximum number of lines of one post, as for any message (draft/multiline); the rest is counted."""
LINE_CHARS: Final = 1000
NAME_CHARS: Final = 32


class Unreadable(ValueError):
    """The text is one line for the person who configured the other program."""


class Post(msgspec.Struct, frozen=True):
    """What to post: ``text`` of one or more lines, and the author, if the other program named one."""

    text: str
    name: str = ""


Payload = Mapping[str, Any]
Formatter = Callable[[Payload, Mapping[str, str]], str]


def read(body: bytes, headers: Mapping[str, str]) -> Post:
    """The message in a request. ``headers`` have lower-case names. Raises Unreadable."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    text = _decoded(body)
    if kind == "application/x-www-form-urlencoded" and text.startswith("payload="):
        return _from_json(_payload(text), headers)
    if kind == "application/json" or (kind != "text/plain" and text.lstrip().startswith("{")):
        return _from_json(text, headers)
    return Post(_within(text))


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Unreadable("the text is not UTF-8: send it as UTF-8") from None


def _payload(form: str) -> str:
    """The JSON in a form, as older hooks of Slack and GitHub send it."""
    try:
        return parse_qs(form, max_num_fields=20)["payload"][0]
    except (ValueError, KeyError):
        raise Unreadable("the form has no payload, or too many fields: send payload=… alone, or JSON") from None


def _from_json(text: str, headers: Mapping[str, str]) -> Post:
    try:
        payload = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unreadable(f"this is not JSON ({error}): send JSON, or text/plain") from None
    if not isinstance(payload, dict):
        raise Unreadable('the JSON must be an object, such as {"text": "hello"}')
    name = _word(payload, "username")[:NAME_CHARS]
    return Post(_within(_formatter(payload, headers)(payload, headers)), name)


def _formatter(payload: Payload, headers: Mapping[str, str]) -> Formatter:
    for header, formatter in BY_HEADER.items():
        if header in headers:
            return formatter
    return next((formatter for keys, formatter in BY_KEYS if keys <= payload.keys()), _slack)


def _within(text: str) -> str:
    """At most LINES lines of at most LINE_CHARS characters, without terminal control characters."""
    lines = [_plain(line)[:LINE_CHARS].rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lines = [line for line in lines if line]
    if not lines:
        raise Unreadable('the message is empty: send text, or JSON such as {"text": "hello"}')
    if len(lines) > LINES:
        lines[LINES - 1 :] = [f"… and {counted(len(lines) - LINES + 1, 'more line')}"]
    return "\n".join(lines)


def _plain(line: str) -> str:
    return "".join(char if char.isprintable() or char == "\t" else " " for char in line).replace("\t", "    ")


def _word(payload: Any, *path: str) -> str:
    """The text at a path, or empty."""
    for key in path:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return str(payload) if isinstance(payload, str | int | float) and not isinstance(payload, bool) else ""


def _rows(payload: Any, key: str) -> list[Payload]:
    rows = payload.get(key) if isinstance(payload, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


# ---- Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks

_LINK: Final = re.compile(r"<((?:https?|mailto):[^|>\s]+)(?:\|([^>]*))?>")
_CALL: Final = re.compile(r"<!(here|channel|everyone)(?:\|[^>]*)?>")


def _slack(payload: Payload, _: Mapping[str, str]) -> str:
    blocks = [_slack_block(block) for block in _rows(payload, "blocks")]
    # If there are blocks, the text is only what notifications show of them.
    parts = [part for part in blocks if part] or [_word(payload, "text")]
    parts += [_slack_attachment(attachment) for attachment in _rows(payload, "attachments")]
    return _from_mrkdwn("\n".join(part for part in parts if part))


def _slack_block(block: Payload) -> str:
    texts = [_word(block, "text", "text")]
    texts += [_word(field, "text") for field in _rows(block, "fields")]
    texts += [_word(element, "text") for element in _rows(block, "elements")]
    return "\n".join(text for text in texts if text)


def _slack_attachment(attachment: Payload) -> str:
    title, link = _word(attachment, "title"), _word(attachment, "title_link")
    head = f"{title} {link}".strip() if title else ""
    body = [_word(attachment, "pretext"), head, _word(attachment, "text")]
    body += [f"{_word(field, 'title')}: {_word(field, 'value')}" for field in _rows(attachment, "fields")]
    body += [_slack_block(block) for block in _rows(attachment, "blocks")]
    return "\n".join(part for part in body if part) or _word(attachment, "fallback")


def _from_mrkdwn(text: str) -> str:
    text = _LINK.sub(lambda link: f"{link[2]} ({link[1]})" if link[2] and link[2] != link[1] else link[1], text)
    text = _CALL.sub(r"@\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


# ---- Alertmanager and Grafana: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config

_SIGNS: Final = {"firing": "🔥", "resolved": "✅", "alerting": "🔥", "ok": "✅"}


def _alerts(payload: Payload, _: Mapping[str, str]) -> str:
    alerts = _rows(payload, "alerts")
    if not alerts:
        raise Unreadable("there are no alerts in it")
    return "\n".join(map(_alert, alerts))


def _alert(alert: Payload) -> str:
    status = _word(alert, "status") or "firing"
    name = _word(alert, "labels", "alertname") or "alert"
    words = [_word(alert, "annotations", key) for key in ("summary", "description", "message")]
    said = next((word for word in words if word), "")
    beside = " ".join(_word(alert, "labels", key) for key in ("severity", "instance", "job"))
    link = _word(alert, "panelURL") or _word(alert, "dashboardURL") or _word(alert, "generatorURL")
    shown = f"{_SIGNS.get(status.lower(), '🔔')} {status.upper()} {name}"
    about = f" ({' '.join(beside.split())})" if beside.strip() else ""
    return f"{shown}{about}{f': {said}' if said else ''}{f' {link}' if link else ''}"


def _grafana(payload: Payload, headers: Mapping[str, str]) -> str:
    """Grafana's own alerts have Alertmanager's format; its older versions send a title and a state."""
    if _rows(payload, "alerts"):
        return _alerts(payload, headers)
    state = _word(payload, "state").lower()
    head = f"{_SIGNS.get(state, '🔔')} {_word(payload, 'title') or _word(payload, 'ruleName')}"
    return "\n".join(part for part in (head, _word(payload, "message"), _word(payload, "ruleUrl")) if part)


# ---- GitHub, and those who speak as it does: https://docs.github.com/webhooks/webhook-events-and-payloads


def _github(payload: Payload, headers: Mapping[str, str]) -> str:
    event = next((headers[name] for name in EVENT_HEADERS if name in headers), "")
    repository = _word(payload, "repository", "full_name") or _word(payload, "organization", "login") or "GitHub"
    formatter = GITHUB.get(event, _github_other)
    said = formatter(payload, event)
    return f"[{repository}] {said}" if said else f"[{repository}] {event}"


def _sender(payload: Payload) -> str:
    return _word(payload, "sender", "login") or _word(payload, "pusher", "name") or "somebody"


def _push(payload: Payload, _: str) -> str:
    commits = _rows(payload, "commits")
    branch = _word(payload, "ref").removeprefix("refs/heads/").removeprefix("refs/tags/")
    if payload.get("deleted") is True:
        return f"{_sender(payload)} deleted {branch}"
    head = f"{_sender(payload)} pushed {len(commits)} commit{'s' * (len(commits) != 1)} to {branch}"
    lines = [f"  {_word(c, 'id')[:7]} {_word(c, 'message').partition(chr(10))[0]}" for c in commits[:5]]
    return "\n".join([f"{head} {_word(payload, 'compare')}".rstrip(), *lines])


def _numbered(key: str, what: str) -> Callable[[Payload, str], str]:
    """Issues, pull requests and comments on them."""

    def say(payload: Payload, event: str) -> str:
        about = payload.get(key)
        action = _word(payload, "action").replace("_", " ") or event
        if key == "pull_request" and action == "closed" and isinstance(about, dict) and about.get("merged") is True:
            action = "merged"
        number, title = _word(about, "number"), _word(about, "title")
        link = _word(payload, "comment", "html_url") or _word(payload, "review", "html_url") or _word(about, "html_url")
        doing = "commented on" if "comment" in event and action == "created" else action
        return f"{_sender(payload)} {doing} {what} #{number}: {title} {link}".rstrip()

    return say


def _release(payload: Payload, _: str) -> str:
    name = _word(payload, "release", "name") or _word(payload, "release", "tag_name")
    return (
        f"{_sender(payload)} {_word(payload, 'action')} release {name} {_word(payload, 'release', 'html_url')}".rstrip()
    )


def _run(payload: Payload, _: str) -> str:
    run = payload.get("workflow_run")
    state = _word(run, "conclusion") or _word(run, "status")
    sign = {"success": "✅", "failure": "❌"}.get(state, "🔔")
    return f"{sign} {_word(run, 'name')} on {_word(run, 'head_branch')}: {state} {_word(run, 'html_url')}".rstrip()


def _ping(_: Payload, __: str) -> str:
    return "the hook works"


def _github_other(payload: Payload, event: str) -> str:
    return f"{_sender(payload)}: {event.replace('_', ' ')} {_word(payload, 'action').replace('_', ' ')}".rstrip()


GITHUB: Final[dict[str, Callable[[Payload, str], str]]] = {
    "push": _push,
    "issues": _numbered("issue", "issue"),
    "issue_comment": _numbered("issue", "issue"),
    "pull_request": _numbered("pull_request", "pull request"),
    "pull_request_review": _numbered("pull_request", "pull request"),
    "pull_request_review_comment": _numbered("pull_request", "pull request"),
    "release": _release,
    "workflow_run": _run,
    "ping": _ping,
}
EVENT_HEADERS: Final = ("x-github-event", "x-gitea-event", "x-forgejo-event")
BY_HEADER: Final[dict[str, Formatter]] = dict.fromkeys(EVENT_HEADERS, _github)
BY_KEYS: Final[tuple[tuple[frozenset[str], Formatter], ...]] = (
    (frozenset({"alerts", "orgId"}), _grafana),
    (frozenset({"ruleName", "state"}), _grafana),
    (frozenset({"alerts", "status"}), _alerts),
)
"""Programs without a header that identifies them are recognized by keys that only they send."""
