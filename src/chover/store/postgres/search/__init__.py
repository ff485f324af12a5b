"""The index of messages: rows that follow the logs and can always be built again from them."""
