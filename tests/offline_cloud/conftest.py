"""Fixtures for tests that run the real engine on small programs."""

from pathlib import Path

import pytest

from tests.offline_cloud.projects import NETWORK, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
    return Project(tmp_path).program(NETWORK)
