"""Fetching from the portal: every object once, whatever the service does on the way."""

import gzip
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import trustme
from filelock import FileLock

from ingest.errors import NotAdmitted, ServiceFailed, UnreadableInput
from ingest.goszakup.changes import fetch_changes
from ingest.goszakup.client import Client, Politeness, checked_url
from ingest.goszakup.fetch import FetchReport, Selection, fetch
from tests.servers.goszakup_country import Country, market
from tests.servers.goszakup_server import TOKEN, Fault, serving

QUICK = Politeness(rate=0, attempts=4, first_wait=0.001, longest_wait=0.002, timeout=20)


class Service:
    """A portal that is served, and a client of it that notes how long it is asked to wait."""

    def __init__(self, country: Country, url: str, folder: Path) -> None:
        self.country, self.portal, self.url, self.folder = country, country.portal, url, folder
        self.waits: list[float] = []

    def client(self, politeness: Politeness = QUICK) -> Client:
        return Client(self.url, TOKEN, politeness, self.waits.append)

    def fetch(self, *types: str, since: date | None = None, until: date | None = None, **options: Any) -> FetchReport:
        with self.client(**options) as client:
            return fetch(client, self.folder, Selection(types or ("TrdBuy", "Lots", "TrdApp"), since, until))

    def changes(self, *types: str, since: date | None = None) -> FetchReport:
        with self.client() as client:
            return fetch_changes(client, self.folder, Selection(types or ("TrdBuy", "Lots", "TrdApp"), since))

    def asked(self, root: str) -> list[dict[str, Any]]:
        return [given for name, given in self.portal.requests if name == root]

    def ids(self, root: str) -> list[int]:
        return sorted((one["id"] for one in self.portal.objects[root]), reverse=True)


def kept(folder: Path, root: str) -> list[int]:
    """The ids of a root's objects in a folder's files, in their order."""
    return [one["id"] for file in files(folder, root) for page in lines(file) for one in page["data"][root]]


def files(folder: Path, part: str = "") -> list[Path]:
    return sorted((folder / part).rglob("*.jsonl.gz"))


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in files(folder)}


