"""The protocol: lines, tags, numerics, capabilities and the hello of the original's clients. No I/O."""
