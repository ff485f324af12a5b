"""Users and their devices: nicks, accounts, look-alikes."""
