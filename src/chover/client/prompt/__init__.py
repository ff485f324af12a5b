"""The front end of one prompt line, and what people type into it."""
