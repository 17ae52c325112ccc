"""From what was found to the workload file's data, with a comment wherever something is not carried over."""

import re
from collections.abc import Mapping
from typing import Final

from settings.raw import Raw
from tools.importing.buckets import access
from tools.importing.containers import Ports, container, name_ports
from tools.importing.document import Draft
from tools.importing.found import Found, Part
from tools.importing.ingress import add_ingress, routed, routes_of
from tools.importing.names import part_names, product_name
from tools.importing.needs import add_dump, add_stores, name_roles
from tools.importing.neighbours import learn
from tools.importing.stores import Sorted, sort
from tools.importing.texts import public
from tools.importing.volumes import TEMPORARY, shared_volumes, volumes_of
from tools.importing.wiring import Secret, Wired, Wiring

_SCHEMA: Final = "yaml-language-server: $schema=../schemas/workload.schema.json"
_EVERYWHERE: Final = 443
_PART = re.compile(r"\{secrets\.([^}]+)\}")


class NothingToRunError(Exception):
    """The source has no service that would be left: only stores, proxies and helpers."""


def draft(found: Found, name: str | None = None) -> Draft:
    """Return the workload file for what was found. Raises NothingToRunError."""
    product = product_name(name or found.name)
    sorted_ = sort(found)
    if not sorted_.services:
        raise NothingToRunError
    return _Drafting(found, product, sorted_).made()


