"""Rules over money that buys nothing."""

import re
from collections.abc import Iterator
from typing import Final

from policies.about import low
from policies.parameters import Parameter
from policies.rule import Level, resource_rule
from policies.view import Resource

_DATABASE, _VOLUME = "aws:rds/instance:Instance", "aws:ebs/volume:Volume"
_OLD: Final = re.compile(r"^(?:db\.|cache\.)?(?:t1|t2|m1|m2|m3|m4|c1|c3|c4|r3|r4|i2|i3|d2|x1|x1e|g2|g3|p2|p3)\.")
"""Previous generations: https://aws.amazon.com/ec2/previous-generation/, https://aws.amazon.com/rds/previous-generation/,
https://aws.amazon.com/elasticache/previous-generation/."""
_KINDS: Final = ("instanceClass", "instanceType", "nodeType", "instanceTypes")
HIGHEST_RATE = Parameter("disk-operations-bounded", "a_second", 32000, "operations a second that a disk may be given")
LONGEST_LOGS = Parameter("log-ends", "days", 1827, "days after which a log is deleted at the latest")


@resource_rule(
    "machine-of-today",
    "Machines are of a kind that AWS still offers everywhere",
    _DATABASE,
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/cluster:Cluster",
    "aws:ec2/instance:Instance",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:eks/nodeGroup:NodeGroup",
    about=low(
        "The same work costs more than on the next generation, and new versions do not run there.",
        "Name the newest generation of the family, such as m7g or t4g.",
    ),
)
def machine_of_today(machine: Resource) -> Iterator[str]:
    for key in _KINDS:
        value = machine.value(key)
        for kind in machine.items(key) if key == "instanceTypes" else [value]:
            if isinstance(kind, str) and _OLD.match(kind):
                yield f"{key} {kind} is of a previous generation; name a newer one"


@resource_rule(
    "disk-of-today",
    "Disks are gp3, and not gp2 or magnetic",
    _DATABASE,
    _VOLUME,
    "aws:ec2/launchTemplate:LaunchTemplate",
    about=low(
        "The same size costs a quarter more, and is slow when its credit is spent.",
        "Set the type to gp3.",
    ),
)
def disk_of_today(owner: Resource) -> Iterator[str]:
    disks = [f"{place}.ebs.volumeType" for place in owner.places("blockDeviceMappings")]
    for path in ("storageType", "type", *disks):
        if owner.value(path) in ("gp2", "standard"):
            yield f"{path} is {owner.value(path)}; use gp3, which changes in place"


@resource_rule(
    "disk-operations-bounded",
    "A disk is given the operations a second that somebody measured",
    _DATABASE,
    _VOLUME,
    level=Level.ADVISORY,
    about=low(
        "Operations that nobody needs cost more than the machine.",
        "State fewer in iops, or leave it to gp3's own.",
    ),
)
def disk_operations_bounded(owner: Resource) -> Iterator[str]:
    if owner.above("iops", HIGHEST_RATE.value):
        yield f"iops is {owner.value('iops'):g}; more than {HIGHEST_RATE.value} need a reason"


@resource_rule(
    "log-ends",
    "Logs are not kept longer than somebody asks for them",
    "aws:cloudwatch/logGroup:LogGroup",
    level=Level.ADVISORY,
    about=low(
        "Every request of ten years is paid for each month, and holds personal data.",
        "Set retentionInDays to 5 years or less, and move what has to stay to S3.",
    ),
)
def log_ends(group: Resource) -> Iterator[str]:
    if group.above("retentionInDays", LONGEST_LOGS.value):
        yield f"retentionInDays is {group.value('retentionInDays'):g}; set {LONGEST_LOGS.value} or less"


RULES = (machine_of_today, disk_of_today, disk_operations_bounded, log_ends)
