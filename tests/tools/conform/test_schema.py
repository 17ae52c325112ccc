"""The packed table and a provider's own schema say the same in the same words."""

from typing import Any

from tools.conform.schema import Argument, from_provider, packed

_STATED: dict[str, Any] = {
    "provider_schemas": {
        "registry/hashicorp/aws": {
            "provider": {"block": {"attributes": {"region": {"type": "string", "optional": True}}}},
            "resource_schemas": {
                "aws_thing": {
                    "block": {
                        "attributes": {
                            "arn": {"type": "string", "computed": True},
                            "name": {"type": "string", "required": True},
                            "open": {"type": "dynamic", "optional": True},
                            "pairs": {"type": ["map", ["list", "string"]], "optional": True},
                            "ports": {"type": ["set", "number"], "optional": True, "computed": True},
                            "route": {"type": ["set", ["object", {"target": "string"}]], "optional": True},
                            "shape": {
                                "nested_type": {
                                    "nesting_mode": "single",
                                    "attributes": {"size": {"type": "number", "required": True}},
                                },
                                "optional": True,
                            },
                        },
                        "block_types": {
                            "rule": {
                                "nesting_mode": "list",
                                "min_items": 1,
                                "max_items": 1,
                                "block": {"attributes": {"days": {"type": "number", "required": True}}},
                            },
                            "timeouts": {"nesting_mode": "group", "block": {"attributes": {}}},
                        },
                    }
                }
            },
        }
    }
}


def test_a_providers_own_schema_is_read() -> None:
    schema = from_provider("6.1.0", _STATED, ["aws_thing", "aws_newer"])
    assert schema.version == "6.1.0"
    assert schema.provider == {"region": Argument("string")}
    assert schema.resources == {
        "aws_thing": {
            "arn": Argument("string", settable=False),
            "name": Argument("string", required=True),
            "open": Argument("dynamic"),
            "pairs": Argument("dynamic"),
            "ports": Argument("number", nesting="set"),
            "route": Argument("object", nesting="set", members={"target": Argument("string")}),
            "shape": Argument("object", nesting="single", members={"size": Argument("number", required=True)}),
            "rule": Argument(
                "object",
                nesting="list",
                required=True,
                block=True,
                one=True,
                members={"days": Argument("number", required=True)},
            ),
            "timeouts": Argument("object", nesting="single", block=True),
        }
    }


def test_the_packed_table_says_where_it_is_from() -> None:
    table = packed()
    assert table.version == "6.25.0"
    assert table.source.startswith("cdktf-cdktf-provider-aws 21.22.1, read on 2026-")
    assert table.resources["aws_eks_cluster"]["vpc_config"].one
    assert table.resources["aws_eks_cluster"]["role_arn"] == Argument("string", required=True)
    assert not table.resources["aws_vpc"]["arn"].settable
    assert {"sts", "ec2"} <= table.provider["endpoints"].members.keys()
