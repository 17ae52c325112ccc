"""Mistakes in address ranges, principals and host names."""

from settings.raw import Raw
from tests.settings.bad_input.case import stack, workload

_API = "cluster.public_access_cidrs"
_NARROWER = "narrower ranges: 16,777,216 public addresses together"
_PUBLIC: dict[str, Raw] = {"cluster.api_access": "public"}
_ROUTE = "ingress.routes[0].host"
_TWICE: Raw = ["DATABASE_URL", "DATABASE_URL"]
_MANY: list[Raw] = [f"203.0.{number}.0/24" for number in range(41)]
_TOO_WIDE: tuple[tuple[Raw, int, str], ...] = (
    (["0.0.0.0/0"], 0, "0.0.0.0/0"),
    (["0.0.0.0/1", "128.0.0.0/1"], 0, "0.0.0.0/1"),
    (["9.9.9.0/24", "128.0.0.0/1"], 1, "128.0.0.0/1"),
    (["8.0.0.0/9", "8.128.0.0/9", "12.0.0.0/9"], 0, "8.0.0.0/9"),
    ([f"{number}.0.0.0/12" for number in range(11, 28)], 0, "11.0.0.0/12"),
)
_LONG = ".".join(["a" * 59] * 2)

CASES = (
    *(
        stack(_API, ranges, _NARROWER, "list the ranges of your offices", at=f"{_API}[{at}]", given=given, also=_PUBLIC)
        for ranges, at, given in _TOO_WIDE
    ),
    stack(_API, ["::/1"], "an IPv4 range", "write address", at=f"{_API}[0]", also=_PUBLIC),
    stack(
        _API,
        ["10.1.0.0/16"],
        "no request reaches the public endpoint from 10.0.0.0/8",
        "network_access",
        at=f"{_API}[0]",
        also=_PUBLIC,
    ),
    stack(
        _API,
        ["169.254.0.0/16"],
        "no request reaches the public endpoint from 169.254",
        "remove it",
        at=f"{_API}[0]",
        also=_PUBLIC,
    ),
    stack(
        _API,
        _MANY,
        "at most 40 ranges (EKS)",
        "wider",
        given="41 ranges",
        also=_PUBLIC,
    ),
    *(
        stack(
            place, ["198.51.100.0/24", "198.51.100.0/24"], "each range once", "remove it", at=f"{place}[1]", also=also
        )
        for place, also in (
            (_API, _PUBLIC),
            ("ingress.allowed_cidrs", {}),
            ("ingress.operator_cidrs", {}),
            ("consoles.allowed_cidrs", {}),
        )
    ),
    *(
        stack(place, ["10.9.0.0/16", "10.9.8.0/24"], "a range outside 10.9.0.0/16", "remove it", at=f"{place}[1]")
        for place in ("ingress.allowed_cidrs", "ingress.operator_cidrs", "consoles.allowed_cidrs")
    ),
    stack("ingress.operator_cidrs", ["0.0.0.0/0"], _NARROWER, "list the ranges", at="ingress.operator_cidrs[0]"),
    stack("consoles.allowed_cidrs", ["0.0.0.0/1"], _NARROWER, "list the ranges", at="consoles.allowed_cidrs[0]"),
    # who may enter
    *(
        stack("access[0].principal", f"arn:aws:{rest}", "an IAM role or user", "role/operator", given=rest)
        for rest in (
            "iam::111122223333:root",
            "iam::111122223333:group/operators",
            "iam::1111:role/operators",
            "iam::111122223333:role/",
            "sts::111122223333:assumed-role/operators/me",
        )
    ),
    stack(
        "database.restored",
        {"host": "copy.example.com", "master_secret": "arn:aws:iam::000000000000:role/x"},
        "a secret in Secrets Manager",
        "arn:aws:secretsmanager",
        at="database.restored.master_secret",
    ),
    # names in DNS
    *(
        workload(_ROUTE, host, "its parts of 1 to 63", 'write it like "api"', given=host)
        for host in ("a..b", "-a", "a-", "a.-b", "a-.b", ".a", "a.", "a" * 64, "é")
    ),
    workload("static_sites.web", {"host": "a..b"}, "its parts of 1 to 63", "write it", at="static_sites.web.host"),
    workload("ingress.cors", {"origins": ["a-"]}, "its parts of 1 to 63", "write it", at="ingress.cors.origins[0]"),
    stack("domain", f"{_LONG}.example.com", "at most 64 characters", "shorter", given="aaa"),
    stack("domain", "a-.example.com", "a domain in lower case", "write it like"),
    *(
        workload(
            "event_bus",
            {"kind": "external", "topic_prefix": "s", "consumer_group": "c", "address": address},
            "a host and a port up to 65535",
            "write it like",
            at="event_bus.address",
        )
        for address in ("bus:99999", "bus..x:80", "bus-:80", "bus:0")
    ),
    # lists
    *(
        stack(path, [value, value], "once", "remove it", at=f"{path}[1]", also=also)
        for path, value, also in (
            ("cluster.workload_nodes.instance_categories", "m", {}),
            ("cluster.workload_nodes.capacity_types", "spot", {}),
            ("access[0].namespaces", "shop", {"access[0].policy": "view"}),
        )
    ),
    workload(
        "migration.secrets",
        ["DATABASE_URL", "DATABASE_URL"],
        "each secret once",
        "remove it",
        at="migration.secrets[1]",
    ),
    workload(
        "ingress.cors",
        {"origins": ["app"], "methods": ["GET", "GET"]},
        "each entry once",
        "remove it",
        at="ingress.cors.methods[1]",
    ),
)
