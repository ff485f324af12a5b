"""The figures behind every promise in the README. ``python -m benchmarks`` lists them, with how to repeat each."""
