"""Every query that is sent to a Neo4j server, and the only place where labels and types get into a query's text.

Values are parameters, always. What stands in a text beside fixed words are the labels, relationship types and
property names of :mod:`graph.model`, put in by :func:`_filled` and by nothing else.

A node has the label of its kind and ``Entity``, on which its id is unique. Nodes and relationships carry ``digest``
(of their contents, see :mod:`graph.store.content`), ``generation`` (the one that brought them; absent where they were
imported) and ``dropped`` (the one that did away with them, until it is published). ``Bidring`` is the label of what
the graph says of itself and of its locks.
"""

from collections.abc import Collection, Mapping
from typing import Final, LiteralString

import pyarrow as pa

from graph.model import EDGES, NODES, EdgeKind, NodeKind, edge_columns

MOST_HOPS: Final = 6
"""A path of more edges is no lead, and looking for one takes a server's whole memory."""
NO_TEXT: Final = "\ue000"
NO_WHOLE: Final = -(2**63)
NEVER: Final = 2**62
"""Stand for null, because collect() leaves nulls out and columns must keep step."""

_ALLOWED = frozenset(
    {*NodeKind, *EdgeKind, *map(str, range(1, MOST_HOPS + 1))}
    | {name for kind in NodeKind for name in NODES[kind]}
    | {name for kind in EdgeKind for name in edge_columns(kind)}
)
_SEEN: Final = "coalesce(x.generation, 0) <= $generation AND coalesce(x.dropped, $never) > $generation"


def _filled(text: LiteralString, word: LiteralString, names: Collection[str]) -> LiteralString:
    """The text with a capital word replaced by names of the closed lists; ValueError for any other name."""
    strange = sorted(set(names) - _ALLOWED)
    if strange or not names:
        raise ValueError(f"{strange} may not stand in a query")
    return text.replace(word, "|".join(names))


def _of_nodes(text: LiteralString) -> Mapping[NodeKind, LiteralString]:
    return {kind: _filled(text, "KIND", [kind]) for kind in NodeKind}


def _of_edges(text: LiteralString) -> Mapping[EdgeKind, LiteralString]:
    return {kind: _filled(text, "KIND", [kind]) for kind in EdgeKind}


_TYPED: Mapping[pa.DataType, LiteralString] = {
    pa.string(): "collect(coalesce(CASE WHEN x.`NAME` IS :: STRING THEN x.`NAME` END, $no_text)) AS `NAME`",
    pa.int64(): "collect(coalesce(CASE WHEN x.`NAME` IS :: INTEGER THEN x.`NAME` END, $no_whole)) AS `NAME`",
    pa.float64(): "collect(coalesce(CASE WHEN x.`NAME` IS :: FLOAT THEN x.`NAME` END, $no_number)) AS `NAME`",
    pa.bool_(): "collect(CASE x.`NAME` WHEN true THEN 1 WHEN false THEN 0 ELSE -1 END) AS `NAME`",
    pa.date32(): "collect(coalesce(CASE WHEN x.`NAME` IS :: DATE THEN toString(x.`NAME`) END, $no_text)) AS `NAME`",
}
"""A property of many as one list; a value of another type counts as absent."""


def _columns(properties: Mapping[str, pa.DataType]) -> LiteralString:
    return ", ".join(_filled(_TYPED[type_], "NAME", [name]) for name, type_ in properties.items())


# Setting up

