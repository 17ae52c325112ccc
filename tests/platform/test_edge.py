"""A git host on the real engine, on both runtimes: gRPC, SSH, a folder of two services, bodies that people write."""

from pathlib import Path

import pytest

from tests.platform.life import Project

_GIT = """
name: git
description: A git host
services:
  forge:
    image: {repository: example/forge, tag: v1.0.0}
    ports:
      http: {number: 3000}
      ssh: {number: 2222}
    replicas: {minimum: 1, maximum: 1}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    environment:
      ROOT_URL: {output: ingress.url}
      SSH_DOMAIN: {output: ingress.forge.tcp_host}
    volumes: {/data: {kind: shared, folder: repositories}}
  index:
    image: {repository: example/index, tag: v1.0.0}
    ports:
      grpc: {number: 50051, app_protocol: grpc}
    replicas: {minimum: 1, maximum: 1}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 500m, memory: 1Gi}
    probes:
      readiness: {grpc: {port: grpc}}
    volumes: {/repositories: {kind: shared, folder: repositories}}
ingress:
  routes:
    - {host: git, service: forge, port: http}
    - {host: index, service: index, port: grpc}
  tcp_ports:
    - {host: ssh.git, listen: 22, service: forge, port: ssh, allowed_cidrs: [0.0.0.0/0],
       open_because: "Anyone may clone over SSH; keys let in"}
  firewall_exceptions:
    - {group: AWSManagedRulesCommonRuleSet, rule: CrossSiteScripting_BODY, paths: [/api/v1],
       reason: "Issues hold HTML, which the forge cleans"}
  rate_limit: {requests: 1000}
"""


@pytest.mark.engine
@pytest.mark.parametrize("stack", ["prod", "budget"])
def test_a_git_host_is_previewed_and_breaks_no_policy(stack: str, tmp_path: Path) -> None:
    project = Project.of(tmp_path, "git", _GIT)
    said = project.run("preview", stack, "--json")
    assert said.code == 0, said.err
    assert said.breaches == []
    assert {"load_balancer", "tcp_load_balancer"} <= set(said.report["outputs"])
