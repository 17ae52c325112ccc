"""The product on ECS: its database's set-up, its services, its jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import vpc

from components.application.wiring import Wiring
from components.ecs import jobs
from components.ecs.composed import StoreCredential
from components.ecs.containers import Log
from components.ecs.egress import Door
from components.ecs.job import EcsJob, EcsJobArgs
from components.ecs.jobs import Job
from components.ecs.references import SecretReference, json_key, readable
from components.ecs.service import EcsService, EcsServiceArgs, Placement
from components.ecs.service_containers import TaskInputs, service_task
from components.identity.pod_role import Statement
from components.identity.secret_reading import secret_statements
from settings import PlatformSettings
from settings.workload.service import Service

_HTTPS, _POSTGRES, _REDIS = 443, 5432, 6379
_ANYWHERE = "0.0.0.0/0"
_TRACES: Statement = {
    "Sid": "WriteTraces",
    "Effect": "Allow",
    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    # X-Ray knows no resource for what is written to it.
    "Resource": "*",
}


@dataclass(frozen=True, kw_only=True)
class EcsApplicationArgs:
    """`secrets` refers to every declared secret that has a value; `database` is the role's credential.

    `master_secret_arn` holds the administrator's. `dump_statements` is what the dump may do. `resource_labels` name
    load balancer and target group of each routed port, for autoscaling by requests.
    """

    settings: PlatformSettings
    wiring: Wiring
    placement: Placement
    account_id: Input[str]
    secrets_key_arn: Input[str]
    secrets: Mapping[str, SecretReference]
    log_group_names: Mapping[str, Input[str]]
    log_group_arns: Mapping[str, Input[str]]
    repository_arns: Sequence[Input[str]]
    data_cidrs: Sequence[str]
    dump_statements: Sequence[Statement]
    resource_labels: Mapping[tuple[str, str], Input[str]]
    database: StoreCredential | None = None
    master_secret_arn: Input[str] | None = None
    depends_on: Sequence[Resource] = ()


class EcsApplication(ComponentResource):
    """Services by name, and the jobs around them."""

    services: dict[str, EcsService]
    jobs: dict[str, EcsJob]

    def __init__(self, name: str, args: EcsApplicationArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:EcsApplication", name, None, opts)
        self._logical = name
        self._args = args
        self._inputs = TaskInputs(
            settings=args.settings,
            wiring=args.wiring,
            secrets=args.secrets,
            database=self._libpq(),
            database_credential=self._role(),
        )
        self.jobs = {each.name: self._job(each) for each in self._planned()}
        self.services = {each: self._service(each) for each in args.settings.workload.services}
        self._let_services_call()
        self.register_outputs({"services": sorted(self.services), "jobs": sorted(self.jobs)})

    def _libpq(self) -> dict[str, Input[str]]:
        outputs = self._args.wiring.outputs
        if "database.host" not in outputs:
            return {}
        return {
            "PGHOST": outputs["database.host"],
            "PGPORT": outputs["database.port"],
            "PGDATABASE": outputs["database.name"],
            "PGSSLMODE": "require",
            "PGCONNECT_TIMEOUT": "10",
        }

    def _role(self) -> dict[str, SecretReference]:
        database = self._args.database
        if database is None:
            return {}
        return {"PGUSER": json_key(database.arn, "username"), "PGPASSWORD": json_key(database.arn, "password")}

    def _planned(self) -> list[Job]:
        args = self._args
        planned = [
            jobs.bootstrap(self._inputs, self._log(jobs.BOOTSTRAP), args.master_secret_arn),
            jobs.migration(self._inputs, self._log(jobs.MIGRATION)),
            jobs.dump(self._inputs, self._log(jobs.DUMP), args.dump_statements),
        ]
        return [each for each in planned if each is not None]

    def _log(self, writer: str) -> Log:
        """Where a service or job writes; a job that the product does not have is never asked for its log."""
        return Log(group_name=self._args.log_group_names.get(writer, ""), region=self._args.settings.stack.region)

    def _job(self, job: Job) -> EcsJob:
        args = self._args
        return EcsJob(
            f"{self._logical}-{job.name}",
            EcsJobArgs(
                prefix=args.settings.prefix,
                job=job.name,
                size=job.size,
                containers=job.containers,
                volumes=job.volumes,
                placement=args.placement,
                account_id=args.account_id,
                region=args.settings.stack.region,
                log_group_arn=args.log_group_arns[job.name],
                secrets_key_arn=args.secrets_key_arn,
                repository_arns=args.repository_arns,
                statements=job.statements,
                doors=[*self._common_doors(), *self._store_doors(("database",))],
                schedule=job.schedule,
                disk_gib=job.disk_gib,
                depends_on=args.depends_on,
            ),
            ResourceOptions(parent=self),
        )

    def _service(self, name: str) -> EcsService:
        args = self._args
        service = args.settings.workload.services[name]
        task = service_task(self._inputs, name, self._log(name))
        targets = {port: arn for (owner, port), arn in args.wiring.target_groups.items() if owner == name}
        labels = [label for (owner, _), label in sorted(args.resource_labels.items()) if owner == name]
        bootstrap = self.jobs.get(jobs.BOOTSTRAP)
        return EcsService(
            f"{self._logical}-{name}",
            EcsServiceArgs(
                prefix=args.settings.prefix,
                service_name=name,
                service=service,
                replicas=args.settings.replicas(name),
                task=task,
                placement=args.placement,
                account_id=args.account_id,
                region=args.settings.stack.region,
                log_group_arn=args.log_group_arns[name],
                secrets_key_arn=args.secrets_key_arn,
                secret_arns=readable(task.secrets),
                repository_arns=args.repository_arns,
                statements=[*([_TRACES] if "telemetry" in service.uses else []), *self._reading(service)],
                targets=targets,
                doors=self._doors(service),
                called=self._called(name),
                resource_label=labels[0] if labels else None,
                depends_on=[*args.depends_on, *(bootstrap.ready if bootstrap and "database" in service.uses else [])],
            ),
            ResourceOptions(parent=self),
        )

    def _reading(self, service: Service) -> list[Statement]:
        """What the code itself may read; what ECS hands to it is the execution role's to read."""
        args = self._args
        arns = readable(args.secrets[name] for name in service.reads_secrets if name in args.secrets)
        return secret_statements(arns, args.secrets_key_arn, args.settings.stack.region)

    def _called(self, name: str) -> list[str]:
        services = self._args.settings.workload.services.values()
        return sorted({flow.port for service in services for flow in service.calls if flow.service == name})

    def _doors(self, service: Service) -> list[Door]:
        """What the workload file names, and what ECS itself needs: images, secrets and logs come over HTTPS."""
        outside = [
            Door(
                key=egress.name,
                purpose=f"Outside: {egress.name}",
                port=egress.port,
                cidr=egress.cidr or _ANYWHERE,
            )
            for egress in service.egress
            if (egress.port, egress.cidr) != (_HTTPS, None)
        ]
        return [*self._common_doors(), *self._store_doors(service.uses), *outside]

    @staticmethod
    def _common_doors() -> list[Door]:
        return [Door(key="https", purpose="Registry, Secrets Manager, logs", port=_HTTPS, cidr=_ANYWHERE)]

    def _store_doors(self, uses: Sequence[str]) -> list[Door]:
        ports = {"database": _POSTGRES, "cache": _REDIS}
        return [
            Door(key=f"{store}-{index}", purpose=f"The {store}", port=port, cidr=cidr)
            for store, port in ports.items()
            if store in uses
            for index, cidr in enumerate(self._args.data_cidrs, start=1)
        ]

    def _let_services_call(self) -> None:
        """Open both ends of every call that the workload file names, and no other way between two services."""
        workload = self._args.settings.workload
        for caller, service in workload.services.items():
            for flow in service.calls:
                number = workload.services[flow.service].ports[flow.port].number
                label = f"{self._logical}-{caller}-to-{flow.service}-{flow.port}"
                ends = self.services[caller].security_group_id, self.services[flow.service].security_group_id
                self._open(label, number, *ends)

    def _open(self, label: str, port: int, caller: Output[str], called: Output[str]) -> None:
        child = ResourceOptions(parent=self)
        vpc.SecurityGroupEgressRule(
            f"{label}-out",
            security_group_id=caller,
            description="A call between two services",
            referenced_security_group_id=called,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=child,
        )
        vpc.SecurityGroupIngressRule(
            f"{label}-in",
            security_group_id=called,
            description="A call between two services",
            referenced_security_group_id=caller,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            opts=child,
        )
