"""A server that speaks the documented shapes of the goszakup portal's OWS v3 (GraphQL and REST), over invented records.

GraphQL knows its schema: it answers introspection, refuses fields and arguments that it does not have, gives what is
selected, pages by ``after`` in descending order of ids, and takes for ``TrdApp`` only a single ``buyId``. REST pages
carry ``next_page`` as a relative address, an empty text at the end. Faults are injected by request.
"""

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "a-token-for-tests"
_SCALARS = ("Int", "String", "Float")
TYPES = {
    "TrdBuy": "id:Int numberAnno:String nameRu:String nameKz:String totalSum:Float countLots:Int refTradeMethodsId:Int "
    "refSubjectTypeId:Int customerBin:String customerPid:Int customerNameRu:String customerNameKz:String orgBin:String "
    "orgPid:Int orgNameRu:String orgNameKz:String refBuyStatusId:Int startDate:String endDate:String "
    "repeatStartDate:String repeatEndDate:String publishDate:String itogiDatePublic:String refTypeTradeId:Int "
    "parentId:Int biinSupplier:String lastUpdateDate:String finYear:[Int] kato:[String] systemId:Int indexDate:String "
    "Commission:[TrdBuyComm] Lots:[Lots]",
    "TrdBuyComm": "id:Int fio:String refCommRolesId:Int bin:String",
    "Lots": "id:Int lotNumber:String refLotStatusId:Int lastUpdateDate:String count:Float amount:Float nameRu:String "
    "nameKz:String customerId:Int customerBin:String customerNameRu:String customerNameKz:String "
    "trdBuyNumberAnno:String trdBuyId:Int dumping:Int refTradeMethodsId:Int refBuyTradeMethodsId:Int pointList:[Int] "
    "plnPointKatoList:[String] enstruList:[Int] isDeleted:Int systemId:Int indexDate:String Plans:[PlnPoint]",
    "PlnPoint": "id:Int rootrecordId:Int subjectBiin:String subjectNameRu:String subjectNameKz:String nameRu:String "
    "nameKz:String refTradeMethodsId:Int count:Float price:Float amount:Float refMonthsId:Int refPlnPointStatusId:Int "
    "plnPointYear:Int refSubjectTypeId:Int refEnstruCode:String refJustificationId:Int dateCreate:String "
    "timestamp:String descRu:String descKz:String isActive:Int isDeleted:Int systemId:Int indexDate:String",
    "TrdApp": "id:Int buyId:Int supplierId:Int supplierBinIin:String crFio:String modFio:String protId:Int "
    "protNumber:String dateApply:String systemId:Int indexDate:String Supplier:Subject AppLots:[TrdAppLots]",
    "TrdAppLots": "id:Int lotId:Int pointList:[Int] statusId:Int price:Float amount:Float discountValue:Float "
    "discountPrice:Float Offers:[TrdPriceOfferPoint] RefAppStatus:RefAppStatus",
    "TrdPriceOfferPoint": "id:Int pointId:Int lotId:Int appLotId:Int price:Float amount:Float",
    "RefAppStatus": "id:Int nameRu:String nameKz:String",
    "Contract": "id:Int parentId:Int rootId:Int trdBuyId:Int trdBuyNumberAnno:String trdBuyNameRu:String "
    "trdBuyNameKz:String trdBuyItogiDatePublic:String refContractStatusId:Int deleted:Int crdate:String "
    "lastUpdateDate:String supplierId:Int supplierBiin:String supplierIik:String supplierLegalAddress:String "
    "customerId:Int customerBin:String customerLegalAddress:String contractNumber:String contractNumberSys:String "
    "refSubjectTypeId:Int finYear:Int refCurrencyCode:String contractSum:Float contractSumWnds:Float faktSum:Float "
    "faktSumWnds:Float signDate:String ecEndDate:String planExecDate:String faktExecDate:String "
    "contractEndDate:String faktTradeMethodsId:Int descriptionRu:String descriptionKz:String systemId:Int "
    "indexDate:String Supplier:Subject Customer:Subject ContractUnits:[ContractUnits] Acts:[ContractAct] "
    "TreasuryPay:[TreasuryPay] ContractPayment:[ContractPayment]",
    "ContractUnits": "id:Int lotId:Int plnPointId:Int itemPrice:Float quantity:Float totalSum:Float totalSumWnds:Float "
    "factSum:Float deleted:Int trdBuyId:Int",
    "ContractAct": "id:Int contractId:Int contractRootId:Int aktDate:String numberAct:String approveDate:String "
    "revokeDate:String createDateAct:String statusId:Int statusNameRu:String statusNameKz:String dayOverdue:Int "
    "sumFine:Float sumTransfer:Float sumBeginning:Float isDeleted:Int dateAction:String",
    "TreasuryPay": "id:Int contractId:Int rnnSupplier:String dtReg:String accountingDate:String payAmount:Float "
    "payDate:String prepaySum:Float checkNumber:String lastUpdateDate:String",
    "ContractPayment": "id:Int contractId:Int actId:Int paySum:Float payDate:String",
    "Subject": "pid:Int bin:String iin:String inn:String unp:String regdate:String crdate:Int nameRu:String "
    "nameKz:String fullNameRu:String fullNameKz:String email:String phone:String website:String lastUpdateDate:String "
    "countryCode:String katoList:[String] customer:Int organizer:Int supplier:Int typeSupplier:Int okedList:Int "
    "systemId:Int indexDate:String Address:[SubjectAddress] Employees:[SubjectUsers]",
    "SubjectAddress": "id:Int pid:Int addressType:Int address:String katoCode:String phone:String",
    "SubjectUsers": "id:String personId:Int pid:Int iin:String fio:String role:Int roleName:String startDate:String "
    "endDate:String",
    "RnuList": "id:Int pid:Int supplierNameRu:String supplierNameKz:String supplierBiin:String startDate:String "
    "endDate:String systemId:Int indexDate:String",
}
"""Types with their fields, as ``name:type``."""
ROOTS = {
    "TrdBuy": ("[TrdBuy]", "TrdBuyFiltersInput"), "Lots": ("[Lots]", "LotsFiltersInput"),
    "TrdApp": ("[TrdApp]", "TrdAppFiltersInput"), "Contract": ("[Contract]", "ContractFiltersInput"),
    "Subjects": ("[Subject]", "SubjectFiltersInput"), "Rnu": ("[RnuList]", "RnuFiltersInput"),
    "Plans": ("[PlnPoint]", "PlansFiltersInput"), "Acts": ("[ContractAct]", "ContractActFiltersInput"),
}  # fmt: skip
FILTERS = {
    "TrdBuyFiltersInput": "id:[Int] numberAnno:[String] lastUpdateDate:[String]",
    "LotsFiltersInput": "id:[Int] trdBuyId:[Int] lastUpdateDate:[String]",
    "TrdAppFiltersInput": "buyId:Int dateApply:Between",
    "Between": "gte:String lte:String",
    "ContractFiltersInput": "id:[Int] trdBuyId:[Int] lastUpdateDate:[String]",
    "SubjectFiltersInput": "pid:[Int] bin:[String] iin:[String] lastUpdateDate:[String]",
    "RnuFiltersInput": "supplierBiin:[String]",
    "PlansFiltersInput": "id:[Int] subjectBiin:[String]",
    "ContractActFiltersInput": "contractId:[Int] dateAction:[String]",
}
_PATHS = {
    "trd-buy": "TrdBuy", "lots": "Lots", "trd-app": "TrdApp", "contract": "Contract", "subject": "Subjects",
    "rnu": "Rnu", "plans": "Plans", "acts": "Acts",
}  # fmt: skip


