"""What the capabilities of a stack plan for a product, with made-up credentials, for tests that render its charts."""

from collections.abc import Callable
from typing import TypedDict

from components.capabilities.planned import planned_foundation, planned_reach, planned_secrets
from components.product.credentials import Text
from components.product.reach import Reach
from components.secrets.credential import Credential
from components.secrets.stored_secret import SecretEntry
from settings import PlatformSettings
from settings.workload.outputs import SecretOutput


class Planned(TypedDict):
    reach: list[Reach]
    secret_texts: dict[SecretOutput, Text]
    credentials: dict[str, Credential]


def planned(settings: PlatformSettings, entry: Callable[[str], SecretEntry], **others: str) -> Planned:
    """Give the three; `entry` is called with the end of each secret's name.

    `others` maps the key of a credential that no plan has among its users to the end of its secret's name.
    """
    labels = {**{each.key: each.label for each in planned_foundation(settings).users}, **others}
    return {
        "reach": planned_reach(settings),
        "secret_texts": planned_secrets(settings),
        "credentials": {key: Credential(entry=entry(label), user="user") for key, label in labels.items()},
    }
