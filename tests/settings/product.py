"""A small product and a stack of it, both valid, for tests to break one value at a time."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from settings import PlatformSettings, SettingsError, load
from settings.raw import Raw
from settings.source import Configuration, stack_configuration

STACK = """
environment: production
region: us-east-1
zones: [us-east-1a, us-east-1b, us-east-1c]
domain: example.com
workload: shop
network:
  cidr: 10.0.0.0/16
cluster:
  api_access: tunnel
access:
  - name: operators
    principal: arn:aws:iam::000000000000:role/operators
    policy: cluster-admin
monitoring:
  emails: [operations@example.com]
secrets:
  PARTNER_KEY: {secure: "v1:abc"}
"""

WORKLOAD = """
name: shop
description: A shop
services:
  api:
    image: {repository: example/api, tag: v1.0.0}
    ports:
      http: {number: 3000}
      metrics: {number: 9090}
    replicas: {minimum: 2, maximum: 10}
    scaling: {cpu: 70}
    resources:
      requests: {cpu: "1", memory: 2Gi}
      limits: {cpu: "2", memory: 4Gi}
    probes:
      readiness: {http: {path: /ready, port: http}, initial_delay_seconds: 5, period_seconds: 5}
      liveness: {tcp: {port: http}, initial_delay_seconds: 10}
    environment:
      PORT: "3000"
      DATABASE_HOST: {output: database.host}
    secrets: [DATABASE_URL, PARTNER_KEY]
    files:
      /etc/key.json: {secret: SIGNING_KEY}
    metrics: {port: metrics}
    uses: [database, cache]
    database_pool: 20
    calls:
      - {service: worker, port: http}
    egress:
      - {name: partner, port: 443}
  worker:
    image: {repository: example/worker, tag: v1.0.0}
    ports:
      http: {number: 8080}
      statsd: {number: 8125, protocol: UDP}
    replicas: {minimum: 1, maximum: 1}
    resources:
      requests: {cpu: 500m, memory: 512Mi}
      limits: {cpu: "1", memory: 1Gi}
ingress:
  routes:
    - {host: api, service: api, port: http}
    - {host: api, path: /jobs, service: worker, port: http}
  rate_limit: {requests: 100, window_seconds: 60}
secrets:
  DATABASE_URL: {kind: wired, output: database.url}
  SIGNING_KEY: {kind: generated}
  PARTNER_KEY: {kind: provided}
database:
  version: "16"
  name: shop
  role: shop
  instance_class: db.m7g.large
  read_replicas: 2
cache:
  version: "7.1"
  node_type: cache.m7g.large
migration:
  service: api
  command: [migrate]
  secrets: [DATABASE_URL]
backups:
  dump: {schedule: "0 2 * * *", retention_days: 30}
alerts:
  - {name: HighErrorRate, expression: up == 0, for: 5m, severity: critical, summary: Errors}
dashboards:
  - {title: Shop, panels: [{title: Requests, expression: up}]}
objectives:
  - {name: latency, service: api, percentile: 99, milliseconds: 500, histogram: request_seconds}
"""


class Delete:
    """Stands for a key that is taken away."""


DELETE = Delete()


@dataclass
class Files:
    """The two files of a stack and its product, as data, in a folder of their own."""

    folder: Path
    stack: dict[str, Raw]
    workload: dict[str, Raw]
    stack_name: str = "prod"

    def write(self, workload_text: str | None = None) -> None:
        (self.folder / "workloads").mkdir(exist_ok=True)
        text = _dumped(self.workload) if workload_text is None else workload_text
        (self.folder / "workloads" / "shop.yaml").write_text(text, encoding="utf-8")
        write_stack(self.folder, self.stack_name, self.stack)

    def load(self) -> PlatformSettings:
        """Load what was written, as the program does with Pulumi's flat configuration map."""
        return load(self.stack_name, configuration_of(self), self.folder / "workloads", self.folder)

    def refused(self) -> SettingsError:
        """Load what is wrong; return why it was refused."""
        try:
            settings = self.load()
        except SettingsError as error:
            return error
        raise AssertionError(f"nothing was refused: {settings.prefix}")


def configuration_of(stated: Files) -> Configuration:
    """Read the stack's keys as the engine hands them over."""
    return stack_configuration({f"groundwork:{key}": _flat(key, value) for key, value in stated.stack.items()})


def _flat(key: str, value: Raw) -> str:
    """Pulumi hands values over decrypted: text as it is, the rest as JSON."""
    if isinstance(value, str):
        return value
    if key == "secrets" and isinstance(value, dict):
        value = {name: "value" if isinstance(content, dict) else content for name, content in value.items()}
    return json.dumps(value)


def write_stack(folder: Path, name: str, stack: dict[str, Raw]) -> None:
    config = {f"groundwork:{key}": value for key, value in stack.items()}
    (folder / f"Pulumi.{name}.yaml").write_text(_dumped({"config": config}), encoding="utf-8")


def _dumped(data: dict[str, Raw]) -> str:
    """Write YAML by libyaml, some ten times faster."""
    return yaml.dump(data, Dumper=yaml.CSafeDumper, sort_keys=False)


def files(folder: Path) -> Files:
    return Files(folder, yaml.safe_load(STACK), yaml.safe_load(WORKLOAD))


def parts(path: str) -> list[str | int]:
    """Split services.api.calls[0]["a.b"] into its steps."""
    found = re.findall(r'\["([^"]+)"\]|\[(\d+)\]|([^.\[\]]+)', path)
    return [quoted or (int(index) if index else name) for quoted, index, name in found]


def with_change(data: dict[str, Raw], path: str, value: Raw | Delete) -> dict[str, Raw]:
    """Return a copy of `data` with `value` at `path`; DELETE takes the key away, and missing sections are made."""
    changed = _changed(data, parts(path), value)
    assert isinstance(changed, dict)
    return changed


def _changed(here: Raw, steps: list[str | int], value: Raw | Delete) -> Raw:
    step, *rest = steps
    if isinstance(here, list):
        assert isinstance(step, int)
        inner = here[step] if step < len(here) else None
        new = _changed(inner, rest, value) if rest else value
        return [*here[:step], *([] if isinstance(new, Delete) else [new]), *here[step + 1 :]]
    assert isinstance(step, str)
    section = here if isinstance(here, dict) else {}
    new = _changed(section.get(step), rest, value) if rest else value
    if isinstance(new, Delete):
        return {key: kept for key, kept in section.items() if key != step}
    return {**section, step: new}
