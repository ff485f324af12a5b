"""From what a terminal sends to what is done."""
