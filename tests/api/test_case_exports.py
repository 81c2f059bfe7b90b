"""What `bidring case` writes: a report and a bundle that open, in every language, without numbers of persons."""

import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

from pypdf import PdfReader

from tests.api.conftest import Bidring
from tests.conftest import Demo


def test_the_report_and_bundle_of_a_demo_case_open(bidring: Bidring, demo: Demo, tmp_path: Path) -> None:
    first = bidring("--home", demo.home, "cases", "--json").document[0]["id"]
    case = bidring("--home", demo.home, "case", first, "--json").document
    pdf, bundle = tmp_path / "case.pdf", tmp_path / "case.zip"
    for _turn in range(2):
        called = bidring("--home", demo.home, "case", first, "--language", "kk", "--pdf", pdf, "--bundle", bundle)
        assert called.status == 0
        before, pdf, bundle = (pdf, bundle), tmp_path / "again.pdf", tmp_path / "again.zip"
    assert [file.read_bytes() for file in before] == [
        (tmp_path / f"case.{kind}").read_bytes() for kind in ("pdf", "zip")
    ]
    reader = PdfReader(tmp_path / "case.pdf")
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert reader.root_object["/Lang"] == "kk"
    assert f"деректер буыны {case['generation']}" in text
    assert "шешімді адам қабылдайды" in text
    for letters in ("Тараптар", "Бастапқы жазбалар", "Қатысушылар тобы", case["evidence"][0]["hash"]):
        assert letters in text
    with ZipFile(tmp_path / "case.zip") as archive:
        archive.extractall(tmp_path / "bundle")
        (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
        manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["case"], manifest["generation"], manifest["created"]) == (
        first, case["generation"], case["detected_at"],
    )  # fmt: skip
    assert sum("record" in one for one in manifest["files"].values()) == len(case["evidence"])
    for command in (["bundle/verify.py"], ["verify.py", "case.zip"], ["verify.py", "bundle"]):
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout[:3], done.stderr) == (0, "OK:", ""), command
    with (tmp_path / "bundle" / "case.json").open("ab") as handle:
        handle.write(b" ")
    done = subprocess.run(
        [sys.executable, "verify.py", "bundle"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "case.json: changed\n")


def test_a_language_or_a_file_that_cannot_be_used_is_one_line(bidring: Bidring, demo: Demo, tmp_path: Path) -> None:
    first = bidring("--home", demo.home, "cases", "--json").document[0]["id"]
    file = tmp_path / "a.pdf"
    for arguments, says in (
        (["--pdf", file, "--language", "de"], "'de'"),
        (["--pdf", file, "--html", file], "more than one format"),
        (["--pdf", tmp_path], "is a folder"),
    ):
        called = bidring("--home", demo.home, "case", first, *arguments)
        assert (called.status, called.out, called.err.count("\n")) == (2, "", 1)
        assert says in called.err
    assert not file.exists()


def test_no_number_of_a_person_is_in_what_leaves_the_house(bidring: Bidring, demo: Demo, tmp_path: Path) -> None:
    tied = next(one for one in bidring("--home", demo.home, "cases", "--json").document if "L01" in one["codes"])
    inside = bidring("--home", demo.home, "case", tied["id"], "--json").document
    official = next(one["official"] for one in inside["links"])
    assert official.startswith("KZ-IIN-"), "the terminal of the home itself shows numbers"
    bidring("--home", demo.home, "case", tied["id"], "--html", tmp_path / "a.html", "--graphml", tmp_path / "a.graphml",
            "--csv", tmp_path / "a.csv", "--ftm", tmp_path / "a.ftm", "--bundle", tmp_path / "a.zip",
            "--tables", tmp_path / "b.zip", "--pdf", tmp_path / "a.pdf")  # fmt: skip
    bare = official.removeprefix("KZ-IIN-").encode()
    assert len(list(tmp_path.iterdir())) == 7
    for file in tmp_path.iterdir():
        assert bare not in file.read_bytes(), file.name
    for archive in tmp_path.glob("*.zip"):
        with ZipFile(archive) as opened:
            assert not [name for name in opened.namelist() if bare in opened.read(name)]
    assert bare.decode() not in "".join(page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages)
