"""From a terminal's input to actions."""
