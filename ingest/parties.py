"""Who a cell or a field means: the key under which organisations and persons are joined."""

from dataclasses import dataclass

from ingest.errors import BadRecord
from ingest.identifiers import Identifier, fold, identifier, is_scheme, kz_scheme, org_id
from ingest.mapping import Mapping

LOCAL = "local"
"""The namespace of bare ids where neither the call nor the map names one."""


@dataclass(frozen=True, slots=True)
class Namespace:
    """How a table's bare numbers are read: ``name`` keeps them apart from other sources' numbers,
    ``scheme`` is the scheme they take, ``country`` lets Kazakhstan's numbers be known by their check digit."""

    name: str
    scheme: str | None = None
    country: str | None = None

    @classmethod
    def of(cls, source: str | None, mapping: Mapping | None) -> "Namespace":
        """The namespace of a file: the call's source goes before the map's; either may be a scheme."""
        constants = mapping.constants if mapping else {}
        name = source or (mapping.source if mapping else None) or LOCAL
        scheme = constants.get("scheme") or (name if is_scheme(name) else None)
        return cls(name, scheme, constants.get("country") or ("KZ" if scheme and scheme.startswith("KZ-") else None))

    def party(self, written: str) -> tuple[str, str, Identifier | None]:
        """Key, own id and identifier of a party given by number in a table."""
        found = org_id(written)
        if found is None and self.country == "KZ":
            scheme = kz_scheme(written) or (self.scheme if self.scheme in ("KZ-BIN", "KZ-IIN") else None)
            found = identifier(scheme, written) if scheme else None
        elif found is None and self.scheme:
            found = identifier(self.scheme, written)
        if found is None:
            return f"{self.name}:{written}", written, None
        return found.key, found.key, found

    def person(self, written: str) -> tuple[str, str, Identifier | None]:
        """As :meth:`party`, but a bare number does not take a register's scheme of companies."""
        if org_id(written) is not None or (self.country == "KZ" and kz_scheme(written)):
            return self.party(written)
        return f"{self.name}:{written}", written, None

    def named(self, name: str) -> tuple[str, str]:
        """Key and own id of a party known by name alone."""
        return f"{self.name}:name:{fold(name)}", name

    def problem(self, written: str, found: Identifier | None) -> str | None:
        """What is wrong with a party's number, as :meth:`party` found it; None where nothing is."""
        if found is not None:
            return found.problem
        digits = "".join(written.split())
        if self.country == "KZ" and len(digits) == 12 and digits.isdigit():
            return "the check digit of this BIN or IIN is wrong"
        return None

    def usable(self, written: str, found: Identifier | None) -> None:
        """Refuse a register's row whose number is wrong: the number is all that its row is about."""
        if problem := self.problem(written, found):
            raise BadRecord(problem)
