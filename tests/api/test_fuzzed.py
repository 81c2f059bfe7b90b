"""Everything that the OpenAPI document allows, and much that it does not, asked by Schemathesis: never a 5xx."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode

from api.access.policy import Role
from api.app import create_app
from api.routes.often import Often
from api.workspace import Workspace
from tests.conftest import Demo
from tests.people import Headers, signed_in, with_own_desk
from tests.servers.served import served

EXAMPLES = 8
"""For each operation, role and kind of data; the same ones in every run."""
ROLES = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.INVESTIGATOR)


@pytest.fixture(scope="module")
def home(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return with_own_desk(demo.home, tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def address(home: Workspace) -> Iterator[str]:
    """The service on a port of its own."""
    with served(create_app(home, often=Often(1_000_000, 1_000_000))) as found:
        yield found


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
