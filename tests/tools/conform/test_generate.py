"""The table is read from the bindings' TypeScript: what is required, what is computed, what nests how."""

import base64
import io
import json
import tarfile
from pathlib import Path

import pytest

from tools.conform import generate
from tools.conform.schema import Argument

_THING = """
export function thingRuleToHclTerraform(struct?: ThingRule | cdktf.IResolvable): any {
  const attrs = {
    days: {
      value: cdktf.numberToHclTerraform(struct!.days),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };
}

export class ThingRuleOutputReference extends cdktf.ComplexObject {
  // days - computed: false, optional: false, required: true
}
export function thingRouteToHclTerraform(struct?: ThingRoute | cdktf.IResolvable): any {
  const attrs = {
    target: {
      value: struct!.target === undefined ? null : cdktf.stringToHclTerraform(struct!.target),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };
}

export class ThingRouteOutputReference extends cdktf.ComplexObject {
  // target - computed: true, optional: true, required: false
}
export class Thing extends cdktf.TerraformResource {
        providerVersion: '6.25.0',
  // arn - computed: true, optional: false, required: false
  public get arn() {
    return this.getStringAttribute('arn');
  }
  // name - computed: false, optional: false, required: true
  // tags - computed: false, optional: true, required: false
  // rule - computed: false, optional: false, required: true
  // route - computed: true, optional: true, required: false
  // extra - computed: false, optional: true, required: false
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      tags: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._tags),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
      rule: {
        value: thingRuleToHclTerraform(this._rule.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "ThingRuleList",
      },
      route: {
        value: cdktf.listMapperHcl(thingRouteToHclTerraform, false)(this._route.internalValue),
        isBlock: true,
        type: "set",
        storageClassType: "ThingRouteList",
      },
      extra: {
        value: cdktf.listMapperHcl(thingRuleToHclTerraform, true)(this._extra.internalValue),
        isBlock: true,
        type: "set",
        storageClassType: "ThingRuleList",
      },
    };
  }
}
"""
_PROVIDER = """
export class AwsProvider extends cdktf.TerraformProvider {
        providerVersion: '6.25.0',
  // region - computed: false, optional: true, required: false
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      region: {
        value: cdktf.stringToHclTerraform(this._region),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };
  }
}
"""


def test_each_argument_says_what_it_takes() -> None:
    days = {"days": Argument("number", required=True)}
    assert generate.arguments(_THING) == {
        "arn": Argument("string", settable=False),
        "name": Argument("string", required=True),
        "tags": Argument("string", nesting="map"),
        "rule": Argument("object", nesting="list", required=True, block=True, one=True, members=days),
        "route": Argument("object", nesting="set", members={"target": Argument("string")}),
        "extra": Argument("object", nesting="set", block=True, members=days),
    }


def test_an_argument_of_which_nothing_is_said_is_refused() -> None:
    silent = _THING.replace("  // name - computed: false, optional: false, required: true\n", "")
    with pytest.raises(generate.BindingsError, match=r"Thing\.name is written, and nothing says"):
        generate.arguments(silent)


def _archive(**sources: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for folder, source in sources.items():
            packed = base64.b64encode(json.dumps({"sourcesContent": [source]}).encode()).decode()
            content = f"//# sourceMappingURL=data:application/json;base64,{packed}".encode()
            member = tarfile.TarInfo(f"package/lib/{folder}/index.js")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_a_table_names_its_source_and_leaves_out_what_is_newer() -> None:
    table = generate.generate(_archive(provider=_PROVIDER, thing=_THING), ["aws_thing", "aws_newer"], "bindings 1")
    assert (table["version"], table["source"], table["provider"]) == ("6.25.0", "bindings 1", {"region": "string"})
    assert json.loads(generate.rendered(table))["resources"] == {
        "aws_thing": {
            "arn": "string computed",
            "extra": ["set block", {"days": "number required"}],
            "name": "string required",
            "route": ["set", {"target": "string"}],
            "rule": ["list required block one", {"days": "number required"}],
            "tags": "string map",
        }
    }


def test_bindings_of_two_versions_are_refused() -> None:
    mixed = _archive(provider=_PROVIDER, thing=_THING.replace("6.25.0", "6.24.0"))
    with pytest.raises(generate.BindingsError, match=r"\['6.24.0', '6.25.0'\]"):
        generate.generate(mixed, ["aws_thing"], "bindings 1")


def test_the_command_says_what_it_takes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert generate.main([str(tmp_path / "nothing.whl")]) == 2
    assert capsys.readouterr().err == "usage: python -m tools.conform.generate <wheel of cdktf-cdktf-provider-aws>\n"
