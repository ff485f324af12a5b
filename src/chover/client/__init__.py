"""The terminal client: a kept-up connection, a pure state, and the faces that show it."""