@contextmanager
def served(folder: Path, country: Country) -> Iterator[Service]:
    with serving(country.portal) as url:
        yield Service(country, url, folder)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A market of 150 tenders with 450 bids."""
    with served(tmp_path / "pages", market(tenders=150)) as made:
        yield made


def test_every_object_comes_once_newest_first_in_pages_of_200(service: Service) -> None:
    report = service.fetch()
    assert service.portal.requests[0][0] == "__schema"
    assert kept(service.folder, "TrdApp") == service.ids("TrdApp")
    assert kept(service.folder, "TrdBuy") == service.ids("TrdBuy")
    bids = service.asked("TrdApp")
    assert [given["limit"] for given in bids] == [200] * 3
    assert [given.get("after") for given in bids] == [None, service.ids("TrdApp")[199], service.ids("TrdApp")[399]]
    assert (report.parts["TrdApp"].pages, report.parts["TrdApp"].objects) == (3, 450)
    assert lines(files(service.folder, "refs/ref_buy_status")[0])[0]["service"] == "/v3/refs/ref_buy_status"
    again = service.fetch()
    assert (again.pages, again.objects) == (0, 0)


def test_what_the_service_does_not_have_is_left_out_and_said(service: Service) -> None:
    service.portal.without = frozenset({"TrdBuy.kato", "TrdBuyComm.fio", "Lots"})
    report = service.fetch()
    said = " ".join(report.notes)
    assert "TrdBuy.kato" in said
    assert "TrdBuy.Commission.fio" in said
    assert "the service has no Lots: left out" in report.notes
    assert "the service has no list ref_app_status: its codes stay as they are" in report.notes
    [page] = lines(files(service.folder, "TrdBuy")[0])
    assert "kato" not in page["data"]["TrdBuy"][0]
    assert "numberAnno" in page["data"]["TrdBuy"][0]


def test_days_are_asked_for_in_the_form_that_the_service_takes(service: Service) -> None:
    for number, bid in enumerate(service.portal.objects["TrdApp"]):
        bid["dateApply"] = f"2024-01-{10 + number % 10} 15:00:00"
    service.fetch(since=date(2024, 1, 12), until=date(2024, 1, 13))
    assert service.asked("TrdBuy")[0]["filter"] == {"lastUpdateDate": ["2024-01-12 00:00:00", "2024-01-13 23:59:59"]}
    assert service.asked("TrdApp")[0]["filter"] == {
        "dateApply": {"gte": "2024-01-12 00:00:00", "lte": "2024-01-13 23:59:59"}
    }
    assert len(kept(service.folder, "TrdApp")) == 90
    assert kept(service.folder, "TrdBuy") == []


def test_where_days_cannot_be_asked_for_pages_are_read_back_until_all_on_one_are_older(service: Service) -> None:
    service.portal.without = frozenset({"TrdAppFiltersInput.dateApply"})
    newest = set(service.ids("TrdApp")[:10])
    for bid in service.portal.objects["TrdApp"]:
        bid.update(dateApply=f"2024-0{3 if bid['id'] in newest else 1}-01 00:00:00", indexDate=None)
    report = service.fetch("TrdApp", since=date(2024, 2, 1))
    assert len(service.asked("TrdApp")) == 2
    assert newest <= set(kept(service.folder, "TrdApp"))
    assert "TrdApp cannot be asked for by day: read back until 2024-02-01" in report.notes


@pytest.mark.parametrize("kind", [500, 503, 429, "cut", "drop", "list"])
def test_a_failure_that_passes_costs_nothing(service: Service, kind: int | str) -> None:
    service.portal.faults = [
        Fault(kind, root, times=2, after=1 if root == "TrdApp" else 0) for root in ("TrdApp", "Lots")
    ]
    service.portal.faults.append(Fault(kind, "/v3/refs/ref_buy_status", times=1))
    service.fetch()
    assert kept(service.folder, "TrdApp") == service.ids("TrdApp")
    assert kept(service.folder, "Lots") == service.ids("Lots")
    waits = [wait for wait in service.waits if wait > 0]
    assert len(waits) == 5
    assert max(waits) <= QUICK.longest_wait + QUICK.first_wait


def test_waits_grow_and_are_never_shorter_than_the_service_asks(service: Service) -> None:
    service.portal.faults = [Fault(429, "Lots", headers={"Retry-After": "7"}), Fault(503, "TrdApp", times=3)]
    patient = Politeness(rate=0, attempts=4, first_wait=1, longest_wait=60)
    service.fetch(politeness=patient)
    asked, *grown = [wait for wait in service.waits if wait > 0]
    assert 7 <= asked < 8
    assert [2**n <= wait <= 2**n + 1 for n, wait in enumerate(grown)] == [True] * 3


def test_a_service_that_asks_for_hours_is_not_waited_for(service: Service) -> None:
    service.portal.faults = [Fault(429, "Lots", headers={"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"})]
    with pytest.raises(ServiceFailed, match=r"Lots: the service asks to wait .* s \(HTTP 429\): try again later"):
        service.fetch()


def test_a_page_that_stays_broken_stops_the_fetch_and_what_came_before_is_kept(service: Service) -> None:
    service.portal.faults = [Fault("cut", "TrdApp", times=None, after=2)]
    with pytest.raises(ServiceFailed, match=r"TrdApp after \d+: the answer is broken: it is no JSON \(4 attempts\)"):
        service.fetch()
    assert len(kept(service.folder, "TrdApp")) == 400
    service.portal.faults = []
    before = len(service.asked("TrdApp"))
    service.fetch()
    assert len(service.asked("TrdApp")) == before + 1
    assert kept(service.folder, "TrdApp") == service.ids("TrdApp")


def test_an_expired_token_is_said_without_being_shown_and_a_new_one_goes_on(service: Service) -> None:
    service.portal.faults = [Fault(403, "TrdApp", times=None, after=1)]
    with pytest.raises(NotAdmitted) as refused:
        service.fetch()
    assert "may have expired" in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert len(kept(service.folder, "TrdApp")) == 200
    assert len(service.asked("TrdApp")) == 2, "what is refused is not tried again"
    service.portal.faults = []
    service.fetch()
    assert kept(service.folder, "TrdApp") == service.ids("TrdApp")


def test_what_the_service_says_is_shown_without_token_and_numbers(service: Service) -> None:
    service.portal.faults = [Fault("error", "TrdBuy")]
    with pytest.raises(ServiceFailed, match=r"^TrdBuy: the service answers: no \*\*\* for \*\*\*$"):
        service.fetch()


def test_a_service_that_gives_one_page_for_ever_is_left(service: Service) -> None:
    service.portal.refs["ref_buy_status"] *= 30
    service.portal.turning = True
    with pytest.raises(ServiceFailed, match="ref_buy_status: the service gives the same page again"):
        service.fetch()


def test_a_token_goes_nowhere_else_and_never_in_the_clear(service: Service) -> None:
    with service.client() as client, pytest.raises(ServiceFailed, match="does not get the token"):
        client.get("https://example.org/v3/refs/x", "list")
    for url in ("http://example.org", "ftp://example.org", "https://user:secret@example.org", "nowhere"):
        with pytest.raises(UnreadableInput, match="BIDRING_GOSZAKUP_URL") as refused:
            checked_url(url)
        assert "secret" not in str(refused.value)
    assert checked_url("https://example.org/") == "https://example.org"


def test_requests_keep_the_rate(service: Service) -> None:
    service.fetch(politeness=Politeness(rate=0.5, attempts=1))
    paced = [wait for wait in service.waits if wait > 0]
    assert len(paced) == len(service.portal.requests) - 1
    assert all(wait <= 2 for wait in paced)
    assert paced[0] > 1


def test_a_folder_holds_one_fetch(service: Service) -> None:
    service.fetch(since=date(2024, 1, 1))
    with pytest.raises(UnreadableInput, match="is for 2024-01-01 to the end: give the same --from and --to"):
        service.fetch()
    with FileLock(service.folder / ".lock"), pytest.raises(ServiceFailed, match="another fetch is writing"):
        service.fetch(since=date(2024, 1, 1))
    (service.folder / ".checkpoint.json").write_text("{}", "utf-8")
    with pytest.raises(UnreadableInput, match="not a checkpoint of this version"):
        service.fetch(since=date(2024, 1, 1))
    mode = files(service.folder)[0].stat().st_mode & 0o777
    assert mode == 0o600, "fetched pages name persons"


def test_a_fetch_that_ends_between_a_page_and_its_checkpoint_writes_the_same_page_again(service: Service) -> None:
    service.portal.faults = [Fault("cut", "TrdApp", times=None, after=1)]
    with pytest.raises(ServiceFailed):
        service.fetch()
    checkpoint = (service.folder / ".checkpoint.json").read_bytes()
    service.portal.faults = []
    service.fetch()
    whole = contents(service.folder)
    (service.folder / ".checkpoint.json").write_bytes(checkpoint)
    service.fetch()
    assert contents(service.folder) == whole


def test_the_journal_brings_what_changed_and_says_what_left(service: Service) -> None:
    country = service.country
    service.fetch()
    bid, other, lot = service.ids("TrdApp")[5], service.ids("TrdApp")[6], service.ids("Lots")[0]
    for action, path, own in (("U", "trd-app", bid), ("D", "trd-app", other), ("U", "lots", lot), ("U", "news", 5)):
        country.entry(action, path, own)
    country.entry("U", "lots", 4)
    country.entry("U", "contract", 4)
    service.portal.journal_page = 2
    report = service.changes(since=date(2024, 3, 1))
    assert (report.objects, report.deleted) == (4, 1)  # all three bids of the tender, and the lot
    pages = [page for file in files(service.folder, "journal") for page in lines(file)]
    asked = next(one["buyId"] for one in service.portal.objects["TrdApp"] if one["id"] == bid)
    assert service.asked("TrdApp")[-1]["filter"] == {"buyId": asked}
    assert service.asked("Lots")[-1]["filter"] == {"id": [4]}
    assert [row["object_id"] for page in pages for row in page.get("items", [])] == [other]
    assert [one["id"] for page in pages for one in page.get("data", {}).get("Lots", [])] == [lot]


def test_the_journal_brings_payments_and_acts_of_contracts_from_where_it_says(service: Service) -> None:
    country = service.country
    [first, second] = service.portal.objects["Contract"][:2]
    own = {"contractId": first["id"], "payAmount": 5}
    service.portal.objects["TreasuryPay"] = [{"id": number, **own} for number in (1, 2)]
    service.portal.objects["Acts"] = [{"id": 9, "contractId": second["id"], "aktDate": "2024-06-01"}]
    for payment in (1, 2):
        country.entry("U", "treasury-pay", payment)
        country.portal.journal[-1]["url"] = f"/v3/treasury-pay/{first['id']}"
    country.entry("U", "acts", 9)
    country.entry("D", "acts", 8)
    assert service.changes("Lots", since=date(2024, 3, 1)).objects == 0, "they are no part of lots"
    report = service.changes("Contract", since=date(2024, 3, 1))
    assert (report.objects, report.deleted) == (3, 1)
    pages = [page for file in files(service.folder, "journal") for page in lines(file)]
    paths = [page["service"] for page in pages]
    assert paths == ["/v3/journal", f"/v3/treasury-pay/{first['id']}", "/v3/acts/9"]


def test_plans_and_acts_are_asked_for_by_themselves_where_they_are_wanted(service: Service) -> None:
    [lot] = service.portal.objects["Lots"][:1]
    service.portal.objects["Plans"] = [service.country.plan(lot)]
    service.portal.objects["Acts"] = [
        {"id": number, "contractId": 4, "dateAction": f"2024-0{number}-01 00:00:00"} for number in (1, 2, 3)
    ]
    service.fetch("Plans", "Acts", since=date(2024, 1, 15), until=date(2024, 2, 15))
    assert service.asked("Acts")[0]["filter"] == {"dateAction": ["2024-01-15 00:00:00", "2024-02-15 23:59:59"]}
    assert kept(service.folder, "Acts") == [2]
    assert kept(service.folder, "Plans") == [service.portal.objects["Plans"][0]["id"]]


def test_a_journal_that_breaks_off_goes_on_where_it_was_and_the_next_begins_there(service: Service) -> None:
    service.fetch()
    for lot in service.ids("Lots")[:9]:
        service.country.entry("U", "lots", lot)
    service.portal.journal_page = 3
    service.portal.faults = [Fault(500, "/v3/journal", times=None, after=2)]
    with pytest.raises(ServiceFailed, match=r"journal: HTTP 500 \(4 attempts\)"):
        service.changes(since=date(2024, 3, 1))
    service.portal.faults = []
    service.portal.requests.clear()
    report = service.changes(since=date(2024, 3, 5))
    first, *_ = service.asked("/v3/journal")
    assert first["search_after"] == "6"
    assert report.objects >= 3
    service.portal.requests.clear()
    service.changes()
    assert (
        service.asked("/v3/journal")[0]["date_from"]
        == json.loads((service.folder / ".checkpoint.json").read_text("utf-8"))["changes_until"]
    )


def test_changes_need_a_day_to_begin_from(service: Service) -> None:
    with pytest.raises(UnreadableInput, match="say from which day with --from"):
        service.changes()


def test_an_unknown_certificate_is_refused_and_its_authority_can_be_named(tmp_path: Path) -> None:
    country, authority = market(tenders=2), trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    with serving(country.portal, context) as url:
        service = Service(country, url, tmp_path / "pages")
        with pytest.raises(ServiceFailed, match=r"certificate of localhost is not trusted .* SSL_CERT_FILE"):
            service.fetch()
        assert service.waits == [], "it is not tried again"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
            service.fetch()
    assert len(kept(service.folder, "TrdApp")) == 6


def test_an_unreachable_service_is_one_line(tmp_path: Path) -> None:
    said = r"introspection: 127.0.0.1:9 cannot be reached, or hung up \(4 attempts\)"
    with Client("http://127.0.0.1:9", TOKEN, QUICK, lambda _: None) as client, pytest.raises(ServiceFailed, match=said):
        fetch(client, tmp_path / "pages", Selection())
    assert files(tmp_path / "pages") == []
