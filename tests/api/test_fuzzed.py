"""Everything that the OpenAPI document allows, and much that it does not, asked by Schemathesis: never a 5xx."""

import threading
from collections.abc import Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode

from api.access.policy import Role
from api.app import create_app
from api.routes.often import Often
from api.workspace import Workspace
from tests.conftest import Demo
from tests.people import Headers, signed_in, with_own_desk

EXAMPLES = 8
"""For each operation, role and kind of data; the same ones in every run."""
ROLES = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.INVESTIGATOR)


@pytest.fixture(scope="module")
def home(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(home: Workspace) -> Iterator[str]:
    """The service on a port of its own."""
    app = create_app(home, often=Often(1_000_000, 1_000_000))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive(), "the service did not start"
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_no_request_that_can_be_made_from_the_document_is_a_failure_of_the_service(
    home: Workspace, address: str, role: Role, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json")
    asked, failed = 0, []
    headers: Headers = signed_in(home, role)
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            nonlocal asked
            answer = case.call(base_url=address, headers=headers)
            asked += 1
            if answer.status_code >= 500:
                failed.append((case.method, case.path, answer.status_code, case.as_curl_command()[:500]))

        try:
            ask()
        except Exception as error:  # nothing can be generated for an operation without parameters
            if "Unsatisfiable" not in type(error).__name__:
                raise
    assert failed == []
    assert asked > 100
