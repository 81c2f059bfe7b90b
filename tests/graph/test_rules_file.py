"""What a rules file may change, and how it is refused."""

from pathlib import Path

import pytest

from graph.errors import RulesError
from graph.rules import Rules, read_rules


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, "utf-8")
    return path


def test_no_file_means_the_rules_as_published() -> None:
    assert read_rules(None) == Rules()


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert read_rules(written(tmp_path, "")) == Rules()


def test_every_field_is_optional_and_the_rest_stays(tmp_path: Path) -> None:
    rules = read_rules(
        written(tmp_path, "[R024]\nthreshold = 0.05\n[B01]\nthreshold = 1\n[R040]\nminimum_awards = 3\n")
    )
    assert rules.by_code()["R024"].settings.threshold == 0.05
    assert rules.ring.settings.threshold == 1.0
    assert isinstance(rules.ring.settings.threshold, float)
    assert rules.by_code()["R040"].settings.minimum_awards == 3
    assert rules.by_code()["R040"].settings.threshold == 0.5
    assert [rule.code for rule in rules.all] == [rule.code for rule in Rules().all]


@pytest.mark.parametrize("given", ['"open|limited"', '["open", "limited"]'])
def test_lists_may_be_written_as_cardinal_writes_them(tmp_path: Path, given: str) -> None:
    rules = read_rules(written(tmp_path, f"[R018]\nprocurement_methods = {given}\n"))
    assert rules.by_code()["R018"].settings.procurement_methods == ("open", "limited")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[R999]\nthreshold = 1", ["R999", "R024"]),
        ("[r024]\nthreshold = 1", ["r024"]),
        ("threshold = 1", ["threshold"]),
        ("R024 = 1", ["R024"]),
        ("[R024]\nthreshhold = 1", ["R024", "threshhold", "threshold"]),
        ('[R024]\nthreshold = "low"', ["R024", "threshold", "'low'"]),
        ("[R024]\nthreshold = true", ["R024", "threshold", "True"]),
        ("[R024]\nthreshold = nan", ["R024", "threshold", "nan"]),
        ("[R024]\nthreshold = inf", ["R024", "threshold", "inf"]),
        ("[R024.threshold]\nlow = 1", ["R024", "threshold"]),
        ("[R040]\nminimum_awards = 2.5", ["R040", "minimum_awards", "2.5"]),
        ("[R040]\nminimum_awards = -1", ["R040", "minimum_awards", "-1"]),
        ("[R040]\nminimum_awards = true", ["R040", "minimum_awards"]),
        ("[R018]\nprocurement_methods = [1, 2]", ["R018", "procurement_methods"]),
        ("[R018]\nprocurement_methods = 3", ["R018", "procurement_methods"]),
        ("[R024\nthreshold = 1", ["not TOML"]),
        ("[R024]\nthreshold = 1\nthreshold = 2", ["not TOML"]),
    ],
)
def test_what_cannot_be_used_is_named_with_the_file(tmp_path: Path, text: str, names: list[str]) -> None:
    path = written(tmp_path, text)
    with pytest.raises(RulesError) as told:
        read_rules(path)
    assert all(name in str(told.value) for name in [str(path), *names])


def test_a_missing_or_binary_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"none\.toml: no such file"):
        read_rules(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesError, match=r"binary\.toml"):
        read_rules(tmp_path / "binary.toml")
    with pytest.raises(RulesError, match="cannot be read"):
        read_rules(tmp_path)
