"""The services: nicks of the server that understand plain words.

Each verb is a row of a table that HELP is made from.
"""
