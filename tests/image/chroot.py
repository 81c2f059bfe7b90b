"""A root file system to run an image's steps in: a base made with debootstrap, mounts, and processes inside."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.image.dockerfile import UnusableDockerfile

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bidring-tests"
LIMIT = 900
"""Seconds that one step may take: ten times what the longest one does."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_BUILDER = "run/builder"


class Failed(Exception):
    """A step or a check did not do what it should; the message says which and what it printed."""


@dataclass(slots=True)
class Root:
    """A root file system with what an image keeps beside its files: environment, user and working folder."""

    path: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": _PATH})
    user: str = "0:0"
    workdir: str = "/"

    def inside(self, path: str) -> Path:
        """A path of the image, relative to its working folder, as a path of this machine."""
        return self.path / os.path.normpath(os.path.join(self.workdir, path)).lstrip("/")

    def start(
        self, words: list[str], *, more: Mapping[str, str] | None = None, confined: bool = False
    ) -> "subprocess.Popen[str]":
        """Start a command inside as the image's user, its output in a pipe; ``more`` is added to its environment.

        A confined one has no capability and can gain none, like a container with ``cap_drop: ALL`` and
        ``no-new-privileges``.
        """
        uid, gid = self.user.split(":")
        rights = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"] if confined else []
        command = [
            _tool("chroot"),
            str(self.path),
            "/usr/bin/setpriv",
            "--reuid",
            uid,
            "--regid",
            gid,
            "--clear-groups",
        ]
        return subprocess.Popen(
            [*command, *rights, "/usr/bin/env", f"--chdir={self.workdir}", *words],
            env={"HOME": self._home(uid), **(more or {}), **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, words: list[str], *, more: Mapping[str, str] | None = None, confined: bool = False) -> str:
        """What a command inside prints. Raises :class:`Failed` where it ends with another status than 0."""
        with self.start(words, more=more, confined=confined) as process:
            try:
                printed, _ = process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Failed(f"{words}: not done after {LIMIT} s") from None
        if process.returncode:
            raise Failed(f"{words}: status {process.returncode}\n{printed}")
        return printed

    def _home(self, uid: str) -> str:
        users = (line.split(":") for line in (self.path / "etc/passwd").read_text("utf-8").splitlines())
        return next((user[5] for user in users if user[2] == uid), "/")


def unpack_base(image: str, folder: Path) -> Root:
    """The base image ``debian:SUITE-slim``: Debian's smallest system, made once, kept as an archive, unpacked."""
    found = re.fullmatch(r"debian:([a-z]+)-slim", image)
    if not found:
        raise UnusableDockerfile(f"FROM {image}: only debian:SUITE-slim can be made by hand")
    mirror, kept = _mirror(found[1]), CACHE / f"{found[1]}-minbase.tar"
    if not kept.exists():
        _bootstrap(found[1], mirror, kept)
    folder.mkdir(parents=True)
    _call("tar", "--numeric-owner", "-xpf", str(kept), "-C", str(folder))
    (folder / "etc/apt/sources.list").write_text(f"deb {mirror} {found[1]} main\n")
    return Root(folder)


def _bootstrap(suite: str, mirror: str, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        made, packed = Path(scratch, "root"), Path(scratch, "tar")
        _call("debootstrap", "--variant=minbase", suite, str(made), mirror)
        for list_ in (made / "var/lib/apt/lists").glob("*_*"):
            list_.unlink()
        for package in (made / "var/cache/apt/archives").glob("*.deb"):
            package.unlink()
        (made / "etc/resolv.conf").write_text("")  # this machine's own
        _call("tar", "--numeric-owner", "-cpf", str(packed), "-C", str(made), ".")
        packed.rename(kept)


def _mirror(suite: str) -> str:
    """The address that this machine's apt takes the suite from."""
    fields = "$(RELEASE) $(COMPONENT) $(REPO_URI)"
    for line in _call("apt-get", "indextargets", "--format", fields, "Created-By: Packages").splitlines():
        release, component, address = line.split(maxsplit=2)
        if (release, component) == (suite, "main"):
            return address
    raise Failed(f"this machine's apt has no source for {suite}/main")


def _call(*words: str) -> str:
    done = subprocess.run([_tool(words[0]), *words[1:]], capture_output=True, text=True, check=False, timeout=LIMIT)
    if done.returncode:
        raise Failed(f"{' '.join(words)}: status {done.returncode}\n{done.stdout[-4000:]}{done.stderr}")
    return done.stdout


def _tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Failed(f"{name} is missing")
    return found


@contextmanager
def in_memory(folder: Path) -> Iterator[Path]:
    """The folder held in memory, and empty again afterwards."""
    with ExitStack() as stack:
        _mount(stack, "-t", "tmpfs", "-o", "size=6g", "tmpfs", folder)
        yield folder


@contextmanager
def mounted(root: Root, *, read_only: bool = False) -> Iterator[None]:
    """The kernel's file systems in the root; with ``read_only`` nothing else in it can be written, but /tmp."""
    with ExitStack() as stack:
        if read_only:
            _mount(stack, "--bind", root.path, root.path)
            _call("mount", "-o", "remount,bind,ro", str(root.path))
            _mount(stack, "-t", "tmpfs", "-o", "mode=1777,noexec,nosuid", "tmpfs", root.path / "tmp")
        _mount(stack, "-t", "proc", "proc", root.path / "proc")
        _mount(stack, "-t", "tmpfs", "-o", "mode=1777,size=64m,noexec,nosuid", "shm", root.path / "dev/shm")
        yield


@contextmanager
def volume(root: Root, folder: Path, at: str) -> Iterator[None]:
    """A new volume on a folder of the image, its owner and mode taken over as an engine does."""
    image = root.path / at.lstrip("/")
    about = image.stat()
    folder.mkdir()
    folder.chmod(about.st_mode & 0o7777)
    os.chown(folder, about.st_uid, about.st_gid)
    with ExitStack() as stack:
        _mount(stack, "--bind", folder, image)
        yield


@contextmanager
def builder_settings(root: Root) -> Iterator[dict[str, str]]:
    """What reaching the package indexes takes on this machine, as variables for RUN, and out of the root afterwards.

    Addresses, proxies and certificates are the builder's: they are in no file of the image.
    """
    place = root.path / _BUILDER
    place.mkdir(mode=0o755)
    settings: dict[str, str] = {}
    try:
        with ExitStack() as stack:
            _mount(stack, "--bind", Path("/etc/resolv.conf").resolve(), root.path / "etc/resolv.conf")
            _mount(stack, "-t", "tmpfs", "tmpfs", place)
            for name, value in _builder_variables().items():
                settings[name] = value
                if value.startswith("/") and Path(value).exists():
                    point = place / name
                    point.mkdir() if Path(value).is_dir() else point.touch()
                    _mount(stack, "--bind", Path(value).resolve(), point)
                    settings[name] = f"/{_BUILDER}/{name}"
            yield settings
    finally:
        place.rmdir()


def _builder_variables() -> dict[str, str]:
    found = {}
    for line in _call(sys.executable, "-m", "pip", "config", "list").splitlines():
        key, _, value = line.partition("=")
        if not key.startswith(":env:"):
            found["PIP_" + key.partition(".")[2].upper().replace("-", "_")] = str(ast.literal_eval(value))
    ours = re.compile(r"PIP_(?!CONFIG_FILE)\w+|(?:https?|no)_proxy|SSL_CERT_FILE|REQUESTS_CA_BUNDLE", re.IGNORECASE)
    return found | {name: value for name, value in os.environ.items() if ours.fullmatch(name)}


def leaked(root: Root, settings: Mapping[str, str]) -> list[str]:
    """Files of the root that hold an address or a path of the builder's."""
    texts = [f"/{_BUILDER}", *(value for value in settings.values() if "://" in value)]
    patterns = [word for text in texts for word in ("-e", text)]
    command = [_tool("grep"), "--recursive", "--files-with-matches", "--fixed-strings", "--devices=skip", *patterns]
    found = subprocess.run([*command, str(root.path)], capture_output=True, text=True, check=False, timeout=LIMIT)
    return sorted(found.stdout.splitlines())


def _mount(stack: ExitStack, *words: str | Path) -> None:
    _call("mount", *(str(word) for word in words))
    stack.callback(_call, "umount", str(words[-1]))
