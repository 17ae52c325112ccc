"""A machine that dies in the middle of a Helm release: the real engine, before and after the remedy."""

import pytest

from tests.offline_cloud.projects import Project

pytestmark = pytest.mark.engine
RELEASE = "kubernetes:helm.sh/v3:Release"
PROGRAM = """
import pulumi
from pulumi_kubernetes.helm.v3 import Release

shop = Release("shop", name="shop", chart="./chart", namespace="default", values={{"word": "{word}"}})
pulumi.export("revision", shop.status.revision)
"""
CONFIG_MAP = """
apiVersion: v1
kind: ConfigMap
metadata: {name: words, namespace: default}
data: {word: {{ .Values.word | quote }}}
"""


@pytest.fixture
def shop(project: Project) -> Project:
    templates = project.folder / "chart" / "templates"
    templates.mkdir(parents=True)
    (project.folder / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (templates / "words.yaml").write_text(CONFIG_MAP)
    return project.program(PROGRAM.format(word="one"))


def test_an_upgrade_that_was_cut_off_waits_for_a_rollback(shop: Project) -> None:
    shop.up()
    shop.program(PROGRAM.format(word="two"))
    assert shop.run("up", OFFLINE_CLOUD_FAULTS=f"update:{RELEASE}:1=cut-off").code != 0
    stuck = shop.run("up")
    assert stuck.code != 0
    assert "another operation (install/upgrade/rollback) is in progress: revision 2 of shop" in stuck.err
    assert "helm rollback shop 1 --namespace default --wait" in stuck.err
    assert "revision 2, pending-upgrade" in shop.run("helm", "history", "shop").out
    assert shop.run("helm", "rollback", "shop").code == 0
    assert shop.up()["update"] == 1
    assert "revision 4, deployed" in shop.run("helm", "history", "shop").out


def test_an_install_that_was_cut_off_waits_for_its_removal(shop: Project) -> None:
    assert shop.run("up", OFFLINE_CLOUD_FAULTS=f"create:{RELEASE}:1=cut-off").code != 0
    stuck = shop.run("up")
    assert stuck.code != 0
    assert "cannot re-use a name that is still in use" in stuck.err
    assert shop.run("helm", "uninstall", "shop").code == 0
    assert shop.up()["create"] == 1
    assert shop.run("destroy").code == 0
    assert shop.held() == []
