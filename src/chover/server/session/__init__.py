"""One connection of a user, without its socket, and what its handlers work with."""
