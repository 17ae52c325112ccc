"""What AWS refuses beyond an account's quotas; those of a fresh account are low.

``present`` maps a quota's code in Service Quotas to its value; a quota that is not in it has no end.
https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
"""

from collections.abc import Mapping
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, items, number

ON_DEMAND_CPU: Final = "L-1216C47A"
ADDRESSES: Final = "L-0263D0A3"
VPCS: Final = "L-F678F1CE"
FRESH: Final[Mapping[str, int]] = {ON_DEMAND_CPU: 5, ADDRESSES: 5, VPCS: 5}
"""What an account may have on its first day; AWS raises the vCPU by itself as it is used."""

EIP: Final = "aws:ec2/eip:Eip"


def refused(record: Record, world: World, present: Mapping[str, int]) -> list[Diagnostic]:
    """Refuse what would take more of a quota than there is in the record's region."""
    if record.type == EIP:
        return _full(
            record, world, present, ADDRESSES, "AddressLimitExceeded",
            "The maximum number of addresses has been reached.",
        )  # fmt: skip
    if record.type == facts.VPC:
        return _full(
            record, world, present, VPCS, "VpcLimitExceeded", "The maximum number of VPCs has been reached."
        )  # fmt: skip
    if record.type == facts.NODE_GROUP:
        return _machines(record, world, present)
    return []


def _full(
    record: Record, world: World, present: Mapping[str, int], code: str, error: str, message: str
) -> list[Diagnostic]:
    there = sum(other.region == record.region for other in world.of_type(record.type))
    if there < present.get(code, there + 1):
        return []
    return [reject("", error, message, _raise("vpc" if code == VPCS else "ec2", code, there + 1))]


def _machines(record: Record, world: World, present: Mapping[str, int]) -> list[Diagnostic]:
    """A node group's least number of instances has to start, or the group fails."""
    groups = [record, *(other for other in world.of_type(facts.NODE_GROUP) if other.region == record.region)]
    wanted, limit = sum(map(_cpu, groups)), present.get(ON_DEMAND_CPU)
    if limit is None or wanted <= limit:
        return []
    message = (
        f"AsgInstanceLaunchFailures: VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU"
        f" limit of {limit} allows for the instance bucket that the specified instance type belongs to"
    )
    return [reject("scalingConfig.minSize", "NodeCreationFailure", message, _raise("ec2", ON_DEMAND_CPU, wanted))]


def _cpu(group: Record) -> int:
    sizes = [str(each).rpartition(".")[2] for each in items(group.inputs, "instanceTypes")]
    least = number(group.inputs, "scalingConfig.desiredSize") or number(group.inputs, "scalingConfig.minSize") or 0
    return int(least) * min((_of_size(size) for size in sizes), default=2)


def _of_size(size: str) -> int:
    return 4 * int(size.removesuffix("xlarge") or 1) if size.endswith("xlarge") else 2


def _raise(service: str, code: str, value: int) -> str:
    return (
        f"ask for more before: aws service-quotas request-service-quota-increase --service-code {service}"
        f" --quota-code {code} --desired-value {value}"
    )
