"""`python -m package.schema` writes package/schema.json anew: what other languages' SDKs are generated from."""

import json
from pathlib import Path

from package.host import GroundworkProvider

FILE = Path(__file__).with_name("schema.json")


def schema() -> str:
    """Return the package's schema as JSON text, as the provider answers the engine."""
    stated = json.loads(GroundworkProvider().schema or "{}")
    return json.dumps(stated, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema(), encoding="utf-8")
