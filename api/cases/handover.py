"""A case as it leaves the house, whoever writes it to a file: the command line or the service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from api.workspace import Workspace
from graph.answers import Answers
from graph.answers.naming import Document
from graph.answers.view import View
from graph.cases.subgraph import case_subgraph
from graph.generation import Generation
from graph.model import NodeKind, Subgraph

Heads = Callable[[Sequence[Document]], Sequence[Document]]


@dataclass(frozen=True, slots=True)
class Handover:
    """A case document and its picture, without numbers and birth dates of persons."""

    document: Document
    picture: Subgraph

    @property
    def parties(self) -> frozenset[str]:
        """The node ids of the firms and persons in the document or the picture."""
        people = (NodeKind.ORGANISATION, NodeKind.PERSON)
        drawn = (node.id for node in self.picture.nodes if node.kind in people)
        return frozenset([*drawn, *(party["node"] for party in self.document["parties"])])


def handover(home: Workspace, generation: Generation, view: View, case_id: str, heads: Heads) -> Handover:
    """A case for :func:`viz.exports.export`: persons by name, never by number, even where ``view`` shows numbers.

    ``heads`` tells where cases stand: the state and the outcome go with the file, who works on it does not. UnknownId
    where the view has no such case.
    """
    view = replace(view, numbers=False)
    answers = Answers(generation, view)
    document = answers.case(case_id)
    [head] = heads([document])
    document |= {name: head[name] for name in ("state", "outcome") if head.get(name) is not None}
    with home.graph(generation.number) as store:
        return Handover(document, view.of(case_subgraph(store, *answers.case_context(case_id))))