@dataclass(slots=True)
class Portal:
    """What the server has: objects by root, lists by name, and the journal. ``faults`` come before any answer."""

    objects: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    journal: list[dict[str, Any]] = field(default_factory=list)
    faults: list["Fault"] = field(default_factory=list)
    without: frozenset[str] = frozenset()
    """Fields (``TrdBuy.kato``) and roots that this service does not have."""
    journal_page: int = 500
    most: int = 200
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """The requests so far: the root or path, and the variables or parameters."""
    token: str = TOKEN
    turning: bool = False
    """Whether every page of REST names itself as the next."""
    gate: Callable[[int], None] | None = None
    """Called with the number of each request before it is answered."""


@dataclass(slots=True)
class Fault:
    """What happens ``times`` times (None: always) to a request for ``root``, after ``after`` that went well.

    ``kind`` is an HTTP status, ``cut`` (half of the JSON), ``drop`` (the connection ends in the middle), ``error`` (a
    GraphQL error) or ``list`` (no page).
    """

    kind: int | str
    root: str = ""
    times: int | None = 1
    after: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    def strikes(self, root: str) -> bool:
        """Whether it happens now."""
        if self.root and root != self.root:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing."""

    def do_POST(self) -> None:
        """GraphQL."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        query, variables = asked["query"], asked.get("variables") or {}
        root = "__schema" if "__schema" in query else re.findall(r"\{\s*(\w+)", query)[0]
        self._answer(root, variables, lambda portal: _graphql(portal, root, query, variables))

    def do_GET(self) -> None:
        """REST."""
        parts = urlsplit(self.path)
        given = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self._answer(parts.path, given, lambda portal: _rest(portal, parts.path, given))

    def _answer(self, root: str, given: dict[str, Any], make: Callable[[Portal], Any]) -> None:
        portal = self.server.portal
        with self.server.lock:
            portal.requests.append((root, given))
            number = len(portal.requests)
            if portal.gate:
                portal.gate(number)
            fault = next((one for one in portal.faults if one.strikes(root)), None)
            if self.headers.get("Authorization") != f"Bearer {portal.token}":
                self._send(401, {"name": "Unauthorized", "message": "Your request was made with invalid credentials."})
            elif fault is not None and isinstance(fault.kind, int):
                self._send(fault.kind, {"message": "no"}, fault.headers)
            elif fault is not None and fault.kind == "error":
                self._send(200, {"errors": [{"message": f"no 990101300123 for {portal.token}"}], "data": None})
            elif fault is not None and fault.kind == "list":
                self._send(200, 17)
            else:
                found = make(portal)
                self._send(404 if found is None else 200, found, cut=fault.kind if fault else "")

    def _send(self, status: int, found: Any, headers: dict[str, str] | None = None, cut: int | str = "") -> None:
        body = json.dumps(found, ensure_ascii=False, indent=1).encode()
        sent = body[: len(body) // 2] if cut else body
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body if cut == "drop" else sent)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)
        self.close_connection = self.close_connection or cut == "drop"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, portal: Portal) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.portal, self.lock = portal, threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed, or does not trust the certificate, is no error of the server's."""


