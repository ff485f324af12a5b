"""The services: nicks of the server that one talks to in plain words. Each verb is a row of a table that makes HELP."""
