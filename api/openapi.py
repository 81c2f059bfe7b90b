"""The OpenAPI document: what FastAPI makes of the routes, with summaries and an example of each answer and error."""

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI

_ERRORS = {
    "400": {"error": "unusable call", "detail": "the cursor is not one that a page gave"},
    "401": {"error": "not signed in", "detail": "sign in, or send a token, to see this"},
    "403": {"error": "not allowed", "detail": "this is not for the role ngo"},
    "404": {"error": "not found", "detail": "no party has the id 'o-0000000000000000'"},
    "422": {"error": "invalid", "detail": "query.limit: Input should be less than or equal to 100"},
    "409": {"error": "changed meanwhile", "detail": "the case is at version 4, not 3: look at it again"},
    "429": {"error": "too many requests", "detail": "too many requests: try again in 12 seconds"},
    "503": {"error": "nothing to answer from", "detail": "generation 7 is gone: run `bidring detect` again"},
}


def examples() -> dict[str, Any]:
    """An example of the answer of each route by method and path, of invented firms; a text where that is a file."""
    found: dict[str, Any] = json.loads(files("api").joinpath("examples.json").read_text("utf-8"))
    return found


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once for a service."""
    if app.openapi_schema is None:
        made, known = FastAPI.openapi(app), examples()
        for path, methods in made["paths"].items():
            for method, operation in methods.items():
                _explain(operation, known.get(f"{method.upper()} {path}"))
        app.openapi_schema = made
    return app.openapi_schema


def _explain(operation: dict[str, Any], example: Any) -> None:
    """Give an operation its summary and its examples."""
    operation["summary"] = operation.get("description", operation["summary"]).partition("\n")[0]
    for status, answer in operation["responses"].items():
        for media, content in answer.get("content", {}).items():
            if status in _ERRORS:
                content["example"] = _ERRORS[status]
            elif example is not None:
                content["example"] = example.get(media, example)
