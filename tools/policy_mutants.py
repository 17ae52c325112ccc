"""Break each policy in each simple way, one at a time, and see its test notice: `python -m tools.policy_mutants`.

A rule that says nothing, one that refuses everything, and one with a condition turned round are put in the place of
the real one. Good and broken resources of tests/policies are held against it first, then the tests that were written
for rules apart. Ends with 1 when a mutant goes unnoticed, and names it.
"""

import ast
import contextlib
import inspect
import io
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy.proxy import unknown_checking_proxy

from policies.registry import RULES
from policies.rule import ObjectRule, ResourceRule, Rule, StackRule
from policies.view import Resource
from tests.policies import objects
from tests.policies.breaking import broken
from tests.policies.good import GOOD, NEVER_GOOD
from tests.policies.graphs import CASES, Case
from tests.policies.test_rules import BROKEN

_TESTS = Path(__file__).resolve().parents[1] / "tests" / "policies"
_APART = {ResourceRule: "test_rules.py", StackRule: "test_stack_rules.py", ObjectRule: "test_object_rules.py"}
Check = Callable[[Any], Iterable[Any]]


@dataclass(frozen=True)
class Mutant:
    """A rule, what is done to it, and what it then does."""

    rule: Rule
    change: str
    check: Check


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Yield the mutants of a rule."""
    yield Mutant(rule, "says nothing", lambda _: ())
    if not isinstance(rule, ResourceRule) or _accepted(rule):
        yield Mutant(rule, "refuses everything", _everything(rule))
    written = _written(rule)
    for line, check in _turned(written):
        yield Mutant(rule, f"{written.__name__}: the condition in line {line} is turned round", _judging(rule, check))


def _accepted(rule: ResourceRule) -> list[Resource]:
    """List the good resources of a rule's types; some types are refused for being there at all."""
    stated = {**GOOD, **NEVER_GOOD}
    resources = [_resource(type_, stated[type_]) for type_ in rule.types]
    return [each for each in resources if not list(rule.violations(each))]


def _everything(rule: Rule) -> Check:
    def of_one(_: Resource) -> Iterator[str]:
        yield "refused"

    def of_all(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
        yield from ((each, "refused") for each in resources)

    return of_one if isinstance(rule, ResourceRule) else of_all


def _written(rule: Rule) -> Any:
    """Give the function as it stands in the rule's module: a rule over single objects wraps it."""
    if isinstance(rule, ObjectRule):
        return inspect.getclosurevars(rule.check).nonlocals.get("check", rule.check)
    return rule.check


def _judging(rule: Rule, check: Check) -> Check:
    """Have a function over single objects judge all of them, as its rule does."""
    if not isinstance(rule, ObjectRule) or _written(rule) is rule.check:
        return check
    kinds: Sequence[str] = inspect.getclosurevars(rule.check).nonlocals["kinds"]

    def of_all(found: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
        yield from ((each, message) for each in found if each.type in kinds for message in check(each))

    return of_all


def _turned(function: Any) -> Iterator[tuple[int, Check]]:
    """Yield the function with each of its conditions turned round, and the condition's line."""
    source = textwrap.dedent(inspect.getsource(function))
    count = sum(isinstance(node, ast.If) for node in ast.walk(ast.parse(source)))
    for index in range(count):
        tree = ast.parse(source)
        node = [each for each in ast.walk(tree) if isinstance(each, ast.If)][index]
        node.test = ast.UnaryOp(ast.Not(), node.test)
        definition = tree.body[0]
        if isinstance(definition, ast.FunctionDef):
            definition.decorator_list = []
        names = dict(function.__globals__)
        exec(compile(ast.fix_missing_locations(tree), "<mutant>", "exec"), names)  # noqa: S102 -- the project's own code
        yield node.lineno, names[function.__name__]


def noticed(mutant: Mutant) -> bool:
    """Whether a good thing is refused, a broken one accepted, or a test written for the rule fails."""
    original = mutant.rule.check
    good = _accepted(mutant.rule) if isinstance(mutant.rule, ResourceRule) else _objects(objects.GOOD)
    object.__setattr__(mutant.rule, "check", mutant.check)
    try:
        return _by_a_table(mutant.rule, good) or _by_a_test(_APART[type(mutant.rule)])
    finally:
        object.__setattr__(mutant.rule, "check", original)


def _by_a_table(rule: Rule, good: Sequence[Resource]) -> bool:
    try:
        if isinstance(rule, ResourceRule):
            refused = any(list(rule.violations(each)) for each in good)
            return refused or any(not _refused_once(rule, *case) for name, *case in BROKEN if name == rule.name)
        if isinstance(rule, ObjectRule):
            refused = bool(list(rule.violations(good)))
            cases = [case for name, *case in objects.BROKEN if name == rule.name]
            return refused or any(not _object_refused(rule, *case) for case in cases)
        return any(not _told_of_once(rule, case) for case in CASES if case.rule == rule.name)
    except Exception:  # A mutant that fails is noticed.
        return True
    return False


def _refused_once(rule: ResourceRule, type_: str, path: str, value: Any) -> bool:
    stated = broken({**GOOD, **NEVER_GOOD}[type_], path, value)
    return len(list(rule.violations(_resource(type_, stated)))) == 1


def _told_of_once(rule: StackRule, case: Case) -> bool:
    found = [each.name for each, _ in rule.check(case.broken())]
    return not list(rule.check(case.graph)) and found == [case.offender]


def _object_refused(rule: ObjectRule, kind: str, path: str, value: Any) -> bool:
    stated = {**objects.GOOD, kind: broken(objects.GOOD[kind], path, value)}
    return len(list(rule.violations(_objects(stated)))) == 1


def _resource(type_: str, properties: dict[str, Any]) -> Resource:
    proxied = unknown_checking_proxy(properties)
    return Resource(type=type_, name="subject", urn="urn", properties=proxied, protect=True, environment="production")


def _objects(bodies: dict[str, dict[str, Any]]) -> list[Resource]:
    return [replace(_resource(body["kind"], body), name=body["metadata"]["name"]) for body in bodies.values()]


def _by_a_test(file: str) -> bool:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return pytest.main(["-x", "-q", "-p", "no:cacheprovider", str(_TESTS / file)]) != pytest.ExitCode.OK


def main() -> int:
    """Try every mutant of every rule, print the figure, and name those that no test noticed."""
    tried = [mutant for rule in RULES for mutant in mutants(rule)]
    unnoticed = [mutant for mutant in tried if not noticed(mutant)]
    for mutant in unnoticed:
        print(f"unnoticed: {mutant.rule.name}: {mutant.change}")
    print(f"{len(tried) - len(unnoticed)} of {len(tried)} mutants of {len(RULES)} rules were noticed")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
