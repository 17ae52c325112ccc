"""What every run pays for before its first resource: modules of the SDK load when an attribute of theirs is read."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
OF_FEW_STACKS = {
    *("amp", "appautoscaling", "autoscaling", "cloudfront", "ecs", "efs", "scheduler", "servicediscovery", "ssm"),
}
_LOADED = """
import sys, components.platform
print(*{name.split('.')[1] for name in sys.modules if name.startswith('pulumi_aws.') and name.count('.') > 1})
"""


def test_services_that_few_stacks_use_are_not_loaded_for_all() -> None:
    """An annotation that is evaluated loads all of a service's types; the modules of such services defer theirs."""
    run = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, check=True, text=True)
    loaded = set(run.stdout.split())
    assert "ec2" in loaded
    assert not loaded & OF_FEW_STACKS
