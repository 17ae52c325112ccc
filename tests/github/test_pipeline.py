"""The pipeline from a commit to production: tests, staging, approval, and the stacks that it knows."""

from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from settings.load import load
from settings.raw import Raw

_ROOT = Path(__file__).parents[2]


def _workflow(name: str) -> dict[Any, Any]:
    return cast("dict[Any, Any]", yaml.safe_load((_ROOT / ".github" / "workflows" / f"{name}.yml").read_text()))


def _stack(name: str) -> dict[str, Raw]:
    config = cast("dict[str, dict[str, Raw]]", yaml.safe_load((_ROOT / f"Pulumi.{name}.yaml").read_text()))["config"]
    return {key.split(":", 1)[1]: value for key, value in config.items()}


@pytest.mark.requirement("WX-100")
def test_every_push_and_every_pull_request_is_tested() -> None:
    workflow = _workflow("test")
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True]["push"] == {"branches": ["main"]}
    assert "pull_request" in workflow[True]
    assert {"run": "make test"} in workflow["jobs"]["test"]["steps"]


@pytest.mark.requirement("WX-100")
def test_the_pipeline_brings_up_staging_and_production_each_behind_its_own_approval() -> None:
    workflow = _workflow("up")
    choices = workflow[True]["workflow_dispatch"]["inputs"]["stack"]["options"]
    assert choices.index("staging") < choices.index("prod")
    job = workflow["jobs"]["up"]
    # GitHub asks the reviewers of the environment that bears the stack's name.
    assert job["environment"] == "${{ inputs.stack }}"
    update = job["steps"][-1]["with"]
    assert (update["command"], update["stack-name"], update["policyPacks"]) == ("up", "${{ inputs.stack }}", "policies")
    for stack in choices:
        assert (_ROOT / f"Pulumi.{stack}.yaml").is_file()
    previewed = _workflow("preview")["jobs"]["offline"]["strategy"]["matrix"]["stack"]
    assert "staging" in previewed


def test_what_is_missing_is_said_before_anything_is_created() -> None:
    steps = _workflow("up")["jobs"]["up"]["steps"]
    asked = next(number for number, step in enumerate(steps) if step.get("run", "").startswith("make ready"))
    entered = next(number for number, step in enumerate(steps) if "configure-aws-credentials" in step.get("uses", ""))
    assert entered < asked < len(steps) - 1
    assert steps[asked]["run"] == "make ready STACK=${{ inputs.stack }}"
    # The state is looked for where the update keeps it.
    assert steps[asked]["env"]["PULUMI_BACKEND_URL"] == steps[-1]["with"]["cloud-url"]


@pytest.mark.parametrize(("workflow", "job"), [("up", "up"), ("preview", "account")])
def test_the_plans_preview_leaves_the_stacks_file_alone(workflow: str, job: str) -> None:
    """`pulumi preview --config` saves what it is given, and the `up` after it refuses `preview: plan`."""
    runs = [str(step.get("run", "")) for step in _workflow(workflow)["jobs"][job]["steps"]]
    (previewed,) = (run for run in runs if "groundwork:preview=plan" in run)
    assert "--config-file plan.yaml" in previewed
    assert "cp 'Pulumi.${{" in previewed


def test_a_runner_inside_the_network_takes_the_job() -> None:
    """Of a stack whose cluster.api_access is network; GitHub's own runners have the plugin that a tunnel takes."""
    for workflow, job in (("up", "up"), ("preview", "account")):
        assert _workflow(workflow)["jobs"][job]["runs-on"] == "${{ vars.UP_RUNNER || 'ubuntu-24.04' }}"


@pytest.mark.requirement("WX-100")
@pytest.mark.parametrize("product", ["openibank", "waiver-exchange"])
def test_staging_has_productions_shape_in_a_network_and_under_names_of_its_own(product: str) -> None:
    staging, production = (
        load(name, {**_stack(name), "workload": product}, _ROOT / "workloads") for name in ("staging", "prod")
    )
    assert staging.stack.environment == "staging"
    assert staging.workload == production.workload
    assert staging.stack.runtime == production.stack.runtime
    assert staging.prefix != production.prefix
    assert staging.stack.network.cidr != production.stack.network.cidr
    assert staging.stack.domain != production.stack.domain
    for service in staging.workload.services:
        assert staging.replicas(service) == production.replicas(service)


@pytest.mark.requirement("WX-100")
def test_drift_is_looked_for_each_night_by_who_may_only_read() -> None:
    workflow = _workflow("drift")
    assert "schedule" in workflow[True]
    steps = cast("list[dict[str, Any]]", workflow["jobs"]["drift"]["steps"])
    said = " ".join(str(step.get("run", "")) for step in steps)
    assert "pulumi refresh --stack '${{ matrix.stack }}' --preview-only" in said
    assert "tools.support" in said
    assert "pulumi up" not in said
    (entry,) = (step for step in steps if "configure-aws-credentials" in step.get("uses", ""))
    assert entry["with"]["role-to-assume"] == "${{ vars.AWS_PREVIEW_ROLE }}"


def test_the_way_back_is_written_down() -> None:
    guide = (_ROOT / "docs" / "how-to" / "roll-back.md").read_text()
    for step in ("pulumi up --stack", "cronjob/smoke", "database:", "serving: false"):
        assert step in guide
