"""Invented objects of the goszakup portal: participants with valid numbers, tenders with all that belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from api.demo.identities import Registrar
from tests.servers.goszakup_server import Portal

REFS = {
    "ref_buy_status": {350: "Завершено", 220: "Опубликовано (прием заявок)", 430: "Отменено", 410: "Отказ от закупки"},
    "ref_lots_status": {360: "Закупка состоялась", 370: "Закупка отменена"},
    "ref_trade_methods": {
        2: "Открытый конкурс",
        3: "Запрос ценовых предложений",
        6: "Из одного источника",
        7: "Из одного источника по несостоявшимся закупкам",
        188: "Конкурс с использованием рейтингово-балльной системы",
    },
    "ref_months": {1: "Январь", 5: "Май", 12: "Декабрь"},
    "ref_subject_type": {1: "Товар", 2: "Работа", 3: "Услуга"},
    "ref_contract_status": {190: "Действует", 330: "Не заключен"},
    "ref_comm_roles": {1: "Председатель комиссии", 2: "Член комиссии", 3: "Секретарь комиссии"},
    "ref_kato": {},
}
"""Names of codes; the numbers are this country's own."""


@dataclass
class Country:
    """Fills a portal; every number is given once, ids count up."""

    portal: Portal = field(default_factory=Portal)
    rng: Random = field(default_factory=lambda: Random(7))
    last: int = 1000

    def __post_init__(self) -> None:
        self.registrar = Registrar(self.rng)
        self._lots: dict[int, list[dict[str, Any]]] = {}
        self.portal.refs = {
            name: [{"id": own, "code": own, "name_ru": said, "name_kz": said} for own, said in codes.items()]
            for name, codes in REFS.items()
        }
        self.portal.refs["ref_kato"] = [
            {"id": 1, "code": "750000000", "name_ru": "г.Алматы", "name_kz": "Алматы қ."},
            {"id": 2, "code": "710000000", "name_ru": "г.Астана", "name_kz": "Астана қ."},
        ]

    def next(self) -> int:
        """A new id."""
        self.last += 1
        return self.last

    def add(self, root: str, **fields: Any) -> dict[str, Any]:
        """An object of a root."""
        self.portal.objects.setdefault(root, []).append(fields)
        return fields

    def bin(self) -> str:
        """A company's number, without its scheme."""
        return self.registrar.bin(date(2010, 3, 1)).removeprefix("KZ-BIN-")

    def iin(self) -> str:
        """A person's number, without its scheme."""
        return self.registrar.iin(date(1975, 5, 5), male=True).removeprefix("KZ-IIN-")

    def subject(self, name: str, **fields: Any) -> dict[str, Any]:
        """A participant; a supplier, unless the fields say otherwise."""
        return self.add(
            "Subjects",
            **{
                "pid": self.next(), "bin": self.bin(), "iin": None, "nameRu": name, "regdate": "2010-03-01 00:00:00",
                "lastUpdateDate": "2024-01-05 10:00:00", "customer": 0, "organizer": 0, "supplier": 1,
                "typeSupplier": 1, "katoList": ["750000000"], "Address": [], "Employees": [],
            }
            | fields,
        )  # fmt: skip

    def tender(self, buyer: dict[str, Any], amounts: Sequence[float] = (1_000_000,), **fields: Any) -> dict[str, Any]:
        """An announcement of the buyer's with a lot for each sum."""
        own = self.next()
        announced = {
            "id": own, "numberAnno": f"{own}-1", "nameRu": "Ремонт дороги", "totalSum": sum(amounts),
            "countLots": len(amounts), "refTradeMethodsId": 2, "refSubjectTypeId": 2, "customerBin": buyer["bin"],
            "customerPid": buyer["pid"], "customerNameRu": buyer["nameRu"], "orgBin": buyer["bin"],
            "orgPid": buyer["pid"], "orgNameRu": buyer["nameRu"], "refBuyStatusId": 350,
            "startDate": "2024-01-10 09:00:00", "endDate": "2024-01-25 09:00:00",
            "publishDate": "2024-01-10 09:00:00", "itogiDatePublic": "2024-02-01 12:00:00",
            "lastUpdateDate": "2024-02-01 12:00:00", "kato": ["750000000"], "finYear": [2024], "Commission": [],
        } | fields  # fmt: skip
        self.add("TrdBuy", **announced)
        for number, amount in enumerate(amounts, 1):
            lot = self.add(
                "Lots", id=self.next(), lotNumber=f"{own}-ОК{number}", refLotStatusId=360, count=1, amount=amount,
                nameRu="Ремонт", customerBin=buyer["bin"], trdBuyId=own, trdBuyNumberAnno=f"{own}-1",
                plnPointKatoList=["750000000"], isDeleted=0, lastUpdateDate=announced["lastUpdateDate"],
            )  # fmt: skip
            self._lots.setdefault(own, []).append(lot)
        return announced

    def lots(self, tender: dict[str, Any]) -> list[dict[str, Any]]:
        """The lots of a tender."""
        return self._lots[tender["id"]]

    def bid(
        self, tender: dict[str, Any], firm: dict[str, Any], *sums: float, discount: float | None = None, **fields: Any
    ) -> dict[str, Any]:
        """A firm's application with a sum for each of the tender's first lots."""
        parts = [
            {
                "id": self.next(), "lotId": lot["id"], "statusId": 5, "price": amount, "amount": amount,
                "discountValue": discount, "discountPrice": discount and round(amount * (1 - discount / 100), 2),
                "Offers": [], "RefAppStatus": {"id": 5, "nameRu": "Допущена"},
            }
            for lot, amount in zip(self.lots(tender), sums, strict=False)
        ]  # fmt: skip
        made = {
            "id": self.next(), "buyId": tender["id"], "supplierId": firm["pid"],
            "supplierBinIin": firm["bin"] or firm["iin"], "dateApply": "2024-01-20 15:00:00.123",
            "indexDate": "2024-02-01 13:00:00", "crFio": "", "modFio": "",
            "Supplier": {name: firm[name] for name in ("pid", "bin", "iin", "nameRu")}, "AppLots": parts,
        } | fields  # fmt: skip
        return self.add("TrdApp", **made)

    def contract(self, tender: dict[str, Any], firm: dict[str, Any], amount: float, **fields: Any) -> dict[str, Any]:
        """A contract for the tender's first lot, with the tax on top."""
        own = self.next()
        lot = self.lots(tender)[0]
        made = {
            "id": own, "parentId": 0, "rootId": own, "trdBuyId": tender["id"],
            "trdBuyNumberAnno": tender["numberAnno"], "trdBuyNameRu": tender["nameRu"],
            "trdBuyItogiDatePublic": tender["itogiDatePublic"], "refContractStatusId": 190, "deleted": 0,
            "crdate": "2024-02-05 10:00:00", "lastUpdateDate": "2024-02-07 10:00:00", "supplierId": firm["pid"],
            "supplierBiin": firm["bin"] or firm["iin"], "supplierLegalAddress": "г.Алматы, адрес скрыт",
            "customerBin": tender["customerBin"], "customerLegalAddress": "г.Алматы, Абая, 1",
            "contractNumberSys": f"{tender['customerBin']}/{own}/00", "refSubjectTypeId": 2,
            "refCurrencyCode": "KZT", "contractSum": amount, "contractSumWnds": round(amount * 1.12, 2),
            "faktSum": 0, "signDate": "2024-02-07 10:00:00", "ecEndDate": "2024-12-31 00:00:00",
            "Supplier": {name: firm[name] for name in ("pid", "bin", "iin", "nameRu")},
            "ContractUnits": [{"id": self.next(), "lotId": lot["id"], "totalSum": amount, "trdBuyId": tender["id"]}],
            "Acts": [{"id": self.next(), "aktDate": "2024-06-01", "numberAct": "1", "dayOverdue": 3, "sumFine": 10}],
            "TreasuryPay": [{"id": self.next(), "contractId": own, "payAmount": amount, "payDate": "2024-06-10"}],
        } | fields  # fmt: skip
        return self.add("Contract", **made)

    def plan(self, lot: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """A plan point of an open competition that a lot is bought under."""
        made = {
            "id": self.next(), "subjectBiin": lot["customerBin"], "subjectNameRu": "КГУ", "nameRu": "Ремонт",
            "refTradeMethodsId": 2, "count": 1, "price": lot["amount"], "amount": lot["amount"], "refMonthsId": 5,
            "plnPointYear": 2024, "refSubjectTypeId": 2, "refEnstruCode": "421120.200.000000", "isActive": 1,
            "isDeleted": 0, "timestamp": "2023-12-20 10:00:00",
        } | fields  # fmt: skip
        lot["pointList"] = [*lot.get("pointList", ()), made["id"]]
        return {"rootrecordId": made["id"]} | made

    def entry(self, action: str, service: str, own: int, at: str = "2024-03-05 10:00:00") -> None:
        """A line of the journal."""
        self.portal.journal.append(
            {
                "action": action, "object_id": own, "date_action": at, "service_name": service.replace("-", "_"),
                "service_title": service, "url": f"/v3/{service}/{own}",
            }
        )  # fmt: skip


def market(tenders: int = 12, firms: int = 6) -> Country:
    """A buyer's tenders with three bids each, the lowest wins; sums that are all different."""
    country = Country()
    buyer = country.subject("КГУ Отдел дорог", customer=1, organizer=1, supplier=0)
    bidders = [country.subject(f"ТОО Дорога {number}") for number in range(firms)]
    for number in range(tenders):
        tender = country.tender(buyer, (1_000_000 + 1000 * number,))
        sums = sorted(round(country.rng.uniform(700_000, 990_000), 2) for _ in range(3))
        for place, amount in enumerate(sums):
            country.bid(tender, bidders[(number + place) % firms], amount)
        country.contract(tender, bidders[number % firms], sums[0])
    return country
