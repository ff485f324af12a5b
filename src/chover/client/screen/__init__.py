"""The full screen: panels painted after prompt_toolkit has drawn the line that is typed (ARCHITECTURE.md)."""
