"""Integrated ownership of the whole market: direct holdings in, every owner of every company out."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis import _
from numpy.typing import NDArray
from scipy.sparse import csr_array

from graph.links.control import LEAST, Keep, spans_of

_NEAR = 1e-9
"""A share that moves by less has arrived."""
_ROUNDS = 2000
"""Enough for a circle that gives 1 % of itself away in each round to come within a millionth."""
_WEIGHTS = ("least", "most", "told_least", "told_most", "control")
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]


def integrated(held: ir.Table, keep: Keep) -> ir.Table:
    """``owner``, ``company``, ``since``, ``until``, ``least``, ``most``, ``control``: through chains of any depth.

    ``held`` is as :func:`graph.links.control.holdings` gives it. ``least`` and ``most`` are shares; ``control`` is
    the least share, or what passes without one where that is more. Rows of one owner and company do not overlap;
    what is worth less than :data:`~graph.links.control.LEAST` is left out.
    """
    direct = held.select(
        "owner", "company", "since", "until",
        least=ibis.greatest(_.least, _.told_least),
        most=ibis.greatest(_.most, _.told_most),
        control=ibis.greatest(_.least, _.told_least, _.control),
    )  # fmt: skip
    above = _above(held, keep)
    if above is not None:
        inside = keep("control_inside", above.select("company").distinct())
        direct = ibis.union(direct.anti_join(inside, "company"), _through(held, above, inside, keep))
    rounded = direct.mutate(**{name: direct[name].round(6) for name in ("least", "most", "control")})
    return _joined(rounded.filter(ibis.greatest(_.most, _.control) >= LEAST))


def _above(held: ir.Table, keep: Keep) -> ir.Table | None:
    """``company``, ``above``: companies with owners that have owners, the companies above them, and each itself;
    None where no owner is a company with owners."""
    step = keep(
        "control_step",
        held.semi_join(held.select(owner="company"), "owner").select("company", above="owner").distinct(),
    )
    seen = new = step
    level = 0
    while new.count().execute():
        level += 1
        farther = new.join(step.select(above="company", farther="above"), "above").select("company", above="farther")
        new = keep(f"control_new_{level % 2}", farther.distinct().anti_join(seen, ["company", "above"]))
        seen = keep(f"control_seen_{level % 2}", ibis.union(seen, new))
    if not level:
        return None
    members = ibis.union(seen.select("company"), seen.select(company="above"), distinct=True)
    return keep("control_above", ibis.union(seen, members.mutate(above=_.company), distinct=True))


def _through(held: ir.Table, above: ir.Table, inside: ir.Table, keep: Keep) -> ir.Table:
    """The owners of the companies that stand in chains; each of their days is cut where anything above changes."""
    held = keep("control_held", held.semi_join(inside, "company"))
    days = held.select("since", "until", above="company").distinct()
    spans = keep("control_spans", spans_of(above.join(days, "above")))
    edges = spans.join(held.rename(begins="since", ends="until"), "company")
    edges = keep(
        "control_edges",
        edges.filter(_.begins <= _.since, _.since <= _.ends).select("company", "since", "owner", *_WEIGHTS),
    )
    targets = above.join(held.select("owner", above="company").distinct(), "above")
    targets = targets.filter(_.owner != _.company).select("company", "owner").distinct()
    unknown = spans.join(targets, "company")
    unknown = keep("control_unknown", unknown.mutate(n=ibis.row_number().over(order_by=["company", "since", "owner"])))
    values = _solved(_constants(unknown, edges), _terms(unknown, edges, spans))
    return unknown.join(keep("control_values", ibis.memtable(values)), "n").drop("n")


def _constants(unknown: ir.Table, edges: ir.Table) -> pa.Table:
    """What each unknown share has directly, in the order of the unknowns."""
    joined = unknown.left_join(edges, ["company", "since", "owner"])
    found: pa.Table = (
        joined.order_by("n").select(**{name: joined[name].fill_null(0.0) for name in _WEIGHTS}).to_pyarrow()
    )
    return found


def _terms(unknown: ir.Table, edges: ir.Table, spans: ir.Table) -> pa.Table:
    """``dst``, ``src`` and weights: the share ``src`` of a target in a company's owner gives that much to ``dst``."""
    upper = spans.select(owner="company", begins="since", ends="until")
    steps = edges.join(upper, "owner").filter(_.begins <= _.since, _.since <= _.ends)
    dst = unknown.select("company", "since", target="owner", dst="n")
    src = unknown.select(owner="company", begins="since", target="owner", src="n")
    joined = steps.join(dst, ["company", "since"]).join(src, ["owner", "begins", "target"])
    found: pa.Table = joined.order_by("dst", "src").select("dst", "src", *_WEIGHTS).to_pyarrow()
    return found


