"""What the mails with codes say: subject and text, in the language that is spoken."""

from __future__ import annotations

from chover.i18n import _


def verification(network: str, name: str, code: str) -> tuple[str, str]:
    """To somebody who registers an account."""
    return _("Your account on {network}", network=network), _letter(
        _("Somebody, probably you, is registering the account {name} on {network}.", name=name, network=network),
        _("The code is {code}. Enter it on the page where you registered, or send this to the server:", code=code),
        f"    /quote VERIFY {name} {code}",
        _("Or, if your client has no /quote:"),
        f"    /msg NickServ VERIFY {name} {code}",
        _("If it was not you, do nothing."),
    )


def reset(network: str, name: str, code: str) -> tuple[str, str]:
    """To somebody who has forgotten a password."""
    return _("A new password on {network}", network=network), _letter(
        _("The code for a new password of {name} is {code}.", name=name, code=code),
        _("Enter it on the page that asks for it, or send this to the server:"),
        f"    /msg NickServ RESET {name} {code} <{_('new password')}>",
        _("If you did not ask for it, do nothing."),
    )


def _letter(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
