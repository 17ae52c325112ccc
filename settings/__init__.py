"""What the user states: one stack and one product, validated before anything is created."""

from settings.diagnostics import Diagnostic, SettingsError
from settings.load import load, require_buildable
from settings.platform import PlatformSettings

__all__ = ["Diagnostic", "PlatformSettings", "SettingsError", "load", "require_buildable"]
