"""The logs and the state tables that follow from them, in PostgreSQL."""
