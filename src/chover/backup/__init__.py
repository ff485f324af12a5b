"""Backups of a data directory, and restoring them.

A backup holds ``data/`` (the database and the small files beside it: keys, certificates), ``files/`` (uploads, each
under its digest), ``settings/`` (the settings' file, and keys that it names elsewhere), and ``manifest.json`` with the
size and the SHA-256 of each. As a directory (directory.py) it shares its uploads with the other backups there; as a tar
(stream.py) it is whole.
"""