COMPONENTS: Final = "CALL dbms.components() YIELD name, versions, edition RETURN versions[0] AS version, edition"
GDS_VERSION: Final = "RETURN gds.version() AS version"
SCHEMA: Final[Mapping[str, LiteralString]] = {
    "Entity.id unique": "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (x:Entity) REQUIRE x.id IS UNIQUE",
    "Bidring.id unique": "CREATE CONSTRAINT bidring_id IF NOT EXISTS FOR (x:Bidring) REQUIRE x.id IS UNIQUE",
    "Organisation.own_id": "CREATE INDEX organisation_own_id IF NOT EXISTS FOR (x:Organisation) ON (x.own_id)",
    "Organisation.name": "CREATE INDEX organisation_name IF NOT EXISTS FOR (x:Organisation) ON (x.name)",
    "Person.name": "CREATE INDEX person_name IF NOT EXISTS FOR (x:Person) ON (x.name)",
    "Tender.own_id": "CREATE INDEX tender_own_id IF NOT EXISTS FOR (x:Tender) ON (x.own_id)",
    "Entity.dropped": "CREATE INDEX entity_dropped IF NOT EXISTS FOR (x:Entity) ON (x.dropped)",
    **{
        kind + ".dropped": text
        for kind, text in _of_edges("CREATE INDEX IF NOT EXISTS FOR ()-[x:KIND]-() ON (x.dropped)").items()
    },
}
"""Constraints and indexes by what they are on, created before the first write. Analysts look parties up by own id and
name; what a generation dropped is found without a scan."""
SHOW_SCHEMA: Final = (
    "SHOW INDEXES YIELD labelsOrTypes, properties, state, owningConstraint "
    "WHERE state = 'ONLINE' AND size(properties) = 1 "
    "RETURN collect(labelsOrTypes[0] + '.' + properties[0] "
    "+ CASE WHEN owningConstraint IS NULL THEN '' ELSE ' unique' END) AS held"
)
AWAIT_INDEXES: Final = "CALL db.awaitIndexes($most)"
LOCK: Final = "MERGE (x:Bidring {id: $lock}) SET x.taken = coalesce(x.taken, 0) + 1"

# What the graph says of itself

MARKER: Final = (
    "MATCH (x:Bidring {id: 'graph'}) RETURN x.home AS home, x.oldest AS oldest, x.newest AS newest, x.layout AS layout"
)
SET_MARKER: Final = (
    "MERGE (x:Bidring {id: 'graph'}) SET x.home = $home, x.oldest = $oldest, x.newest = $newest, x.layout = $layout"
)

# Reading one generation

COUNT_NODES: Final = _of_nodes("MATCH (x:KIND) WHERE " + _SEEN + " RETURN count(x) AS n")
COUNT_EDGES: Final = _of_edges("MATCH ()-[x:KIND]->() WHERE " + _SEEN + " RETURN count(x) AS n")
_NODES_FROM: Final = "MATCH (x:Entity:KIND) WHERE $first <= x.id AND x.id < $last AND " + _SEEN + " RETURN "
_EDGES_FROM: Final = (
    "MATCH (a:Entity)-[x:KIND]->(b:Entity) WHERE $first <= a.id AND a.id < $last AND "
    + _SEEN
    + " RETURN collect(a.id) AS source, collect(b.id) AS target, "
)
_DIGEST: Final = "collect(coalesce(x.digest, '')) AS digest"
NODE_DIGESTS: Final = _of_nodes(_NODES_FROM + "collect(x.id) AS id, " + _DIGEST)
EDGE_DIGESTS: Final = _of_edges(_EDGES_FROM + _DIGEST)
NODE_COLUMNS: Final = {
    kind: _filled(_NODES_FROM + _columns(NODES[kind]) + ", " + _DIGEST, "KIND", [kind]) for kind in NodeKind
}
EDGE_COLUMNS: Final = {
    kind: _filled(
        _EDGES_FROM + _columns({"mark": pa.string(), **EDGES[kind].properties}) + ", " + _DIGEST, "KIND", [kind]
    )
    for kind in EdgeKind
}
NODES_BY_ID: Final = "MATCH (x:Entity) WHERE x.id IN $ids AND " + _SEEN + " RETURN collect(properties(x)) AS nodes"
_NEXT: Final = (
    "MATCH (a:Entity)-[x:TYPES]-(b:Entity) WHERE a.id IN $ids AND NOT b.id IN $kept AND "
    + _SEEN
    + " WITH DISTINCT b.id AS id ORDER BY id LIMIT $limit RETURN collect(id) AS ids"
)
KNOWN_IDS: Final = "MATCH (x:Entity) WHERE x.id IN $ids AND " + _SEEN + " RETURN collect(x.id) AS ids"
_WHOLE: Final = (
    "MATCH (x:Entity) WHERE x.id IN $ids AND " + _SEEN + " WITH collect(x) AS found "
    "CALL (found) { UNWIND found AS a MATCH (a)-[x:TYPES]->(b) WHERE b IN found AND " + _SEEN + " "
    "RETURN collect([type(x), a.id, b.id, properties(x)]) AS edges } "
    "RETURN [x IN found | properties(x)] AS nodes, edges"
)
_PATHS: Final = (
    "MATCH p = (:Entity {id: $source})-[:TYPES*HOPS..HOPS]-(:Entity {id: $target}) "
    "WHERE all(x IN relationships(p) WHERE " + _SEEN + ") "
    "WITH [n IN nodes(p) | n.id] AS ids, relationships(p) AS edges "
    "WHERE all(i IN range(1, size(ids) - 1) WHERE NOT ids[i] IN ids[..i]) "
    "WITH ids, [x IN edges | [type(x), startNode(x).id, endNode(x).id, coalesce(x.mark, '')]] AS keys, edges "
    "ORDER BY ids, keys LIMIT $limit "
    "RETURN ids, [x IN edges | [type(x), startNode(x).id, endNode(x).id, properties(x)]] AS edges"
)


