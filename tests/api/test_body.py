"""Bodies that nobody should send: each is refused in plain words, and none ends in a 5xx on any route."""

import os
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from fastapi.testclient import TestClient

from api.access.policy import Role
from api.app import create_app
from api.body import MOST_BYTES, strict_json
from api.errors import UnusableCall
from api.routes.access import rights
from api.routes.often import Often
from api.settings import read_settings
from api.workspace import Workspace
from tests.people import signed_in

LONG, CHUNK = 50 * 1024 * 1024, 64 * 1024
MOST_GROWTH = 256 * 1024 * 1024
NO_JSON = {
    "half a pair": rb'{"label": "\ud800"}',
    "half a pair in a key": rb'{"\udfff": 1}',
    "NaN": b'{"days": NaN}',
    "Infinity": b'{"days": Infinity}',
    "beyond a float": b'{"days": 1e400}',
    "NUL escaped": rb'{"label": "a\u0000b"}',
    "NUL raw": b'{"label": "a\0b"}',
    "2^63": b'{"days": 9223372036854775808}',
    "below -2^63": b'{"days": -9223372036854775809}',
    "10^400": b'{"days": 1' + b"0" * 400 + b"}",
    "10^5000": b'{"days": 1' + b"0" * 5000 + b"}",
    "lists 100,000 deep": b"[" * 100_000,
    "closed lists 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a key twice": b'{"label": "a", "label": "b"}',
    "no UTF-8": b'{"label": "\xff\xfe"}',
    "an overlong letter": b'{"label": "\xc0\x80"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"label": "a"}'.encode("utf-16"),
    "no end": b'{"label": "a',
    "two documents": b"{}{}",
    "no JSON": b"label=a",
    "blanks": b"   ",
}
FORMS = {
    "NUL": b"name=a%00b&password=a%00b&role=ngo&label=a%00&old=%00&new=%00&what=role&token=%00&level=%00&secret=%00",
    "NUL raw": b"name=a\0b&password=a\0b",
    "half a pair": b"name=%ED%A0%80&password=%ED%A0%80&label=%ED%A0%80&next=%ED%A0%80&what=role&role=%ED%A0%80",
    "no UTF-8": b"name=%FF%FE&password=\xff\xfe&old=%FF&new=%FF&label=%FF",
    "half an escape": b"name=%&password=%2&label=%zz",
    "many fields": b"&".join(b"a%d=1" % number for number in range(20_000)),
    "a field many times": b"name=a&" * 20_000,
    "long field": b"name=" + b"a" * 500_000,
    "long number": b"label=a&days=" + b"9" * 5000,
    "nothing": b"",
}
MULTIPART = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "no end": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na'),
    "NUL": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\0b\r\n'
        b'--x\r\nContent-Disposition: form-data; name="password"\r\n\r\na\0b\r\n--x--\r\n',
    ),
    "a file for a field": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="name"; filename="a"\r\n\r\na\r\n--x--\r\n',
    ),
    "no header": ("multipart/form-data; boundary=x", b"--x\r\n\r\na\r\n--x--\r\n"),
}
SIGNED_IN = (Role.ADMINISTRATOR, Role.SUPERVISOR)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(read_settings({}, str(tmp_path_factory.mktemp("bodies") / "home")))


@pytest.fixture(scope="module")
def clients(home: Workspace) -> Iterator[list[TestClient]]:
    """Those who may change the most, by token and as the service's own pages send it."""
    app = create_app(home, often=Often(100_000, 100_000))
    with TestClient(app, base_url="http://127.0.0.1"):
        yield [
            TestClient(
                app, base_url="http://127.0.0.1", follow_redirects=False,
                headers={**signed_in(home, role), "Sec-Fetch-Site": "same-origin"},
            )
            for role in SIGNED_IN
        ]  # fmt: skip


def _changing(client: TestClient) -> list[tuple[str, str]]:
    """Every route that takes a body."""
    found = [
        (method, path.replace(":path", "").format_map(_Names()))
        for method, path in rights(client.app)  # type: ignore[arg-type]
        if method in ("POST", "PUT", "PATCH") and path != "/sign-out"
    ]
    assert len(found) >= 12
    return found


