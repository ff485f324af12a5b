"""The version, which everything takes from here."""

__version__ = "26.11.0"
