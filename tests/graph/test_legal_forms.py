"""Names with their legal forms shortened."""

import pytest

from graph.legal_forms import short_name


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("Товарищество с ограниченной ответственностью «Көк»", "ТОО «Көк»"),
        ("«Көк» жауапкершілігі шектеулі серіктестігі", "«Көк» ЖШС"),
        ('АКЦИОНЕРНОЕ ОБЩЕСТВО "Көк"', "АО «Көк»"),
        ("«Көк» акционерлік қоғамы", "«Көк» АҚ"),
        ("Көк", "Көк"),
        ("", ""),
    ],
)
def test_legal_forms_are_shortened(long: str, short: str) -> None:
    assert short_name(long) == short
