"""What each kind of event does to the state; engine/apply.py has the table."""
