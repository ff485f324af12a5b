"""The logs and the state tables derived from them."""
