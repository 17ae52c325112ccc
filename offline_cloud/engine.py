"""The real Pulumi engine, run against the offline cloud."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shlex import quote
from typing import Final

from pulumi.automation.events import EngineEvent

from offline_cloud import tools
from offline_cloud.errors import OfflineCloudError
from offline_cloud.events import Follower, Story
from offline_cloud.program import ProgramServer, project_program, served
from offline_cloud.provider.catalog import PACKAGES
from offline_cloud.provider_process import ProviderProcess, provider
from offline_cloud.workspace import ANALYZER, PASSPHRASE, Workspace

# Nothing may fall through to a real account: the SDKs of every process below see these, and no others.
NO_CLOUD: Final = {
    "AWS_ACCESS_KEY_ID": "offline-cloud",
    "AWS_SECRET_ACCESS_KEY": "offline-cloud",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "KUBECONFIG": os.devnull,
}
# They say where and who, and open nothing: programs read them.
HARMLESS: Final = ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCOUNT_ID")
INTERRUPTED: Final = 130
HOME: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Options:
    """How one run of the engine is to go."""

    policies: bool = False
    fast: bool = False
    parallel: int | None = None
    rehearse: bool = False
    """For destroy: only show what would come of it."""
    arguments: Sequence[str] = ()


@dataclass
class Finished:
    """How a run of the engine ended."""

    exit_code: int
    story: Story
    seconds: float
    said: str = ""
    program_failure: str | None = None
    provider_died: bool = False
    interrupted: bool = False
    rehearsed: bool = False
    untold: bool = False
    """The engine ended well, but what it told of its work broke off: nobody can say what was done."""

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0

    @property
    def settled(self) -> bool:
        """Whether the engine came to its end and saved: state and cloud then agree, whatever was refused."""
        return self.exit_code >= 0 and not self.provider_died and not self.untold and "snapshot" not in self.said


@dataclass
class Engine:
    """Runs ``pulumi`` in a workspace whose lock is held (``lock`` is its descriptor)."""

    workspace: Workspace
    lock: int
    _running: "subprocess.Popen[bytes] | None" = None
    _signals: int = 0
    _heard: list[int] = field(default_factory=list[int])

    def environment(self, port: int | None = None, fast: bool = False) -> dict[str, str]:
        """Give the variables the engine runs with."""
        space = self.workspace
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_", "KUBE"))}
        search = [str(space.tools), str(tools.LOCAL), str(tools.find("pulumi").parent), inherited.get("PATH", "")]
        environment = {
            **inherited,
            **NO_CLOUD,
            "PATH": os.pathsep.join(search),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(space.root), inherited.get("PYTHONPATH"), str(HOME)])),
            "PULUMI_HOME": str(space.root / ".offline-cloud" / "pulumi"),
            # Without a side file, and so a checksum that nothing reads, for each of a thousand writes of the state.
            "PULUMI_BACKEND_URL": f"file://{space.backend}?metadata=skip",
            "GOGC": "400",  # the engine writes the whole state at each step: less of its time for its garbage
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "true",  # makes --event-log and --client available
            "PULUMI_AUTOMATION_API": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        if port is not None:
            environment["PULUMI_DEBUG_PROVIDERS"] = ",".join(f"{package}:{port}" for package in PACKAGES)
        if fast:
            environment |= {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
        return environment

    def call(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of ``pulumi`` that needs neither program nor providers."""
        return subprocess.run(
            self._command(*arguments),
            cwd=self.workspace.directory,
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            pass_fds=(self.lock,),
        )

    def ensure_stack(self) -> None:
        """Create the stack in the file backend where it does not exist yet; raises ``OfflineCloudError``."""
        state = self.workspace.state_file
        if not state.exists():
            made = self.call("stack", "init", self.workspace.stack, "--no-select")
            if made.returncode != 0:
                raise OfflineCloudError(
                    f"the engine could not create the stack: {made.stderr.strip().splitlines()[-1]}"
                )

    def lay_over(self, configuration: Sequence[str]) -> None:
        """Set ``key=value`` pairs in the run's copy of the stack file, as ``pulumi config set --path`` does.

        What a path leaves out stays as the file states it, in maps and lists. `pulumi up --config --config-path` starts
        from nothing instead, and so drops the rest of the section. Raises ``OfflineCloudError`` in the engine's words.
        """
        if not configuration:
            return
        settings = (word for setting in configuration for word in ("--plaintext", setting))
        done = self.call("config", "set-all", "--path", *settings)
        if done.returncode != 0:
            said = [*done.stderr.strip().splitlines(), "error: the engine ended"][0].removeprefix("error: ")
            keys = " ".join(f"-c {setting.partition('=')[0]}" for setting in configuration)  # a value may be a secret
            raise OfflineCloudError(f"{keys}: {said}; write a path as in network.nat=single or zones[0]=use1-az1")

    def run(
        self,
        operation: str,
        options: Options,
        on_event: Callable[[Story, EngineEvent], None],
        with_program: bool = True,
    ) -> Finished:
        """Run preview, up, refresh or destroy to its end; gives how it went, whatever happened."""
        story = Story()
        began = time.monotonic()
        program = ProgramServer(project_program(self.workspace.program), self.workspace.program)
        with ExitStack() as stack:
            if with_program:
                stack.enter_context(quiet_cloud(self.workspace.program.parent))
                program.import_ahead()
            providers = stack.enter_context(provider(self.workspace, self.lock))
            folder = self.workspace.scratch
            folder.mkdir(parents=True, exist_ok=True)
            events = self.workspace.events
            events.unlink(missing_ok=True)
            events.touch()
            command = [*self._operation(operation, options), "--event-log", str(events)]
            if with_program:
                command += [f"--client=127.0.0.1:{stack.enter_context(served(program))}", "--exec-kind", "auto.inline"]
            follower = Follower(events, lambda event: (story.take(event), on_event(story, event))[0])
            follower.start()
            changing = operation != "preview" and not options.rehearse
            if changing:
                self.workspace.unsettled.touch()
            # A preview saves nothing, and yet the engine (3.274.1) writes a whole checkpoint at each step, to nowhere:
            # 484 resources took it 7.8 s, and 2.8 s without.
            fast = options.fast or operation == "preview"
            code, said = self._follow(command, self.environment(providers.port, fast), folder / "output")
            follower.finish()
            if options.rehearse:
                story.changes = {}
            finished = self._finished(code, said, story, time.monotonic() - began, program, providers)
            if changing and finished.settled:
                self.workspace.unsettled.unlink(missing_ok=True)
            return replace(finished, rehearsed=options.rehearse)

    def settle(self, arguments: Sequence[str]) -> Finished:
        """Refresh the state with these arguments; for requests that an earlier run left open."""
        return self.run("refresh", Options(arguments=arguments), _ignore, with_program=False)

    def pass_through(self, arguments: Sequence[str]) -> int:
        """Run any command of ``pulumi`` with the offline cloud's providers, on the terminal of the user."""
        with provider(self.workspace, self.lock) as providers:
            self.workspace.unsettled.touch()
            code = subprocess.run(
                [str(tools.find("pulumi")), *arguments, "--stack", self.workspace.stack],
                cwd=self.workspace.directory,
                env=self.environment(providers.port),
                check=False,
                pass_fds=(self.lock,),
            ).returncode
            if code >= 0 and not providers.died():
                self.workspace.unsettled.unlink(missing_ok=True)
            return code

    def _finished(
        self, code: int, said: str, story: Story, seconds: float, program: ProgramServer, providers: ProviderProcess
    ) -> Finished:
        untold = code == 0 and not story.summed_up
        return Finished(
            exit_code=INTERRUPTED if self._signals else code or int(untold),
            story=story,
            seconds=seconds,
            said=said,
            program_failure=program.failure,
            provider_died=providers.died(),
            interrupted=bool(self._signals),
            untold=untold,
        )

    def _operation(self, operation: str, options: Options) -> list[str]:
        command = self._command(operation)
        if options.rehearse:
            command.append("--preview-only")
        elif operation != "preview":
            command += ["--yes", "--skip-preview"]
        if options.policies and self.workspace.policy_pack is not None:
            command += ["--policy-pack", str(self._analyzer(self.workspace.policy_pack))]
        if options.parallel is not None:
            command += ["--parallel", str(options.parallel)]
        return [*command, "--color", "never", *options.arguments]

    def _command(self, operation: str, *arguments: str) -> list[str]:
        command = [str(tools.find("pulumi")), operation, *arguments, "--non-interactive"]
        if not (operation == "stack" and arguments[:1] == ("init",)):
            command += ["--stack", self.workspace.stack]
        return command

    def _analyzer(self, pack: Path) -> Path:
        """Write the program that serves the policy pack: the engine starts it itself, and asks for no language host."""
        script = self.workspace.tools / ANALYZER
        script.write_text(
            f"#!/bin/sh\ncd {quote(str(pack))} && "
            f'exec {quote(sys.executable)} -u -m offline_cloud.analyzer {self.lock} "$1" .\n',
            encoding="utf-8",
        )
        script.chmod(0o755)
        return script

    def _follow(self, command: Sequence[str], environment: Mapping[str, str], output: Path) -> tuple[int, str]:
        with output.open("wb") as said, self._forwarded_signals():
            # A session of its own: Ctrl-C comes here first, and the engine is asked once, to end in good order.
            self._running = subprocess.Popen(
                command,
                cwd=self.workspace.directory,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self.lock,),
            )
            code = self._running.wait()
            self._running = None
        return code, output.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def _forwarded_signals(self) -> Generator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: object) -> None:
        """Ask the engine to finish what it began and save; a second signal ends it at once."""
        del number, frame
        self._signals += 1
        if self._running is not None:
            if self._signals == 1:
                sys.stderr.write("\ninterrupted: finishing the requests under way (once more to stop at once)\n")
                self._running.send_signal(signal.SIGINT)
            else:
                self._running.kill()


def _ignore(story: Story, event: EngineEvent) -> None:
    del story, event


@contextmanager
def quiet_cloud(root: Path) -> Generator[None]:
    """Run the block in the project's folder with the environment of the offline cloud."""
    kept, folder = dict(os.environ), Path.cwd()
    for key in [key for key in os.environ if key.startswith("AWS_") and key not in HARMLESS]:
        del os.environ[key]
    os.environ.update(NO_CLOUD)
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(kept)


def export(engine: Engine) -> str:
    """Give the stack's state as ``pulumi stack export`` writes it; raises ``OfflineCloudError``."""
    exported = engine.call("stack", "export")
    if exported.returncode != 0:
        raise OfflineCloudError(exported.stderr.strip() or "the engine could not export the stack")
    return exported.stdout


def outputs(engine: Engine) -> dict[str, object]:
    """Give the stack's outputs, secrets masked; raises ``OfflineCloudError``."""
    read = engine.call("stack", "output", "--json")
    if read.returncode != 0:
        raise OfflineCloudError(read.stderr.strip() or "the engine could not read the outputs")
    return dict(json.loads(read.stdout or "{}"))