class _Drafting:
    """One product's file, section by section."""

    def __init__(self, found: Found, product: str, sorted_: Sorted) -> None:
        self._found, self._product, self._sorted = found, product, sorted_
        self._draft = Draft()
        self._running = [*sorted_.services, *sorted_.jobs]
        self._names = part_names(part.name for part in self._running)
        learn(sorted_.stores, self._running)
        name_roles(product, sorted_.stores)
        hosts = {other: self._names[part.name] for part in sorted_.services for other in sorted(part.names)}
        containers = [*self._running, *(beside for part in self._running for beside in part.sidecars)]
        outside = public(found, routed(found, sorted_), self._names)
        sorted_.objects.learn(containers)
        self._wiring = Wiring(sorted_.stores, sorted_.objects, containers, hosts, outside)
        self._wired = {id(part): self._wiring.wire(part) for part in containers}
        self._secrets: dict[str, Secret] = {}
        self._ports: dict[str, Ports] = {}
        self._shared = shared_volumes(sorted_.services)

    def made(self) -> Draft:
        data = self._draft.data
        self._head()
        data["name"] = self._product
        data["description"] = f"{self._product}, imported from {self._found.origin}"
        self._name_ports()
        data["services"] = {self._names[part.name]: self._service(part) for part in self._sorted.services}
        routes = routes_of(self._found, self._sorted, self._names, self._ports)
        add_ingress(self._draft, self._found, self._sorted, routes)
        jobs = self._jobs()
        self._settle_texts()
        if self._secrets:
            data["secrets"] = {name: {**self._secrets[name]} for name in sorted(self._secrets)}
            self._secret_comments()
        add_stores(self._draft, self._product, self._sorted.stores)
        self._sorted.objects.add(self._draft)
        if jobs:
            data["jobs"] = jobs
        dumps = [part.name for part in self._sorted.dumps]
        add_dump(self._draft, dumps, has_database="database" in self._sorted.stores)
        return self._draft

    def _settle_texts(self) -> None:
        """Keep a text with another secret in it only where that one has one value that the platform knows."""
        for name, secret in self._secrets.items():
            match = _PART.search(str(secret.get("text", "")))
            known = self._secrets.get(match[1], {}) if match else {}
            if match and known.get("kind") not in {"provided", "generated"}:
                self._secrets[name] = {"kind": "provided"}

    def _head(self) -> None:
        head = self._draft.head
        head += [
            _SCHEMA,
            "",
            f"Imported from {self._found.origin}. Comments say what was not carried over, and what to do; remove them"
            " as you go. docs/how-to/bring-a-product.md explains the choices.",
            "Processes are never root: `security.user` has to be the image's own user where its files belong to one."
            " Nothing is open by itself: `uses`, `calls` and `egress` say what each service may connect to.",
        ]
        head += [note.sentence for note in self._found.notes]
        head += [f"{name} is left out: {why}." for name, why in self._sorted.helpers.items()]
        for stated, name in self._names.items():
            if stated != name:
                self._draft.comment(("services", name), f"{stated} is called {name} here, and is reached by that name.")

    def _name_ports(self) -> None:
        """Give ports their names; what others call and the source does not state is added."""
        called: dict[str, set[int]] = {}
        for wired in self._wired.values():
            for target, numbers in wired.calls.items():
                called.setdefault(target, set()).update(numbers)
        for part in self._sorted.services:
            name = self._names[part.name]
            self._ports[name] = name_ports(part, called.get(name, set()))

    def _service(self, part: Part) -> Raw:
        name = self._names[part.name]
        path = ("services", name)
        draft = self._draft
        wired = self._wired[id(part)]
        ports = self._ports[name]
        section: dict[str, Raw] = {}
        if part.optional:
            section["optional"] = True
        section |= container(draft, path, part, self._product, name, self._wiring, ports)
        most = part.most or part.replicas or 1
        least = min(part.replicas or 1, most)
        if part.replicas == 0:
            section = {"optional": True, **section}
            why = "the source runs none of it"
            draft.comment(
                (*path, "optional"), f"replicas 0: {why}; a stack runs it by naming it under `application.include`."
            )
            least = most = 1
        mounts = volumes_of(draft, path, part, self._shared, most)
        if mounts.single and most > 1:
            draft.comment((*path, "replicas"), f"replicas {most}: one pod at a time holds such a volume; it is 1 here.")
            least = most = 1
        section["replicas"] = {"minimum": max(least, 1), "maximum": max(most, 1)}
        if part.headless:
            section["headless"] = True
            if not ports.named:
                draft.comment((*path, "headless"), "The source states no port; write those by which its pods connect.")
        if part.recreate:
            section["update"] = "recreate"
        if part.targets and most > least:
            section["scaling"] = {**part.targets}
        section |= self._context(part, wired, path)
        section |= mounts.section(part)
        if part.grace is not None:
            section["termination_grace_seconds"] = max(1, min(part.grace, 3600))
        if "database" in wired.uses and any(need in self._database_hosts() for need in part.needs):
            section["waits_for"] = ["database"]
        if part.sidecars:
            section["sidecars"] = self._sidecars(part, path)
        draft.notes(path, part.notes)
        return _ordered(section)

    def _database_hosts(self) -> set[str]:
        store = self._sorted.stores.get("database")
        return store.hosts if store else set()

    def _context(self, part: Part, wired: Wired, path: tuple[str, ...]) -> dict[str, Raw]:
        """Variables, secrets, and what the part may connect to."""
        section: dict[str, Raw] = {}
        if wired.environment:
            section["environment"] = {**wired.environment}
        self._draft.notes(path, wired.notes)
        secrets = {**wired.secrets}
        if secrets:
            section["secrets"] = [*sorted(secrets)]
        self._declare(part, secrets, path)
        files = self._files(part, path)
        if files:
            section["files"] = files
        if wired.uses:
            section["uses"] = [*sorted(wired.uses)]
        if wired.buckets and part.kind == "job":
            why = "a job has no role of its own for buckets"
            self._draft.comment(path, f"{', '.join(sorted(wired.buckets))}: {why}; let a service do what it does.")
        if part.kind == "service":
            if wired.buckets:
                section["buckets"] = access(wired.buckets)
            for use, key in (("database", "database_pool"), ("timeseries", "timeseries_pool"), ("cache", "cache_pool")):
                if use in wired.uses:
                    section[key] = 10
        section |= self._flows(part, wired, path)
        return section

    def _declare(self, part: Part, secrets: Mapping[str, Secret], path: tuple[str, ...]) -> None:
        for name, secret in secrets.items():
            known = self._secrets.setdefault(name, secret)
            if known != secret:
                if known.get("required") is False and secret["kind"] == "provided":
                    self._secrets[name] = secret
                elif secret.get("required", True):
                    why = "a secret has one value, and another part of the source states it differently"
                    self._draft.comment((*path, "secrets"), f"{name}: {why}; give one of the two another name.")

    def _files(self, part: Part, path: tuple[str, ...]) -> dict[str, Raw]:
        files: dict[str, Raw] = {}
        for place, text in part.files.items():
            if self._wiring.holds_a_secret(text):
                why = "it holds a credential"
                do = "make it a provided or external secret, and mount that: `files: {…: {secret: NAME}}`"
                self._draft.comment((*path, "files"), f"{place}: {why}; {do}.")
            else:
                files[place] = {"content": text}
        for place, stated in part.secret_files.items():
            name = stated.upper().replace("-", "_").replace(".", "_")
            stores = [kind for kind, store in self._sorted.stores.items() if stated in store.mounted_secrets]
            wired: Secret = {"kind": "wired", "output": f"{stores[0]}.password"} if stores else {"kind": "provided"}
            self._secrets.setdefault(name, wired)
            files[place] = {"secret": name}
        return files

    def _flows(self, part: Part, wired: Wired, path: tuple[str, ...]) -> dict[str, Raw]:
        section: dict[str, Raw] = {}
        calls: list[Raw] = []
        own = self._names.get(part.name, "")
        for target, numbers in wired.calls.items():
            ports = self._ports.get(target)
            if target == own or ports is None:
                continue
            called = [ports.called(number) for number in sorted(numbers)] or ports.first()
            for port in dict.fromkeys(called):
                if port is not None:
                    calls.append({"service": target, "port": port})
            if not called:
                why = "the source states no port of it"
                self._draft.comment((*path, "calls"), f"{target}: {why}; state one, and the call, where it is called.")
        if calls:
            section["calls"] = calls
        if not part.closed:
            egress: list[Raw] = [{"name": "https", "port": _EVERYWHERE}]
            for name, port in wired.outside.items():
                if port != _EVERYWHERE:
                    egress.append({"name": name, "port": port})
            section["egress"] = egress
        return section

    def _sidecars(self, part: Part, path: tuple[str, ...]) -> dict[str, Raw]:
        done: dict[str, Raw] = {}
        for beside, name in zip(part.sidecars, part_names(each.name for each in part.sidecars).values(), strict=True):
            at = (*path, "sidecars", name)
            wired = self._wired[id(beside)]
            section = container(self._draft, at, beside, self._product, name, self._wiring, name_ports(beside, set()))
            if wired.environment:
                section["environment"] = {**wired.environment}
            if wired.secrets:
                section["secrets"] = [*sorted(wired.secrets)]
            self._declare(beside, wired.secrets, at)
            shares = [folder.path for folder in beside.folders if folder.path in {own.path for own in part.folders}]
            if shares:
                section["shares"] = [*shares]
            self._draft.notes(at, [*beside.notes, *wired.notes])
            done[name] = _ordered(section)
        return done

    def _jobs(self) -> dict[str, Raw]:
        jobs: dict[str, Raw] = {}
        for part in self._sorted.jobs:
            name = self._names[part.name]
            path = ("jobs", name)
            if part.optional:
                why = "its profile keeps it from running by itself, and a job here runs after every rollout"
                self._draft.head.append(f"{part.name} is left out: {why}; run it from a pod when it is needed.")
                continue
            jobs[name] = self._job(part, name, path)
        return jobs

    def _job(self, part: Part, name: str, path: tuple[str, ...]) -> Raw:
        twin = next((each for each in self._sorted.services if each.image == part.image and each.image), None)
        owner = twin or self._sorted.services[0]
        section: dict[str, Raw] = {"service": self._names[owner.name]}
        made = container(self._draft, path, part, self._product, name, self._wiring, None)
        if twin is not None:
            made.pop("image", None)
        section |= made
        if part.schedule:
            section["schedule"] = part.schedule
        else:
            waiting = [each.name for each in self._running if part.name in each.needs]
            after = f" ({', '.join(waiting)} waited for it)" if waiting else ""
            do = "what has to run before the new version is `migration:`, one for a product"
            self._draft.comment(path, f"It runs once after every rollout{after}; {do}.")
        section |= self._context(part, self._wired[id(part)], path)
        if part.deadline is not None:
            section["deadline_seconds"] = max(10, min(part.deadline, 86400))
        if part.retries is not None:
            section["retries"] = max(0, min(part.retries, 20))
        for folder in part.folders:
            if folder.kind != "scratch":
                why = "a job keeps no folder"
                self._draft.comment(path, f"{folder.path}: {why}; let it write to a store, or to a service.")
        scratch = [folder.path for folder in part.folders if folder.kind == "scratch"]
        if scratch:
            section["writable_paths"] = [*dict.fromkeys((TEMPORARY, *scratch))]
        if section.pop("files", None) is not None:
            why = "a job mounts no files"
            self._draft.comment(path, f"files: {why}; put them into the image, or let it read secrets as variables.")
        self._draft.notes(path, part.notes)
        return _ordered(section)

    def _secret_comments(self) -> None:
        kinds = {str(secret["kind"]) for secret in self._secrets.values()}
        told = {
            "provided": "Provided: set each with `pulumi config set --secret --path groundwork:secrets.<NAME>`.",
            "generated": "Generated: made anew, so what the old value signed or encrypted is not read again. To keep"
            " that value, write `kind: provided` and set it; for another form, state `bytes:` and `encoding:`.",
        }
        for kind, sentence in told.items():
            if kind in kinds:
                self._draft.comment(("secrets",), sentence)


_ORDER: Final = (
    "service",
    "optional",
    "image",
    "schedule",
    "command",
    "arguments",
    "ports",
    "headless",
    "replicas",
    "update",
    "scaling",
    "resources",
    "probes",
    "environment",
    "secrets",
    "files",
    "uses",
    "buckets",
    "database_pool",
    "timeseries_pool",
    "cache_pool",
    "calls",
    "egress",
)


def _ordered(section: dict[str, Raw]) -> dict[str, Raw]:
    """Return a section in the order that the other files keep."""
    first = {key: section[key] for key in _ORDER if key in section}
    return {**first, **{key: value for key, value in section.items() if key not in first}}