def _solved(constants: pa.Table, terms: pa.Table) -> pa.Table:
    """``n``, ``least``, ``most``, ``control`` of every unknown."""
    base, step = ({name: np.asarray(table[name], np.float64) for name in _WEIGHTS} for table in (constants, terms))
    dst, src = (np.asarray(terms[name], np.int64) for name in ("dst", "src"))

    def solved(added: str, *others: str) -> Numbers:
        other, passed = (np.maximum.reduce([part[name] for name in others]) for part in (base, step))
        return System(base[added], other, dst, src, step[added], passed).least_solution()

    return pa.table(
        {
            "n": pa.array(np.arange(len(constants))),
            "least": pa.array(solved("least", "told_least")),
            "most": pa.array(solved("most", "told_most")),
            "control": pa.array(solved("least", "told_least", "control")),
        }
    )


@dataclass(frozen=True, slots=True)
class System:
    """x = min(1, max(added + A x, other, max over terms of passed * x[src])): A has ``weight`` at (``dst``, ``src``).

    Terms are in order of ``dst``.
    """

    added: Numbers
    other: Numbers
    dst: Places
    src: Places
    weight: Numbers
    passed: Numbers

    def least_solution(self) -> Numbers:
        """The least solution, from below: every round goes one link farther, until nothing moves any more.

        A circle without an outside owner stays at 0; in others the rest shrinks by the circle's gain in each round.

        >>> one = np.ones(1, np.int64)
        >>> half = System(np.array([0.0, 0.5]), np.zeros(2), one, one, np.array([0.5]), np.zeros(1))
        >>> half.least_solution().round(6).tolist()
        [0.0, 1.0]
        """
        size = len(self.added)
        matrix = csr_array((self.weight, (self.dst, self.src)), shape=(size, size))
        best = np.flatnonzero(self.passed)
        passed, to, by = self.passed[best], self.dst[best], self.src[best]
        x = np.minimum(np.maximum(self.added, self.other), 1.0)
        moved = x > 0
        for _round in range(_ROUNDS):
            rows = np.unique(self.dst[moved[self.src]])
            if not rows.size:
                break
            strongest = np.zeros(size)
            np.maximum.at(strongest, to, passed * x[by])
            new = np.maximum(self.added[rows] + matrix[rows] @ x, np.maximum(self.other, strongest)[rows])
            new = np.minimum(new, 1.0)
            moved = np.zeros(size, bool)
            moved[rows] = np.abs(new - x[rows]) > _NEAR
            x[rows] = new
        return x


def _joined(found: ir.Table) -> ir.Table:
    """Spans that follow one another with the same numbers, as one."""
    numbers = ["owner", "company", "least", "most", "control"]
    before = found.until.lag().over(group_by=numbers, order_by="since")
    marked = found.mutate(new=(before.isnull() | (before + ibis.interval(days=1) < found.since)).cast("int64"))
    numbered = marked.mutate(part=_.new.cumsum(group_by=numbers, order_by="since"))
    return numbered.group_by(*numbers, "part").agg(since=_.since.min(), until=_.until.max()).drop("part")


def with_documents(rows: ir.Table, held: ir.Table, control: ir.Table) -> ir.Table:
    """Rows with ``owner``, ``company``, ``since`` and ``until``, and ``documents``: the source records of every
    interest on a chain from the owner down to the company that held meanwhile."""
    keys = ["owner", "company", "since", "until"]
    asked = rows.select(*keys).distinct()
    chains = control.select(top="owner", bottom="company", begins="since", ends="until")
    together = (_.begins <= _.until) & (_.since <= _.ends)
    down = asked.join(chains, asked.company == chains.bottom).filter(together)
    middle = ibis.union(asked.mutate(middle=_.company), down.select(*keys, middle="top"), distinct=True)
    links = held.select("documents", middle="company", upper="owner", begins="since", ends="until")
    links = middle.join(links, "middle").filter(together).drop("begins", "ends")
    last = links.filter(_.upper == _.owner).select(*keys, "documents")
    above = links.join(chains, (links.owner == chains.top) & (links.upper == chains.bottom)).filter(together)
    proofs = ibis.union(last, above.select(*keys, "documents"))
    proven = proofs.group_by(*keys).agg(documents=_.documents.collect().flatten().unique().sort())
    return rows.join(proven, keys)
