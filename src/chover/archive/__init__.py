"""Conversations outside of a server: exported to JSON lines and to a page that needs none.

An export is made of a copy of the storage as it is at one moment, so that it neither waits for a running server nor
keeps it waiting, and reads another database in the same way.
"""
