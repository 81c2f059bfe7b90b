"""The service's own word on what can be asked: its GraphQL schema, and queries made of what it has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.errors import ServiceFailed
from ingest.goszakup.client import Client
from ingest.goszakup.wanted import DATES, WANTED

_TYPE = "type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }"
INTROSPECTION = f"""query Fetch {{ __schema {{ queryType {{ name }} types {{ name
fields {{ name args {{ name {_TYPE} }} {_TYPE} }} inputFields {{ name {_TYPE} }} }} }} }}"""


@dataclass(frozen=True, slots=True)
class Type:
    """A type as the schema writes it (``[Int]``), and the name of what it is made of (``Int``)."""

    written: str
    name: str

    @property
    def is_list(self) -> bool:
        """Whether it takes or gives several."""
        return self.written.startswith("[")


@dataclass(frozen=True, slots=True)
class Query:
    """A query of one root: its ``text``, its filter's fields, and what is wanted and not there."""

    root: str
    text: str
    filters: dict[str, Type]
    missing: tuple[str, ...]
    by_day: tuple[str, bool] | None
    """The filter by day, and whether it is a list of two; None where there is none."""


class Schema:
    """The types of a service."""

    def __init__(self, client: Client) -> None:
        answer = client.graphql(INTROSPECTION, {}, "introspection").found
        try:
            schema = answer["data"]["__schema"]
            root = schema["queryType"]["name"]
            fields = {one["name"]: one.get("fields") or [] for one in schema["types"]}
            inputs = {one["name"]: one.get("inputFields") or [] for one in schema["types"]}
            self._fields = {
                name: {field["name"]: _type(field["type"]) for field in of_type} for name, of_type in fields.items()
            }
            self._inputs = {
                name: {field["name"]: _type(field["type"]) for field in of_type} for name, of_type in inputs.items()
            }
            self._arguments = {
                field["name"]: {argument["name"]: _type(argument["type"]) for argument in field.get("args") or []}
                for field in fields[root]
            }
            self._roots = self._fields[root]
        except (KeyError, TypeError):
            raise ServiceFailed("introspection: the service does not say what can be asked") from None

    def query(self, root: str) -> Query | None:
        """The query of a root, or None where the service has no such root, or none of its fields."""
        if root not in self._roots:
            return None
        missing: list[str] = []
        selection = self._selected(self._roots[root].name, _parsed(WANTED[root]), root, missing)
        arguments = self._arguments[root]
        if not selection or not {"limit", "after"} <= set(arguments):
            return None
        used = [name for name in ("filter", "limit", "after") if name in arguments]
        declared = ", ".join(f"${name}: {arguments[name].written}" for name in used)
        given = ", ".join(f"{name}: ${name}" for name in used)
        filters = self._inputs.get(arguments["filter"].name, {}) if "filter" in arguments else {}
        text = f"query Fetch({declared}) {{ {root}({given}) {{ {selection} }} }}"
        dates = next((name for name in DATES if name in filters), None)
        by_day = (dates, filters[dates].is_list) if dates else None
        return Query(root, text, filters, tuple(missing), by_day)

    def _selected(self, type_: str, wanted: list[Any], at: str, missing: list[str]) -> str:
        """Those of the wanted fields that a type has, as text; the others go to ``missing``."""
        there, found = self._fields.get(type_, {}), []
        for name, inner in wanted:
            if name not in there:
                missing.append(f"{at}.{name}")
            elif not self._fields.get(there[name].name):
                found.append(name)
            elif inside := self._selected(there[name].name, inner, f"{at}.{name}", missing):
                found.append(f"{name} {{ {inside} }}")
        return " ".join(found)


def _type(given: dict[str, Any]) -> Type:
    if given["kind"] in ("LIST", "NON_NULL"):
        inner = _type(given["ofType"])
        return Type(f"[{inner.written}]" if given["kind"] == "LIST" else f"{inner.written}!", inner.name)
    return Type(given["name"], given["name"])


def _parsed(selection: str) -> list[Any]:
    """A selection as pairs of a name and what is selected inside it."""
    return _level(iter(selection.replace("{", " { ").replace("}", " } ").split()))


def _level(words: Iterator[str]) -> list[Any]:
    found: list[Any] = []
    for word in words:
        if word == "}":
            break
        if word == "{":
            found[-1] = (found[-1][0], _level(words))
        else:
            found.append((word, []))
    return found
