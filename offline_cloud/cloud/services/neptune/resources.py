"""What is known of each type of Neptune, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.windows import windows
from offline_cloud.cloud.core.wordings import within

RESOURCES: Resources = {
    "aws:neptune/cluster:Cluster": Resource(
        checks=(
            within("backupRetentionPeriod", 1, 35),
            windows("preferredBackupWindow", "preferredMaintenanceWindow", 30, apart=True),
        ),
    ),
}  # fmt: skip