@contextmanager
def serving(portal: Portal, certificate: ssl.SSLContext | None = None) -> Iterator[str]:
    """The server in a thread; gives its address. With a ``certificate`` it speaks TLS."""
    server = _Server(portal)
    if certificate is not None:
        server.socket = certificate.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    scheme, host = ("https", "localhost") if certificate else ("http", "127.0.0.1")
    try:
        yield f"{scheme}://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _type(written: str) -> dict[str, Any]:
    if written.startswith("["):
        return {"kind": "LIST", "name": None, "ofType": _type(written[1:-1])}
    kind = "SCALAR" if written in _SCALARS else "INPUT_OBJECT" if written in FILTERS else "OBJECT"
    return {"kind": kind, "name": written, "ofType": None}


def _fields(written: str, type_: str, portal: Portal) -> list[tuple[str, str]]:
    pairs = [part.split(":") for part in written.split()]
    return [(name, of) for name, of in pairs if f"{type_}.{name}" not in portal.without]


def _introspection(portal: Portal) -> dict[str, Any]:
    roots = []
    for root, (given, filters) in ROOTS.items():
        arguments = {"filter": filters, "limit": "Int", "after": "Int"}
        if root not in portal.without:
            args = [{"name": name, "type": _type(of)} for name, of in arguments.items()]
            roots.append({"name": root, "args": args, "type": _type(given)})
    types: list[dict[str, Any]] = [{"name": "Query", "fields": roots, "inputFields": None}]
    for name, written in TYPES.items():
        fields = [{"name": one, "args": [], "type": _type(of)} for one, of in _fields(written, name, portal)]
        types.append({"name": name, "fields": fields, "inputFields": None})
    for name, written in FILTERS.items():
        fields = [{"name": one, "type": _type(of)} for one, of in _fields(written, name, portal)]
        types.append({"name": name, "fields": None, "inputFields": fields})
    types += [{"name": name, "fields": None, "inputFields": None} for name in _SCALARS]
    return {"data": {"__schema": {"queryType": {"name": "Query"}, "types": types}}}


