"""Which EC2 machines encrypt what they send each other.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/data-protection.html, "Encryption in transit between instances"
"""

import re
from typing import Final

_FAMILY: Final = re.compile(r"^(?P<series>[a-z]+)(?P<generation>[0-9]+)(?P<options>[a-z-]*)$")
_FIFTH: Final = frozenset({"c5a", "c5ad", "c5n", "m5dn", "m5n", "m5zn", "r5dn", "r5n", "i3en", "p4d", "p4de"})
_FROM: Final = 6


def encrypts_in_transit(instance_type: str) -> bool:
    """Say whether a type's network card encrypts: the fifth generation's fast ones, and nearly all since the sixth.

    The sixth generation's own Graviton machines do not, except those with a faster network (c6gn); burstable ones
    (t3, t4g) never do.
    """
    family = instance_type.partition(".")[0]
    if family in _FIFTH:
        return True
    match = _FAMILY.match(family)
    if match is None or match["series"] == "t" or int(match["generation"]) < _FROM:
        return False
    graviton = match["options"].startswith("g")
    return not (int(match["generation"]) == _FROM and graviton and "n" not in match["options"])
