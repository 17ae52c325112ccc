"""What the application's cache user may do, as an ElastiCache access string.

https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html#Access-string. Rules apply left to right.
"""

NOBODY = "off ~keys* resetchannels -@all"
"""The `default` user, which every user group must have: switched off, no key, no channel, no command.

AWS adds `resetchannels` where no channel is named; left out, it would be a difference on every `up`."""

_CATEGORIES = ("read", "write", "connection", "transaction", "scripting", "pubsub")
_CLUSTER_CLIENT = ("slots", "shards", "nodes", "info", "keyslot", "myid", "countkeysinslot")
"""What a cluster client asks to find the node of a key, and nothing that changes the cluster.

Clients that know both modes ask it to learn which one this is; with cluster mode disabled the server says so itself."""

_ALLOWED_AGAIN = ("info", "sort", "role")
"""Dangerous by category, harmless to others: what health checks and client libraries use."""


def metrics_access() -> str:
    """Return the access string of the exporter's user: what a node says of itself, and no key, channel or setting.

    Those are the commands that redis_exporter sends without its option for settings; without `client|setname` it would
    log an error at each question.
    """
    told = ("ping", "info", "client|setname", "cluster|info", "slowlog|len", "slowlog|get", "latency|latest")
    return " ".join(["on", "~keys*", "resetchannels", "-@all", *(f"+{command}" for command in told)])


def application_access() -> str:
    """Return the access string of the product's user: every key and channel, no administration.

    `@dangerous` holds KEYS, FLUSHALL, CONFIG, DEBUG, MIGRATE and their like; one of them can stall or empty a cache.
    """
    rules = [
        "on",
        "~*",
        "&*",
        "-@all",
        *(f"+@{category}" for category in _CATEGORIES),
        "-@dangerous",
        *(f"+{command}" for command in _ALLOWED_AGAIN),
        *(f"+cluster|{command}" for command in _CLUSTER_CLIENT),
    ]
    return " ".join(rules)
