"""Rows that are not events, in PostgreSQL: one module for each port."""
