"""Previews of links: what a page says about itself, fetched by the server, so that no reader's browser has to."""