def next_along(kinds: Collection[EdgeKind]) -> LiteralString:
    """The ids one edge of these kinds away."""
    return _filled(_NEXT, "TYPES", sorted(kinds))


def whole(kinds: Collection[EdgeKind]) -> LiteralString:
    """Some nodes, and the edges of these kinds among them."""
    return _filled(_WHOLE, "TYPES", sorted(kinds))


def paths(kinds: Collection[EdgeKind], hops: int) -> LiteralString:
    """The simple paths of exactly so many edges of these kinds."""
    return _filled(_filled(_PATHS, "TYPES", sorted(kinds)), "HOPS", [str(hops)])


# Writing: what is written twice is there once

PUT_NODES: Final = _of_nodes(
    "UNWIND $rows AS row MERGE (x:Entity {id: row.id}) ON CREATE SET x.generation = $generation "
    "WITH x, row, x.generation AS brought SET x = row SET x.generation = brought, x:KIND RETURN count(*) AS n"
)
PUT_EDGES: Final = _of_edges(
    "UNWIND $rows AS row MATCH (a:Entity {id: row.source}) MATCH (b:Entity {id: row.target}) "
    "MERGE (a)-[x:KIND {digest: row.digest}]->(b) "
    "ON CREATE SET x += row.properties, x.generation = $generation ON MATCH SET x.dropped = null "
    "RETURN count(*) AS n"
)
DROP_NODES: Final = "UNWIND $rows AS row MATCH (x:Entity {id: row.id}) SET x.dropped = $generation RETURN count(*) AS n"
_AN_EDGE: Final = (
    "UNWIND $rows AS row MATCH (:Entity {id: row.source})-[x:KIND]->(:Entity {id: row.target}) "
    "WHERE coalesce(x.digest, '') = row.digest "
)
DROP_EDGES: Final = _of_edges(_AN_EDGE + "SET x.dropped = $generation RETURN count(*) AS n")
DELETE_EDGES: Final = _of_edges(_AN_EDGE + "DELETE x RETURN count(*) AS n")
PURGE_EDGES: Final = _of_edges(
    "MATCH ()-[x:KIND]->() WHERE x.dropped <= $generation WITH x LIMIT $batch DELETE x RETURN count(*) AS n"
)
PURGE_NODES: Final = (
    "MATCH (x:Entity) WHERE x.dropped <= $generation WITH x LIMIT $batch DETACH DELETE x RETURN count(*) AS n"
)
STRAY_NODES: Final = _of_nodes(
    "MATCH (x:KIND) WHERE x.id IS NULL OR NOT x:Entity WITH x LIMIT $batch DETACH DELETE x RETURN count(*) AS n"
)
STRAY_EDGES: Final = _of_edges(
    "MATCH (a)-[x:KIND]->(b) WHERE NOT a:Entity OR NOT b:Entity WITH x LIMIT $batch DELETE x RETURN count(*) AS n"
)
FORGET_NODES: Final = (
    "MATCH (x:Entity) WHERE x.generation IS NOT NULL WITH x LIMIT $batch SET x.generation = null RETURN count(*) AS n"
)
FORGET_EDGES: Final = _of_edges(
    "MATCH ()-[x:KIND]->() WHERE x.generation IS NOT NULL WITH x LIMIT $batch SET x.generation = null "
    "RETURN count(*) AS n"
)
"""Another home's generations mean nothing here: what it left counts as having always been there."""

