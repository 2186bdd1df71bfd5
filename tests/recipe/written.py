"""A small recipe, and the file that it is written to."""

from pathlib import Path

GOOD = "name: mine\nfoundation: gemma3-270m\nlanguages: [de]\nbuild:\n  sources: [udhr]\n"


def write(tmp_path: Path, text: str) -> str:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    return str(tmp_path / "mine.yaml")
