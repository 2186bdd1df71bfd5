"""Translation: the segments of every direction, what each system is asked, and what the answers are worth."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bayling.conversation import Turn
from bayling.corpora.pair import read_written_pairs
from bayling.engines.engine import Options
from bayling.errors import BaylingError
from bayling.evaluate.answers import Model, Question
from bayling.evaluate.lined import check_as_many, read_whole
from bayling.evaluate.shots import Shots
from bayling.evaluate.systems import BARE, TUNED, few_shot_name
from bayling.instruct.phrasebook import say
from bayling.languages import language_name, standardize
from bayling.recipe import Evaluate, TestSet

HELD_OUT = "held-out"


@dataclass(frozen=True, slots=True)
class Direction:
    """The segments of a test set in one direction."""

    set: str
    pivot: str
    language: str
    """The language that is not the pivot."""
    out: bool
    """Out of the pivot, or into it."""
    sources: tuple[str, ...]
    references: tuple[str, ...]
    ids: tuple[str, ...]

    @property
    def source_lang(self) -> str:
        return self.pivot if self.out else self.language

    @property
    def target_lang(self) -> str:
        return self.language if self.out else self.pivot

    def row(self, system: str, segments: int) -> dict[str, Any]:
        """What names a system's figures in tables."""
        return {
            "set": self.set,
            "system": system,
            "pivot": self.pivot,
            "language": self.language,
            "out": self.out,
            "segments": segments,
        }


def held_out(data: Path) -> list[Direction]:
    """Both directions of the held-out pairs, by language.

    Raises:
        BaylingError: they are missing or damaged.
    """
    groups: dict[tuple[str, str], list[Any]] = {}
    for pair in read_written_pairs(data / "test-pairs.parquet"):
        groups.setdefault((pair.source_lang, pair.target_lang), []).append(pair)
    return [
        direction
        for (pivot, language), pairs in sorted(groups.items())
        for direction in both_ways(
            HELD_OUT,
            {pivot: [pair.source for pair in pairs], language: [pair.target for pair in pairs]},
            [f"{pair.corpus}:{pair.id}" for pair in pairs],
        )
    ]


def from_files(test_set: TestSet, pivots: Sequence[str]) -> list[Direction]:
    """The directions of every language of a test set, paired with every pivot that it has.

    Raises:
        BaylingError: a language is unknown or stands there twice; a file is missing, empty or not UTF-8, lacks a
            segment, or has not as many lines as the pivot's.
    """
    files: dict[str, Path] = {}
    try:
        for lang, code in test_set.codes.items():
            if (tag := standardize(lang)) in files:
                raise BaylingError(f"codes: {lang} is {tag} once more; leave one of them out")
            files[tag] = Path(test_set.path(code))
    except BaylingError as error:
        raise BaylingError(f"evaluate.sets: {test_set.name}: {error}") from error
    texts = {lang: read_whole(path) for lang, path in files.items()}
    sides = [pivot for pivot in pivots if pivot in texts]
    if not sides:
        raise BaylingError(f"evaluate.sets: {test_set.name} has a code for no pivot ({', '.join(pivots)})")
    directions: list[Direction] = []
    for pivot in sides:
        for lang in [lang for lang in texts if lang not in pivots]:
            check_as_many(files[lang], len(texts[lang]), files[pivot], len(texts[pivot]))
            count = min(test_set.lines, len(texts[pivot]))
            step = len(texts[pivot]) / count if test_set.spread else 1
            numbers = [int(number * step) for number in range(count)]
            both = {tag: [texts[tag][number] for number in numbers] for tag in (pivot, lang)}
            directions += both_ways(test_set.name, both, [str(number + 1) for number in numbers])
    return [each for each in directions if test_set.directions in ("both", "out" if each.out else "into")]


def direction_languages(direction: str) -> tuple[str, str]:
    """The source and target language of what `--direction` was given.

    Raises:
        BaylingError: it is not two languages.
    """
    from bayling.corpora.formats.names import languages_in_name  # brings all formats along

    both = languages_in_name(direction)
    if both is None:
        raise BaylingError(f"--direction {direction}: it takes two languages, such as zh-en")
    return both


def both_ways(name: str, texts: dict[str, list[str]], ids: list[str]) -> Iterator[Direction]:
    """Out of the first language, the pivot, into the second, and back."""
    (pivot, here), (language, there) = texts.items()
    yield Direction(name, pivot, language, True, tuple(here), tuple(there), tuple(ids))
    yield Direction(name, pivot, language, False, tuple(there), tuple(here), tuple(ids))


def questions(
    direction: Direction, options: Evaluate, shots: Shots, foundation: Model, tuned: Model
) -> dict[str, list[Question]]:
    """What each system is asked about a direction: the first segments, or all."""
    langs = (direction.source_lang, direction.target_lang)

    primed = [
        few_shot(source, *langs, shots.translations(source, *langs, options.shots))
        for source in direction.sources
    ]
    bare = [request(source, *langs) for source in direction.sources]
    few, alone = few_shot_name(options.shots), options.bare_segments if options.shots else len(bare)
    systems = {
        **({few: asked(direction, few, foundation, primed, "\n")} if options.shots else {}),
        BARE: asked(direction, BARE, foundation, bare[:alone]),
        TUNED: asked(direction, TUNED, tuned, bare),
    }
    return {system: questions for system, questions in systems.items() if questions}


def asked(
    direction: Direction, system: str, model: Model, prompts: Sequence[Any], *stop: str
) -> list[Question]:
    """A question for each prompt, which are of the direction's first segments, or all."""
    how, of = Options(stop=stop or model.stop), f"{direction.source_lang}-{direction.target_lang}"
    return [
        Question(system, direction.set, f"{of} {id}", model, prompt, how, len(reference))
        for id, prompt, reference in zip(direction.ids, prompts, direction.references, strict=False)
    ]


def request(source: str, source_lang: str, target_lang: str) -> tuple[Turn]:
    """What a tuned model is asked."""
    words = say("translate", "en", source_language=source_lang, target_language=target_lang, text=source)
    return (Turn("user", words),)


def few_shot(source: str, source_lang: str, target_lang: str, examples: Sequence[tuple[str, str]]) -> str:
    """A text that a foundation continues with the translation and a line break.

        English: Good morning
        German: Guten Morgen

        English: Good night
        German:

    A line break inside a segment becomes a space, which neither chrF++ nor BLEU can see.
    """
    here, there = language_name(source_lang), language_name(target_lang)
    shots = [*examples, (source, "")]
    return "\n\n".join(f"{here}: {_flat(text)}\n{there}: {_flat(other)}" for text, other in shots).rstrip()


def _flat(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).strip()


def measure(direction: Direction, system: str, answers: Sequence[str]) -> dict[str, Any]:
    """The row of a table: how well a system did on a direction's first segments. Flaws are shares of one, or None where
    they cannot be told."""
    from bayling.evaluate.flaws import count_flaws, shares
    from bayling.evaluate.metrics import score

    count = len(answers)
    sources, references = direction.sources[:count], direction.references[:count]
    scores = score(answers, references, direction.target_lang)
    flaws = count_flaws(answers, references, direction.target_lang, sources)
    return direction.row(system, count) | {
        "chrf": scores.chrf,
        "bleu": scores.bleu,
        "signatures": scores.signatures,
        "flaws": shares(flaws, count),
    }
