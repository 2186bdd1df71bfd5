"""The languages that a model was tuned on."""

from collections.abc import Iterable
from pathlib import Path

from bayling.engines.chosen import PACKAGED
from bayling.errors import BaylingError
from bayling.languages import language_name
from bayling.run import open_run


def languages_of(model: str | Path) -> tuple[str, ...]:
    """The languages of the recipe of a run or of the model inside the package; none for another model."""
    from bayling.engines.tuned import packaged_models

    try:
        recipe = open_run(packaged_models().get(str(model), Path(model))).recipe
    except BaylingError:
        return ()
    return tuple(dict.fromkeys((*recipe.pivots, *recipe.languages)))


def unlearned(model: str | Path, langs: Iterable[str | None]) -> str:
    """What to say where the package's model was not tuned on a language; empty where it was, or for another model."""
    learned = languages_of(PACKAGED) if str(model) == PACKAGED else ()
    new = dict.fromkeys(lang for lang in langs if lang and not {lang, lang.partition("-")[0]} & {*learned})
    names = " and ".join(map(language_name, new))
    return f"{PACKAGED} did not learn {names}; expect little" if learned and new else ""
