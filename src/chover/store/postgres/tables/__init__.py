"""Rows that are not events: one module for each port."""
