"""Handlers: connecting, logging in, devices."""
