"""Dialogs: uses of the input line other than sending messages."""
