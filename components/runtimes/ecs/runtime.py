"""The second runtime: tasks on Fargate or on one host, behind the same load balancer, database, cache and secrets."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pulumi import Input, Output

from components.capabilities.contract import Kubernetes
from components.capabilities.planned import planned_reach
from components.foundation.foundation import Foundation
from components.identity.pod_role import Statement
from components.identity.sessions import task_session
from components.monitoring.watched import WatchedTasks
from components.product.composed import TaskSecrets, TaskSecretsArgs
from components.product.pooler import POOLER
from components.product.references import SecretReference
from components.product.rules import product_rule_groups
from components.product.secrets import environment_keys, other_credentials
from components.product.toolbox import TOOLBOX
from components.product.wiring import Wiring
from components.runtimes.contract import ProductContext, Watch
from components.runtimes.ecs import jobs
from components.runtimes.ecs.application import EcsApplication, EcsApplicationArgs
from components.runtimes.ecs.cluster import EcsCluster, EcsClusterArgs
from components.runtimes.ecs.collector import COLLECTOR_ENDPOINT
from components.runtimes.ecs.egress_rules import all_egress_rules
from components.runtimes.ecs.host import EcsHost, EcsHostArgs
from components.runtimes.ecs.job import EcsJob
from components.runtimes.ecs.managed_prometheus import ManagedPrometheus, ManagedPrometheusArgs
from components.runtimes.ecs.placement import Placement
from components.runtimes.ecs.proofs import SMOKE, proof_names
from components.runtimes.ecs.toolbox import has_toolbox
from components.runtimes.held_secrets import held_secrets
from settings import PlatformSettings
from settings.arithmetic.pooler import pooler_of
from settings.arithmetic.tasks import product_job_names, proxied, rolls_on_host
from settings.stack import HostSettings
from settings.workload.images import short_names
from settings.workload.outputs import WiredOutput


class EcsRuntime:
    """A cluster of ECS, and the product's tasks on it."""

    security_group_id: Output[str]
    target_type: Literal["ip", "instance"]
    kubernetes: Kubernetes | None = None

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self._settings = settings = foundation.settings
        self.cluster = EcsCluster(
            "tasks",
            EcsClusterArgs(
                prefix=settings.prefix,
                settings=settings.stack.ecs,
                logged=_writers(settings),
                vpc_id=foundation.network.vpc_id,
                logs_key_arn=foundation.encryption.logs_key_arn,
                log_retention_days=settings.stack.monitoring.log_retention_days,
                discovery=any(proxied(settings, name) for name in settings.workload.services),
            ),
            foundation.child,
        )
        self.security_group_id = self.cluster.security_group_id
        self.target_type = "instance" if settings.stack.ecs.host else "ip"
        self._subnet_ids = _subnets(foundation)
        if settings.stack.ecs.host is not None:
            self._host(settings.stack.ecs.host)

    def _host(self, host: HostSettings) -> None:
        foundation, settings = self.foundation, self._settings
        EcsHost(
            "host",
            EcsHostArgs(
                prefix=settings.prefix,
                account_id=foundation.encryption.account_id,
                region=settings.stack.region,
                settings=host,
                cluster_name=self.cluster.name,
                vpc_id=foundation.network.vpc_id,
                subnet_ids=self._subnet_ids,
                tasks_group_id=self.security_group_id,
                egress_rules=all_egress_rules(settings, planned_reach(settings), foundation.network.data_subnet_cidrs),
                public=_public(settings),
                data_key_arn=foundation.encryption.data_key_arn,
            ),
            foundation.child,
        )

    def outputs(self) -> dict[WiredOutput, Input[str]]:
        return {"telemetry.otlp_endpoint": COLLECTOR_ENDPOINT}

    def sessions(self) -> list[Statement]:
        """Name the toolbox's tasks, which carry the group that stores let in."""
        job = self.application.jobs[TOOLBOX]
        account_id = self.foundation.encryption.account_id
        return task_session(self._settings.stack.region, account_id, self.cluster.name, job.family, job.role_arns)

    def watch(self) -> Watch:
        """Tell what CloudWatch sees of the tasks."""
        services = {name: self._settings.replicas(name).minimum for name in self._settings.workload.services}
        return Watch(
            tasks=WatchedTasks(
                cluster_name=self.cluster.name,
                services=services,
                log_group_names=self.cluster.log_group_names,
                managed_prometheus=_measured(self._settings),
            )
        )

    def run(self, context: ProductContext) -> None:
        foundation, wiring = self.foundation, context.wiring
        child, encryption = foundation.child, foundation.encryption
        prometheus = self._prometheus(context)
        asked = held_secrets(foundation, wiring)
        secrets = TaskSecrets("task-secrets", asked, child)
        self.application = EcsApplication(
            "application",
            EcsApplicationArgs(
                settings=self._settings,
                wiring=wiring,
                placement=self._placement(),
                account_id=encryption.account_id,
                secrets_key_arn=encryption.secrets_key_arn,
                logs_key_arn=encryption.logs_key_arn,
                secrets=secrets.references,
                acting=self._acting(asked, wiring),
                log_group_names=self.cluster.log_group_names,
                log_group_arns=self.cluster.log_group_arns,
                repository_arns=_repositories(self._settings, encryption.account_id),
                data_cidrs=foundation.network.data_subnet_cidrs,
                dump_statements=context.dump_statements,
                restore_statements=context.restore_statements,
                resource_labels=context.resource_labels,
                master_secret_arn=wiring.master_secret,
                metrics_url=prometheus.write_url if prometheus else None,
                metrics_arn=prometheus.arn if prometheus else None,
                rolls=rolls_on_host(self._settings),
                depends_on=[*foundation.network.ready, *context.stores],
            ),
            child,
        )

    def _acting(self, asked: TaskSecretsArgs, wiring: Wiring) -> dict[tuple[str, ...], dict[str, SecretReference]]:
        """Store what has other credentials than the services' a second time, under the names of those."""
        made: dict[tuple[str, ...], dict[str, SecretReference]] = {}
        for acting in other_credentials(self._settings.workload):
            label = "-".join(acting.values()).replace("_", "-")
            args = replace(
                asked,
                path=f"{asked.path}/{label}",
                texts=wiring.acting(acting).secret_texts,
                names=environment_keys(self._settings, wiring, acting),
            )
            made[tuple(acting.values())] = TaskSecrets(f"task-secrets-{label}", args, self.foundation.child).references
        return made

    def _prometheus(self, context: ProductContext) -> ManagedPrometheus | None:
        settings = self._settings
        if not _measured(settings) or context.topic_arn is None:
            return None
        return ManagedPrometheus(
            "prometheus",
            ManagedPrometheusArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                rule_groups=product_rule_groups(settings),
                topic_arn=context.topic_arn,
                chat_topic_arn=context.chat_topic_arn,
                quiet_window=settings.quiet_window,
                data_key_arn=self.foundation.encryption.data_key_arn,
            ),
            self.foundation.child,
        )

    def exports(self) -> Mapping[str, Input[Any]]:
        """Name the cluster, and the commands that run what a person starts."""
        named: dict[str, Input[Any]] = {"cluster_name": self.cluster.name}
        for name, output in (
            (jobs.MIGRATION, "migration_command"),
            (jobs.RESTORE, "restore_command"),
            (TOOLBOX, "toolbox_command"),
            (SMOKE, "smoke_command"),
        ):
            job = self.application.jobs.get(name)
            if job is not None:
                named[output] = self._run_task(job, " --enable-execute-command" if name == TOOLBOX else "")
        return named

    def _run_task(self, job: EcsJob, option: str) -> Output[str]:
        return Output.concat(
            f"aws ecs run-task --region {self._settings.stack.region}",
            f" --launch-type {self._placement().launch_type}{option} --cluster ",
            self.cluster.name,
            " --task-definition ",
            job.family,
            self._network_option(job),
        )

    def _network_option(self, job: EcsJob) -> Input[str]:
        """Where a job that a person starts runs; on a host it shares the machine's address."""
        if job.security_group_id is None:
            return ""
        public = "ENABLED" if _public(self._settings) else "DISABLED"
        return Output.concat(
            " --network-configuration 'awsvpcConfiguration={subnets=[",
            self._subnet_ids[0],
            "],securityGroups=[",
            self.security_group_id,
            ",",
            job.security_group_id,
            f"],assignPublicIp={public}}}'",
        )

    def _placement(self) -> Placement:
        return Placement(
            cluster_name=self.cluster.name,
            cluster_arn=self.cluster.arn,
            vpc_id=self.foundation.network.vpc_id,
            subnet_ids=self._subnet_ids,
            security_group_id=self.security_group_id,
            public=_public(self._settings),
            settings=self._settings.stack.ecs,
            namespace_arn=self.cluster.namespace_arn,
        )


