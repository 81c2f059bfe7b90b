"""Findings become cases by the parties that they flag."""

from datetime import date

from graph.cases.assemble import assemble
from graph.cases.case import Case
from graph.finding import About, Finding
from graph.rules import Rules

RULES = Rules().by_code()


def finding(code: str, parties: str, *, about: str = "", weight: float | None = None, year: int = 2024) -> Finding:
    """A finding about parties of one letter each, and about a buyer."""
    return Finding(
        code=code,
        version="1.0.0",
        parties=tuple(sorted(parties)),
        about=(About("buyer", about),) if about else (),
        value=1.0,
        threshold=1.0,
        unit="",
        since=date(year, 1, 1),
        until=date(year, 12, 31),
        evidence=(f"document {code} {parties}",),
        text="",
        weight=RULES[code].weight if weight is None else weight,
        subject=about,
    )


def cores(cases: list[Case]) -> list[str]:
    return sorted("".join(case.core) for case in cases)


def test_two_rings_that_share_only_a_buyer_stay_two_cases() -> None:
    made = assemble([finding("B01", "abc", about="Ministry"), finding("B01", "xyz", about="Ministry")], RULES)
    assert cores(made) == ["abc", "xyz"]


def test_findings_about_the_same_parties_join() -> None:
    (case,) = assemble([finding("R044", "ab"), finding("R032", "ab"), finding("R028", "ab")], RULES)
    assert case.codes == ("R028", "R032", "R044")
    assert case.evidence == [f"document {one.code} ab" for one in case.findings]


def test_a_finding_joins_where_half_of_its_parties_are() -> None:
    (case,) = assemble([finding("B01", "abcd"), finding("R044", "ax")], RULES)
    assert (case.core, case.parties) == (tuple("abcd"), tuple("abcdx"))


def test_a_finding_with_less_than_half_in_a_case_opens_its_own() -> None:
    assert cores(assemble([finding("B01", "abcd"), finding("B01", "axyz")], RULES)) == ["abcd", "axyz"]


def test_what_joins_does_not_widen_the_core() -> None:
    """a-b, b-c, c-d share a phone each: a chain of neighbours does not grow into one case."""
    made = assemble(
        [finding("B01", "abcd"), finding("R044", "dx"), finding("R044", "xy"), finding("R044", "yz")], RULES
    )
    assert "abcd" in cores(made)
    assert max(len(case.parties) for case in made) <= 5


def test_one_weak_finding_opens_no_case() -> None:
    assert assemble([finding("R028", "ab"), finding("R018", "c"), finding("R024", "xy")], RULES) == []


def test_two_about_the_same_pair_open_one() -> None:
    assert cores(assemble([finding("R053", "ab"), finding("R057", "ab")], RULES)) == ["ab"]
    assert cores(assemble([finding("R028", "ab", about="one"), finding("R028", "ab", about="two")], RULES)) == ["ab"]


def test_three_rules_about_one_party_open_one_and_two_do_not() -> None:
    two = [finding("R018", "a"), finding("R030", "a"), finding("R030", "a", year=2023)]
    assert assemble(two, RULES) == []
    assert cores(assemble([*two, finding("R035", "a")], RULES)) == ["a"]


def test_a_finding_about_one_party_joins_the_party_s_case() -> None:
    (case,) = assemble([finding("R032", "ab"), finding("R018", "a"), finding("R018", "z")], RULES)
    assert case.codes == ("R018", "R032")


def test_a_finding_about_a_party_of_two_cases_joins_the_one_opened_first() -> None:
    first, second = assemble(
        [finding("B01", "ayz", weight=0.5), finding("R018", "a"), finding("B01", "abc", weight=0.9)], RULES
    )
    assert (first.core, first.codes) == (tuple("abc"), ("B01", "R018"))
    assert (second.core, second.codes) == (tuple("ayz"), ("B01",))


def test_of_two_equally_weighty_findings_the_one_with_more_parties_opens_the_case() -> None:
    (case,) = assemble([finding("R032", "ab", weight=0.5), finding("B01", "abcd", weight=0.5)], RULES)
    assert case.core == tuple("abcd")


def test_the_score_counts_each_rule_once() -> None:
    once = assemble([finding("R032", "ab", weight=0.5)], RULES)[0].score
    many = assemble([finding("R032", "ab", weight=0.5, year=year) for year in range(2010, 2020)], RULES)[0].score
    more = assemble([finding("R032", "ab", weight=0.5), finding("R044", "ab", weight=0.5)], RULES)[0].score
    assert (once, many, more) == (0.5, 0.5, 0.75)


def test_cases_come_most_suspicious_first_whatever_the_order_of_findings() -> None:
    findings = [
        finding("R044", "ab"),
        finding("B01", "xyz"),
        finding("R032", "cd"),
        finding("R024", "ab"),
        finding("R018", "x"),
    ]
    made = assemble(findings, RULES)
    assert [case.score for case in made] == sorted((case.score for case in made), reverse=True)
    assert assemble(findings[::-1], RULES) == made


def test_a_case_spans_its_findings() -> None:
    (case,) = assemble([finding("R032", "ab", year=2020), finding("R044", "ab", year=2024, about="M")], RULES)
    assert (case.since, case.until) == (date(2020, 1, 1), date(2024, 12, 31))
    assert case.about("buyer") == ["M"]


def test_what_was_explained_stays_in_its_case_and_adds_nothing_to_the_score() -> None:
    held, explained = finding("R032", "ab", weight=0.5), finding("R044", "ab", weight=0.5)
    (case,) = assemble([held, explained], RULES, {(explained.id, explained.seen)})
    assert case.findings == assemble([held, explained], RULES)[0].findings
    assert case.score == assemble([held], RULES)[0].score < assemble([held, explained], RULES)[0].score
    (other,) = assemble([held, explained], RULES, {(explained.id, "on other records")})
    assert other.score == assemble([held, explained], RULES)[0].score
