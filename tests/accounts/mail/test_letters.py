"""What mails say, in every language: a subject in one line, and commands that can be copied."""

import pytest

from chover import i18n
from chover.accounts.mail import letters


@pytest.mark.parametrize("language", i18n.languages())
def test_both_mails_have_their_code_and_a_command_to_copy(language):
    with i18n.speaking(language):
        registered, forgotten = (
            letters.verification("Example", "alice", "c0de"),
            letters.reset("Example", "alice", "c0de"),
        )
    for subject, _text in (registered, forgotten):
        assert "Example" in subject
        assert "\n" not in subject
    assert "\n    /quote VERIFY alice c0de\n" in registered[1]
    assert "\n    /msg NickServ RESET alice c0de <" in forgotten[1]


def test_each_language_has_mails_of_its_own():
    subjects = set()
    for language in i18n.languages():
        with i18n.speaking(language):
            subjects |= {letters.verification("Example", "a", "b")[0], letters.reset("Example", "a", "b")[0]}
    assert len(subjects) == 2 * len(i18n.languages())
