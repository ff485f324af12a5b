"""From the state to rows of text: panels, entries, colours, and writing to the terminal."""
