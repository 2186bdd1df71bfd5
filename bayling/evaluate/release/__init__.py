"""The published outputs of BayLing, recomputed.

Enters: a copy of the release and of AGIEval's labels. Leaves: figures beside the published ones, and the
faults. What was published stands in `published.yaml`; a new kind of output is a module beside the others.
"""

from bayling.evaluate.release.reproduction import Reproduction, reproduce

__all__ = ["Reproduction", "reproduce"]