# Projections

_FITTING: Final = _SEEN + " AND all(name IN keys($at_least) WHERE x[name] >= $at_least[name])"
COUNT_ALL: Final = _of_edges("MATCH ()-[x:KIND]->() RETURN count(x) AS n")
ANY_FITTING: Final = _of_edges("RETURN EXISTS { MATCH ()-[x:KIND]->() WHERE " + _FITTING + " } AS any")
ANY_FITTING_AT: Final = _of_edges(
    "RETURN EXISTS { MATCH (:Entity {id: $source})-[x:KIND]-() WHERE " + _FITTING + " } AS any"
)
_PROJECT: Final = _of_edges(
    "CALL () { "
    "MATCH (a:ENDS) WHERE EXISTS { (a)-[x:KIND]-() WHERE " + _FITTING + " } "
    "RETURN a, null AS b, null AS weight ORDER BY a.id "
    "UNION ALL "
    "MATCH (a)-[x:KIND]->(b) WHERE " + _FITTING + " "
    "RETURN a, b, CASE WHEN $weight IS NULL THEN 1.0 ELSE toFloat(x[$weight]) - $offset END AS weight } "
    "RETURN gds.graph.project($name, a, b, "
    "{relationshipProperties: CASE WHEN weight IS NULL THEN null ELSE {weight: weight} END}, "
    "{undirectedRelationshipTypes: ['*'], readConcurrency: 1})"
)
PROJECT: Final = {
    kind: _filled(text, "ENDS", sorted({end for joined in EDGES[kind].joins for end in joined}))
    for kind, text in _PROJECT.items()
}
"""Nodes first and in the order of their ids, so that a seed gives the same answer however the graph came to be."""
ESTIMATE: Final = (
    "CALL gds.graph.project.estimate('*', '*', "
    "{nodeCount: $nodes, relationshipCount: $edges, relationshipProperties: 'weight'}) "
    "YIELD bytesMax RETURN bytesMax AS needed"
)
MEMORY: Final = "CALL dbms.queryJmx('java.lang:type=Memory') YIELD attributes RETURN attributes"
MEMORY_POOLS: Final = (
    "CALL dbms.queryJmx('java.lang:type=MemoryPool,name=*') YIELD attributes RETURN collect(attributes) AS pools"
)
NODE_VALUES: Final = (
    "CALL gds.graph.nodeProperty.stream($name, 'found') YIELD nodeId, propertyValue "
    "RETURN collect(gds.util.asNode(nodeId).id) AS ids, collect(propertyValue) AS found"
)
DISTANCES: Final = (
    "MATCH (x:Entity {id: $source}) "
    "CALL gds.allShortestPaths.dijkstra.stream($name, {sourceNode: x, relationshipWeightProperty: 'weight'}) "
    "YIELD targetNode, totalCost "
    "RETURN collect(gds.util.asNode(targetNode).id) AS ids, collect(totalCost) AS found"
)
