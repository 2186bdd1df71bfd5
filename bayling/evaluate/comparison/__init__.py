"""Runs side by side: folders of runs, exams and suites in; one page and a summary in Markdown out.

`reading.py` takes from a folder what can be set side by side, `tables.py` sets it so, `page.py` writes it.
"""

from bayling.evaluate.comparison.page import compare

__all__ = ["compare"]
