"""The groups of commands: ``account``, ``ban`` and the like, each with commands of its own."""
