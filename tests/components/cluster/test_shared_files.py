"""The driver that mounts folders on EFS is there for a product that asks for one, and may do next to nothing."""

from components.cluster.managed_add_ons import ClusterAddOns, ManagedAddOnsArgs
from tests.components.recording import Recorder, build

ADD_ON = "aws:eks/addon:Addon"


def _add_ons(*optional: str) -> Recorder[ClusterAddOns]:
    args = ManagedAddOnsArgs(
        cluster="shop-prod",
        prefix="shop-prod",
        region="us-east-1",
        account_id="111122223333",
        cluster_name="shop-prod",
        cluster_version="1.35",
        logs_key_arn="logs-key",
        data_key_arn="data-key",
        log_retention_days=365,
        optional=optional,
    )
    return build(lambda: ClusterAddOns("add-ons", args))


def test_only_a_product_with_shared_folders_has_the_driver() -> None:
    with_it, without = _add_ons("aws-efs-csi-driver"), _add_ons()
    names = [{each.inputs["addonName"] for each in recorder.of_type(ADD_ON)} for recorder in (with_it, without)]
    assert names[0] - names[1] == {"aws-efs-csi-driver"}
    assert len(with_it.result.add_ons) == len(without.result.add_ons) + 1


def test_the_driver_looks_up_by_pod_identity_and_makes_nothing() -> None:
    recorder = _add_ons("aws-efs-csi-driver")
    driver = recorder.one(ADD_ON, "add-ons-aws-efs-csi-driver-add-on")
    (association,) = [
        each
        for each in recorder.of_type("aws:eks/podIdentityAssociation:PodIdentityAssociation")
        if each.inputs["serviceAccount"] == "efs-csi-controller-sa"
    ]
    assert recorder.comes_after(driver, association)
    policy = recorder.one("aws:iam/rolePolicy:RolePolicy", "add-ons-aws-efs-csi-driver-role-permissions")
    actions = [action for each in policy.document("policy")["Statement"] for action in each["Action"]]
    assert all(action.split(":")[1].startswith("Describe") for action in actions)
