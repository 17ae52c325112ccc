"""What is known of each type of DocumentDB, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.windows import windows
from offline_cloud.cloud.core.wordings import matches, one_of, within

_LONG: Final = r"[^/@\" ]{8,128}"
_LONG_WORDS: Final = "8 to 128 characters without /, @, quotes and spaces"

RESOURCES: Resources = {
    "aws:docdb/cluster:Cluster": Resource(
        checks=(
            within("backupRetentionPeriod", 1, 35), one_of("engine", "docdb"),
            matches("masterPassword", _LONG, _LONG_WORDS),
            windows("preferredBackupWindow", "preferredMaintenanceWindow", 30, apart=True),
        ),
    ),
}  # fmt: skip
