"""How nodes exchange the events that one of them has committed."""
