"""Which region a name in a record means."""

import re

import pytest

from api.demo.places import REGIONS
from viz.regions import Place, kazakhstan, place_of, places_of

PLACES = kazakhstan().places


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_every_form_of_a_places_name_means_it(place: Place) -> None:
    forms = {name for both in place.names.values() for name in both} | {*place.also}
    kinds = ("г. {}", "город {}", "{} қаласы", "{} city") if place.city else ("{} обл.", "{} облысы", "{} Region")
    bare = [place.names[language][0] for language in ("en", "ru", "kk")] + list(place.also)
    forms |= {kind.format(name) for kind in kinds for name in bare}
    forms |= {form.upper() for form in forms} | {form.lower() for form in forms} | {f"  {form} " for form in forms}
    forms |= {form.replace("-", " ") for form in forms} | {form.replace("қ", "к") for form in forms}
    forms |= {f"{place.code}0000000", f"{place.code}1234567", f"KZ-{place.code}"}
    assert {form: place_of(form) for form in forms} == dict.fromkeys(forms, place.code)


def test_there_are_seventeen_regions_and_three_cities_each_drawn() -> None:
    assert len(PLACES) == 20
    assert [one.code for one in PLACES if one.city] == ["71", "75", "79"]
    drawn = {one.code for one in PLACES if one.outline}
    assert len(drawn) == 14
    assert all((one.within in drawn) != bool(one.outline) for one in PLACES)
    width, height = kazakhstan().width, kazakhstan().height
    assert all(0 < one.at[0] < width and 0 < one.at[1] < height for one in PLACES)


def test_outlines_stay_inside_the_drawing_and_are_paths_of_numbers_alone() -> None:
    for place in PLACES:
        assert re.fullmatch(r"(M[0-9 ]+l[0-9 -]+z)*", place.outline or "")
        for ring in (place.outline or "").split("z")[:-1]:
            first, _l, steps = ring[1:].partition("l")
            numbers = [int(one) for one in re.findall(r"-?[0-9]+", steps)]
            x, y = map(int, first.split())
            assert len(numbers) % 2 == 0
            for across, down in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + across, y + down
                assert 0 <= x <= kazakhstan().width
                assert 0 <= y <= kazakhstan().height


def test_no_two_places_share_a_name() -> None:
    said = [(name, one.code) for one in PLACES for both in one.names.values() for name in set(both)]
    for name in {name for name, _code in said if name != "Алматы"}:
        assert len({code for other, code in said if other == name}) == 1, name


@pytest.mark.parametrize(
    "name",
    ["", " ", "10", "75", "г. Костанай", "г. Абай", "Kyiv", "Okinawa", "KZ-99", "990000000", "область", "город",
     "<script>", "7500000000", "٧٥٠٠٠٠٠٠٠", "Алматы; Астана"],
)  # fmt: skip
def test_a_name_that_is_no_region_means_none(name: str) -> None:
    assert place_of(name) is None


def test_every_region_of_the_demo_is_on_the_map_once() -> None:
    found = [place_of(one.name) for one in REGIONS]
    assert None not in found
    assert sorted(found) == sorted({*found})  # type: ignore[type-var]


def test_what_no_region_is_found_for_is_counted() -> None:
    rows = [{"name": "г. Алматы", "tenders": 5}, {"name": "Almaty", "tenders": 2}, {"name": "Kyiv", "tenders": 3}]
    assert places_of(rows) == ({"г. Алматы": "75", "Almaty": "75"}, 7, 3)
