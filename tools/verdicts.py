"""How often the offline cluster says what the API server says: `python -m tools.verdicts`; `… aws` does it for AWS.

`--real` starts a real control plane as well: it compares the recorded verdicts with the server's, and both judges over
the mutants of all good cases, of which nobody wrote one. `--missed` lists the cases that were used while the rules were
made and are judged otherwise, and such mutants; `--missed-held-out` the other cases, which are no longer held out once
somebody has looked at them.
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.offline_cloud.kubernetes.cases import Case, load
from tests.offline_cloud.kubernetes.judges import Offline, Verdict
from tests.offline_cloud.kubernetes.mutants import mutants
from tests.offline_cloud.kubernetes.real import Real
from tools import verdicts_aws
from tools.control_plane import processes


@dataclass(frozen=True)
class Judged:
    """A case with what the offline cluster says of it."""

    case: Case
    verdict: Verdict

    @property
    def agrees(self) -> bool:
        """Whether both verdicts are one."""
        return self.verdict.refused == self.case.refused


def judge(cases: Iterable[Case]) -> list[Judged]:
    """Put cases to the offline cluster."""
    offline = Offline()
    return [Judged(case, offline.verdict(case.body)) for case in cases]


def share(judged: Iterable[Judged], *, refused: bool, held_out: bool | None = None) -> tuple[int, int]:
    """Count the agreements among good or bad cases, and the cases; of one set or of both."""
    of_them = [
        each for each in judged if each.case.refused is refused and (held_out is None or each.case.held_out is held_out)
    ]
    return sum(each.agrees for each in of_them), len(of_them)


def table(judged: list[Judged]) -> str:
    """Print the agreement of each kind, and of all together."""
    lines = [f"{'':32}{'bad':>10}{'good':>10}{'held-out bad':>15}{'good':>10}"]
    kinds = Counter(each.case.kind for each in judged)
    for kind in sorted(kinds):
        lines.append(_line(kind, [each for each in judged if each.case.kind == kind]))
    return "\n".join([*lines, _line("all", judged), _percent(judged)])


def _line(name: str, judged: list[Judged]) -> str:
    figures = [share(judged, refused=refused, held_out=held) for held in (False, True) for refused in (True, False)]
    shown = [f"{agreed}/{of}" if of else "" for agreed, of in figures]
    return f"{name:32}{shown[0]:>10}{shown[1]:>10}{shown[2]:>15}{shown[3]:>10}"


def _percent(judged: list[Judged]) -> str:
    figures = [share(judged, refused=refused, held_out=held) for held in (False, True) for refused in (True, False)]
    shown = [f"{100 * agreed / of:.1f} %" if of else "" for agreed, of in figures]
    return f"{'':32}{shown[0]:>10}{shown[1]:>10}{shown[2]:>15}{shown[3]:>10}"


def _missed(judged: list[Judged], *, held_out: bool) -> None:
    for each in judged:
        if not each.agrees and each.case.held_out is held_out:
            wanted = "refused" if each.case.refused else "accepted"
            print(f"{each.case.area}: {each.case.name} ({each.case.kind}): the API server {wanted} it")
            print(f"    {each.verdict.said or 'the offline cluster found nothing'}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cloud", nargs="?", choices=("kubernetes", "aws"), default="kubernetes")
    parser.add_argument("--missed", action="store_true")
    parser.add_argument("--missed-held-out", action="store_true")
    parser.add_argument("--real", action="store_true")
    asked = parser.parse_args()
    if asked.cloud == "aws":
        verdicts_aws.show(missed=asked.missed, missed_held_out=asked.missed_held_out)
        return
    judged = judge(load())
    if asked.missed:
        _missed(judged, held_out=False)
    if asked.missed_held_out:
        _missed(judged, held_out=True)
    print(table(judged))
    if asked.real:
        _real(show=asked.missed)


def _real(*, show: bool) -> None:
    """Print what a real API server says: of the cases, and of their mutants."""
    try:
        with processes.running() as plane:
            server, offline = Real(plane.client), Offline()
            cases, counted = load(), Counter[tuple[bool, bool]]()
            same = sum(server.verdict(case.body).refused is case.refused for case in cases)
            print(
                f"\nkube-apiserver {server.request('GET', '/version')['gitVersion']}: {same}/{len(cases)} as recorded"
            )
            for mutant in mutants(cases):
                real, ours = server.verdict(mutant.body), offline.form(mutant.body)
                counted[real.refused, ours.refused is real.refused] += 1
                if show and ours.refused is not real.refused:
                    print(f"{mutant.name}\n    {'the server' if real.refused else 'offline'}: {real.said or ours.said}")
    except processes.NotRunnableError as error:
        raise SystemExit(f"not compared: {error}") from None
    for name, refused in (("bad", True), ("good", False)):
        agreed, of = counted[refused, True], counted[refused, True] + counted[refused, False]
        print(f"{name} mutants: {agreed}/{of}, {100 * agreed / of:.1f} %")


if __name__ == "__main__":
    main()
