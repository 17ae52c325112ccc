"""What set-up does with the tools it builds: a pin that has changed is noticed, whatever lies there from before."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tools.setup import engine, pins, places
from tools.setup.builds import Built, ensure_built
from tools.setup.console import SetupError
from tools.setup.engine import ensure_pulumi

TOOLS = (pins.PULUMI, pins.HELM, pins.KUBECONFORM, pins.ACTIONLINT, *pins.PROMETHEUS)
# In the place of Go's compiler: it writes the module file that it was run beside into the binary asked for.
COMPILER = '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\ncp go.mod "$2"\n'


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
    """A tool whose module stands in a folder of the test, with a compiler on PATH and nothing built yet."""
    module, path = tmp_path / "module", tmp_path / "path"
    module.mkdir()
    path.mkdir()
    (module / "go.mod").write_text("module example\nrequire example.org/tool v1.0.0\n")
    (module / "go.sum").write_text("")
    (path / "go").write_text(COMPILER)
    (path / "go").chmod(0o755)
    monkeypatch.setattr(places, "BIN", tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return Built("no-such-tool", module, "example.org/tool")


def built(tool: Built) -> str:
    return (places.BIN / tool.name).read_text()


def test_a_tool_is_built_once(tool: Built) -> None:
    assert ensure_built(tool) == "built"
    (places.BIN / tool.name).write_text("kept")
    assert ensure_built(tool) == "ready"
    assert built(tool) == "kept"


@pytest.mark.parametrize("file", ["go.mod", "go.sum"])
def test_a_tool_whose_pin_has_changed_is_built_again(
    tool: Built, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ensure_built(tool)
    (places.BIN / tool.name).write_text("of the old version")
    (tool.module / file).write_text("require example.org/tool v1.1.0\n")
    assert ensure_built(tool) == "built"
    assert built(tool) == (tool.module / "go.mod").read_text()
    assert "no-such-tool  is not of the pinned version" in capsys.readouterr().out
    assert ensure_built(tool) == "ready"


def test_a_tool_whose_flags_have_changed_is_built_again(tool: Built) -> None:
    ensure_built(tool)
    assert ensure_built(replace(tool, flags="-X version=2")) == "built"
    assert ensure_built(replace(tool, tags="small")) == "built"


def test_a_tool_of_unknown_origin_is_built_again(tool: Built) -> None:
    places.BIN.mkdir()
    (places.BIN / tool.name).write_text("from before there were stamps")
    assert ensure_built(tool) == "built"


def test_a_build_that_fails_leaves_no_stamp(tool: Built, tmp_path: Path) -> None:
    (tmp_path / "path" / "go").write_text("#!/bin/sh\necho 'module not found'\nexit 1\n")
    for _ in range(2):
        with pytest.raises(SetupError, match=r"building from its Go module failed.*module not found"):
            ensure_built(tool)


def test_a_machine_without_go_is_told_so_in_one_line(tool: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SetupError, match=r"the pinned no-such-tool is not here and cannot be built: install Go 1\.24"):
        ensure_built(tool)


def test_what_is_on_path_is_used_where_nothing_was_built(tool: Built, tmp_path: Path) -> None:
    own = tmp_path / "path" / tool.name
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert ensure_built(tool) == f"found at {own}"


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_every_tool_is_built_from_a_package_that_its_module_pins(tool: Built) -> None:
    assert f"tool {tool.package}" in (tool.module / "go.mod").read_text()


def test_the_engine_is_called_by_the_version_that_its_module_pins() -> None:
    pinned = (pins.PULUMI.module / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{pins.PULUMI_VERSION}" in pinned
    assert pins.PULUMI.flags.endswith(f"=v{pins.PULUMI_VERSION}")


def test_an_official_release_counts_as_the_engine(tool: Built) -> None:
    places.BIN.mkdir()
    (places.BIN / "pulumi").write_text("")
    (places.BIN / ".pulumi.pin").write_text(pins.PULUMI_VERSION)
    assert ensure_pulumi() == "ready"


@pytest.mark.parametrize(
    ("version", "used"), [("v3.230.0", False), (f"v{pins.PULUMI_VERSION}", True), ("v4.0.0", True)]
)
def test_an_engine_on_path_is_used_unless_it_is_older(
    tool: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    own = tmp_path / "path" / "pulumi"
    own.write_text(f"#!/bin/sh\necho {version}\n")
    own.chmod(0o755)
    monkeypatch.setattr(engine, "_download_pulumi", lambda: "installed")
    assert ensure_pulumi() == (f"found at {own}" if used else "installed")
