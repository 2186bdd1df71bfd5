"""One file stands for many recipes: which ones, and what is said where it is wrong."""

from pathlib import Path

import pytest

from bayling.errors import BaylingError
from bayling.experiment.plan import chosen, lay_out, read_experiment
from bayling.recipe import Recipe


def test_each_arm_of_each_foundation_and_seed_is_a_recipe(path: Path) -> None:
    experiment, trials = read_experiment(str(path))
    assert len(trials) == 2 * 2 * 3
    assert len({trial.name for trial in trials}) == len(trials)
    assert {trial.seed for trial in trials[:6]} == {7}
    by_name: dict[str, Recipe] = {trial.name: trial.recipe for trial in trials}
    plain, other = by_name["first-plain-7"], by_name["second-exchanged-8"]
    assert (plain.foundation, plain.seed, plain.tune.rank) == ("a/folder", 7, 32)
    assert plain.build.mix == {"translation": 1} and not plain.build.exchange_turns
    assert (other.foundation, other.seed, other.tune.rank) == ("b/folder", 8, 8)
    assert other.build.exchange_turns and len(other.build.mix) == 4
    assert plain.evaluate.texts == [str(path.parent / "news.en.txt")]
    assert experiment.contrasts == [("dialogues", "plain"), ("exchanged", "dialogues")]


@pytest.mark.parametrize("foundation", ["/models/small", "../models/small"])
def test_a_foundation_that_is_named_by_its_folder_has_its_runs_with_the_others(
    path: Path, foundation: str
) -> None:
    path.write_text(path.read_text().replace("first: {foundation: a/folder}", f"{foundation}: {{}}"))
    experiment, trials = read_experiment(str(path))
    assert trials[0].recipe.foundation == foundation
    runs = lay_out(experiment, trials, path.parent / "runs").runs
    assert runs[trials[0].name].folder == path.parent / "runs" / "models" / "small-plain-7"


def test_a_change_holds_for_every_run_and_what_the_experiment_gives_is_refused(path: Path) -> None:
    _, trials = read_experiment(str(path), ["tune.tokens=50", "build.mix={translation: 2}"])
    assert {trial.recipe.tune.tokens for trial in trials} == {50}
    assert {trial.recipe.build.mix["translation"] for trial in trials} == {2}
    with pytest.raises(BaylingError, match=r"--set seed: an experiment gives that to each run"):
        read_experiment(str(path), ["seed=9"])


def test_some_runs_can_be_named(path: Path) -> None:
    _, trials = read_experiment(str(path))
    assert chosen(trials, []) == trials
    assert [trial.name for trial in chosen(trials, ["plain", "second"])] == [
        "second-plain-7",
        "second-plain-8",
    ]
    assert [trial.name for trial in chosen(trials, ["8", "plain", "dialogues", "first"])] == [
        "first-plain-8",
        "first-dialogues-8",
    ]
    with pytest.raises(BaylingError, match=r"--only plian: no foundation, arm or seed among first, plain"):
        chosen(trials, ["plian"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "build.exchange_turns",
            "build.exchange",
            r"arm exchanged of first: unknown key build\.exchange",
        ),
        (
            "tune.rank: 8",
            "tune.rnk: 8",
            r"arm plain of second: unknown key tune\.rnk; did you mean 'tune\.rank'",
        ),
        ("cases_of: dialogues", "cases_of: dialog", r"arms: 'dialog' is none of plain, dialogues, exchanged"),
        (
            "about: with requests",
            "abuot: x",
            r"unknown key arms\.dialogues\.abuot \(line 8\); did you mean 'arms\.dialogues\.about'",
        ),
        ("seeds: [7, 8]", "seeds: []", r"seeds \(line 5\): .*at least 1"),
        ("seeds: [7, 8]", "seeds: [7, 8, 7]", r"seeds: 7 stands there twice"),
        (
            "first: {foundation: a/folder}",
            "first: {foundation: a/folder}, /first: {foundation: c/folder}",
            r"two runs would be called first-plain-7; give a foundation or an arm another name",
        ),
    ],
)
def test_a_mistake_names_the_file_and_the_place(path: Path, old: str, new: str, message: str) -> None:
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(BaylingError, match=message) as caught:
        read_experiment(str(path))
    assert "small.yaml" in str(caught.value) and "\n" not in str(caught.value)


def test_a_recipe_can_be_the_base_by_its_name(path: Path) -> None:
    text = path.read_text()
    path.write_text(text[: text.index("base:")] + "base: quickstart\n")
    _, trials = read_experiment(str(path))
    assert trials[0].recipe.languages == ["de", "es", "fr", "zh-Hans", "tr", "ta", "ga"]


def test_the_shipped_ablation_asks_what_the_papers_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAYLING_DATA", "/data")
    experiment, trials = read_experiment("recipes/ablation.yaml")
    assert len(trials) == 30
    arms = {trial.arm: trial.recipe for trial in trials}
    assert list(arms) == ["general", "translation", "interactive", "exchanged", "cross-lingual"]
    assert {trial.recipe.tune.tokens for trial in trials} == {120_000}
    assert set(arms["general"].build.mix) == {"general-en"}
    assert set(arms["translation"].build.mix) == {"general-en", "translation"}
    assert arms["interactive"].build.model_copy(update={"exchange_turns": True}) == arms["exchanged"].build
    assert ("exchanged", "interactive") in experiment.contrasts
    assert ("cross-lingual", "interactive") in experiment.contrasts
    many = set(arms["cross-lingual"].languages)
    assert len(many) >= 50 and set(arms["interactive"].languages) < many
    for recipe in arms.values():
        share = recipe.build.mix["general-en"] / sum(recipe.build.mix.values())
        assert share == pytest.approx(1 if len(recipe.build.mix) == 1 else 0.5)
    sets = {each.name: set(each.codes) - {"en"} for each in arms["general"].evaluate.sets}
    assert sets["tuned languages"] == set(arms["interactive"].languages)
    assert sets["tuned when cross-lingual"] <= many - set(arms["interactive"].languages)
    assert not sets["untuned languages"] & many
