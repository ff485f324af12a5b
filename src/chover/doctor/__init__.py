"""``chover doctor``: whether a server can run here, or does, and the exact fix of each thing that stands in its way."""
