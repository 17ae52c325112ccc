"""OpeniBank in production with more services, for tests of one thing that a service may state."""

import json
from collections.abc import Mapping
from typing import Any

from components.runtimes.kubernetes.values import workload_values
from settings import PlatformSettings
from settings.workload.service import Service
from tests.charts.rendering import Rendered, render, stack, wiring

_SERVICE: dict[str, Any] = {
    "image": {"repository": "example/worker", "tag": "v1"},
    "replicas": {"minimum": 2, "maximum": 2},
    "resources": {"requests": {"cpu": "500m", "memory": "256Mi"}, "limits": {"cpu": "500m", "memory": "256Mi"}},
}


def with_services(services: Mapping[str, Mapping[str, Any]]) -> PlatformSettings:
    """Add services by name, each with the keys that it states beside an image and a size."""
    settings = stack("prod")
    added = {name: Service.model_validate_json(json.dumps({**_SERVICE, **stated})) for name, stated in services.items()}
    workload = settings.workload.model_copy(update={"services": {**settings.workload.services, **added}})
    return settings.model_copy(update={"workload": workload})


def chart(settings: PlatformSettings) -> Rendered:
    """The workload chart of these settings."""
    return render("workload", workload_values(settings, wiring(settings)).to_helm())
