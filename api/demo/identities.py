"""Invented persons and companies with valid numbers, each number given once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from api.demo.names import (
    KAZAKH_MEN,
    KAZAKH_SURNAMES,
    KAZAKH_WOMEN,
    RUSSIAN_MEN,
    RUSSIAN_SURNAMES,
    RUSSIAN_WOMEN,
    STREETS,
    MaleName,
    company_words,
    latin,
    surname_of,
)
from api.demo.places import Category, Region
from ingest.identifiers import kz_check_digit

RELATIONS = ("spouse", "child", "parent", "sibling")
"""What a relative may be to an official."""

_HOLDING_WORDS = ("Холдинг", "Инвест", "Капитал", "Group", "Partners", "Активтер")


@dataclass(frozen=True, slots=True)
class Person:
    """A person; ``surname`` in its male form, ``father`` as far as it makes the patronymic, ``id`` in org-id style."""

    id: str
    surname: str
    given: MaleName | str
    father: MaleName
    born: date
    male: bool
    kazakh: bool

    @property
    def name(self) -> str:
        """Surname, first name and patronymic, as registers write them."""
        given = self.given if isinstance(self.given, str) else self.given.given
        patronymic = self.father.son if self.male else self.father.daughter
        return f"{surname_of(self.surname, male=self.male)} {given} {patronymic}"


@dataclass(frozen=True, slots=True)
class Company:
    """A legal entity or sole trader, its ``id`` in org-id style; named in tenders and, in full, in the register."""

    id: str
    name: str
    full_name: str
    region: str
    town: str
    street: str
    phone: str
    email: str
    registered: date
    activity: str
    dissolved: date | None = None

    @property
    def address(self) -> str:
        """The address as the register writes it; the same as street and place in a tender."""
        return f"{self.street}, {self.town}"


class Registrar:
    """Gives out persons and companies; what must be unique is never given twice."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._used: set[str] = set()

    def _once(self, made: Callable[[], str]) -> str:
        while (found := made()) in self._used or not found:
            pass
        self._used.add(found)
        return found

    def day(self, first: date, last: date) -> date:
        """Any day from ``first`` to ``last``, both included."""
        return first + timedelta(self.rng.randint(0, max(0, (last - first).days)))

    def bin(self, registered: date) -> str:
        """A business number: year and month of registration, 4 for a resident company, 0, serial, check digit."""
        return self._once(lambda: _checked("KZ-BIN", f"{registered:%y%m}40{self.rng.randrange(10**5):05}"))

    def iin(self, born: date, *, male: bool) -> str:
        """A person's number: birth date, century and sex (3 to 6), serial, check digit."""
        mark = (3 if born.year < 2000 else 5) + (not male)
        return self._once(lambda: _checked("KZ-IIN", f"{born:%y%m%d}{mark}{self.rng.randrange(10**4):04}"))

    def person(self, ages: tuple[int, int] = (25, 62)) -> Person:
        """A person of an age within ``ages`` at the end of 2020."""
        rng = self.rng
        kazakh, male = rng.random() < 0.75, rng.random() < 0.6
        born = self.day(date(2020 - ages[1], 1, 1), date(2020 - ages[0], 12, 28))
        men = KAZAKH_MEN if kazakh else RUSSIAN_MEN
        return Person(
            id=self.iin(born, male=male),
            surname=rng.choice(KAZAKH_SURNAMES if kazakh else RUSSIAN_SURNAMES),
            given=self._given(kazakh=kazakh, male=male),
            father=rng.choice(men),
            born=born,
            male=male,
            kazakh=kazakh,
        )

    def _given(self, *, kazakh: bool, male: bool) -> MaleName | str:
        if male:
            return self.rng.choice(KAZAKH_MEN if kazakh else RUSSIAN_MEN)
        return self.rng.choice(KAZAKH_WOMEN if kazakh else RUSSIAN_WOMEN)

    def relative(self, of: Person, relation: str) -> Person:
        """What ``relation`` names, one of :data:`RELATIONS`: surname, patronymic and age fit those of ``of``."""
        rng = self.rng
        male = not of.male if relation == "spouse" else rng.random() < 0.5
        years = {"spouse": (-5, 5), "child": (20, 28), "parent": (-32, -21), "sibling": (-9, 9)}[relation]
        born = of.born + timedelta(round(365.25 * rng.uniform(*years)))
        father, given = rng.choice(KAZAKH_MEN if of.kazakh else RUSSIAN_MEN), self._given(kazakh=of.kazakh, male=male)
        if relation == "sibling":
            father = of.father
        elif relation == "child" and isinstance(of.given, MaleName):
            father = of.given
        elif relation == "parent" and male:
            given = of.father
        born = min(born, date(2020, 6, 30))
        own = self.iin(born, male=male)
        return replace(of, id=own, given=given, father=father, born=born, male=male)

    def namesake(self, of: Person) -> Person:
        """Somebody else of exactly the same name, born on another day."""
        born = of.born + timedelta(self.rng.choice((-1, 1)) * self.rng.randint(400, 3000))
        return replace(of, id=self.iin(born, male=of.male), born=born)

    def street(self) -> str:
        """A street with house and office that nobody has yet."""
        rng = self.rng
        return self._once(lambda: f"{rng.choice(STREETS)}, д. {rng.randint(1, 240)}, оф. {rng.randint(1, 400)}")

    def phone(self) -> str:
        """A phone number that nobody has yet, under a code that serves no region."""

        def made() -> str:
            a, b, c = self.rng.randint(200, 999), self.rng.randrange(100), self.rng.randrange(100)
            return f"+7 799 {a} {b:02} {c:02}"

        return self._once(made)

    def company(self, region: Region, town: str, category: Category, registered: tuple[date, date]) -> Company:
        """A company in a town, in the trade of a category, registered on a working day within ``registered``."""
        rng, day = self.rng, self.day(*registered)
        day -= timedelta(max(0, day.weekday() - 4)) if day.day > 2 else timedelta(0)
        own = self.bin(day)
        words = self._words(category.words)
        name, full = _with_form(rng, words)
        slug = latin(words)
        mailbox = f"office@{slug}.example" if rng.random() < 0.4 else f"{slug}{own[-4:]}@mail.example"
        return Company(own, name, full, region.name, town, self.street(), self.phone(), mailbox, day, category.activity)

    def holding(self, near: Company) -> Company:
        """A holding in the town of a company, registered before it."""
        day = self.day(date(1996, 2, 1), near.registered - timedelta(60))
        words, own = self._words(_HOLDING_WORDS), self.bin(day)
        name, full = _with_form(self.rng, words)
        mailbox = f"{latin(words)}{own[-4:]}@mail.example"
        place = (near.region, near.town, self.street())
        return Company(own, name, full, *place, self.phone(), mailbox, day, "K-64")

    def sole_trader(self, region: Region, town: str, category: Category) -> Company:
        """A person who trades under the own name and number."""
        person = self.person()
        name = f"ИП {person.name}"
        day = self.day(date(2012, 1, 1), date(2020, 11, 30))
        mailbox = f"{latin(person.surname)}{person.id[-4:]}@mail.example"
        street, phone = self.street(), self.phone()
        return Company(person.id, name, name, region.name, town, street, phone, mailbox, day, category.activity)

    def _words(self, trade: tuple[str, ...]) -> str:
        """Words that no company has yet; a number stands behind them where the plain ones are taken."""
        for _ in range(4):
            words = company_words(self.rng, trade)
            if latin(words) not in self._used:
                self._used.add(latin(words))
                return words
        plain = company_words(self.rng, trade)
        words = self._once(lambda: f"{plain} {self.rng.randint(2, 9999)}")
        self._used.add(latin(words))
        return words


def _checked(scheme: str, stem: str) -> str:
    """The number with its check digit, in org-id style; empty where none is issued for this stem."""
    digit = kz_check_digit(stem)
    return "" if digit is None else f"{scheme}-{stem}{digit}"


def _with_form(rng: Random, words: str) -> tuple[str, str]:
    """The words with a legal form before or behind, in Russian or Kazakh, short and as the register has it."""
    short, long = rng.choices(
        (
            ("ТОО «{}»", "Товарищество с ограниченной ответственностью «{}»"),
            ('ТОО "{}"', 'Товарищество с ограниченной ответственностью "{}"'),
            ("«{}» ЖШС", "«{}» жауапкершілігі шектеулі серіктестігі"),
            ("ЖШС «{}»", "«{}» жауапкершілігі шектеулі серіктестігі"),
            ("АО «{}»", "Акционерное общество «{}»"),
            ("«{}» АҚ", "«{}» акционерлік қоғамы"),
        ),
        (45, 10, 30, 6, 5, 4),
    )[0]
    return short.format(words), (long if rng.random() < 0.4 else short).format(words)