def _writers(settings: PlatformSettings) -> list[str]:
    """Name everything that writes a log."""
    pooler = [POOLER] if pooler_of(settings) else []
    tools = [TOOLBOX] if has_toolbox(settings) else []
    own = [*jobs.job_names(settings), *tools, *proof_names(settings), *product_job_names(settings)]
    return [*settings.workload.services, *pooler, *own]


def _measured(settings: PlatformSettings) -> bool:
    """Whether the product has metrics that are collected here."""
    services = settings.workload.services.values()
    return settings.stack.ecs.prometheus and any(service.metrics is not None for service in services)


def _public(settings: PlatformSettings) -> bool:
    """Whether tasks carry public addresses: without NAT gateways and endpoints there is no other way to a registry."""
    network = settings.stack.network
    return network.nat == "none" and not network.interface_endpoints


def _subnets(foundation: Foundation) -> list[Output[str]]:
    network = foundation.network
    return network.public_subnet_ids if _public(foundation.settings) else network.private_subnet_ids


def _repositories(settings: PlatformSettings, account_id: Input[str]) -> list[Input[str]]:
    """The product's repositories in ECR, if that is where its images come from."""
    if settings.stack.application.registry != "ecr":
        return []
    start = Output.concat(f"arn:aws:ecr:{settings.stack.region}:", account_id, ":repository/")
    return [Output.concat(start, f"{settings.workload.name}/{name}") for name in short_names(settings.workload)]
