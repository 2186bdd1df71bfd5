"""A small experiment over files of our own making, whose models are rules; its builds and measures are real."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bayling import pipeline
from bayling.conversation import read_conversations
from bayling.corpora.pair import read_written_pairs
from bayling.evaluate.answers import Model
from bayling.experiment import Experiment, read_experiment, run_experiment
from bayling.experiment.plan import Trial
from bayling.run import Run
from tests.evaluate.engine import Weighing

DATA = Path(__file__).parent.parent / "data" / "evaluate"
EXPERIMENT = f"""
name: small
about: Does it help?
foundations: {{first: {{foundation: a/folder}}, second: {{foundation: b/folder, tune.rank: 8}}}}
seeds: [7, 8]
arms:
  plain: {{about: translation alone, set: {{build.mix: {{translation: 1}}}}}}
  dialogues: {{about: with requests}}
  exchanged: {{set: {{build.exchange_turns: true}}}}
cases_of: dialogues
base:
  languages: [de, es]
  build:
    sources: [{{path: {DATA / "train.tsv"}, licence: CC0-1.0}}]
    held_out: [{{path: {DATA / "test.tsv"}, licence: CC0-1.0}}]
    mix: {{translation: 1, terminology: 1, omission: 1, retarget: 1}}
    test_cases: 4
    test_pairs: 3
  tune: {{tokens: 1000}}
  evaluate: {{shots: 0, interactive_shots: 0, items: 3, texts: [news.en.txt]}}
"""
TUNED = {
    "steps": 9,
    "conversations": 20,
    "tokens": 1010,
    "supervised_tokens": 400,
    "tokens_per_second": 100.0,
    "tokens_by_task": {"translation": 1010},
}


@dataclass
class Lab:
    """An experiment and what was done of it."""

    experiment: Experiment
    trials: list[Trial]
    runs: Path
    did: list[tuple[str, str]]
    """Folder and stage, in order."""
    path: Path
    said: list[str] = field(default_factory=list)

    def perform(self, *only: str) -> None:
        """Do the runs that are named."""
        run_experiment(self.experiment, self.trials, self.runs, only, self.said.append)


def write(folder: Path) -> Path:
    (folder / "small.yaml").write_text(EXPERIMENT, encoding="utf-8")
    lines = ("The garden is cool in the early morning.", "We drink tea with bread.", "The river is high.")
    (folder / "news.en.txt").write_text("".join(f"{line}\n" for line in lines * 2), encoding="utf-8")
    return folder / "small.yaml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Nothing is done yet."""
    return make_lab(tmp_path, monkeypatch)


@pytest.fixture(scope="package")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """All is done. Not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        found = make_lab(tmp_path_factory.mktemp("done"), patch)
        found.perform()
        yield found


def make_lab(folder: Path, patch: pytest.MonkeyPatch) -> Lab:
    """Foundations repeat; what was tuned on dialogues meets every request, and the others repeat half the time."""
    experiment, trials = read_experiment(str(write(folder)))
    found = Lab(experiment, trials, folder / "runs", [], folder / "small.yaml")
    real = pipeline._work

    def work(stage: str, run: Run, keep_rejected: bool) -> dict[str, Any]:
        found.did.append((run.folder.name, stage))
        if stage == "report":  # has tests of its own, and draws many plots
            run.report.touch()
            return {}
        if stage != "tune":
            return real(stage, run, keep_rejected)
        (run.model / "adapter").mkdir(parents=True)
        (run.model / "adapter" / "adapter_model.safetensors").touch()
        (run.model / "tuned.json").touch()
        return TUNED

    def repeat(prompt: Any) -> str:
        return str(prompt if isinstance(prompt, str) else prompt[-1].content)

    def tuned(recipe: Any, model: Path) -> Model:
        human = dict(_human(model.parent.parent))

        def answer(prompt: Any) -> str:
            right = recipe.name.partition("-")[2].startswith("dialogues") or len(repeat(prompt)) % 2
            return human.get(prompt, repeat(prompt)) if right else repeat(prompt)

        return Model(recipe.name + recipe.foundation, lambda: Weighing(answer, 1.0 + recipe.seed / 100))

    patch.setenv("BAYLING_HOME", str(folder / "home"))
    patch.setattr("bayling.pipeline._work", work)
    patch.setattr("bayling.pipeline._check_template", lambda recipe: None)
    patch.setattr("bayling.evaluate.stage.tuned", tuned)
    patch.setattr(
        "bayling.evaluate.stage.foundation",
        lambda recipe: Model(recipe.foundation, lambda: Weighing(repeat, 2.0)),
    )
    return found


def _human(folder: Path) -> Iterator[tuple[Any, str]]:
    """What the interactive cases of an experiment's runs are to be answered with."""
    (cases,) = folder.glob("cases-*")
    assert list(read_written_pairs(cases / "data" / "test-pairs.parquet"))
    for case in read_conversations(cases / "data" / "test.parquet"):
        yield case.prompt, case.answer
