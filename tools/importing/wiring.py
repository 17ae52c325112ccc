"""Where each variable of a part gets its value: text, an output of the platform, or a secret, never its old value."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from settings.checks.literals import replaced_by_kubernetes, set_by_the_platform
from settings.raw import Raw
from tools.importing import credentials
from tools.importing.addresses import NAMES_A_HOST, Address, address_in, mentioned, renamed, replaced
from tools.importing.buckets import Objects
from tools.importing.found import Note, Part, Variable
from tools.importing.interpolation import shown, unset
from tools.importing.names import LARGEST_PORT
from tools.importing.neighbours import Role, host_variables, role_of
from tools.importing.stores import Store, StoreKind
from tools.importing.texts import Public, StoreText, escaped, numbered, of_an_address, of_pairs

Secret = dict[str, Raw]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")
_OUTPUT = re.compile(r"\{([a-z0-9._-]+)\}")
_LIST = re.compile(r"(NODES|ADDRS|ADDRESSES|CLUSTER|HOSTS|SEEDS)$", re.IGNORECASE)
_SCHEMES: Final[dict[StoreKind, tuple[str, ...]]] = {
    "database": ("postgres", "postgresql"),
    "timeseries": ("postgres", "postgresql"),
    "cache": ("redis", "rediss"),
    "event_bus": (),
}
_ADDRESS_OUTPUT: Final[dict[StoreKind, str]] = {
    "database": "database.host",
    "timeseries": "timeseries.host",
    "cache": "cache.host",
    "event_bus": "event_bus.address",
}
_BY_NAME: Final[dict[str, StoreKind]] = {"DATABASE_URL": "database", "REDIS_URL": "cache", "CACHE_URL": "cache"}


@dataclass(kw_only=True)
class Wired:
    """A part's variables, and what follows from them."""

    environment: dict[str, Raw] = field(default_factory=dict[str, Raw])
    secrets: dict[str, Secret] = field(default_factory=dict[str, Secret])
    uses: set[StoreKind] = field(default_factory=set[StoreKind])
    calls: dict[str, set[int]] = field(default_factory=dict[str, set[int]])
    outside: dict[str, int] = field(default_factory=dict[str, int])
    notes: list[Note] = field(default_factory=list[Note])
    buckets: set[str] = field(default_factory=set[str])

    def note(self, name: str, what: str, why: str, do: str) -> None:
        self.notes.append(Note(what=what, why=why, do=do, at=("environment", name)))


