"""What a browser loads of the web client: its sources without comments, and what the first visit needs in one file."""
