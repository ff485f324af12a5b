"""The effects of each kind of event on the state; engine/apply.py has the table."""
