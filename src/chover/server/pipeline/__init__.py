"""The path of a decision: appended to the store, published on the bus, applied in order."""
