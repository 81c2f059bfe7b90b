"""The goszakup portal from its service to findings, through the command line."""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Bidring
from tests.servers.goszakup_country import Country, market
from tests.servers.goszakup_server import TOKEN, Fault, serving


@pytest.fixture
def country() -> Country:
    return market(tenders=4)


@pytest.fixture
def url(country: Country, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("BIDRING_GOSZAKUP_TOKEN", TOKEN)
    with serving(country.portal) as address:
        monkeypatch.setenv("BIDRING_GOSZAKUP_URL", address)
        yield address


def planted(country: Country) -> dict[str, str]:
    """Tenders in which something can be seen, by what it is, and their own numbers."""
    official, spouse = country.iin(), country.iin()
    buyer = country.subject(
        "КГУ Управление", customer=1, supplier=0,
        Employees=[{"id": "1_1", "personId": 1, "iin": official, "fio": "Ахметов А.", "roleName": "Руководитель"}],
    )  # fmt: skip
    firms = [country.subject(f"ТОО Мост {number}") for number in range(4)]
    firms[0]["Employees"] = [{"id": "2_1", "personId": 2, "iin": official, "fio": "Ахметов А.", "roleName": "Директор"}]
    firms[1]["Employees"] = [{"id": "3_1", "personId": 3, "iin": spouse, "fio": "Ахметова Б.", "roleName": "Директор"}]
    same = country.tender(buyer)
    for firm, amount in zip(firms, (800_000, 900_000.5, 900_000.5, 950_000), strict=True):
        country.bid(same, firm, amount)
    country.contract(same, firms[0], 800_000)
    late = country.tender(buyer, endDate="2024-01-25 09:00:00")
    country.bid(late, firms[2], 700_000, dateApply="2024-01-25 09:30:00")
    country.bid(late, firms[3], 720_000, dateApply="2024-01-25 08:59:59")
    country.contract(late, firms[2], 700_000)
    single = country.tender(buyer)
    country.bid(single, firms[1], 990_000)
    direct = country.tender(buyer, refTradeMethodsId=6)
    country.bid(direct, firms[1], 990_000)
    floored = country.tender(buyer)
    for firm, discount in zip(firms, (10, 10, 9, 8), strict=True):
        country.bid(floored, firm, 950_000, discount=discount)
    country.contract(floored, firms[0], 950_000)
    called_off = country.tender(buyer, refBuyStatusId=430)
    for firm in firms[:2]:
        country.bid(called_off, firm, 600_000)
    _carried_out(country, direct, firms[1])
    made = {
        "same": same,
        "late": late,
        "single": single,
        "direct": direct,
        "floored": floored,
        "called off": called_off,
    }
    return {name: tender["numberAnno"] for name, tender in made.items()}


def _carried_out(country: Country, direct: dict[str, Any], firm: dict[str, Any]) -> None:
    """A direct award that was planned as a competition, came late, was paid twice over and cost less in the end."""
    [lot] = country.lots(direct)
    lot.update(refBuyTradeMethodsId=6, refTradeMethodsId=2)
    lot["Plans"] = [country.plan(lot)]
    made = country.contract(direct, firm, 990_000, faktSum=700_000, faktExecDate="2024-09-01 00:00:00")
    made["Acts"] = [{"id": country.next(), "contractId": made["id"], "aktDate": "2024-06-01", "dayOverdue": 61}]
    made["TreasuryPay"] = [
        {"id": country.next(), "contractId": made["id"], "payAmount": 990_000, "payDate": f"2024-0{month}-10"}
        for month in (6, 7)
    ]


def test_from_the_service_to_findings_with_every_bidders_price(
    bidring: Bidring, country: Country, url: str, tmp_path: Path
) -> None:
    numbers = planted(country)
    home, pages = ["--home", tmp_path / "home"], tmp_path / "pages"
    fetched = bidring(*home, "fetch", "goszakup", pages, "--rate", 20)
    assert (fetched.status, fetched.err) == (0, "")
    assert f"bidring load {pages} --format goszakup" in fetched.out
    objects = sum(len(found) for found in country.portal.objects.values())
    inside = sum(
        len(one.get(name) or ())
        for found in country.portal.objects.values()
        for one in found
        for name in ("Acts", "TreasuryPay", "ContractPayment", "Plans")
    )
    loaded = bidring(*home, "load", pages, "--strict", "--json").document
    assert (
        loaded["loaded"] == loaded["read"] == objects + inside + sum(len(rows) for rows in country.portal.refs.values())
    )
    assert bidring(*home, "detect", "--json").status == 0
    flagged: dict[str, set[str]] = {}
    for finding in bidring(*home, "findings", "--json").document:
        for about in finding["about"]:
            if about["kind"] == "tender":
                flagged.setdefault(finding["code"], set()).add(about["id"])
    assert flagged["R028"] == {numbers["same"]}
    assert flagged["R030"] == {numbers["late"]}
    assert flagged["R018"] == {numbers["single"]}, "a direct award invites one bidder by its nature"
    assert [flagged[code] for code in ("R012", "R059", "R067", "R068")] == [{numbers["direct"]}] * 4
    [paid] = bidring(*home, "findings", "--code", "R068", "--json").document
    assert paid["value"] == pytest.approx(2 * 990_000 / (990_000 * 1.12) - 1, abs=1e-6)
    [identical] = bidring(*home, "findings", "--code", "R028", "--json").document
    assert identical["value"] == 2
    scores = {one["tender"]: one for one in bidring(*home, "tenders", "--json").document}
    assert scores[numbers["floored"]]["score"] is None, "at a floor prices are alike by law"
    assert scores[numbers["floored"]]["screens"]["CV"] > 0, "the screens are of the sums after discounts"
    [link] = bidring(*home, "links", "--json").document
    assert link["supplier"].startswith("KZ-BIN-")
    assert set(link["tenders"]) == {numbers["same"], numbers["floored"]}


def test_a_deleted_object_leaves_with_the_next_changes(
    bidring: Bidring, country: Country, url: str, tmp_path: Path
) -> None:
    numbers = planted(country)
    home, pages = ["--home", tmp_path / "home"], tmp_path / "pages"
    bidring(*home, "fetch", "goszakup", pages, "--rate", 20)
    bidring(*home, "load", pages)
    for bid in [one for one in country.portal.objects["TrdApp"] if f"{one['buyId']}-1" == numbers["same"]][1:3]:
        country.portal.objects["TrdApp"].remove(bid)
        country.entry("D", "trd-app", bid["id"])
    fetched = bidring(*home, "fetch", "goszakup", pages, "--changes", "--from", "2024-03-01", "--rate", 20, "--json")
    assert (fetched.document["deleted"], fetched.document["objects"]) == (2, 0)
    assert bidring(*home, "load", pages, "--json").document["loaded"] == 2
    bidring(*home, "detect")
    assert [one["code"] for one in bidring(*home, "findings", "--json").document if one["code"] == "R028"] == []


def test_the_saved_pages_give_a_buyers_suppliers(bidring: Bidring, real_data: Path, tmp_path: Path) -> None:
    home = ["--home", tmp_path / "home"]
    folder = real_data / "goszakup"
    loaded = bidring(*home, "load", folder / "contracts_page.json", folder / "plan_points_page.json", "--json").document
    assert {file["format"] for file in loaded["files"]} == {"goszakup"}
    assert bidring(*home, "detect", "--json").document["findings"] == {"R040": 1}


@pytest.mark.parametrize(
    ("setting", "status", "said"),
    [
        ("TOKEN=", 2, "no token: the portal gives one on request; put it into BIDRING_GOSZAKUP_TOKEN"),
        ("TOKEN=0ld", 2, "introspection: the service does not take the token (HTTP 401): it may have expired"),
        ("URL=http://example.org", 2, "would send the token in the clear"),
        ("URL=http://127.0.0.1:9", 1, "introspection: 127.0.0.1:9 cannot be reached, or hung up (1 attempt)"),
        ("KEY=x", 2, "BIDRING_GOSZAKUP_KEY is no setting"),
    ],
)
@pytest.mark.usefixtures("url")
def test_what_stops_a_fetch_is_one_line(
    bidring: Bidring, request: pytest.FixtureRequest, setting: str, status: int, said: str
) -> None:
    variable, _, value = setting.partition("=")
    request.getfixturevalue("monkeypatch").setenv(f"BIDRING_GOSZAKUP_{variable}", value)
    called = bidring("fetch", "goszakup", request.getfixturevalue("tmp_path") / "pages", "--attempts", 1)
    assert (called.status, called.out) == (status, "")
    assert said in called.err
    assert called.err.count("\n") == 1
    assert "0ld" not in called.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", "2024-02-01", "--to", "2024-01-01"], "--to 2024-01-01 is before --from 2024-02-01"),
        (["--from", "yesterday"], "'yesterday' does not match the format"),
        (["--only", "News"], "'News' is not one of"),
        (["--rate", "0"], "0.0 is not in the range"),
        (["--changes"], "nothing was fetched here before: say from which day with --from"),
    ],
)
def test_a_call_that_cannot_be_used_ends_with_2(
    bidring: Bidring, url: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    called = bidring("fetch", "goszakup", tmp_path / "pages", *arguments)
    assert called.status == 2
    assert said in called.err


def test_a_broken_page_keeps_the_checkpoint_and_no_person_is_named(
    bidring: Bidring, country: Country, url: str, tmp_path: Path
) -> None:
    country.portal.faults = [Fault("cut", "Subjects", times=None)]
    called = bidring("fetch", "goszakup", tmp_path / "pages", "--attempts", 2, "--rate", 20)
    assert (called.status, called.out) == (1, "")
    assert called.err == "bidring: Subjects: the answer is broken: it is no JSON (2 attempts)\n"
    country.portal.faults = []
    again = bidring("fetch", "goszakup", tmp_path / "pages", "--rate", 20, "--json").document
    assert [part["part"] for part in again["parts"]] == ["Subjects"]


def test_a_fetch_killed_again_and_again_brings_what_an_undisturbed_one_brings(
    country: Country, url: str, tmp_path: Path
) -> None:
    big = market(tenders=100)
    country.portal.objects = big.portal.objects
    running: list[subprocess.Popen[bytes]] = []
    left = [3, 4, 5, 4, 3, 2]
    """After so many requests each run is killed, while it waits for the answer to the next."""

    def gate(number: int) -> None:
        if left and running and number - started[-1] >= left[0]:
            left.pop(0)
            running.pop().send_signal(signal.SIGKILL)

    def run(folder: Path) -> int:
        started.append(len(country.portal.requests))
        arguments = ["--home", str(tmp_path / "home"), "fetch", "goszakup", str(folder), "--rate", "20"]
        process = subprocess.Popen(
            [sys.executable, "-c", "from api.cli import main; main()", *arguments],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        running.append(process)
        status = process.wait()
        running.clear()
        return status

    started: list[int] = []
    country.portal.gate = gate
    statuses = []
    while not statuses or statuses[-1] != 0:
        statuses.append(run(tmp_path / "killed"))
        assert len(statuses) < 20
    assert statuses.count(-signal.SIGKILL) == 6
    left.clear()
    assert run(tmp_path / "whole") == 0
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    assert len(contents(tmp_path / "whole")) > 10


def contents(folder: Path) -> dict[str, Any]:
    return {
        str(file.relative_to(folder)): [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
        for file in sorted(folder.rglob("*.jsonl.gz"))
    }