class Wiring:
    """Wires parts one by one; `names` are the final names of services by every name that reaches them."""

    def __init__(
        self,
        stores: Mapping[StoreKind, Store],
        objects: Objects,
        parts: Iterable[Part],
        names: Mapping[str, str],
        public: Public,
    ) -> None:
        self._stores = stores
        self._objects = objects
        self._names = names
        self._public = public
        secret = Counter(
            (variable.text or "", variable.name)
            for part in parts
            for variable in part.variables.values()
            if variable.guarded or credentials.credential(variable.name, variable.text)
        )
        self._shared: dict[str, list[str]] = {}
        for text, name in secret:
            self._shared.setdefault(text, []).append(name)
        self._values = {text for text, _ in secret if credentials.held(text)} - set(names) - set(_ordinary(stores))

    def wire(self, part: Part) -> Wired:
        """Return where a part's variables get their values."""
        wired = Wired()
        hosts = host_variables(part, self._stores)
        stored = self._objects.used_by(part)
        for variable in part.variables.values():
            if not self._may_stand(variable, wired):
                continue
            if self._pod(variable, part, wired) or (stored and self._object(variable, wired)):
                continue
            if not self._store(variable, hosts, wired) and not self._outside_in(variable, part, wired):
                self._other(variable, wired)
        for name in part.needs:
            self._need(name, wired)
        if stored and not wired.buckets:
            wired.buckets.update(self._objects.buckets.values())
        return wired

    def _object(self, variable: Variable, wired: Wired) -> bool:
        """Wire a variable that speaks of object storage."""
        placed = self._objects.place(variable)
        if placed is None:
            return False
        if placed.bucket is not None:
            wired.buckets.add(placed.bucket)
        if placed.why:
            wired.note(variable.name, variable.name, placed.why, placed.do)
        else:
            wired.environment[variable.name] = placed.value
        return True

    def holds_a_secret(self, text: str) -> bool:
        """Whether a text that stands elsewhere, such as a command, holds a credential's value."""
        return any(value in text for value in self._values) or credentials.credential("TEXT", text)

    def _may_stand(self, variable: Variable, wired: Wired) -> bool:
        name = variable.name
        if not _VARIABLE.fullmatch(name):
            why = "a variable's name has letters, digits, underscores, dots and hyphens here"
            wired.note(name, name, why, "let the process read it by such a name, or from a file")
            return False
        if set_by_the_platform(name):
            wired.note(name, name, "Kubernetes or AWS sets it in every container", "leave it out")
            return False
        return True

    def _pod(self, variable: Variable, part: Part, wired: Wired) -> bool:
        """Wire a variable that holds the pod's own address or name, or the host by which its peers are found."""
        plain = variable.text or ""
        if variable.guarded or credentials.credential(variable.name, variable.composed or plain):
            return False
        own = self._names.get(part.name, part.name)
        # A product's name is often that of its service.
        bare = plain.strip() == part.name and not NAMES_A_HOST.search(variable.name)
        before = variable.composed if variable.composed is not None else escaped(plain)
        text = before if bare else replaced(before, sorted(part.headless), f"{{services.{own}.headless_host}}")
        if text == before and variable.composed is None:
            return False
        others = {name: target for name, target in self._names.items() if target != own}
        for target, ports in mentioned(text, others, bare=False).items():
            wired.calls.setdefault(target, set()).update(ports)
        whole = _OUTPUT.fullmatch(text)
        wired.environment[variable.name] = {"output": whole[1]} if whole else {"text": renamed(text, others)}
        return True

    def _store(self, variable: Variable, hosts: Mapping[StoreKind, list[str]], wired: Wired) -> bool:
        """Wire a variable to a store, where it is about one."""
        text = variable.text or ""
        address = address_in(text)
        for kind, store in self._stores.items():
            if address is not None and address.host in store.hosts:
                self._address(variable, address, kind, store, wired)
                return True
            if variable.name in hosts.get(kind, []):
                self._host(variable, kind, wired)
                return True
            pairs = of_pairs(text, store)
            if pairs is not None:
                self._text(variable.name, pairs, kind, wired)
                return True
            role = role_of(variable, store, hosts.get(kind, []))
            if role is not None:
                self._part(variable.name, role, kind, store, wired)
                return True
        by_name = _BY_NAME.get(variable.name)
        if by_name in self._stores and by_name is not None and (unset(text) or not text):
            self._secret_output(variable.name, by_name, wired)
            return True
        return False

    def _host(self, variable: Variable, kind: StoreKind, wired: Wired) -> None:
        text = variable.text or ""
        wired.uses.add(kind)
        if kind == "event_bus":
            wired.environment[variable.name] = {"output": "event_bus.address"}
        elif ":" not in text:
            wired.environment[variable.name] = {"output": f"{kind}.host"}
        elif kind == "cache" and _LIST.search(variable.name):
            wired.environment[variable.name] = {"output": "cache.nodes"}
        else:
            wired.environment[variable.name] = {"text": f"{{{kind}.host}}:{{{kind}.port}}"}

    def _part(self, name: str, role: Role, kind: StoreKind, store: Store, wired: Wired) -> None:
        wired.uses.add(kind)
        if role == "password":
            if kind == "event_bus":
                wired.secrets[name] = {"kind": "wired", "output": "event_bus.secret_key"}
            else:
                wired.secrets[name] = {"kind": "wired", "output": f"{kind}.password"}
        elif role == "user":
            wired.environment[name] = store.role
        elif kind in {"database", "timeseries"} or role != "name":
            wired.environment[name] = {"output": f"{kind}.{role}"}

    def _address(self, variable: Variable, address: Address, kind: StoreKind, store: Store, wired: Wired) -> None:
        wired.uses.add(kind)
        name = variable.name
        if kind == "event_bus":
            wired.environment[name] = {"output": "event_bus.address"}
            return
        asked = numbered(address) if kind == "cache" else re.sub(r"[?&]sslmode=\w+", "", address.query)
        if address.scheme not in _SCHEMES[kind] or asked:
            self._text(name, of_an_address(address, store), kind, wired)
        else:
            self._secret_output(name, kind, wired)
        wanted = store.name or store.user
        if kind != "cache" and wanted and address.path.strip("/") not in {"", wanted}:
            why = f"a product has one database, here {wanted}"
            wired.note(name, f"{name}: database {address.path.strip('/')}", why, "use schemas, or a product of its own")

    def _text(self, name: str, composed: StoreText, kind: StoreKind, wired: Wired) -> None:
        wired.uses.add(kind)
        if composed.secret:
            wired.secrets[name] = {"kind": "text", "text": composed.text}
        else:
            wired.environment[name] = {"text": composed.text}

    def _outside_in(self, variable: Variable, part: Part, wired: Wired) -> bool:
        """Wire a variable that holds an address of the product itself, as the outside sees it."""
        text = variable.text or ""
        if text and text == self._public.first:
            wired.environment[variable.name] = {"output": "hostname"}
            return True
        address = address_in(text)
        composed = self._public.text(address, part.name) if address is not None else None
        if composed is None:
            return False
        wired.environment[variable.name] = {"text": composed}
        return True

    def _secret_output(self, name: str, kind: StoreKind, wired: Wired) -> None:
        wired.uses.add(kind)
        wired.secrets[name] = {"kind": "wired", "output": f"{kind}.url"}

    def _other(self, variable: Variable, wired: Wired) -> None:
        name, text = variable.name, variable.text
        bare = bool(NAMES_A_HOST.search(name))
        for target, ports in mentioned(text or "", self._names, bare=bare).items():
            wired.calls.setdefault(target, set()).update(ports)
        if variable.guarded or credentials.credential(name, text) or self.holds_a_secret(text or ""):
            self._secret(variable, wired)
        elif text == "" and credentials.named(name):
            made = credentials.own(name, alone=True)
            wired.secrets[name] = {"kind": "generated"} if made else {"kind": "provided", "required": False}
        elif text is None or unset(text):
            given = f" ({shown(text)})" if text and text != shown(text) else ""
            wired.note(name, f"{name}{given}", "it has no value here", f"write `{name}: …` into this section")
        elif replaced_by_kubernetes(text):
            wired.note(
                name, name, "$(…) and $$ are replaced by Kubernetes", "put the value into a file of the container"
            )
        else:
            wired.environment[name] = renamed(text, self._names)
            _outside(name, text, wired)

    def _secret(self, variable: Variable, wired: Wired) -> None:
        name, text = variable.name, variable.text or ""
        _outside(name, text, wired)
        address = address_in(text)
        halves = self._shared.get(address.password, []) if address is not None and address.password else []
        if halves and address is not None and not unset(text):
            start, _, end = text.partition(f":{address.password}@")
            wired.secrets[name] = {
                "kind": "text",
                "text": f"{escaped(start)}:{{secrets.{halves[0]}}}@{escaped(renamed(end, self._names))}",
            }
            return
        others = [other for other in self._shared.get(text, []) if other != name]
        if others and not credentials.placeholder(text):
            wired.secrets[name] = {"kind": "provided"}
            wired.note(name, name, f"{', '.join(others)} has the same value", "provide them with one value")
        elif credentials.own(name):
            wired.secrets[name] = {"kind": "generated"}
        else:
            wired.secrets[name] = {"kind": "provided"} if text else {"kind": "provided", "required": False}

    def _need(self, name: str, wired: Wired) -> None:
        for kind, store in self._stores.items():
            if name in store.hosts and kind not in wired.uses:
                wired.uses.add(kind)
                why = f"it depends on {name}, and no variable names it"
                do = f"let it read the output {_ADDRESS_OUTPUT[kind]}, and its user and password, from variables"
                wired.notes.append(Note(what=f"The address of {name}", why=why, do=do, at=("environment",)))
        target = self._names.get(name)
        if target is not None:
            wired.calls.setdefault(target, set())


