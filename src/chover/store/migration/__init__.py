"""Moves everything that a server keeps from SQLite to PostgreSQL and back, and compares both sides afterwards."""
