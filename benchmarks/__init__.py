"""The speed of every promise in the README. ``python -m benchmarks`` lists them; each says how to repeat its figure."""
