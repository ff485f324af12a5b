"""ChatOverSockets: your own chat, on one port, with nothing acknowledged ever lost."""

__version__ = "26.11.0"
