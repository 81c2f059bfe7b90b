"""Builds the image and runs it without a container engine: ``python -m tests.image.build_by_hand``, as root.

Every step of the Dockerfile is run for real in a root file system made with debootstrap; then the entry point serves,
as the image's user, without capabilities, on a read-only root, in a network of its own, until the health check
passes. Prints each step with its seconds. All of it is kept in memory (3 GB), and nothing is left behind but the base
system in the user's cache folder.
"""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import socket
import string
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.image.chroot import Failed, Root, builder_settings, in_memory, leaked, mounted, unpack_base, volume
from tests.image.dockerfile import Stage, Step, UnusableDockerfile, ignored, read_dockerfile

CONTEXT = Path(__file__).parents[2]
TOOLS = {"debootstrap": "debootstrap", "unshare": "util-linux", "setpriv": "util-linux", "chroot": "coreutils"}
STARTED_WITHIN = 60
STOPPED_WITHIN = 10
"""Seconds: the image's own start period, and what an engine waits for before it kills."""

_PROBE = """
touch "$1/probe"
rm "$1/probe"
for place in / /opt /opt/bidring /etc /var/tmp /home; do
  if touch "$place/probe" 2>/dev/null; then echo "$place can be written"; exit 1; fi
done
"""


@contextmanager
def timed(what: str) -> Iterator[None]:
    """A line of the table: what was done, and the seconds it took."""
    start = time.monotonic()
    yield
    print(f"{time.monotonic() - start:7.1f} s  {what if len(what) <= 105 else what[:102] + '...'}", flush=True)


class Build:
    """The stages of one Dockerfile, built one after the other under a folder."""

    def __init__(self, context: Path, folder: Path) -> None:
        self._context = context
        self._folder = folder
        self._ignore = (context / ".dockerignore").read_text("utf-8").splitlines()
        self._roots: dict[str, Root] = {}
        self.settings: dict[str, str] = {}

    def stage(self, stage: Stage) -> Root:
        """The root that the stage's steps leave."""
        with timed(f"{stage.name}: FROM {stage.base}"):
            root = self._roots[stage.name] = unpack_base(stage.base, self._folder / stage.name)
        with mounted(root), builder_settings(root) as self.settings:
            for step in stage.steps:
                with timed(f"{stage.name}: {step}"):
                    self._step(root, step)
        return root

    def _step(self, root: Root, step: Step) -> None:
        words = [string.Template(word).substitute(root.environment) for word in step.words]
        match step.name:
            case "RUN":
                root.run(["/bin/sh", "-c", step.words[0]], more=self.settings)
            case "ENV":
                for word in words:
                    name, _, root.environment[name] = word.partition("=")
            case "USER":
                root.user = _user(words[0])
            case "WORKDIR":
                root.inside(words[0]).mkdir(parents=True, exist_ok=True)
                root.workdir = os.path.join(root.workdir, words[0])
            case "COPY":
                self._copy(root, step, words)
            case _:  # what the image only says of itself; carried out when it runs
                pass

    def _copy(self, root: Root, step: Step, words: list[str]) -> None:
        stage = step.flags.get("from")
        origin, ignore = (self._roots[stage].path, []) if stage else (self._context, self._ignore)
        owner = [int(part) for part in _user(step.flags.get("chown", "0:0")).split(":")]
        *sources, target = words
        into = root.inside(target)
        for source in sources:
            start = origin / source.lstrip("/")
            folder = into if start.is_dir() or not (target.endswith("/") or len(sources) > 1) else into / start.name
            copied = 0
            for path in _walk(start):
                if not ignored(PurePosixPath(path.relative_to(origin)), ignore):
                    _put(path, folder / path.relative_to(start) if path != start else folder, owner)
                    copied += 1
            if not copied:
                raise Failed(f"{step}: the context has no {source}")


def _walk(start: Path) -> Iterable[Path]:
    """A file, or all that is below a folder, folders before what is in them."""
    return sorted(start.rglob("*")) if start.is_dir() else [start] if start.exists() else []


