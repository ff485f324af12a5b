"""The front end with a single prompt line, and its input."""
