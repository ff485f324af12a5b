"""What reaches people who are not looking: pushes and the catch-up."""
