"""Translation by any models on any test sets: folders, parallel text or pairs of files in; a table a metric out.

`sets.py` reads test sets, `measuring.py` says what answers are worth, `translating.py` asks and writes, `tables.py`
shows. A metric is a class in `bayling/evaluate/metrics.py`.
"""

from bayling.evaluate.mt.sets import pair_up, read_sets
from bayling.evaluate.mt.tables import grids
from bayling.evaluate.mt.translating import How, read_translated, translate_sets

__all__ = ["How", "grids", "pair_up", "read_sets", "read_translated", "translate_sets"]