def _ordinary(stores: Mapping[StoreKind, Store]) -> Iterable[str]:
    """Values that stand in many places and would hide the ones that matter."""
    for store in stores.values():
        yield from (value for value in (store.user, store.name) if value)


_EXTERNAL = re.compile(r"\b(smtp|imap|ldap|amqp|mqtt)s?://([^/\s:@]+\.[a-z]{2,})(?::([0-9]{1,5}))?", re.IGNORECASE)
_MAIL_PORT = re.compile(r"(SMTP|MAIL|EMAIL)\w*PORT$", re.IGNORECASE)
_WEB = re.compile(r"https?://[^/\s:@]+\.[a-z]{2,}:([0-9]{2,5})\b", re.IGNORECASE)


def _outside(name: str, text: str, wired: Wired) -> None:
    """Note the ports outside that a variable speaks of, beyond those of the web."""
    if _MAIL_PORT.search(name) and text.isdigit() and 0 < int(text) <= LARGEST_PORT:
        wired.outside["mail"] = int(text)
    web = _WEB.search(text)
    if web is not None and int(web[1]) <= LARGEST_PORT:
        wired.outside[f"port-{web[1]}"] = int(web[1])
    found = _EXTERNAL.search(text)
    if found is not None and found[3]:
        wired.outside[found[1].lower()] = int(found[3])