class _Names(dict[str, str]):
    """Something for every name in a path."""

    def __missing__(self, name: str) -> str:
        return "nobody.at.all"


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON.keys())
@pytest.mark.parametrize("kind", ["application/json", "APPLICATION/JSON; charset=utf-8", "application/a+json", None])
def test_json_that_is_none_or_may_be_read_in_two_ways_is_refused_by_every_route(
    clients: list[TestClient], body: bytes, kind: str | None
) -> None:
    for client in clients:
        for method, path in _changing(client):
            answer = client.request(method, path, content=body, headers={"Content-Type": kind} if kind else {})
            assert answer.status_code == 400, (method, path, answer.text[:200])
            assert answer.json()["error"] == "unusable call"
            assert answer.json()["detail"].startswith("the body ")


@pytest.mark.parametrize("body", FORMS.values(), ids=FORMS.keys())
def test_forms_that_no_page_sends_are_no_failure_of_the_service(clients: list[TestClient], body: bytes) -> None:
    for client in clients:
        for method, path in _changing(client):
            answer = client.request(
                method, path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
            )
            assert answer.status_code < 500 or "nothing has been detected" in answer.text, (method, path, answer.text)


@pytest.mark.parametrize(("kind", "body"), MULTIPART.values(), ids=MULTIPART.keys())
def test_forms_in_parts_that_are_broken_are_no_failure_of_the_service(
    clients: list[TestClient], kind: str, body: bytes
) -> None:
    for client in clients:
        for method, path in _changing(client):
            answer = client.request(method, path, content=body, headers={"Content-Type": kind})
            assert answer.status_code < 500 or "nothing has been detected" in answer.text, (method, path, answer.text)


def test_no_form_carries_a_nul_to_the_desk(clients: list[TestClient]) -> None:
    made = clients[0].post("/accounts", data={"name": "a\0b", "role": "ngo"})
    assert made.status_code == 422


@pytest.mark.parametrize("said", ["50000000", "1048577", "9" * 400, "-1", "1.5", "\u00b2", ""])
def test_a_length_that_is_too_long_or_none_is_refused(clients: list[TestClient], said: str) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": said.encode("latin-1")}
    answer = clients[0].post("/api/v1/me/tokens", content=b"{}", headers=headers)
    assert answer.status_code == 413


def test_what_is_usable_is_read_up_to_its_last_byte(clients: list[TestClient]) -> None:
    body = b'{"label": "a"}'
    full = body + b" " * (MOST_BYTES - len(body))
    kind = {"Content-Type": "application/json"}
    for sent, status in ((full, 201), (full + b" ", 413)):
        assert clients[0].post("/api/v1/me/tokens", content=sent, headers=kind).status_code == status
    assert strict_json(rb'{"a": "\ud83d\ude00", "b": [-9223372036854775808, 9223372036854775807, 1.5]}')
    assert strict_json(b"[" * 32 + b"]" * 32) is not None
    with pytest.raises(UnusableCall, match="deeper than 32"):
        strict_json(b"[" * 33 + b"]" * 33)


@pytest.fixture(scope="module")
def service(home: Workspace) -> Iterator[tuple[str, int]]:
    """The service as a process of its own: its address and its id."""
    command = [sys.executable, "-m", "api.cli", "--home", str(home.settings.home), "serve", "--port", "0"]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BIDRING_")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    start = "from api.cli import main; main()"
    command[1:3] = ["-c", start]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("Serving "):
                yield line.split()[1], process.pid
                break
        process.terminate()


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.parametrize("chunked", [False, True], ids=["length told", "in chunks"])
def test_fifty_megabytes_are_refused_without_being_kept(service: tuple[str, int], kind: str, chunked: bool) -> None:
    address, own = service
    process = psutil.Process(own)
    _status(address, "GET", "/api/v1/me", [], {})
    before = process.memory_info().rss
    for path in ("/sign-in", "/api/v1/me/tokens", "/api/v1/accounts/x/password"):
        headers = {"Content-Type": kind} | (
            {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(LONG)}
        )
        assert _status(address, "POST", path, [b"[" * CHUNK] * (LONG // CHUNK), headers) == 413
    assert process.memory_info().rss - before < MOST_GROWTH
    assert _status(address, "GET", "/api/v1/me", [], {}) == 200


def _status(address: str, method: str, path: str, parts: list[bytes], headers: dict[str, str]) -> int:
    """The status of the answer, which may come before everything is sent."""
    parted = urlsplit(address)
    connection = HTTPConnection(parted.hostname or "", parted.port, timeout=30)
    chunked = "Transfer-Encoding" in headers
    try:
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            for part in parts:
                connection.send(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before its end
        return connection.getresponse().status
    finally:
        connection.close()
