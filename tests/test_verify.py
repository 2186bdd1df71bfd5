"""Whether a run's data are those of its manifest: found the same, altered, missing, or other than its sources give."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

from bayling.cli import app
from bayling.files import read_json, write_json

RUN = ["build", "--verify"]


@pytest.fixture
def run(tmp_path: Path, own_home: Path) -> Path:
    lines = [f"The lamp number {number} is lit.\tDie Lampe Nummer {number} brennt." for number in range(80)]
    (tmp_path / "lamps.tsv").write_text("\n".join(["en\tde", *lines]) + "\n", encoding="utf-8")
    recipe = {
        "name": "lamps",
        "foundation": "gemma3-270m",
        "languages": ["de"],
        "build": {"sources": [{"path": "lamps.tsv"}], "conversations": 60},
    }
    (tmp_path / "lamps.yaml").write_text(yaml.safe_dump(recipe), encoding="utf-8")
    command = ["build", str(tmp_path / "lamps.yaml"), "--runs", str(tmp_path / "runs")]
    assert CliRunner().invoke(app, command).exit_code == 0
    return tmp_path / "runs" / "lamps"


def verified(run: Path, what: str | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*RUN, what or str(run), "--runs", str(run.parent)])
    assert not (run / ".verify").exists()
    return result.exit_code, result.output + str(result.exception or "")


def test_what_comes_out_again_is_the_same(run: Path) -> None:
    assert verified(run)[0] == 0
    code, said = verified(run, str(run.parents[1] / "lamps.yaml"))
    assert code == 0
    assert said.strip().endswith("the same bytes")


def test_what_was_rejected_is_compared_too(run: Path) -> None:
    recipe = str(run.parents[1] / "lamps.yaml")
    CliRunner().invoke(app, ["build", recipe, "--runs", str(run.parent), "--keep-rejected"])
    assert "rejected.tsv" in read_json(run / "manifest.json")["stages"]["build"]["figures"]["files"]
    assert verified(run)[0] == 0


def test_the_row_that_was_altered_is_named(run: Path) -> None:
    path = run / "data" / "train-00000.parquet"
    table = pq.read_table(path)
    tasks = table["task"].to_pylist()
    tasks[4] = "another"
    pq.write_table(table.set_column(1, "task", [tasks]), path, compression="zstd")
    code, said = verified(run)
    assert code == 1
    assert f"{path}: was altered since it was built" in said
    assert f"{path}: built again as the manifest has it, differs in row 5 (task)" in said


def test_missing_and_further_files_are_named(run: Path) -> None:
    (run / "data" / "dev.parquet").unlink()
    (run / "data" / "notes.txt").write_text("mine", encoding="utf-8")
    (run / "data" / ".cache").mkdir()
    code, said = verified(run)
    assert code == 1
    assert "dev.parquet: is missing" in said
    assert "notes.txt: is none of the build's" in said
    assert ".cache: is none of the build's" in said


def test_a_file_that_is_no_longer_parquet_is_named(run: Path) -> None:
    (run / "data" / "train-00000.parquet").write_bytes(b"PAR1")
    code, said = verified(run)
    assert code == 1
    assert "not a readable Parquet file" in said


def test_sources_that_changed_are_found(run: Path) -> None:
    source = run.parents[1] / "lamps.tsv"
    source.write_text(source.read_text(encoding="utf-8").replace("Lampe Nummer 7 ", "Leuchte Nummer 7 "))
    code, said = verified(run)
    assert code == 1
    assert "as the manifest has them; building them again" in said
    assert "built again, differs in " in said


def test_libraries_of_another_version_are_told_with_a_difference(run: Path) -> None:
    manifest = read_json(run / "manifest.json")
    manifest["stages"]["build"]["packages"]["pyarrow"] = "1.0"  # the run's others are of its last stage
    manifest["stages"]["build"]["figures"]["files"]["README.md"] = "0" * 64
    write_json(run / "manifest.json", manifest)
    code, said = verified(run)
    assert code == 1
    assert "built with pyarrow 1.0; here it is " in said


def test_a_run_that_is_not_built_is_refused(run: Path) -> None:
    manifest = read_json(run / "manifest.json")
    del manifest["stages"]["build"]["figures"]["files"]
    write_json(run / "manifest.json", manifest)
    code, said = verified(run)
    assert code != 0
    assert "no hashes of files; build with --again" in said
    write_json(run / "manifest.json", manifest | {"stages": {}})
    assert "build them first" in verified(run)[1]
    recipe = str(run.parents[1] / "lamps.yaml")
    assert "not built from this recipe" in verified(run, recipe)[1]
