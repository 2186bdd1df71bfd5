"""Experiments: a file that stands for many recipes in; a run of each, and one report over all of them, out.

`plan.py` says what an experiment is and expands it, `perform.py` does its runs, `outcomes.py` reads item by item what
they reached, `estimates.py` tells how sure that is, and `report.py` writes it down. A measure is added in `outcomes`.
"""

from bayling.experiment.perform import run_experiment
from bayling.experiment.plan import Experiment, read_experiment
from bayling.experiment.report import write_report

__all__ = ["Experiment", "read_experiment", "run_experiment", "write_report"]
