"""A stack that cannot be read is told of, whatever is wrong with its file."""

import shutil
from pathlib import Path

import pytest

from settings import SettingsError
from tools.stack import ROOT, settings_of


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"config:\n  groundwork:network: " + b"[" * 3000 + b"]" * 3000, 2, "60 levels deep"),
        (b"config:\n  groundwork:domain: \xff", None, "UTF-8"),
        (b"config: [", 1, "YAML"),
    ],
)
def test_a_file_that_no_program_reads_is_one_clear_refusal(
    tmp_path: Path, content: bytes, line: int | None, said: str
) -> None:
    shutil.copytree(ROOT / "workloads", tmp_path / "workloads")
    (tmp_path / "Pulumi.dev.yaml").write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        settings_of("dev", None, tmp_path)
    (diagnostic,) = refused.value.diagnostics
    assert (diagnostic.file, diagnostic.line) == ("Pulumi.dev.yaml", line)
    assert said in diagnostic.allowed
