"""What a stack takes of each quota follows from its settings, and a fresh account has less than production takes."""

import pytest

from settings.raw import Raw
from tests.tools.ready.cases import case, one, quota_answers, stack
from tools.ready import needs
from tools.ready.account import Account
from tools.ready.checks import quotas
from tools.ready.needs import Quota, instance_cpu

FRESH = {quota.code: quota.fresh for quota in vars(needs).values() if isinstance(quota, Quota)}
CPU = "quota of vCPU of on-demand instances"
ADDRESSES = "quota of elastic IP addresses"


def _of(name: str, **changes: Raw) -> dict[str, tuple[int, int]]:
    return {need.quota.name: (need.first, need.most) for need in needs.needs(stack(name, **changes))}


def test_production_on_eks() -> None:
    taken = _of("prod")
    # Three m7i.large for the system, and three reference nodes for one pod of each service and the platform's own.
    assert taken["vCPU of on-demand instances"] == (3 * 2 + 3 * 4, 6 * 2 + 36)
    assert taken["elastic IP addresses"] == (3, 3)
    assert taken["RDS instances"] == (3, 3)
    assert taken["ElastiCache nodes"] == (6, 6)
    assert taken["EKS clusters"] == (1, 1)
    assert "vCPU of Spot instances" not in taken


def test_figures_follow_the_settings() -> None:
    larger = _of("prod", cluster={"system_nodes": {"instance_types": ["m7i.2xlarge"], "minimum": 4, "maximum": 8}})
    assert larger["vCPU of on-demand instances"] == (4 * 8 + 3 * 4, 8 * 8 + 36)
    assert _of("prod", network={"nat": "single"})["elastic IP addresses"] == (1, 1)
    assert _of("prod", network={"nat": "regional"})["elastic IP addresses"] == (3, 3)
    assert _of("prod", database={"read_replicas": 5})["RDS instances"] == (6, 6)
    assert _of("prod", cache={"shards": 2, "replicas_per_shard": 2})["ElastiCache nodes"] == (6, 6)


def test_spot_is_a_quota_of_its_own() -> None:
    taken = _of("dev")
    assert taken["vCPU of on-demand instances"] == (4, 6)
    assert taken["vCPU of Spot instances"][0] > 0


def test_tasks_take_fargates_quota_or_one_machine() -> None:
    assert "vCPU of on-demand instances" not in _of("budget")
    assert _of("budget")["vCPU on Fargate"][0] >= 1
    assert "EKS clusters" not in _of("budget")
    assert "elastic IP addresses" not in _of("budget")
    hosted = _of("budget", ecs={"host": {"instance_type": "t4g.medium"}, "prometheus": False})
    assert hosted["vCPU of on-demand instances"] == (2, 4)


def test_a_product_behind_cloudfront_takes_a_distribution() -> None:
    assert _of("prod", workload="gridtokenx")["CloudFront distributions"] == (1, 1)
    assert "CloudFront distributions" not in _of("prod")


@pytest.mark.parametrize(
    ("instance_type", "cpu"),
    [("t3.medium", 2), ("m7i.large", 2), ("m7i.xlarge", 4), ("m7i.2xlarge", 8), ("c7i.48xlarge", 192)],
)
def test_a_sizes_cpu(instance_type: str, cpu: int) -> None:
    assert instance_cpu(instance_type) == cpu


@pytest.mark.usefixtures("moto")
def test_a_fresh_account_has_room_for_the_addresses_and_not_for_the_machines() -> None:
    lines = list(quotas.check(case(stack(), Account("us-east-1", quota_answers(FRESH)))))
    machines = one(lines, CPU)
    assert machines.state == "missing"
    assert machines.found == "5, of which 0 are taken; this stack takes 18, and up to 48"
    assert machines.remedy == (
        "aws service-quotas request-service-quota-increase --region us-east-1 --service-code ec2"
        " --quota-code L-1216C47A --desired-value 48"
    )
    assert one(lines, ADDRESSES).state == "ok"


@pytest.mark.usefixtures("moto")
def test_what_starts_and_cannot_grow_is_said() -> None:
    enough = Account("us-east-1", quota_answers({**FRESH, "L-1216C47A": 32}))
    line = one(list(quotas.check(case(stack(), enough))), CPU)
    assert line.state == "to do"
    assert "enough to start, not to grow" in line.found


@pytest.mark.usefixtures("moto")
def test_what_others_take_counts() -> None:
    account = Account("us-east-1", quota_answers({**FRESH, "L-1216C47A": 64}))
    make = quota_answers(FRESH)
    ec2 = make("ec2", "us-east-1")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    ec2.run_instances(ImageId=image, InstanceType="m5.8xlarge", MinCount=2, MaxCount=2)
    for _ in range(3):
        ec2.allocate_address(Domain="vpc")
    lines = list(quotas.check(case(stack(), account)))
    assert one(lines, CPU).state == "missing"
    assert "of which 64 are taken" in one(lines, CPU).found
    assert one(lines, ADDRESSES).state == "missing"
    assert one(lines, ADDRESSES).found.startswith("5, of which 3 are taken")
