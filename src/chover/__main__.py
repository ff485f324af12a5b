"""``python -m chover``."""

import sys

from chover.cli import main

if __name__ == "__main__":
    sys.exit(main())
