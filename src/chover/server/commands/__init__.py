"""The handlers, one file for each family. Each has a table ROWS, which server/table.py collects."""
