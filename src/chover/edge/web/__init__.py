"""The web: HTTP and WebSocket on the port that everything shares.

``server`` may be imported by anybody. Everything else here imports aiohttp, which takes 150 ms, and is imported by a
thread when the port is already listening.

A family of routes is a file that has ``routes(shared)``, and a row in ``table``.
"""
