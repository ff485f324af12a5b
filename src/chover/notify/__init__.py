"""What goes from here to other programs and comes from them: hooks and push."""
