"""The composition and the image, as files: what they refuse, what they expose, and whom they run as."""

import os
import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from api.settings import read_settings
from tests.image.dockerfile import Step, UnusableDockerfile, ignored, read_dockerfile

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
PASSWORDS = {"NEO4J_PASSWORD": "0123456789abcdef0", "POSTGRES_PASSWORD": "0fedcba9876543210"}
_HOLDS = r"(neo4j/)?\0|bolt://neo4j:\0@neo4j:7687|postgresql\+psycopg://bidring:\0@postgres:5432/bidring"
STAGES = read_dockerfile((ROOT / "Dockerfile").read_text("utf-8"))
IMAGE = STAGES[-1]
RAW: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]


def config(folder: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """What ``docker-compose config`` says to the file in a folder of its own, with only this environment."""
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("docker-compose is missing: apt-get install docker-compose (Debian's package, 1.29)")
    shutil.copy(COMPOSE, folder)
    given = {"PATH": os.environ["PATH"]} | environment
    return subprocess.run([command, "config"], cwd=folder, env=given, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The services as docker-compose understands them."""
    done = config(tmp_path_factory.mktemp("composition"), PASSWORDS)
    assert done.returncode == 0, done.stderr
    return dict(yaml.safe_load(done.stdout)["services"])


def of_image(name: str) -> Step:
    step = IMAGE.last(name)
    assert step is not None, f"the image has no {name}"
    return step


def test_the_composition_is_valid_with_the_passwords_that_its_first_lines_make(tmp_path: Path) -> None:
    line = re.search(r"^# +(\(umask .*>\.env\))$", COMPOSE.read_text("utf-8"), re.MULTILINE)
    assert line
    subprocess.run(["sh", "-c", line[1]], cwd=tmp_path, check=True)
    made = (tmp_path / ".env").read_text("utf-8")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"NEO4J_PASSWORD=[0-9a-f]{48}\nPOSTGRES_PASSWORD=[0-9a-f]{48}\n", made)
    done = config(tmp_path, {})
    assert done.returncode == 0, done.stderr


def test_passwords_that_are_there_are_never_overwritten(tmp_path: Path) -> None:
    line = re.search(r"^# +(\(umask .*>\.env\))$", COMPOSE.read_text("utf-8"), re.MULTILINE)
    assert line
    (tmp_path / ".env").write_text("kept")
    assert subprocess.run(["sh", "-c", line[1]], cwd=tmp_path, capture_output=True, check=False).returncode != 0
    assert (tmp_path / ".env").read_text() == "kept"


@pytest.mark.parametrize("name", sorted(PASSWORDS))
@pytest.mark.parametrize("value", [None, ""], ids=["missing", "empty"])
def test_the_composition_is_refused_without_a_password(tmp_path: Path, name: str, value: str | None) -> None:
    given = PASSWORDS | {name: value} if value is not None else {k: v for k, v in PASSWORDS.items() if k != name}
    done = config(tmp_path, {key: text for key, text in given.items() if text is not None})
    assert done.returncode != 0
    assert f"set {name} in .env, made by openssl rand -hex 24" in done.stderr.splitlines()[-1].rpartition(": ")[2]
    assert done.stdout == ""


def test_no_password_stands_in_the_file() -> None:
    text = COMPOSE.read_text("utf-8")
    secret = re.compile(r"\$\{(NEO4J|POSTGRES)_PASSWORD:\?[^}]+\}")
    for service in RAW.values():
        for key, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|AUTH$|SECRET|KEY|TOKEN", key) or "@" in value:
                assert re.fullmatch(_HOLDS, secret.sub("\0", value))
    assert not re.search(r"PASSWORD:?-", text), "a default is no password"
    assert "POSTGRES_HOST_AUTH_METHOD" not in text
    assert "NEO4J_AUTH: none" not in text


def test_a_password_reaches_nothing_but_the_environment_of_its_services(services: dict[str, Any]) -> None:
    holders = {
        (name, key)
        for name, service in services.items()
        for key, value in service.items()
        if any(password in str(value) for password in PASSWORDS.values())
    }
    assert holders == {("neo4j", "environment"), ("postgres", "environment"), ("bidring", "environment")}


def test_ports_are_published_on_this_machine_only(services: dict[str, Any]) -> None:
    ports = {name: service.get("ports", []) for name, service in services.items()}
    assert {name for name, published in ports.items() if published} == {"neo4j", "bidring"}
    assert [port for published in ports.values() for port in published if not port.startswith("127.0.0.1:")] == []
    assert not any("network_mode" in service for service in services.values())


def test_every_service_checks_its_health_restarts_and_gains_no_rights(services: dict[str, Any]) -> None:
    assert set(services) == {"neo4j", "postgres", "bidring"}
    for service in services.values():
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
        assert service["restart"] == "unless-stopped"
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not service.get("privileged")
        assert not any("docker.sock" in volume for volume in service["volumes"])


def test_what_must_outlive_a_container_is_on_a_named_volume(services: dict[str, Any]) -> None:
    kept = {name: [volume for volume in service["volumes"] if "-data:" in volume] for name, service in services.items()}
    assert kept == {
        "neo4j": ["neo4j-data:/data:rw"],
        "postgres": ["postgres-data:/var/lib/postgresql/data:rw"],
        "bidring": [f"bidring-data:{of_image('VOLUME').words[0]}:rw"],
    }


def test_neo4j_is_5_26_community_with_graph_data_science_and_nothing_else(services: dict[str, Any]) -> None:
    neo4j = services["neo4j"]
    assert re.fullmatch(r"neo4j:5\.26(\.\d+)?-community", neo4j["image"])
    assert neo4j["environment"]["NEO4J_PLUGINS"] == '["graph-data-science"]'
    for setting in ("unrestricted", "allowlist"):
        assert neo4j["environment"][f"NEO4J_dbms_security_procedures_{setting}"] == "gds.*"
    assert neo4j["environment"]["NEO4J_dbms_usage__report_enabled"] == "false"
    assert "RETURN gds.version()" in neo4j["healthcheck"]["test"][1]


def test_the_service_waits_for_healthy_engines_and_holds_nothing_it_does_not_need(services: dict[str, Any]) -> None:
    service = services["bidring"]
    assert service["depends_on"] == {name: {"condition": "service_healthy"} for name in ("neo4j", "postgres")}
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert [volume.partition(":")[2] for volume in service["volumes"] if "/records" in volume] == ["/records:ro"]
    assert "user" not in service, "the image says whom it runs as"


def test_the_settings_know_what_the_composition_and_the_image_set(services: dict[str, Any]) -> None:
    environment = dict(word.split("=", 1) for step in IMAGE.steps if step.name == "ENV" for word in step.words)
    settings = read_settings(environment | services["bidring"]["environment"])
    assert settings.graph == f"bolt://neo4j:{PASSWORDS['NEO4J_PASSWORD']}@neo4j:7687"
    desk, postgres = settings.desk_address, services["postgres"]["environment"]
    assert (desk.host, desk.port, desk.password) == ("postgres", 5432, PASSWORDS["POSTGRES_PASSWORD"])
    assert (desk.user, desk.database) == (postgres["POSTGRES_USER"], postgres["POSTGRES_DB"])
    assert str(settings.home) == of_image("VOLUME").words[0]


def test_the_image_and_the_composition_ask_for_health_alike(services: dict[str, Any]) -> None:
    assert services["bidring"]["healthcheck"]["test"] == ["CMD", *of_image("HEALTHCHECK").words]
    assert "'/api/v1/health'" in of_image("HEALTHCHECK").words[-1]
    assert of_image("CMD").words[-1] == of_image("EXPOSE").words[0] == "8000"


def test_the_image_runs_as_its_own_user_by_number() -> None:
    uid, gid = of_image("USER").words[0].split(":")
    assert int(uid) >= 10000
    assert int(gid) >= 10000
    after = IMAGE.steps[IMAGE.steps.index(of_image("USER")) :]
    assert {step.name for step in after} <= {"USER", "WORKDIR", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def test_the_image_installs_what_the_lock_pins_and_names_no_address() -> None:
    installs = [step.words[0] for stage in STAGES for step in stage.steps if "pip" in str(step) and step.name == "RUN"]
    assert any("--require-hashes --requirement requirements.lock" in line for line in installs)
    for name in ("Dockerfile", ".dockerignore"):
        assert "://" not in (ROOT / name).read_text("utf-8")
    assert {stage.base for stage in STAGES} == {"debian:bookworm-slim"}


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".env.production", "api/.env", ".git/config", ".venv/bin/python", "docker-compose.yml"),
        *("bidring-data/records.duckdb", "records/tenders.csv", "import/nodes.csv", "tests/conftest.py"),
        "api/__pycache__/app.pyc",
    ],
)
def test_data_secrets_history_and_tests_stay_out_of_the_build(path: str) -> None:
    assert ignored(PurePosixPath(path), (ROOT / ".dockerignore").read_text("utf-8").splitlines())


def test_what_the_build_copies_is_let_in() -> None:
    patterns = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = [word for step in STAGES[0].steps if step.name == "COPY" for word in step.words[:-1]]
    assert set(copied) >= {"requirements.lock", "pyproject.toml", "ingest", "graph", "viz", "api"}
    assert [path for path in copied if ignored(PurePosixPath(path), patterns) or not (ROOT / path).exists()] == []
    assert not ignored(PurePosixPath("graph/store/__init__.py"), patterns)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("SHELL ['/bin/bash']", "unknown instruction SHELL"),
        ("ADD archive.tar /", "unknown instruction ADD"),
        ("ARG token", "unknown instruction ARG"),
        ("RUN --mount=type=secret,id=x true", "unknown flag --mount of RUN"),
        ("COPY --chmod=755 a b", "unknown flag --chmod of COPY"),
        ('RUN ["true"]', "only one line for the shell"),
        ("ENV NAME value", "not NAME=value"),
        ("CMD serve", "CMD serve"),
        ("HEALTHCHECK NONE", "only CMD is known"),
        ("RUN true \\", "ends with a backslash"),
        ("USER", "nothing follows"),
        ("FROM a b", "not FROM BASE"),
    ],
)
def test_a_step_that_cannot_be_run_by_hand_is_refused(line: str, named: str) -> None:
    with pytest.raises(UnusableDockerfile, match=r"^line 2: ") as refused:
        read_dockerfile(f"FROM debian:bookworm-slim\n{line}\n")
    assert named in str(refused.value)


def test_steps_are_read_as_an_engine_reads_them() -> None:
    text = (
        'FROM a AS one\nRUN x \\\n  # said of y\n  && y\nFROM b\nCOPY --from=one --chown=1:2 p q /r/\nCMD ["s", "t"]\n'
    )
    one, two = read_dockerfile(text)
    assert (one.base, one.name, [step.words for step in one.steps]) == ("a", "one", [("x   && y",)])
    assert (two.base, two.name) == ("b", "1")
    assert two.steps[0] == Step("COPY", {"from": "one", "chown": "1:2"}, ("p", "q", "/r/"), 6)
    assert two.last("CMD") == Step("CMD", {}, ("s", "t"), 7)
    assert two.last("USER") is None


@pytest.mark.parametrize("text", ["", "RUN true\n"])
def test_a_file_without_a_base_is_refused(text: str) -> None:
    with pytest.raises(UnusableDockerfile, match="FROM"):
        read_dockerfile(text)


@pytest.mark.parametrize(
    ("patterns", "path", "out"),
    [
        (["*", "!api"], "api/app.py", False),
        (["*", "!api", "**/*.pyc"], "api/x/y.pyc", True),
        (["*.pyc"], "api/y.pyc", False),
        (["/*.pyc"], "y.pyc", True),
        (["# *", "", "a?c/"], "abc/d", True),
        (["a/**/z"], "a/b/c/z", True),
        (["a/**/z"], "a/z", True),
    ],
)
def test_the_last_pattern_that_fits_decides(patterns: list[str], path: str, out: bool) -> None:
    assert ignored(PurePosixPath(path), patterns) is out
