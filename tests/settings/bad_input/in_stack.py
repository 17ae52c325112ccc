"""Mistakes in a stack file."""

from datetime import UTC, datetime, timedelta

from settings.raw import Raw
from tests.settings.bad_input.case import stack
from tests.settings.product import DELETE

_UNSAFE = "protection.allow_unsafe: true"
_CERTIFICATE = "database.certificate_authority"

_UNTIL = "permits[0].until"
_CHANGES = "retire | replace | upgrade | apply-now | grow"


def _permit(**changes: Raw) -> dict[str, Raw]:
    soon = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    return {"change": "retire", "of": "secrets.OLD", "until": soon, **changes}


CASES = (
    # keys and types
    stack("netwrok", {"cidr": "10.0.0.0/16"}, "network", "did you mean 'network'?"),
    stack("colour", "blue", "secrets", "remove 'colour'"),
    stack("database.replicas", 2, "read_replicas", "did you mean 'read_replicas'?"),
    stack("cluster.system_nodes.max", 6, "maximum", "did you mean 'maximum'?"),
    stack("network", DELETE, "IPv4 range", 'add `cidr: "10.0.0.0/16"`', given="nothing", at="network.cidr"),
    stack("network", "10.0.0.0/16", "a section with cidr", "write its keys below it", given='"10.0.0.0/16"'),
    stack("network.cidr", DELETE, "IPv4 range", 'add `cidr: "10.0.0.0/16"`', given="nothing"),
    stack("region", DELETE, "AWS region", 'add `region: "us-east-1"`', given="nothing"),
    stack("zones", DELETE, "availability zone", "add `zones:", given="nothing"),
    stack("zones", "us-east-1a", "a list", "put it in brackets with the others: [us-east-1a, …]"),
    stack("zones[1]", 7, "availability zone", 'write it like "use1-az1"', given="7"),
    stack("network.enviroment", "x", "cidr", "remove 'enviroment'"),
    stack("consoles.allowed_cidrs", "10.0.0.0/8", "a list", 'put it in brackets: ["10.0.0.0/8"]'),
    stack("database.read_replicas", "99", "a whole number from 0 to 15", "lower it to 15 or less", given='"99"'),
    stack("database.read_replicas", "2", "a whole number from 0 to 15", "remove the quotes: 2", given='"2"'),
    stack("database.multi_az", "yes", "true or false", "write true without quotes"),
    stack("cluster.version", 1.35, "a Kubernetes version", 'put it in quotes: "1.35"', given="1.35"),
    stack("database.backup_retention_days", None, "a whole number from 0 to 35", "write it like"),
    stack("access[0].policy", "root", "cluster-admin | admin | edit | view", "write cluster-admin"),
    stack("access[0].principle", "x", "principal", "did you mean 'principal'?"),
    # names
    stack("environment", "prod", "dev | staging | production | budget", "did you mean 'production'?"),
    stack("workload", "shopp", "a file in workloads/: shop", "did you mean 'shop'?"),
    stack("workload", "../shop", "lower-case letters", "write it like"),
    stack("region", "us-east-11", "AWS region", "write it like"),
    stack("region", "us-east-7", "a region of the commercial partition", "did you mean 'us-east-"),
    stack("region", "eu_west_1", "AWS region", "did you mean 'eu-west-1'?"),
    stack("replica_regions", ["eu-west-9"], "commercial partition", "did you mean 'eu-west-", at="replica_regions[0]"),
    stack("replica_regions", ["us-east-1"], "other than the stack's own", "remove it", at="replica_regions[0]"),
    stack("replica_regions", ["eu-west-1", "eu-west-1"], "each region once", "remove it", at="replica_regions[1]"),
    stack("primary_stack", "prod", "another stack", "remove it"),
    stack("primary_stack", "a/b/c/d", "a stack's name", 'like "prod"'),
    stack(
        "application.replicate_images_to",
        ["us-west-2"],
        "that this stack makes",
        "add `repositories: true`",
        at="application.replicate_images_to[0]",
    ),
    stack(
        "application.replicate_images_to",
        ["us-east-1"],
        "another region",
        "remove it",
        at="application.replicate_images_to[0]",
    ),
    # services left out
    stack("application.without", ["wroker"], "a service: ", "did you mean 'worker'?", at="application.without[0]"),
    stack("application.without", ["worker"], "without routes", "remove its routes", at="application.without[0]"),
    # images
    stack("application.registry", "ecs", "upstream | ecr", "did you mean 'ecr'?"),
    stack("application.repositories", "yes", "true or false", "write true without quotes"),
    stack("application.images_kept", 1, "a whole number from 2 to 1,000", "raise it to 2 or more"),
    # zones
    stack("zones[2]", "us-west-2c", "a zone of us-east-1: us-east-1a", "did you mean 'us-east-1c'?"),
    stack("zones[2]", "us-east-1z", "a zone of us-east-1", "did you mean"),
    stack("zones", ["us-east-1a", "us-east-1b"], "at least 3 different zones in production", "add us-east-1c"),
    stack("zones", ["us-east-1a"], "at least 2 of them", "write it like"),
    stack("zones[3]", "us-east-1a", "each zone once", "remove it"),
    # address ranges
    stack("network.cidr", "8.8.0.0/16", "inside a private range", "choose one such as 10.0.0.0/16"),
    stack("network.cidr", "172.32.0.0/16", "inside a private range", "10.0.0.0/16"),
    stack("network.cidr", "10.0.0.0/24", "/16 (65,536 addresses, the largest VPC) to /20", "write 10.0.0.0/20"),
    stack("network.cidr", "10.0.0.0/8", "/16", "write 10.0.0.0/16"),
    stack("network.cidr", "10.0.1.0/16", "no bits set behind the prefix", "write '10.0.0.0/16'"),
    stack("network.cidr", "10.0.0.0", "CIDR", "write address and prefix length"),
    stack("network.cidr", "10.0.300.0/16", "CIDR", "numbers are 0-255"),
    stack("network.cidr", "fd00::/16", "IPv4", "write address and prefix length"),
    stack("ingress.allowed_cidrs", ["0.0.0.0/33"], "CIDR", "0-32", at="ingress.allowed_cidrs[0]"),
    # access
    stack("access[0].principal", "operators", "Amazon Resource Name", "write it like"),
    stack("access[0].principal", "arn:aws:s3:::bucket", "an IAM role or user", "role/operator"),
    stack(
        "access[1]",
        {"name": "operators", "principal": "arn:aws:iam::000000000000:role/other", "policy": "view"},
        "each entry name once",
        "remove it",
        at="access[1].name",
    ),
    stack(
        "access[1]",
        {"name": "others", "principal": "arn:aws:iam::000000000000:role/operators", "policy": "view"},
        "each principal once",
        "remove it",
        at="access[1].principal",
    ),
    stack("access[0].namespaces", ["shop"], "none for cluster-admin", "choose the policy admin"),
    # cluster
    stack("cluster.version", "1.20", "whose add-ons are pinned: 1.35", "write '1.35'"),
    stack("cluster.version", "latest", "a Kubernetes version", 'like "1.35"'),
    stack("cluster.system_nodes.minimum", 9, "at most the maximum, 6", "lower it to 6"),
    stack("cluster.system_nodes.minimum", 0, "from 1 to 50", "raise it to 1"),
    stack(
        "cluster.system_nodes.instance_types", ["m7i"], "EC2", "m7i.large", at="cluster.system_nodes.instance_types[0]"
    ),
    stack("cluster.system_nodes.instance_types", [], "at least 1 of them", "write it like"),
    stack("cluster.log_retention_days", 100, "1 | 3 | 5", "the nearest is 90"),
    stack("cluster.workload_nodes.architecture", "arm", "amd64 | arm64", "did you mean 'arm64'?"),
    stack("network.nat", "per-az", "none | single | per-zone | regional", "did you mean 'per-zone'?"),
    # database and cache
    stack("database.instance_class", "m7g.large", "db.<family>.<size>", 'like "db.m7g.large"'),
    stack("database.instance_class", "db.m7g.huge", "db.<family>.<size>", 'like "db.m7g.large"'),
    stack("cache.node_type", "cache.m7g", "cache.<family>.<size>", 'like "cache.m7g.large"'),
    stack("database.read_replicas", 16, "from 0 to 15", "lower it to 15"),
    stack("database.maximum_storage_gib", 105, "at least 110: a tenth above storage_gib, 100", "raise it to 110"),
    stack("database.storage_type", "io2", "a whole number with io2", "add `iops: 3000`", at="database.iops"),
    stack("database.iops", 200000, "50 to 100,000", "change iops", also={"database.storage_type": "io2"}),
    stack("database.iops", 5000, "none with gp3 below 400 GiB", "remove it"),
    stack("database.backup_window", "25:00-26:00", "hh:mm-hh:mm", "write it like"),
    stack("database.backup_window", "03:30-04:30", "apart from maintenance_window", "move one"),
    stack("database.backup_window", "01:00-01:10", "30 minutes to 24 hours long; this is 10", "move the end"),
    stack("database.maintenance_window", "Sunday 03:00", "ddd:hh:mm-ddd:hh:mm", "write it like"),
    stack("cache.snapshot_window", "05:00-06:00", "apart from maintenance_window", "move one"),
    stack("cache.maintenance_window", "sun:04:30-sun:05:00", "60 minutes to 24 hours", "move the end"),
    stack("cache.shards", 200, "200 x (1 + 5) = 1200", "fewer shards", also={"cache.replicas_per_shard": 5}),
    stack("database.monitoring_interval_seconds", 20, "0 | 1 | 5 | 10 | 15 | 30 | 60", "the nearest is 15"),
    stack("database.insights", "basic", "standard | advanced", "write standard"),
    stack(_CERTIFICATE, "rsa2048", "RDS certificate authority", 'like "rds-ca-rsa2048-g1"'),
    # production
    stack("database.deletion_protection", False, "true in production", _UNSAFE),
    stack("cluster.deletion_protection", False, "true in production", _UNSAFE),
    stack("ingress.deletion_protection", False, "true in production", _UNSAFE),
    stack("ingress.waf", False, "true in production", _UNSAFE),
    stack("protection.stateful", False, "true in production", _UNSAFE),
    stack("retention.final_snapshots", False, "true in production", _UNSAFE),
    stack("retention.automated_backups", False, "true in production", _UNSAFE),
    stack("retention.buckets", False, "true in production", _UNSAFE),
    stack("retention.vault", False, "true in production", _UNSAFE),
    stack("retention.secret_recovery_days", 0, "7 to 30 in production", _UNSAFE),
    stack("retention.secret_recovery_days", 3, "0, or 7 to 30 days", "write 7"),
    stack("rotation.every_days", 7, "a whole number from 30 to 365", "raise it to 30 or more"),
    stack("rotation.every_days", 366, "a whole number from 30 to 365", "lower it to 365 or less"),
    stack("database.multi_az", False, "true in production", _UNSAFE),
    stack("cache.snapshot_retention_days", 0, "1 to 35 in production", _UNSAFE),
    stack("cache.replicas_per_shard", 0, "automatic failover", _UNSAFE),
    stack(
        "database.backup_retention_days",
        0,
        "1 to 35 with 2 read replicas",
        "set read_replicas to 0",
        also={"protection.allow_unsafe": True},
    ),
    stack("database.backup_retention_days", 6, "7 to 35 in production", _UNSAFE, given="6"),
    # permits
    stack("permits", [_permit(until="soon")], "a day as year-month-day", 'write it like "2026', at=_UNTIL),
    stack("permits", [_permit(until="24.12.2026")], "a day as year-month-day", 'write it like "2026', at=_UNTIL),
    stack("permits", [_permit(change="replace")], "the reason why", "state it", at="permits[0].why"),
    stack("permits", [_permit(of="")], "text that is not empty", "write", at="permits[0].of"),
    stack("preview", "palm", "protected | plan", "write"),
    stack("permits", [_permit(until="2099-01-31")], "(today) to", "at the latest", at=_UNTIL),
    stack("permits", [_permit(of="services.api")], "what goes with its logs", "remove", at="permits[0].of"),
    stack("permits", [_permit(of="databse")], "secrets.<name>", "write it like", at="permits[0].of"),
    stack("permits", [_permit(change="upgrade", of="buckets.x")], "database or cache", "permit", at="permits[0].of"),
    stack("permits", [_permit(change="grow")], "metrics", "write metrics", at="permits[0].of"),
    stack("permits", [_permit(of="metrics")], "anything but metrics", "change: grow", at="permits[0].of"),
    stack("permits", [_permit(change="destroy")], _CHANGES, "write", at="permits[0].change"),
    stack("permits", [_permit(), _permit()], "one permit to retire it", "remove one of the two", at="permits[1].of"),
    stack("database.master_password", "rds", "platform where there are read replicas", "write platform"),
    # backups, monitoring, secrets
    stack("backup.object_lock_days", 40, "at most", "lower it to 30", also={"backup.retention_days": 60}),
    stack(
        "backup.retention_days", 20, "at most retention_days, 20", "raise retention_days", at="backup.object_lock_days"
    ),
    stack(
        "backup.copy_region", "eu-west-1", "one of replica_regions (none so far)", "add eu-west-1 to replica_regions"
    ),
    stack("backup.copy_region", "us-east-1", "a region other than the stack's own", "choose another region"),
    stack("monitoring.emails", DELETE, "a Slack channel that alarms are sent to", "unattended: true", given="nothing"),
    stack("monitoring.emails", [], "an address or a Slack channel", "add `monitoring: {emails:", given="nothing"),
    stack("monitoring.unattended", True, "false where alarms are sent to somebody", "remove the key", given="true"),
    stack("monitoring.emails[0]", "operations", "an e-mail address", "write it like"),
    stack("monitoring.emails[1]", "operations@example.com", "each address once", "remove it"),
    stack(
        "monitoring.slack_channel",
        "C0123ABCD",
        "together with slack_channel",
        "add it",
        at="monitoring.slack_workspace",
    ),
    stack("secrets.PARTNER_KEE", {"secure": "v1:x"}, "a provided secret of the product", "did you mean 'PARTNER_KEY'?"),
    stack("secrets", DELETE, "a value, which shop requires", "pulumi config set --secret", at="secrets.PARTNER_KEY"),
    stack("secrets.PARTNER_KEY", "hunter2", "in clear text", "change it at its source", given="(not shown)"),
    # domains
    stack("domain", "https://example.com", "a domain in lower case", "did you mean 'example.com'?"),
    stack("domain", "Example.com", "a domain in lower case", "did you mean 'example.com'?"),
    stack("domain", "example", "at least two parts", 'like "example.com"'),
    stack("application.images_from", "registry/", "registry and path", "did you mean 'registry'?"),
)
