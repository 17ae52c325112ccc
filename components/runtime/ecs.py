"""The second runtime: tasks on Fargate, behind the same load balancer, database, cache and secrets."""

from collections.abc import Mapping
from typing import Any

from pulumi import Input, Output

from components.assembly.foundation import Foundation
from components.ecs import jobs
from components.ecs.application import EcsApplication, EcsApplicationArgs
from components.ecs.cluster import EcsCluster, EcsClusterArgs
from components.ecs.composed import TaskSecrets, TaskSecretsArgs, cache_credential, database_credential
from components.ecs.service import Placement
from components.ecs.service_containers import COLLECTOR_ENDPOINT, proxied
from components.monitoring.watched import WatchedTasks
from components.naming import secret_path
from components.runtime.base import PodIdentity, Surroundings, Watch
from settings import PlatformSettings
from settings.workload.images import short_names


class EcsRuntime:
    """A Fargate cluster, and the product's tasks on it."""

    security_group_id: Output[str]
    telemetry_endpoint = COLLECTOR_ENDPOINT
    pod_identity: PodIdentity | None = None

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self._settings = settings = foundation.settings
        workload = settings.workload
        self.cluster = EcsCluster(
            "tasks",
            EcsClusterArgs(
                prefix=settings.prefix,
                settings=settings.stack.ecs,
                logged=[*workload.services, *jobs.job_names(settings)],
                vpc_id=foundation.network.vpc_id,
                logs_key_arn=foundation.encryption.logs_key_arn,
                log_retention_days=settings.stack.monitoring.log_retention_days,
                discovery=any(proxied(settings, name) for name in workload.services),
            ),
            foundation.child,
        )
        self.security_group_id = self.cluster.security_group_id
        self._subnet_ids = _subnets(foundation)

    def watch(self) -> Watch:
        """Tell what CloudWatch sees of the tasks; the product's own figures are not collected here."""
        services = {name: self._settings.replicas(name).minimum for name in self._settings.workload.services}
        return Watch(
            tasks=WatchedTasks(
                cluster_name=self.cluster.name, services=services, log_group_names=self.cluster.log_group_names
            )
        )

    def run(self, surroundings: Surroundings) -> None:
        foundation, wiring = self.foundation, surroundings.wiring
        child, encryption = foundation.child, foundation.encryption
        database = database_credential(self._settings, foundation.secrets)
        secrets = TaskSecrets(
            "task-secrets",
            TaskSecretsArgs(
                settings=self._settings,
                account_id=encryption.account_id,
                path=secret_path(self._settings),
                secrets_key_arn=encryption.secrets_key_arn,
                replica_key_arns=encryption.secrets_replica_key_arns,
                stored=foundation.secrets.entries,
                outputs=wiring.outputs,
                database=database,
                cache=cache_credential(foundation.secrets),
            ),
            child,
        )
        self.application = EcsApplication(
            "application",
            EcsApplicationArgs(
                settings=self._settings,
                wiring=wiring,
                placement=self._placement(),
                account_id=encryption.account_id,
                secrets_key_arn=encryption.secrets_key_arn,
                secrets=secrets.references,
                log_group_names=self.cluster.log_group_names,
                log_group_arns=self.cluster.log_group_arns,
                repository_arns=_repositories(self._settings, encryption.account_id),
                data_cidrs=foundation.network.data_subnet_cidrs,
                dump_statements=surroundings.dump_statements,
                resource_labels=surroundings.resource_labels,
                database=database,
                master_secret_arn=wiring.master_secret,
                depends_on=[*foundation.network.ready, *surroundings.stores],
            ),
            child,
        )

    def exports(self) -> Mapping[str, Input[Any]]:
        """Name the cluster and, for a product with a migration, the command that runs it."""
        named: dict[str, Input[Any]] = {"cluster_name": self.cluster.name}
        migration = self.application.jobs.get(jobs.MIGRATION)
        if migration is not None:
            public = "ENABLED" if _public(self._settings) else "DISABLED"
            groups = Output.concat(self.security_group_id, ",", migration.security_group_id)
            network = Output.concat("subnets=[", self._subnet_ids[0], "],securityGroups=[", groups, "]")
            named["migration_command"] = Output.concat(
                f"aws ecs run-task --region {self._settings.stack.region} --launch-type FARGATE --cluster ",
                self.cluster.name,
                " --task-definition ",
                migration.family,
                " --network-configuration 'awsvpcConfiguration={",
                network,
                f",assignPublicIp={public}}}'",
            )
        return named

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
