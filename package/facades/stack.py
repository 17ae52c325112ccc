"""A whole platform for one product in one region."""

import json
import tempfile
from pathlib import Path
from typing import Any, NotRequired, TypedDict

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components import platform
from components.checked import load
from components.existing.found import refuse_unmet
from components.foundation.provider import aws_provider
from package.stated import plain, text
from settings import PlatformSettings
from settings.raw import Raw


class PlatformArgs(TypedDict):
    stack: str
    """The stack's name, such as prod; with the product's name it starts every physical name."""
    settings: dict[str, Any]
    """What a stack file states under `groundwork:`, without that prefix: environment, region, zones, domain …"""
    workload: dict[str, Any]
    """The product: the content of a workload file."""
    secrets: NotRequired[Input[dict[str, str]]]
    """Values of the secrets that the workload expects to be provided, by name."""
    provided_secrets: NotRequired[list[str]]
    """The names under `secrets`."""


class Platform(ComponentResource):
    """VPC, runtime, stores, secrets, load balancer, the product itself, backups and monitoring, wired together."""

    exports: Output[dict[str, Any]]
    """Names, addresses and ARNs: what `pulumi stack output` shows of Groundwork's own program."""

    def __init__(self, name: str, args: PlatformArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:index:Platform", name, None, opts)
        secrets = args.get("secrets")
        settings = _settings(args)
        provider = aws_provider(settings)
        refuse_unmet(settings, provider)
        built = platform.Platform(
            name,
            settings,
            Output.secret(secrets) if secrets is not None else None,
            provider,
            ResourceOptions(parent=self),
        )
        self.exports = Output.from_input(built.exports)
        self.register_outputs({"exports": self.exports})


def _settings(args: PlatformArgs) -> PlatformSettings:
    """Check what is stated as the program checks its files. Raises SettingsError with every mistake."""
    product, stated = plain(args["workload"]), plain(args["settings"])
    name = str(product.get("name")) if isinstance(product, dict) else "workload"
    configuration: dict[str, Raw] = {
        **(stated if isinstance(stated, dict) else {}),
        "workload": name,
        "provided_secrets": [*args.get("provided_secrets", [])],
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{name}.yaml").write_text(json.dumps(product), encoding="utf-8")
        return load(text(args, "stack"), configuration, Path(folder))
