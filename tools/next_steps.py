"""Print the platform's own next steps after what a real run said: ``python -m tools.next_steps <log>``."""

import sys
from pathlib import Path

from offline_cloud import next_steps

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Read the log, or standard input; always succeeds, for the run that wrote the log has its own exit code."""
    said = Path(arguments[0]).read_text(encoding="utf-8", errors="replace") if arguments else sys.stdin.read()
    for step in next_steps.after(said, next_steps.read(ROOT)):
        sys.stdout.write(f"next: {step}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
