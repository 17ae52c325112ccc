"""A remedy repeats a value as its file has it, and what it offers is no mistake itself."""

from pathlib import Path

import pytest
import yaml

from settings.diagnostics import shown
from settings.remedies import fits
from settings.shape import Shape, fields_of, members_of, sample, shape_of
from settings.stack import StackSettings
from settings.validation import validate
from settings.workload import Workload
from tests.settings.product import WORKLOAD, Files, files


def _written(stated: Files, old: str, new: str) -> None:
    """Write the product with one line as a person types it, which no YAML library would."""
    assert old in WORKLOAD
    stated.write(workload_text=WORKLOAD.replace(old, new, 1))


@pytest.mark.parametrize("text", ["1.10", "007", "1.0", "0x1F", "1e3", "0o17", "True", "1.20", "+5", ".5", "-0"])
def test_a_number_where_text_belongs_is_put_in_quotes_as_it_is_written(text: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    _written(stated, 'PORT: "3000"', f"PORT: {text}")
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.setting == "services.api.environment.PORT"
    assert diagnostic.fix == f'put it in quotes: "{text}"'
    assert shown(diagnostic.given) == text


def test_a_tag_keeps_its_last_nought(tmp_path: Path) -> None:
    stated = files(tmp_path)
    _written(stated, "tag: v1.0.0", "tag: 1.10")
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.fix == 'put it in quotes: "1.10"'


def test_a_stacks_number_is_repeated_as_its_file_has_it(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack["application"] = {"services": {"api": {"environment": {"RELEASE": 1.1}}}}
    stated.write()
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("RELEASE: 1.1", "RELEASE: 1.10"), encoding="utf-8")
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.fix == 'put it in quotes: "1.10"'


def test_a_value_laid_over_the_file_is_not_told_in_the_files_words(tmp_path: Path) -> None:
    stated = files(tmp_path)
    stated.stack["application"] = {"services": {"api": {"environment": {"RELEASE": 1.5}}}}
    stated.write()
    file = tmp_path / "Pulumi.prod.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("RELEASE: 1.5", "RELEASE: 1.10"), encoding="utf-8")
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.fix == 'put it in quotes: "1.5"'


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ('"007"', "remove the quotes: 7"),
        ('"0"', "raise it to 1 or more"),
        ('"501"', "lower it to 500 or less"),
        ('"--5"', "write it like 1"),
        ('"٣"', "write it like 1"),
        ('"9999999999999999999999"', "write it like 1"),
    ],
)
def test_text_where_a_number_belongs_loses_its_quotes_only_if_it_is_one(text: str, fix: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    _written(stated, "maximum: 10}", f"maximum: {text}}}")
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.fix == fix


@pytest.mark.parametrize(("text", "fix"), [("true", '["true"]'), ("a b", '["a b"]'), ("run", "[run]"), ("7", '["7"]')])
def test_text_in_brackets_stays_text(text: str, fix: str, tmp_path: Path) -> None:
    stated = files(tmp_path)
    _written(stated, "command: [migrate]", f'command: "{text}"')
    (diagnostic,) = stated.refused().diagnostics
    assert diagnostic.fix == f"put it in brackets: {fix}"
    assert yaml.safe_load(fix) == [text]


def _shapes(shape: Shape, place: str) -> list[tuple[str, Shape]]:
    if shape.model is not None:
        return [pair for key, inner in fields_of(shape.model).items() for pair in _shapes(inner, f"{place}.{key}")]
    if shape.origin is tuple or shape.origin is dict:
        arguments: tuple[object, ...] = getattr(shape.kind, "__args__", ())
        inside = [shape_of(item) for item in arguments if item is not Ellipsis]
        return [(place, shape), *(pair for inner in inside for pair in _shapes(inner, f"{place}[]"))]
    members = members_of(shape)
    return [pair for tag, inner in members.items() for pair in _shapes(inner, f"{place}<{tag}>")] or [(place, shape)]


def test_every_example_that_a_remedy_gives_is_a_value_of_its_type() -> None:
    shapes = [*_shapes(Shape(StackSettings), "stack"), *_shapes(Shape(Workload), "workload")]
    assert len(shapes) > 300
    wrong = [place for place, shape in shapes if not fits(shape, sample(shape))]
    assert wrong == []


def test_of_thousands_of_unknown_keys_the_first_are_told() -> None:
    """Nine thousand took 12 s, most of it to look for the nearest key of each."""
    validated = validate(Workload, {f"servic{number}": number for number in range(9_000)})
    assert len(validated.diagnostics) <= 200
    assert validated.model is not None
