import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chover.notify.formats import EVENT_HEADERS, GITHUB, LINES, Unreadable, read

JSON = {"content-type": "application/json; charset=utf-8"}


def said(payload, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read(msgspec.json.encode(payload), {**JSON, **named}).text


def test_plain_text_is_said_as_it_is():
    assert read(b"the backup is done\n", {"content-type": "text/plain"}).text == "the backup is done"


def test_what_curl_sends_without_being_told_the_kind_is_plain_text():
    assert read(b"50% = half", {"content-type": "application/x-www-form-urlencoded"}).text == "50% = half"


def test_several_lines_stay_several():
    assert read(b"one\r\n\r\ntwo\n", {}).text == "one\ntwo"


def test_too_many_lines_are_counted_and_not_dropped_in_silence():
    lines = read("\n".join(map(str, range(100))).encode(), {}).text.split("\n")
    assert len(lines) == LINES
    assert lines[-1] == "… and 69 more lines"


@pytest.mark.parametrize("hostile", ["a\x1b[2Jb", "a\x07b", "a\u202eb", "a\x00b"])
def test_what_a_terminal_would_obey_does_not_come_through(hostile):
    text = read(hostile.encode(), {"content-type": "text/plain"}).text
    assert text.isprintable()
    assert text.startswith("a")


def test_slack_text_comes_with_its_name():
    post = read(b'{"text": "hi <https://example.org|there> &amp; <!here>", "username": "ci"}', JSON)
    assert post.text == "hi there (https://example.org) & @here"
    assert post.name == "ci"


def test_slack_in_a_form_is_read_as_its_json():
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert read(b"payload=%7B%22text%22%3A%22hi+there%22%7D", form).text == "hi there"


@pytest.mark.parametrize("body", [b"payload=", b"payload=%7B%7D" + b"&x=1" * 20])
def test_a_form_without_a_payload_of_its_own_is_refused_in_one_line(body):
    form = {"content-type": "application/x-www-form-urlencoded"}
    with pytest.raises(Unreadable, match="the form has no payload, or too many fields"):
        read(body, form)


def test_slack_blocks_and_attachments_are_said_line_by_line():
    payload = {
        "text": "shown in notifications only",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Deploy"}},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "to: prod"}]},
        ],
        "attachments": [{"title": "Log", "title_link": "https://ci/1", "fields": [{"title": "took", "value": "3 s"}]}],
    }
    assert said(payload) == "Deploy\nto: prod\nLog https://ci/1\ntook: 3 s"


def test_an_attachment_with_nothing_else_is_its_fallback():
    assert said({"attachments": [{"fallback": "plain words"}]}) == "plain words"


ALERT = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db1"},
    "annotations": {"summary": "5% left"},
    "generatorURL": "http://prom/g",
}


def test_alertmanager_says_each_alert_in_a_line():
    resolved = {**ALERT, "status": "resolved", "annotations": {}}
    payload = {"version": "4", "status": "firing", "alerts": [ALERT, resolved]}
    assert said(payload) == (
        "🔥 FIRING DiskFull (critical db1): 5% left http://prom/g\n✅ RESOLVED DiskFull (critical db1) http://prom/g"
    )


def test_grafana_links_to_its_panel():
    payload = {"orgId": 1, "status": "firing", "alerts": [{**ALERT, "panelURL": "http://grafana/p"}]}
    assert said(payload).endswith("5% left http://grafana/p")


def test_an_older_grafana_says_its_title():
    payload = {
        "ruleName": "CPU",
        "state": "alerting",
        "title": "[Alerting] CPU",
        "message": "hot",
        "ruleUrl": "http://g",
    }
    assert said(payload) == "🔥 [Alerting] CPU\nhot\nhttp://g"


REPOSITORY = {"repository": {"full_name": "me/chat"}, "sender": {"login": "alice"}}


def test_a_push_names_its_commits():
    commits = [{"id": "0123456789", "message": "Mend it\n\nlong"}, {"id": "abcdef0123", "message": "Test it"}]
    payload = {**REPOSITORY, "ref": "refs/heads/main", "commits": commits, "compare": "https://git/c"}
    assert said(payload, x_github_event="push") == (
        "[me/chat] alice pushed 2 commits to main https://git/c\n  0123456 Mend it\n  abcdef0 Test it"
    )


@pytest.mark.parametrize("header", EVENT_HEADERS)
def test_those_who_speak_as_github_does_are_understood(header):
    payload = {**REPOSITORY, "action": "opened", "issue": {"number": 7, "title": "It hurts", "html_url": "https://i/7"}}
    assert said(payload, **{header.replace("-", "_"): "issues"}) == (
        "[me/chat] alice opened issue #7: It hurts https://i/7"
    )


def test_a_merged_pull_request_is_not_just_closed():
    request = {"number": 3, "title": "Faster", "merged": True, "html_url": "https://p/3"}
    payload = {**REPOSITORY, "action": "closed", "pull_request": request}
    assert said(payload, x_github_event="pull_request") == "[me/chat] alice merged pull request #3: Faster https://p/3"


def test_an_event_that_nobody_foresaw_is_named():
    assert said({**REPOSITORY, "action": "created"}, x_github_event="star") == "[me/chat] alice: star created"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"\xff", "not UTF-8"),
        (b"{", "not JSON"),
        (b'{"text": ""}', "is empty"),
        (b'{"status": "firing", "alerts": []}', "no alerts"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(body, why):
    with pytest.raises(Unreadable, match=why):
        read(body, {})


def test_json_that_is_no_object_is_refused_in_words():
    with pytest.raises(Unreadable, match="must be an object"):
        read(b"[1]", JSON)


KEYS = [
    *("text", "username", "blocks", "attachments", "fields", "elements", "title"),
    *("alerts", "status", "orgId", "labels", "annotations", "state", "ruleName"),
    *("repository", "sender", "commits", "ref", "deleted", "action", "comment"),
    *("issue", "pull_request", "release", "workflow_run"),
]
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(JUNK, st.sampled_from(["", *GITHUB]))
def test_whatever_is_posted_is_said_or_refused(payload, event):
    headers = {**JSON, **({"x-github-event": event} if event else {})}
    try:
        post = read(msgspec.json.encode(payload), headers)
    except Unreadable:
        return
    assert post.text
    assert all(line.isprintable() for line in post.text.split("\n"))
