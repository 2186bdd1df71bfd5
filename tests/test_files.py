"""Whole files or none."""

import os
import subprocess
import sys
from errno import ENOSPC
from pathlib import Path

import pytest
from safetensors import SafetensorError

from bayling.errors import BaylingError
from bayling.files import make_once, read_json, read_lines, replacing, write_json


def test_a_failure_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", 1)
    with pytest.raises(RuntimeError), replacing(tmp_path / "a.json") as partial:
        partial.write_text("half")
        raise RuntimeError
    assert read_json(tmp_path / "a.json") == 1
    assert os.listdir(tmp_path) == ["a.json"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    for name in ("old", "new"):
        with replacing(tmp_path / "folder") as partial:
            partial.mkdir()
            (partial / name).touch()
    assert os.listdir(tmp_path / "folder") == ["new"]


def test_a_file_takes_no_folder_s_place(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine").touch()
    with pytest.raises(BaylingError, match="folder: this is a folder; name a file"):
        write_json(tmp_path / "folder", 1)
    assert os.listdir(tmp_path / "folder") == ["mine"]


def test_a_file_where_a_folder_is_needed_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    with pytest.raises(BaylingError, match=r"a\.json: a file stands where a folder is needed"):
        write_json(tmp_path / "runs" / "mine" / "a.json", 1)


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\r\n\ufefftwo\n", encoding="utf-8-sig")
    assert read_lines(tmp_path / "a.txt") == ["one", "\ufefftwo"]


MAKING = """
import sys, time
from pathlib import Path
from bayling.files import make_once, replacing

folder, made = Path(sys.argv[1]), Path(sys.argv[2])

def make():
    with replacing(folder) as partial:
        partial.mkdir()
        with made.open("a") as file:
            file.write("once ")
        time.sleep(1)
        (partial / "whole").touch()

make_once(folder, (folder / "whole").exists, make)
assert (folder / "whole").exists()
"""


def test_of_several_processes_one_makes_and_the_others_wait(own_home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKING, tmp_path / "folder", tmp_path / "made"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], told
    assert (tmp_path / "made").read_text() == "once "
    assert sum("another process is making it; waiting" in each for each in told) == 2


def test_where_making_failed_the_next_one_makes(own_home: Path, tmp_path: Path) -> None:
    def fail() -> None:
        raise BaylingError("no")

    with pytest.raises(BaylingError, match="no"):
        make_once(tmp_path / "a", (tmp_path / "a").exists, fail)
    make_once(tmp_path / "a", (tmp_path / "a").exists, (tmp_path / "a").touch)
    assert (tmp_path / "a").exists()


@pytest.mark.parametrize(
    "error",
    [
        OSError(ENOSPC, "No space left on device"),
        SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"),
        RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 128 vs 64"),
        OSError("19200 requested and 9872 written"),
    ],
    ids=["system", "safetensors", "torch", "numpy"],
)
def test_a_full_disk_is_known_by_what_each_library_says_of_it(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(BaylingError, match="a: the disk is full"), replacing(tmp_path / "a") as partial:
        partial.mkdir()
        raise error
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine mounts no tmpfs")
    try:
        with pytest.raises(BaylingError, match=r"a\.json: the disk is full"):
            write_json(disk / "a.json", "x" * 200_000)
        assert os.listdir(disk) == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_damaged_json_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(BaylingError, match=r"a\.json: not a whole JSON file"):
        read_json(tmp_path / "a.json")
