"""The teacher: built conversations in, the same ones out with a language model's words in some of them.

What may be changed here: what is asked (`prompts.yaml`), what a reply must be like (`wording`, `drafting`). Final
answers stay human text: a teacher words what users ask, what answers say around that text, and drafts with a flaw.
"""

from bayling.instruct.teacher.teaching import Lesson, check_share

__all__ = ["Lesson", "check_share"]
