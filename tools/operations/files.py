"""What an operation writes into the two files of a stack: its settings, its permits, and its product's file."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, cast

from offline_cloud.workspace import write_safely
from settings import PlatformSettings, SettingsError
from settings.permits import Change
from settings.stacks import stack_file
from tools.operations import editing
from tools.operations.steps import StoppedError
from tools.stack import settings_of

Setting = tuple[str, ...]
"""A setting by its words: ("ingress", "maintenance")."""
Permitted = tuple[Change, str]
"""What is permitted, and of what: ("upgrade", "database")."""
DAYS: Final = 7
"""How long a permit that an operation writes lasts; the operation writes it anew where it went on later."""
_PERMITS: Final = ("config", "groundwork:permits")


@dataclass(frozen=True, kw_only=True)
class Edits:
    """What a step states; None takes a setting out."""

    stack: Mapping[Setting, object] = field(default_factory=dict[Setting, object])
    product: Mapping[Setting, object] = field(default_factory=dict[Setting, object])
    permit: Permitted | None = None
    withdraw: Permitted | None = None


@dataclass(frozen=True)
class Files:
    """The files of one stack of one product."""

    root: Path
    stack: str
    product: str
    today: date

    @property
    def stack_path(self) -> Path:
        return self.root / stack_file(self.stack)

    @property
    def product_path(self) -> Path:
        return self.root / "workloads" / f"{self.product}.yaml"

    def siblings(self) -> list[str]:
        """Name the stacks of the same product, this one among them."""
        found: list[str] = []
        for path in sorted(self.root.glob(stack_file("*"))):
            name = path.name.split(".", 2)[1]
            if editing.read(path.read_text("utf-8"), ("config", "groundwork:workload")) == self.product:
                found.append(name)
        return found

    def given(self, path: Setting) -> object:
        """Give what the stack's file says of a setting, be the files valid or not; None where it is silent."""
        return editing.read(self._texts()[0], _placed(path))

    def described(self, path: Setting) -> object:
        """Give what the product's file says of a setting; None where it is silent."""
        return editing.read(self._texts()[1], path)

    def others(self) -> list[str]:
        """Name the further stacks of the same product: what a step writes into its file is written for them, too."""
        return [name for name in self.siblings() if name != self.stack]

    def settings(self) -> PlatformSettings:
        """Load what both files state. Raises `StoppedError` with every mistake."""
        try:
            return settings_of(self.stack, self.product, self.root)
        except FileNotFoundError:
            raise StoppedError(f"there is no {stack_file(self.stack)}") from None
        except SettingsError as error:
            raise StoppedError(str(error)) from None

    def stated(self, edits: Edits) -> bool:
        """Whether the files say already what a step wants them to say."""
        stack, product = self._texts()
        return (
            all(editing.read(stack, _placed(path)) == value for path, value in edits.stack.items())
            and all(editing.read(product, path) == value for path, value in edits.product.items())
            and (edits.permit is None or any(self._in_force(each, edits.permit) for each in _permits(stack)))
            and not (edits.withdraw and any(_is(each, edits.withdraw) for each in _permits(stack)))
        )

    def write(self, edits: Edits) -> None:
        """Write what a step states, and nothing else. Raises `StoppedError`."""
        before, after = self._texts(), self._edited(edits)
        for path, had, text in zip((self.stack_path, self.product_path), before, after, strict=True):
            if text != had:
                write_safely(path.resolve(), text.encode())

    def judged(self, edits: Edits) -> Iterator[str]:
        """Say what would be wrong with the files once a step had written them, before it does."""
        try:
            self.would_be(edits)
        except StoppedError as error:
            yield str(error)

    def would_be(self, edits: Edits) -> PlatformSettings:
        """Load what both files would state once a step had written them. Raises `StoppedError` with every mistake."""
        stack, product = self._edited(edits)
        with tempfile.TemporaryDirectory(prefix="groundwork-") as name:
            folder = Path(name)
            for each in self.root.iterdir():
                if each.name not in ("workloads", self.stack_path.name) and not each.name.startswith("."):
                    (folder / each.name).symlink_to(each.resolve())
            shutil.copytree(self.root / "workloads", folder / "workloads")
            (folder / self.stack_path.name).write_text(stack, "utf-8")
            (folder / "workloads" / self.product_path.name).write_text(product, "utf-8")
            try:
                return settings_of(self.stack, self.product, folder)
            except SettingsError as error:
                raise StoppedError(str(error)) from None

    def _texts(self) -> tuple[str, str]:
        try:
            return self.stack_path.read_text("utf-8"), self.product_path.read_text("utf-8")
        except OSError as error:
            raise StoppedError(f"{error.filename}: {error.strerror}") from None

    def _edited(self, edits: Edits) -> tuple[str, str]:
        stack, product = self._texts()
        try:
            for path, value in edits.stack.items():
                stack = _set(stack, _placed(path), value)
            for path, value in edits.product.items():
                product = _set(product, path, value)
            stack = self._permitted(stack, edits)
        except editing.EditError as error:
            raise StoppedError(f"{self.stack_path.name} or {self.product_path.name}: {error}") from None
        return stack, product

    def _permitted(self, text: str, edits: Edits) -> str:
        had = _permits(text)
        kept = [each for each in had if edits.withdraw is None or not _is(each, edits.withdraw)]
        if edits.permit is not None and not any(self._in_force(each, edits.permit) for each in kept):
            change, of = edits.permit
            kept = [each for each in kept if not _is(each, edits.permit)]
            kept.append({"change": change, "of": of, "until": (self.today + timedelta(days=DAYS)).isoformat()})
        if kept == had:
            return text
        return _set(text, _PERMITS, kept or None)

    def _in_force(self, permit: Mapping[str, Any], wanted: Permitted) -> bool:
        return _is(permit, wanted) and str(permit.get("until"))[:10] >= self.today.isoformat()


def _is(permit: Mapping[str, Any], wanted: Permitted) -> bool:
    return (permit.get("change"), permit.get("of")) == wanted


def _set(text: str, path: Setting, value: object) -> str:
    return editing.drop(text, path) if value is None else editing.put(text, path, value)


def _placed(path: Setting) -> Setting:
    return ("config", f"groundwork:{path[0]}", *path[1:])


def _permits(text: str) -> list[Mapping[str, Any]]:
    found = editing.read(text, _PERMITS)
    return [dict(each) for each in cast("Sequence[Mapping[str, Any]]", found or ())]


def configured(configuration: Mapping[str, Any], edits: Edits) -> bool:
    """Whether a run of the engine had what a step states, from the configuration that its history keeps of the run."""
    permits = cast("Sequence[Mapping[str, Any]]", _value(configuration, ("permits",)) or ())
    return (
        all(_value(configuration, path) == value for path, value in edits.stack.items())
        and (edits.permit is None or any(_is(each, edits.permit) for each in permits))
        and not (edits.withdraw and any(_is(each, edits.withdraw) for each in permits))
    )


def _value(configuration: Mapping[str, Any], path: Setting) -> object:
    entry = cast("Mapping[str, Any]", configuration.get(f"groundwork:{path[0]}") or {})
    value: object = entry.get("objectValue", entry.get("value"))
    for word in path[1:]:
        value = cast("Mapping[str, object]", value).get(word) if isinstance(value, Mapping) else None
    return None if value == "" else value