def _put(path: Path, target: Path, owner: list[int]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir() and not path.is_symlink():
        target.mkdir(exist_ok=True)
        shutil.copystat(path, target)
    else:
        shutil.copy2(path, target, follow_symlinks=False)
    os.chown(target, owner[0], owner[1], follow_symlinks=False)


def _user(text: str) -> str:
    if not all(part.isdigit() for part in text.split(":")) or text.count(":") != 1:
        raise UnusableDockerfile(f"{text!r} is no UID:GID in numbers")
    return text


def check_leftovers(root: Root, settings: Mapping[str, str]) -> None:
    """The image holds nothing of the builder's, no cache and no installer."""
    empty = ("var/lib/apt/lists", "var/cache/apt", "var/log/apt", "tmp", "root/.cache", "etc/resolv.conf")
    left = [path for path in empty if _size(root.path / path)]
    left += [str(path) for path in root.path.glob("opt/*/lib/python*/site-packages/pip")]
    left += leaked(root, settings)
    if left:
        raise Failed(f"left in the image: {', '.join(left)}")


def _size(path: Path) -> int:
    return sum(file.lstat().st_size for file in _walk(path) if not file.is_dir() or file.is_symlink())


def check_service(root: Root, stage: Stage, folder: Path) -> None:
    """The image runs as itself: its user, its volume, its entry point, its health check."""
    last = {name: _words(stage, name) for name in ("ENTRYPOINT", "CMD", "HEALTHCHECK", "VOLUME", "EXPOSE")}
    user = root.run(["id", "-u"]).strip()
    if user == "0":
        raise Failed("the image runs as root")
    with timed(f"the user is {user}, and can write to nothing in /usr, /opt and /etc"):
        writable = root.run(["find", "/usr", "/opt", "/etc", "-writable", "-not", "-type", "l"])
        if writable:
            raise Failed(f"the image's user can write to {writable}")
    with mounted(root, read_only=True), volume(root, folder, last["VOLUME"][0]):
        _own_network()
        with timed(f"{last['VOLUME'][0]} can be written, nothing else"):
            root.run(["sh", "-ec", _PROBE, "probe", last["VOLUME"][0]])
        demo = [*last["ENTRYPOINT"], "demo", "--tenders", "300", "--no-serve"]
        with timed(" ".join(demo)):
            root.run(demo, confined=True)
        if _healthy(root, last["HEALTHCHECK"]):
            raise Failed("the health check passes without a service")
        _serve(root, last)


def _words(stage: Stage, name: str) -> list[str]:
    step = stage.last(name)
    if step is None:
        raise UnusableDockerfile(f"the image has no {name}")
    return list(step.words)


def _serve(root: Root, last: Mapping[str, list[str]]) -> None:
    command = [*last["ENTRYPOINT"], *last["CMD"]]
    with root.start(command, confined=True) as service:
        try:
            with timed(f"{' '.join(command)}: healthy"):
                _until(lambda: _healthy(root, last["HEALTHCHECK"]), service)
            port = last["EXPOSE"][0]
            with timed(f"port {port} answers, and shows no case to a stranger"):
                _ask(f"http://127.0.0.1:{port}/api/v1")
            with timed("stops when told to"):
                service.terminate()
                service.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            raise Failed(f"still running {STOPPED_WITHIN} s after it was told to stop") from None
        finally:
            service.kill()


def _ask(api: str) -> None:
    with urlopen(f"{api}/tenders", timeout=30) as answer:
        if not json.load(answer)["items"]:
            raise Failed("the service shows no tender")
    try:
        with urlopen(f"{api}/cases", timeout=30):
            raise Failed("the service shows cases to whoever asks")
    except HTTPError as error:
        if error.code != HTTPStatus.UNAUTHORIZED:
            raise Failed(f"the service answers {error.code} for cases") from None


def _until(healthy: Callable[[], bool], service: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + STARTED_WITHIN
    while not healthy():
        if service.poll() is not None or time.monotonic() > end:
            service.kill()
            raise Failed(f"ended, or not healthy within {STARTED_WITHIN} s:\n{service.communicate()[0]}")
        time.sleep(0.2)


def _healthy(root: Root, command: list[str]) -> bool:
    try:
        root.run(command, confined=True)
    except Failed:
        return False
    return True


def _own_network() -> None:
    """Move this process into a network with nothing but its own loopback, so that the image's ports are free."""
    new_network, set_flags, up = 0x40000000, 0x8914, 1  # CLONE_NEWNET, SIOCSIFFLAGS, IFF_UP
    if ctypes.CDLL(None, use_errno=True).unshare(new_network):
        raise Failed(f"no network of its own: {os.strerror(ctypes.get_errno())}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sh14x", b"lo", up))


def build_and_run(folder: Path) -> None:
    """All of it, in a mount and process namespace of its own."""
    stages = read_dockerfile((CONTEXT / "Dockerfile").read_text("utf-8"))
    build = Build(CONTEXT, folder)
    start = time.monotonic()
    *_, image = [build.stage(stage) for stage in stages]
    with timed("nothing of the builder's, no cache and no installer in the image"):
        check_leftovers(image, build.settings)
    megabytes = _size(image.path) / 1e6
    check_service(image, stages[-1], folder / "volume")
    print(f"built and run in {time.monotonic() - start:.0f} s: {megabytes:.0f} MB with its base", flush=True)


def main(arguments: list[str]) -> int:
    """0 where every step and check passed, 1 where one failed, 2 where this machine cannot run them."""
    if arguments:  # the second process, in its namespaces
        try:
            with in_memory(Path(arguments[0])) as folder:
                build_and_run(folder)
        except (Failed, UnusableDockerfile) as error:
            print(f"failed: {error}", file=sys.stderr)
            return 1
        return 0
    missing = [f"{name} (apt-get install {package})" for name, package in TOOLS.items() if not shutil.which(name)]
    missing += ["root's rights"] if os.geteuid() != 0 else []
    if missing:
        print(f"cannot build by hand without {', '.join(missing)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the folder goes
    # All mounts and processes of the second process end with it, and it ends with this one.
    apart = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    with tempfile.TemporaryDirectory(prefix="bidring-image-") as folder:
        again = [*apart, sys.executable, "-m", "tests.image.build_by_hand", folder]
        return subprocess.run(again, cwd=CONTEXT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
