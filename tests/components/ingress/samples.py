"""OpeniBank's edge in production, for tests to change one thing of."""

from components.ingress.ingress import IngressArgs
from settings.stack import IngressSettings
from settings.workload import Workload
from tests.components.recording import ACCOUNT, REGION

WORKLOAD = Workload.model_validate(
    {
        "name": "openibank",
        "description": "An API for agent banking",
        "services": {
            "api-server": {
                "image": {"repository": "openibank/api-server", "tag": "v1.0.0"},
                "ports": {"http": {"number": 3000}, "metrics": {"number": 9090}},
                "replicas": {"minimum": 3, "maximum": 10},
                "resources": {
                    "requests": {"cpu": "1", "memory": "2Gi"},
                    "limits": {"cpu": "2", "memory": "4Gi"},
                },
            }
        },
        "ingress": {
            "routes": (
                {"host": "api", "path": "/", "service": "api-server", "port": "http", "health_path": "/api/v1/ping"},
            ),
            "rate_limit": {"requests": 100, "window_seconds": 60},
            "idle_timeout_seconds": 120,
        },
        "database": {
            "version": "16",
            "name": "openibank",
            "role": "openibank",
            "instance_class": "db.m7g.xlarge",
            "read_replicas": 2,
        },
    }
)


def ingress_args() -> IngressArgs:
    return IngressArgs(
        prefix="openibank-prod",
        account_id=ACCOUNT,
        region=REGION,
        domain="openibank.com",
        settings=IngressSettings(deletion_protection=True, access_log_retention_days=365, waf=True),
        workload=WORKLOAD,
        hostnames={"api": "api.openibank.com", "@": "openibank.com"},
        vpc_id="vpc-1",
        public_subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
        cluster_security_group_id="sg-cluster",
        logs_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs",
        log_retention_days=365,
        zonal_shift=True,
        protect=True,
    )
