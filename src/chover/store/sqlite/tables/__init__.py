"""Rows that are no events: one module for each port."""
