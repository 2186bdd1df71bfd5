"""Knowledge and understanding: models and files of public suites in; which items each gets right out.

A suite is a YAML file here: where its files are, how they are read (`readers.py`), and the task in
lm-evaluation-harness's own words. Add a suite by such a file, and a reader where its form is new.
"""

from bayling.evaluate.suites.suite import Suite, find_suite, suite_names
from bayling.evaluate.suites.testing import run_suites, take_suites

__all__ = ["Suite", "find_suite", "run_suites", "suite_names", "take_suites"]
