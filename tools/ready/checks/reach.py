"""How this machine will reach the Kubernetes API."""

from collections.abc import Iterator
from typing import Any

from settings.api_access import ApiPeering
from settings.runtimes import Feature
from tools.ready.account import AbsentError, NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok, to_do

_SUBJECT = "the way to the Kubernetes API"
_INSTALL = {
    "aws": "install the AWS command line, version 2: the Kubernetes provider asks it for tokens",
    "session-manager-plugin": "install the Session Manager plugin for the AWS command line",
    "python3": "install Python 3.11 or newer",
}


def check(case: Case) -> Iterator[Line]:
    stack = case.settings.stack
    if Feature.KUBERNETES_API not in stack.offers:
        return
    way = stack.cluster.api_access
    programs = ["aws", "session-manager-plugin", "python3"] if way == "tunnel" else ["aws"]
    absent = [program for program in programs if case.which(program) is None]
    for program in absent:
        yield missing(_SUBJECT, f"{way}: {program} is not on PATH", _INSTALL[program])
    if way == "tunnel" and not absent:
        yield ok(_SUBJECT, "tunnel: opens by itself through a system node, as soon as there is one")
    elif way == "public":
        ranges = ", ".join(stack.cluster.public_access_cidrs)
        remedy = "compare with `curl https://checkip.amazonaws.com`"
        yield to_do(_SUBJECT, f"public: this machine must come from {ranges}", remedy)
    elif way == "network" and stack.cluster.network_access is not None:
        access = stack.cluster.network_access
        yield to_do(
            _SUBJECT,
            f"network: this machine must come from {', '.join(access.cidrs)}",
            "run it in that network; `hostname -I` shows its addresses",
        )
        if access.peering is not None:
            yield from _peering(case, access.peering)


def _peering(case: Case, peering: ApiPeering) -> Iterator[Line]:
    asked: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (peering.vpc_id, "describe_vpcs", {"VpcIds": [peering.vpc_id]}),
        (
            ", ".join(peering.route_table_ids),
            "describe_route_tables",
            {"RouteTableIds": list(peering.route_table_ids)},
        ),
    )
    for name, operation, parameters in asked:
        try:
            case.account.ask("ec2", operation, **parameters)
        except AbsentError:
            yield missing(_SUBJECT, f"there is no {name} in {case.account.region}", "correct network_access.peering")
        except NotAskedError as why:
            yield not_asked(_SUBJECT, f"{name}: {why}", f"aws ec2 {operation.replace('_', '-')}")
        else:
            yield ok(_SUBJECT, f"{name} is there")
