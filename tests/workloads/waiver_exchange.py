"""Mistakes in workloads/waiver-exchange.yaml."""

from tests.workloads.case import Case

_WS = "services.ws"

CASES = (
    Case(f"{_WS}.image.repository", "waiver-exchange/waiver-exchange:v1", "without its tag", "write it like"),
    Case(f"{_WS}.command", "waiver-exchange-service", "a list", "put it in brackets: [waiver-exchange-service]"),
    Case(f"{_WS}.ports.http.protocol", "http", "TCP | UDP", "write TCP"),
    Case(f"{_WS}.probes.liveness.tcp.port", 8081, "lower-case letters", 'put it in quotes: "8081"'),
    Case(f"{_WS}.resources.requests.cpu", "0.25 cores", "thousandths of a core", "write it like '500m'"),
    Case("services.oauth.environment.OAUTH_PUBLIC_HOST.output", "host", "hostname", "did you mean 'hostname'?"),
    Case("services.rest.secrets[2]", "JWT_KEY", "a declared secret", "declare it: secrets.JWT_KEY"),
    Case("services.rest.uses[1]", "redis", "database | pooler", "write database"),
    Case("ingress.routes[2].path", "/oauth", "each host and path once", "change one", at="ingress.routes[2]"),
    Case("ingress.routes[1].host", "auth_server", "in lower case", "did you mean 'auth-server'?"),
    Case("ingress.routes[2].service", "websocket", "oauth | rest | ws", "name a service of this file"),
    Case("ingress.rate_limit.requests", 1, "from 10 to", "raise it to 10"),
    Case("database.maximum_storage_gib", 50, "a tenth above storage_gib, 50", "raise it to 55"),
    Case(
        "database.instance_class",
        "db.t4g.micro",
        "47 connections beside the 20 kept back; a rollout opens rest 50, oauth 15, ws 50",
        "name a larger class, or lower database_pool",
    ),
    Case("cache.replicas_per_shard", 6, "from 0 to 5", "lower it to 5"),
    Case("name", "waiver_exchange", "lower-case letters", "did you mean 'waiver-exchange'?"),
    Case("contact", {"email": "a@b.c"}, "contacts", "did you mean 'contacts'?"),
    Case("contacts.email", "nobody", "an e-mail address", "write it like"),
)
