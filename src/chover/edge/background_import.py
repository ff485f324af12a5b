"""Imports that threads do when the port is already listening.

If two threads import packages whose modules need each other (as cryptography's do), each may hold what the other waits
for, and Python fails one of them with an error. So only one thread imports at a time.
"""

from __future__ import annotations

import threading
from typing import Final

IMPORTING: Final = threading.Lock()
"""Held by the thread that is importing."""
