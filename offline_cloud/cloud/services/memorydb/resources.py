"""What is known of each type of MemoryDB, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.windows import windows
from offline_cloud.cloud.core.wordings import matches, within

RESOURCES: Resources = {
    "aws:memorydb/cluster:Cluster": Resource(
        checks=(
            within("numReplicasPerShard", 0, 5), within("snapshotRetentionLimit", 0, 35),
            matches("nodeType", r"db\.[a-z0-9]+\.[a-z0-9]+", "a node type, such as db.r7g.large"),
            windows("snapshotWindow", "maintenanceWindow", 60, apart=False),
        ),
    ),
}  # fmt: skip
