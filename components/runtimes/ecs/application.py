"""The product on ECS: its database's set-up, its services, its jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import vpc

from components.identity.pod_role import Statement
from components.identity.secret_reading import secret_statements
from components.product.calls import calls, pooler_calls
from components.product.database import address, role_versions
from components.product.pooler import POOLER
from components.product.references import SecretReference, json_key, readable
from components.product.toolbox import TOOLBOX
from components.product.wiring import Wiring
from components.runtimes.ecs import jobs, proofs
from components.runtimes.ecs.awaited import AwaitedJobs, AwaitedJobsArgs
from components.runtimes.ecs.collector import COLLECTOR
from components.runtimes.ecs.containers import Log
from components.runtimes.ecs.egress_rules import egress_rules
from components.runtimes.ecs.job import EcsJob, EcsJobArgs
from components.runtimes.ecs.jobs import Job
from components.runtimes.ecs.placement import Placement
from components.runtimes.ecs.pooler import pooler_service, pooler_task
from components.runtimes.ecs.product_jobs import product_job
from components.runtimes.ecs.service import EcsService, EcsServiceArgs
from components.runtimes.ecs.service_containers import ServiceTask, service_task
from components.runtimes.ecs.task_inputs import TaskInputs
from components.runtimes.ecs.toolbox import toolbox
from settings import PlatformSettings
from settings.arithmetic.tasks import connects, product_job_names
from settings.workload.service import Replicas, Service

_TRACES: Statement = {
    "Sid": "WriteTraces",
    "Effect": "Allow",
    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    # X-Ray knows no resource for what is written to it.
    "Resource": "*",
}


@dataclass(frozen=True, kw_only=True)
class EcsApplicationArgs:
    """`secrets` refers to every declared secret that has a value, `acting` to those with other credentials.

    `metrics_url` and `metrics_arn` are where the product's metrics are written to, None where nobody collects them.
    `rolls` tells whether there is room for a service's next version beside its present one.
    `master_secret_arn` holds the administrator's. `dump_statements` is what the dump may do, `restore_statements` what
    reads dumps may. `resource_labels` name load balancer and target group of each routed port, for autoscaling by
    requests.
    """

    settings: PlatformSettings
    wiring: Wiring
    placement: Placement
    account_id: Input[str]
    secrets_key_arn: Input[str]
    logs_key_arn: Input[str]
    secrets: Mapping[str, SecretReference]
    acting: Mapping[tuple[str, ...], Mapping[str, SecretReference]]
    log_group_names: Mapping[str, Input[str]]
    log_group_arns: Mapping[str, Input[str]]
    repository_arns: Sequence[Input[str]]
    data_cidrs: Sequence[str]
    dump_statements: Sequence[Statement]
    restore_statements: Sequence[Statement]
    resource_labels: Mapping[tuple[str, str], Input[str]]
    master_secret_arn: Input[str] | None = None
    metrics_url: Input[str] | None = None
    metrics_arn: Input[str] | None = None
    rolls: bool = True
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
            credentials=self._roles(),
            acting=args.acting,
            metrics_url=args.metrics_url,
        )
        self._plan = self._planned()
        named = (*calls(args.settings), *pooler_calls(args.settings))
        # A job that calls another by its name is left out: only services of ECS know one another's.
        self._calls = [call for call in named if call.caller in args.settings.workload.services]
        self.jobs = {each.name: self._job(each) for each in self._plan}
        self._prepared = self._prepare()
        self.services = self._run_services()
        self._let_services_call()
        self.register_outputs({"services": sorted(self.services), "jobs": sorted(self.jobs)})

    def _libpq(self) -> dict[str, Input[str]]:
        args = self._args
        if "database.host" not in args.wiring.outputs:
            return {}
        where = address(args.settings, args.wiring)
        return {
            "PGHOST": where.host,
            "PGPORT": where.port,
            "PGDATABASE": where.database,
            "PGSSLMODE": "require",
            "PGCONNECT_TIMEOUT": "10",
        }

    def _roles(self) -> dict[str, dict[str, SecretReference]]:
        known = {key: each.entry.arn for key, each in self._args.wiring.credentials.items()}
        return {
            key: {"PGUSER": json_key(arn, "username"), "PGPASSWORD": json_key(arn, "password")}
            for key, arn in known.items()
            if arn is not None
        }

    def _planned(self) -> list[Job]:
        args = self._args
        planned = [
            jobs.bootstrap(self._inputs, self._log(jobs.BOOTSTRAP), args.master_secret_arn),
            jobs.migration(self._inputs, self._log(jobs.MIGRATION)),
            jobs.dump(self._inputs, self._log(jobs.DUMP), args.dump_statements),
            jobs.restore(self._inputs, self._log(jobs.RESTORE), args.restore_statements, args.master_secret_arn),
            toolbox(self._inputs, self._log(TOOLBOX)),
            proofs.smoke(self._inputs, self._log(proofs.SMOKE)),
            proofs.restore_test(self._inputs, self._log(proofs.RESTORE_TEST), args.restore_statements),
        ]
        own = [product_job(self._inputs, name, self._log(name)) for name in product_job_names(args.settings)]
        return [*(each for each in planned if each is not None), *own]

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
                statements=[*job.statements, *args.wiring.statements.get(job.name, ())],
                egress_rules=egress_rules(args.wiring.reach, job.name, job.uses, job.egress, args.data_cidrs),
                schedule=job.schedule,
                after_rollout_of=job.after_rollout_of,
                stopped=args.settings.stack.application.stopped,
                disk_gib=job.disk_gib,
                depends_on=args.depends_on,
            ),
            ResourceOptions(parent=self),
        )

    def _prepare(self) -> dict[str, Resource]:
        """Run what has to succeed before a service starts: the database's set-up, then the migration."""
        settings, wiring = self._args.settings, self._args.wiring
        names = [name for name in (jobs.BOOTSTRAP, jobs.MIGRATION) if name in self.jobs]
        # A copy of the primary's database takes no writes, and its primary has done both.
        if settings.stack.application.stopped or settings.follows or not names:
            return {}
        awaited = AwaitedJobs(
            f"{self._logical}-run",
            AwaitedJobsArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                account_id=self._args.account_id,
                placement=self._args.placement,
                jobs={name: self.jobs[name] for name in names},
                log_group_names=self._args.log_group_names,
                logs_key_arn=self._args.logs_key_arn,
                log_retention_days=settings.stack.monitoring.log_retention_days,
            ),
            ResourceOptions(parent=self),
        )
        prepared: dict[str, Resource] = {}
        for name in names:
            # The definition names the passwords' secrets, and not their versions.
            triggers = {"password": role_versions(settings, wiring)} if name == jobs.BOOTSTRAP else {}
            prepared[name] = awaited.run(name, triggers, [*prepared.values(), *self._args.depends_on])
        return prepared

    def _service(self, name: str, service: Service, replicas: Replicas, task: ServiceTask) -> EcsService:
        args = self._args
        targets = {port: arn for (owner, port), arn in args.wiring.target_groups.items() if owner == name}
        labels = [label for (owner, _), label in sorted(args.resource_labels.items()) if owner == name]
        before = [self.jobs[each.name] for each in self._plan if each.after_rollout_of == name]
        return EcsService(
            f"{self._logical}-{name}",
            EcsServiceArgs(
                prefix=args.settings.prefix,
                service_name=name,
                service=service,
                replicas=replicas,
                task=task,
                placement=args.placement,
                account_id=args.account_id,
                region=args.settings.stack.region,
                log_group_arn=args.log_group_arns[name],
                secrets_key_arn=args.secrets_key_arn,
                secret_arns=readable(task.secrets),
                repository_arns=args.repository_arns,
                statements=self._statements(name, service, task),
                targets=targets,
                egress_rules=egress_rules(args.wiring.reach, name, service.uses, service.egress, args.data_cidrs),
                called=sorted({call.port for call in self._calls if call.called == name}),
                connects=connects(service),
                rolls=args.rolls,
                resource_label=labels[0] if labels else None,
                backlogs=args.wiring.backlogs.get(name, ()),
                stopped=args.settings.stack.application.stopped,
                depends_on=[*args.depends_on, *(each for job in before for each in job.ready)],
                after=list(self._prepared.values()),
            ),
            ResourceOptions(parent=self),
        )

    def _statements(self, name: str, service: Service, task: ServiceTask) -> list[Statement]:
        """What runs in the task may write where the collector hands things on, and nothing else."""
        metrics = self._args.metrics_arn
        writes = any(each.name == COLLECTOR and "METRICS_URL" in each.environment for each in task.containers)
        statements = [*([_TRACES] if "telemetry" in service.uses else []), *self._reading(service)]
        statements += self._args.wiring.statements.get(name, ())
        if metrics is not None and writes:
            statements.append(
                {"Sid": "WriteFigures", "Effect": "Allow", "Action": "aps:RemoteWrite", "Resource": metrics}
            )
        return statements

    def _reading(self, service: Service) -> list[Statement]:
        """What the code itself may read; what ECS hands to it is the execution role's to read."""
        args = self._args
        arns = readable(args.secrets[name] for name in service.reads_secrets if name in args.secrets)
        return secret_statements(arns, args.secrets_key_arn, args.settings.stack.region)

    def _run_services(self) -> dict[str, EcsService]:
        """Run the product's services, and the pooler that some of them reach the database through."""
        settings = self._args.settings
        services = {
            name: self._service(
                name, service, settings.replicas(name), service_task(self._inputs, name, self._log(name))
            )
            for name, service in settings.workload.services.items()
        }
        pooler = pooler_service(settings)
        if pooler is not None:
            task = pooler_task(self._inputs, self._log(POOLER))
            services[POOLER] = self._service(POOLER, pooler, pooler.replicas, task)
        return services

    def _let_services_call(self) -> None:
        """Open both ends of every call between services, and nothing else between two of them."""
        for call in self._calls:
            ends = self.services[call.caller].security_group_id, self.services[call.called].security_group_id
            if ends[0] is not None and ends[1] is not None:
                label = f"{self._logical}-{call.caller}-to-{call.called}-{call.port}"
                self._open(label, call.number, ends[0], ends[1])

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
