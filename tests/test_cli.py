"""The command line: quick, one line for what a user can mend, exit code 2."""

import subprocess
import sys
import time
from pathlib import Path

import pytest


def bayling(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "bayling.cli", *arguments],
        cwd=cwd,
        env=os.environ | {"BAYLING_HOME": str(cwd / "home")} | environment,
        capture_output=True,
        text=True,
    )


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys; sys.argv = ['bayling', '--help']\nfrom bayling import cli\ntry: cli.main()\nexcept SystemExit: pass\n"
    code += (
        "print(sorted({'torch', 'transformers', 'pyarrow', 'ctranslate2', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_scoring_files_loads_no_sources() -> None:
    code = "import sys; import bayling.evaluate.scoring, bayling.clean.language_id\n"
    code += "print(sorted({'pydantic', 'torch', 'pyarrow', 'bayling.corpora.sources'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "gemma3-270m"],
        ["publish", "runs/quickstart", "--to", "owner/name"],
        ["delta", "apply", "delta", "base"],
        ["vocabulary", "trim", "gemma3-270m", "--data", "text"],
    ],
)
def test_a_folder_with_files_in_it_is_not_written_over(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "mine").touch()
    done = bayling(*arguments, "-o", "models", cwd=tmp_path)
    assert done.returncode == 2
    message = "-o models: this folder has files in it; name a new one, or remove it"
    assert done.stderr == f"bayling: {message}\n"
    assert (tmp_path / "models" / "mine").exists()


def on_terminal(*arguments: str, cwd: Path, **environment: str) -> tuple[int, bytes]:
    """The exit code, and what a terminal is given."""
    import os
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bayling.cli", *arguments]
    environ = os.environ | {"COLUMNS": "100"} | environment
    with subprocess.Popen(
        command, cwd=cwd, env=environ, stdin=theirs, stdout=theirs, stderr=theirs
    ) as started:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
    os.close(ours)
    return started.returncode, shown


def _read(terminal: int) -> bytes:
    import os

    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux says that nobody writes on
        return b""


def test_what_a_terminal_cannot_show_stops_nothing(tmp_path: Path) -> None:
    code, shown = on_terminal("languages", "Tamil", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert code == 0 and rb"\u0ba4" in shown


def test_files_and_pipes_are_utf8_in_any_locale(tmp_path: Path) -> None:
    done = bayling("languages", "Tamil", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert done.returncode == 0 and "த" in done.stdout
    done = bayling("translate", "Süß.", "--to", "grüß", cwd=tmp_path, PYTHONIOENCODING="latin-1")
    assert done.stderr.startswith("bayling: unknown language 'grüß'")


def test_words_are_taken_as_utf8_in_any_locale_and_other_bytes_refused(tmp_path: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    command = ("translate", "--from", "de", "--to", "en", "--dry-run")
    done = bayling(*command, "Süß.", cwd=tmp_path, **plain)
    assert (done.returncode, done.stderr) == (0, "") and "4 characters" in done.stdout
    done = bayling(*command, "S\udcfc\udcdf.", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith("bayling: text: not UTF-8 text (byte 1,")


def test_help_answers_in_under_half_a_second(tmp_path: Path) -> None:
    times: list[float] = []
    while min(times, default=1) >= 0.5 and len(times) < 40:  # the best of many: the machine may be busy
        started = time.perf_counter()
        assert bayling("--help", cwd=tmp_path).returncode == 0
        times.append(time.perf_counter() - started)
    assert min(times) < 0.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "nowhere"], "nowhere: no such recipe file, nor one of"),
        (["run", "quickstart", "--set", "tune.rnk=4"], "unknown key tune.rnk; did you mean 'tune.rank'?"),
        (["build", "quickstart", "--set", "build.sources=[djago]"], "no source 'djago' among"),
        (["build", "quickstart", "--set", "build.mix={omision: 1}", "--set", "build.sources=[udhr]",
          "--set", "build.held_out=[]"], "no task 'omision' among"),
        (["tune", "quickstart"], "tune needs build, which is not done; run it first"),
        (["show", "nothing"], "nothing: no such file or folder"),
        (["languages", "klingonish"], "no language 'klingonish' here"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["plan", "quickstart", "--speed", "0"], "Invalid value for '--speed'"),
        (["plan", "quickstart", "--price", "-1"], "Invalid value for '--price'"),
    ],
)  # fmt: skip
def test_what_a_user_can_mend_is_one_line_and_exit_code_2(
    tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = bayling(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("arguments", [[], ["delta"]])
def test_a_command_without_arguments_says_its_help_and_nothing_else(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = bayling(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr
    assert "bayling:" not in done.stderr
