"""Conversations outside a server: exported to JSON lines and to a stand-alone page.

An export is made from a copy of the storage as of one moment. So it neither waits for a running server nor delays it,
and it can read another database in the same way.
"""
