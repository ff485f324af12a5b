"""The terminal client: a connection that is restored when it breaks, a pure state, and the front ends that show it."""
