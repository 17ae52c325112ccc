"""Mistakes in the zones of a stack that states them by id, or in part."""

from tests.settings.bad_input.case import stack

_WEST = {"region": "us-west-1"}

CASES = (
    # EKS takes no subnet in one zone of three regions.
    stack(
        "zones",
        ["use1-az1", "use1-az2", "use1-az3"],
        "a zone that EKS takes subnets in: use1-az1 | use1-az2 | use1-az4",
        "write use1-az4",
        at="zones[2]",
    ),
    stack(
        "zones",
        ["cac1-az1", "cac1-az2", "cac1-az3"],
        "a zone that EKS takes subnets in: cac1-az1 | cac1-az2 | cac1-az4",
        "write cac1-az4",
        at="zones[2]",
        also={"region": "ca-central-1"},
    ),
    stack(
        "zones",
        ["usw1-az1", "usw1-az2"],
        "a zone that EKS takes subnets in: usw1-az1 | usw1-az3",
        "write usw1-az3",
        at="zones[1]",
        also={**_WEST, "environment": "staging"},
    ),
    stack(
        "zones",
        ["use1-az1", "use1-az2", "us-east-1c"],
        "all zones by id or all by name",
        "write it as use1-az4",
        at="zones[2]",
    ),
    stack("zones[2]", "use1-az4", "all zones by id or all by name", "write it as us-east-1c"),
    stack(
        "zones",
        ["use1-az1", "use1-az2", "euw1-az3"],
        "a zone of us-east-1: use1-az1",
        "name one of these",
        at="zones[2]",
    ),
    stack("zones", ["use1-az1", "use1-az2"], "at least 3 different zones in production", "add use1-az4"),
    stack(
        "cluster.added_zones",
        ["us-east-1a"],
        "the last of `zones`, in their order, with 2 before them at least",
        "write those that were added after the cluster was made",
    ),
    stack("zones[2]", "az3", "availability zone: its id, or its name", 'write it like "use1-az1"'),
)
