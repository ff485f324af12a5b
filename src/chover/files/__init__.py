"""Uploads: detecting their type, removing metadata, storing them, and limiting their size."""
