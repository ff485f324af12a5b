"""Users and their devices: nicks, accounts, who looks like whom."""
