"""The exports of other programs, read as messages: one module for each kind of source."""
