"""Results side by side: folders of runs, test sets, exams, suites, benchmarks, verdicts, rankings and matrices
in; one page and a summary in Markdown out.

A kind of result is a module with a `Kind` (`contract.py`), listed in `page.py`: add one there. `folders.py` finds
what a folder has, `page.py` writes it all.
"""

from bayling.evaluate.comparison.page import Compared, compare

__all__ = ["Compared", "compare"]
