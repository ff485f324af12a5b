"""Between nodes: how what one has committed reaches the others."""
