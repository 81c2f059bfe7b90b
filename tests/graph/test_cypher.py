"""No query's text is built from what comes from outside: a test over the source, and the one place that fills texts."""

import ast
from pathlib import Path

import pytest

from graph.model import EdgeKind, NodeKind
from graph.store import cypher

STORE = Path(cypher.__file__).parent
TEXTS = STORE / "cypher.py"
SENDERS = sorted(STORE.glob("neo4j_*.py"))
SENDING = {"run", "read", "write", "write_until_done", "execute_query", "_read", "_write", "_managed", "Query"}
BUILDING = {"format", "format_map", "join", "replace", "substitute"}
WORDS = ("MATCH ", "MERGE ", "RETURN ", "CREATE ", "UNWIND ", "DELETE ", "CALL ", "YIELD ")


def calls(tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def test_there_are_senders_to_look_at() -> None:
    sent = [call for file in SENDERS for call in calls(ast.parse(file.read_text("utf-8"))) if name(call) in SENDING]
    assert len(SENDERS) >= 6
    assert len(sent) > 20


@pytest.mark.parametrize("file", SENDERS, ids=lambda file: file.name)
def test_queries_stand_in_one_file(file: Path) -> None:
    tree = ast.parse(file.read_text("utf-8"))
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)}  # fmt: skip
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in texts if text not in docs and any(word in text for word in WORDS)] == []


@pytest.mark.parametrize("file", SENDERS, ids=lambda file: file.name)
def test_what_is_sent_is_a_text_of_that_file(file: Path) -> None:
    for call in calls(ast.parse(file.read_text("utf-8"))):
        if name(call) in SENDING:
            built = [arg for arg in call.args if isinstance(arg, ast.JoinedStr | ast.BinOp | ast.Constant)]
            built += [arg for arg in call.args if isinstance(arg, ast.Call) and name(arg) in BUILDING]
            assert not built, f"{file.name}:{call.lineno}: {ast.unparse(call)}"


def test_texts_are_put_together_from_fixed_parts_alone() -> None:
    tree = ast.parse(TEXTS.read_text("utf-8"))
    refusals = [node for raised in ast.walk(tree) if isinstance(raised, ast.Raise) for node in ast.walk(raised)]
    for node in ast.walk(tree):
        assert node in refusals or not isinstance(node, ast.JoinedStr), f"line {node.lineno}: a formatted text"
        if isinstance(node, ast.BinOp):
            assert not isinstance(node.op, ast.Mod), f"line {node.lineno}: a formatted text"
        if isinstance(node, ast.Call):
            assert name(node) not in ("format", "format_map", "substitute", "Template")
            if name(node) == "replace":
                assert "text.replace(word" in ast.unparse(node), "one place fills texts"


@pytest.mark.parametrize(
    "strange", ["", "BID]->() DETACH DELETE x //", "bid", "BID|KIN", "Organisation`", "Bidring", "*", "7"]
)
def test_only_names_of_the_closed_lists_get_into_a_text(strange: str) -> None:
    with pytest.raises(ValueError, match="may not stand in a query"):
        cypher.whole([strange])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="may not stand in a query"):
        cypher.next_along([EdgeKind.BID, strange])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="may not stand in a query"):
        cypher.paths([], 1)


@pytest.mark.parametrize("hops", [0, -1, 7, 10**9])
def test_paths_have_bounds(hops: int) -> None:
    with pytest.raises(ValueError, match="may not stand in a query"):
        cypher.paths([EdgeKind.KIN], hops)


def test_every_kind_has_its_texts() -> None:
    for node in NodeKind:
        assert node in cypher.PUT_NODES[node]
    for edge in EdgeKind:
        assert f"[x:{edge} " in cypher.PUT_EDGES[edge]
        assert "KIND" not in cypher.PUT_EDGES[edge] + cypher.EDGE_COLUMNS[edge] + cypher.PROJECT[edge]
        assert "NAME" not in cypher.EDGE_COLUMNS[edge]
