"""``python -m benchmarks`` lists the benchmarks; ``python -m benchmarks all`` runs them one after the other."""

import ast
import subprocess
import sys
from pathlib import Path

NAMES = (
    "start",
    "send",
    "memory",
    "message",
    "append",
    "postgres",
    "joins",
    "kills",
    "restart",
    "chathistory",
    "search",
    "logins",
    "screen",
    "fanout",
    "ssh",
    "web",
    "web_keys",
    "abuse",
    "backup",
    "workers",
    "capacity",
    "performance",
)
"""In order of duration; all together take some minutes."""


def summary(name):
    """The first line of a benchmark's docstring."""
    here = Path(__file__).parent
    source = next(path for path in (here / f"{name}.py", here / name / "__init__.py") if path.exists()).read_text()
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def run_all():
    """Return the exit status of the first benchmark that failed, or 0."""
    statuses = []
    for name in NAMES:
        print(f"== {name}", flush=True)
        statuses.append(subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode)
    return next((status for status in statuses if status), 0)


def main():
    if sys.argv[1:] == ["all"]:
        sys.exit(run_all())
    for name in NAMES:
        print(f"  python -m benchmarks.{name:13} {summary(name)}")
    print("  python -m benchmarks all           every one of them")


if __name__ == "__main__":
    main()
