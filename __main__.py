"""Groundwork: one stack, one product, one production platform on AWS."""

from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components.checked import load
from components.existing.found import refuse_unmet
from components.foundation.provider import aws_provider
from components.platform import Platform
from settings import SettingsError
from settings.source import stack_configuration

ROOT = Path(__file__).parent


def main() -> None:
    """Load and check the settings, hold them against what stands already, build the platform, export what it gives."""
    try:
        configuration = stack_configuration({**get_config_env(), **CONFIG.get()})
        settings = load(pulumi.get_stack(), configuration, ROOT / "workloads", ROOT)
    except SettingsError as error:
        raise pulumi.RunError(error.render()) from None
    if settings.stack.preview == "plan" and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError("preview: plan shows what protection refuses, and is for previews alone: take it out")
    for note in settings.notes:
        pulumi.log.warn(note)
    provider = aws_provider(settings)
    refuse_unmet(settings, provider)
    platform = Platform("platform", settings, pulumi.Config().get_secret_object("secrets"), provider)
    for name, value in platform.exports.items():
        pulumi.export(name, value)


main()
