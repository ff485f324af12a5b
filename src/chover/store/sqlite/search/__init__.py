"""The search index: a separate database that follows the logs and can always be rebuilt from them."""
