"""The handlers, one file for each family. Each ends in ROWS, which server/table.py gathers."""
