"""The full screen: panels that are painted after prompt_toolkit has drawn the input line (ARCHITECTURE.md)."""
