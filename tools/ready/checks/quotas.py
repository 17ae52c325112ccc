"""Whether the account's quotas leave room for the stack beside what is in the account already."""

from collections.abc import Callable, Iterator
from typing import Any

from tools.ready import needs
from tools.ready.account import AbsentError, Account, NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok, to_do
from tools.ready.needs import Need, Quota

_RUNNING = {"Name": "instance-state-name", "Values": ["pending", "running"]}
_UNVERIFIED = "a new account is refused these until AWS has verified it"


def check(case: Case) -> Iterator[Line]:
    standing = _stands(case)
    for need in needs.needs(case.settings):
        try:
            limit, used = _limit(case.account, need.quota), _used(case.account, need.quota)
        except NotAskedError as why:
            yield _not_asked(case, need, str(why))
        else:
            yield _line(case, need, limit, used, standing=standing)
    for quota in (needs.BALANCERS, needs.NETWORK_BALANCERS, needs.DISTRIBUTIONS):
        if any(need.quota is quota for need in needs.needs(case.settings)) and not standing:
            remedy = "open a support case `account verification` if AWS answers `not verified`; it takes up to a day"
            yield to_do(f"quota of {quota.name}", f"no API says whether the account is verified: {_UNVERIFIED}", remedy)


def _stands(case: Case) -> bool:
    """Tell whether the stack was brought up before, so that what it takes is in use already."""
    tags = {"Product": case.settings.workload.name, "Stack": case.stack, "ManagedBy": "groundwork"}
    filters = [{"Name": f"tag:{key}", "Values": [value]} for key, value in tags.items()]
    try:
        return bool(case.account.ask("ec2", "describe_vpcs", Filters=filters)["Vpcs"])
    except NotAskedError:
        return False


def _line(case: Case, need: Need, limit: int, counted: int | None, *, standing: bool) -> Line:
    quota = need.quota
    subject = f"quota of {quota.name}"
    first, most = (0, 0) if standing else (need.first, need.most)
    used = counted or 0
    taken = "what is taken was not counted" if counted is None else f"of which {used} are taken"
    told = f"{limit}, {taken}; this stack takes {need.first}"
    told += f", and up to {need.most}" if need.most > need.first else ""
    if used + first > limit:
        return missing(subject, told, _raise(case, quota, used + most))
    if used + most > limit:
        return to_do(subject, f"{told}: enough to start, not to grow", _raise(case, quota, used + most))
    return ok(subject, told)


def _not_asked(case: Case, need: Need, why: str) -> Line:
    quota = need.quota
    takes = f"this stack takes {need.first}" + (f", and up to {need.most}" if need.most > need.first else "")
    enough = "" if need.most <= quota.fresh else " and that is too little"
    region = quota.region or case.account.region
    remedy = (
        f"aws service-quotas get-service-quota --region {region} --service-code {quota.service}"
        f" --quota-code {quota.code}"
    )
    return not_asked(f"quota of {quota.name}", f"{why}; {takes}, a new account may have {quota.fresh}{enough}", remedy)


def _raise(case: Case, quota: Quota, wanted: int) -> str:
    region = quota.region or case.account.region
    return (
        f"aws service-quotas request-service-quota-increase --region {region} --service-code {quota.service}"
        f" --quota-code {quota.code} --desired-value {wanted}"
    )


def _limit(account: Account, quota: Quota) -> int:
    try:
        answer = account.ask(
            "service-quotas", "get_service_quota", quota.region, ServiceCode=quota.service, QuotaCode=quota.code
        )
    except AbsentError:
        raise NotAskedError(f"Service Quotas does not know {quota.code} in {quota.region or account.region}") from None
    return int(answer["Quota"]["Value"])


def _used(account: Account, quota: Quota) -> int | None:
    """Count what is taken; None for Fargate, whose tasks take a call for each cluster and more for their sizes."""
    count = _COUNTS.get(quota)
    return None if count is None else count(account)


def _instances(account: Account, *, spot: bool) -> int:
    answer = account.ask("ec2", "describe_instances", Filters=[_RUNNING])
    found = [each for reservation in answer["Reservations"] for each in reservation["Instances"]]
    return sum(_cpu(each) for each in found if (each.get("InstanceLifecycle") == "spot") is spot)


def _cpu(instance: dict[str, Any]) -> int:
    options = instance.get("CpuOptions")
    if options:
        return int(options["CoreCount"]) * int(options["ThreadsPerCore"])
    return needs.instance_cpu(str(instance["InstanceType"]))


def _gateways(account: Account) -> int:
    """Count those of the fullest zone; a gateway tells its subnet alone, so all of one VPC count for each zone."""
    states = [{"Name": "state", "Values": ["pending", "available", "deleting"]}]
    gateways = account.ask("ec2", "describe_nat_gateways", Filters=states)["NatGateways"]
    by_network: dict[str, list[str]] = {}
    for gateway in gateways:
        by_network.setdefault(str(gateway["VpcId"]), []).append(str(gateway.get("SubnetId")))
    return sum(max(subnets.count(each) for each in subnets) for subnets in by_network.values())


def _balancers(kind: str) -> Callable[[Account], int]:
    def count(account: Account) -> int:
        found = account.ask("elbv2", "describe_load_balancers")["LoadBalancers"]
        return sum(each["Type"] == kind for each in found)

    return count


def _listed(service: str, operation: str, key: str) -> Callable[[Account], int]:
    return lambda account: len(account.ask(service, operation).get(key) or [])


_COUNTS: dict[Quota, Callable[[Account], int]] = {
    needs.ON_DEMAND: lambda account: _instances(account, spot=False),
    needs.SPOT: lambda account: _instances(account, spot=True),
    needs.ADDRESSES: _listed("ec2", "describe_addresses", "Addresses"),
    needs.VPCS: _listed("ec2", "describe_vpcs", "Vpcs"),
    needs.GATEWAYS: _gateways,
    needs.BALANCERS: _balancers("application"),
    needs.NETWORK_BALANCERS: _balancers("network"),
    needs.CLUSTERS: _listed("eks", "list_clusters", "clusters"),
    needs.DATABASES: _listed("rds", "describe_db_instances", "DBInstances"),
    needs.CACHE_NODES: lambda account: sum(
        int(each["NumCacheNodes"]) for each in account.ask("elasticache", "describe_cache_clusters")["CacheClusters"]
    ),
    needs.DISTRIBUTIONS: lambda account: len(
        account.ask("cloudfront", "list_distributions").get("DistributionList", {}).get("Items") or []
    ),
}