def _graphql(portal: Portal, root: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    if root == "__schema":
        return _introspection(portal)
    if root not in ROOTS or root in portal.without:
        return {"errors": [{"message": f'Cannot query field "{root}" on type "Query".'}]}
    of, filters = ROOTS[root]
    words = query[query.index("{") :].replace("{", " { ").replace("}", " } ").split()
    selection = _selection(iter(words[words.index("{", 1) + 1 :]))
    given = variables.get("filter") or {}
    wrong = _unknown(selection, of.strip("[]"), portal) + [
        name for name in given if name not in dict(_fields(FILTERS[filters], filters, portal))
    ]
    if wrong or int(variables.get("limit", 0)) > portal.most:
        return {"errors": [{"message": f'Cannot query field "{wrong}" on type "{of}".'}]}
    own = "pid" if root == "Subjects" else "id"
    try:
        found = [one for one in portal.objects.get(root, []) if _fits(one, given, filters, portal)]
    except TypeError:
        return {"errors": [{"message": "Variable of the wrong type."}]}
    found.sort(key=lambda one: -int(one[own]))
    after = variables.get("after")
    rest = [one for one in found if after is None or one[own] < after]
    page = rest[: variables["limit"]]
    info = {
        "limitPage": variables["limit"], "totalCount": len(found), "hasNextPage": len(rest) > len(page),
        "lastId": page[-1][own] if page else None,
    }  # fmt: skip
    return {"data": {root: [_selected(one, selection) for one in page]}, "extensions": {"pageInfo": info}}


def _fits(one: dict[str, Any], given: dict[str, Any], filters: str, portal: Portal) -> bool:
    types = dict(_fields(FILTERS[filters], filters, portal))
    for name, wanted in given.items():
        if types[name] == "Between":
            if not wanted["gte"] <= one.get(name, "") <= wanted["lte"]:
                return False
        elif "date" in name.lower():
            if not wanted[0] <= one.get(name, "") <= wanted[1]:
                return False
        elif not types[name].startswith("["):
            if isinstance(wanted, list):
                raise TypeError
            if one.get(name) != wanted:
                return False
        elif one.get(name) not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def _selection(words: Iterator[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    last = ""
    for word in words:
        if word == "}":
            return found
        if word == "{":
            found[last] = _selection(words)
        else:
            last = word
            found[word] = {}
    return found


def _unknown(selection: dict[str, Any], type_: str, portal: Portal) -> list[str]:
    there = dict(_fields(TYPES[type_], type_, portal))
    found = [name for name in selection if name not in there]
    for name, inside in selection.items():
        if inside and name in there:
            found += _unknown(inside, there[name].strip("[]"), portal)
    return found


def _selected(one: Any, selection: dict[str, Any]) -> Any:
    if isinstance(one, list):
        return [_selected(part, selection) for part in one]
    if not selection or one is None:
        return one
    return {name: _selected(one.get(name), inside) for name, inside in selection.items()}


def _rest(portal: Portal, path: str, given: dict[str, str]) -> Any:
    parts = path.strip("/").split("/")[1:]
    if parts[0] == "refs":
        given = {} if portal.turning else given
        return _page(path, portal.refs.get(parts[1]), given, 50)
    if parts[0] == "journal":
        first, last = given["date_from"], given["date_to"]
        rows = [row for row in portal.journal if first <= row["date_action"][:10] <= last]
        return _page(path, rows, given, portal.journal_page)
    if parts[0] == "treasury-pay":
        paid = [one for one in portal.objects.get("TreasuryPay", []) if str(one["contractId"]) == parts[1]]
        return _page(path, [{snake(name): value for name, value in one.items()} for one in paid] or None, given, 50)
    root = _PATHS.get(parts[0])
    if root is None or len(parts) != 2:
        return None
    own = "pid" if root == "Subjects" else "id"
    one = next((one for one in portal.objects.get(root, []) if str(one[own]) == parts[1]), None)
    return one and {snake(name): value for name, value in one.items() if not isinstance(value, dict | list)}


def _page(path: str, rows: list[dict[str, Any]] | None, given: dict[str, str], limit: int) -> dict[str, Any] | None:
    if rows is None:
        return None
    start = int(given.get("search_after", 0))
    kept = {name: value for name, value in given.items() if name.startswith("date_")}
    dates = "".join(f"&{name}={value}" for name, value in kept.items())
    more = start + limit < len(rows)
    after = f"{path}?page=next&limit={limit}&search_after={start + limit}{dates}" if more else ""
    return {"total": len(rows), "limit": limit, "next_page": after, "items": rows[start : start + limit]}


def snake(name: str) -> str:
    """GraphQL's name of a field as REST writes it.

    >>> snake("trdBuyNumberAnno")
    'trd_buy_number_anno'
    """
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: f"_{match.group(1)}", name).lower()
