"""What is known of each type of Redshift, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.windows import windows
from offline_cloud.cloud.core.wordings import when, within

RESOURCES: Resources = {
    "aws:redshift/cluster:Cluster": Resource(
        checks=(
            within("automatedSnapshotRetentionPeriod", 0, 35),
            when("clusterType", "multi-node").needs("numberOfNodes"),
            windows("", "preferredMaintenanceWindow", 30, apart=False),
        ),
    ),
}  # fmt: skip
