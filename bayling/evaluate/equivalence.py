"""Whether two answers in LaTeX are the same, by their normal form as text and not by value.

The rules are those of the MATH benchmark (Hendrycks et al. 2021, arXiv 2103.03874), which AGIEval uses too.
"""

import re

REWRITES = (
    ("\n", ""),
    (r"\!", ""),
    (r"\\", "\\"),
    ("tfrac", "frac"),
    ("dfrac", "frac"),
    (r"\left", ""),
    (r"\right", ""),
    (r"^{\circ}", ""),
    (r"^\circ", ""),
    (r"\$", ""),
)
"""In this order: each works on what the ones before it leave."""
UNIT = r"\text{ "
WHOLE = "(0|-?[1-9][0-9]*)"


def equivalent(one: str | None, other: str | None) -> bool:
    """Whether both have the same normal form; where one has none, whether they are the same text."""
    if one is None or other is None:
        return one is other
    try:
        return normal_form(one) == normal_form(other)
    except ValueError:
        return one == other


def normal_form(answer: str) -> str:
    r"""One spelling for `\dfrac12`, `1/2`, `0.5` and `x = \frac{1}{2}`.

    Raises:
        ValueError: a root or a fraction of nothing, or two units.
    """
    for old, new in REWRITES:
        answer = answer.replace(old, new)
    if answer.count(UNIT) > 1:
        raise ValueError("two units")
    answer = answer.partition(UNIT)[0]
    # Twice, as the benchmark does: removing one can make another.
    answer = answer.replace(r"\%", "").replace(r"\%", "").replace(" .", " 0.").replace("{.", "{0.")
    if answer.startswith("."):
        answer = "0" + answer
    name, equals, value = answer.partition("=")
    if equals and "=" not in value and len(name) <= 2:
        answer = value
    answer = _braced_fractions(_braced_roots(answer).replace(" ", ""))
    if answer == "0.5":
        return r"\frac{1}{2}"
    return re.sub(rf"\A{WHOLE}/{WHOLE}\Z", r"\\frac{\1}{\2}", answer)


def _braced_roots(text: str) -> str:
    if re.search(r"\\sqrt(\\sqrt|\Z)", text):
        raise ValueError("a root of nothing")
    return re.sub(r"\\sqrt([^{])", r"\\sqrt{\1}", text)


def _braced_fractions(text: str) -> str:
    r"""`\frac12` and `\frac1{2}` as `\frac{1}{2}`; all as it is where a fraction has but one character."""
    whole, *rest = text.split(r"\frac")
    for part in rest:
        if not part:
            raise ValueError("a fraction of nothing")
        if part[0] != "{":
            if len(part) == 1:
                return text
            below = part[1:] if part[1] == "{" else f"{{{part[1]}}}{part[2:]}"
            part = f"{{{part[0]}}}{below}"
        whole += r"\frac" + part
    return whole
