"""Groundwork: one stack, one product, one production platform on AWS."""

from pathlib import Path

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from components.checked import load
from components.platform import Platform
from settings import SettingsError
from settings.source import stack_configuration

ROOT = Path(__file__).parent


def main() -> None:
    """Load and check the settings, build the platform, export what it gives."""
    try:
        configuration = stack_configuration({**get_config_env(), **CONFIG.get()})
        settings = load(pulumi.get_stack(), configuration, ROOT / "workloads", ROOT)
    except SettingsError as error:
        raise pulumi.RunError(error.render()) from None
    if settings.stack.preview == "plan" and not pulumi.runtime.is_dry_run():
        raise pulumi.RunError("preview: plan shows what protection refuses, and is for previews alone: take it out")
    for note in settings.notes:
        pulumi.log.warn(note)
    platform = Platform("platform", settings, pulumi.Config().get_secret_object("secrets"))
    for name, value in platform.exports.items():
        pulumi.export(name, value)


main()
