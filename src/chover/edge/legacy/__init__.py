"""The protocol of the original ChatOverSockets clients."""
