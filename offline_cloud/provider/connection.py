"""One provider resource of a program, with what it was configured with."""

import os
from dataclasses import dataclass, field

from offline_cloud.cloud.model import Properties, Value, text


@dataclass
class Connection:
    """One provider resource of the program: each opens a connection of its own."""

    package: str = ""
    urn: str = ""
    region: str = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    default_tags: Properties = field(default_factory=dict[str, Value])

    def region_of(self, inputs: Properties) -> str:
        """Give the region that a resource or a question is for: its own, else the connection's."""
        return text(inputs, "region") or self.region
