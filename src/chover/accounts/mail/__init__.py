"""Mail with codes: what it says, and how it is sent."""
