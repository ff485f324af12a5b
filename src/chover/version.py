"""Which version this is, in the one place from which everything takes it."""

__version__ = "26.11.0"
