"""What is sent to other programs and received from them: hooks and push."""
