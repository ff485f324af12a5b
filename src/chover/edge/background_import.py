"""What is imported by threads, when the port listens already.

Two threads that import packages whose modules need each other (cryptography's do) may each hold what the other waits
for; Python then gives one of them up with an error. So one thread imports at a time.
"""

from __future__ import annotations

import threading
from typing import Final

IMPORTING: Final = threading.Lock()
"""Held by the thread that imports."""
