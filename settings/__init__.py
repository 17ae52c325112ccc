"""What the user states: one stack and one product, validated before anything is created."""

from settings.load import Examined, examine, load
from settings.platform import PlatformSettings
from settings.problems import Problem, SettingsError

__all__ = ["Examined", "PlatformSettings", "Problem", "SettingsError", "examine", "load"]
