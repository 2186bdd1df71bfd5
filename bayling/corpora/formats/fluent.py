"""Fluent (projectfluent.org), in which Mozilla's programs are translated: messages of one language, out of its files.

A variable stands as `{$name}` in the text, and a term as what it is called in that language. Messages that have cases
(of number or gender, which languages have more or fewer of) or functions are left out, and so is what Fluent's own
readers pass over because it is written wrongly.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from fluent.syntax import FluentParser, ast

from bayling.errors import BaylingError

NO_TEXT = re.compile(r"(access|command)?key|style")
"""In the name of attributes that are a key to press or a size."""
DEPTH = 5
"""Terms within terms, at most: a term may name itself by mistake."""


def fluent_messages(files: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """`file#message` or `file#message.attribute`, and the text, without what is a key to press or a size.

    Raises:
        BaylingError: a file is nested too deeply.
    """
    messages: list[tuple[str, ast.Message]] = []
    terms: dict[str, ast.Pattern] = {}
    parser = FluentParser(with_spans=False)
    for name, content in files:
        try:
            found = parser.parse(content).body
        except RecursionError as error:
            raise BaylingError(f"{name}: braces within braces, too deep to be read") from error
        for entry in found:
            if isinstance(entry, ast.Message):
                messages.append((f"{name}#{entry.id.name}", entry))
            elif isinstance(entry, ast.Term):
                terms[entry.id.name] = entry.value
    for key, message in messages:
        more = [each for each in message.attributes if not NO_TEXT.search(each.id.name)]
        said = [(key, message.value), *((f"{key}.{each.id.name}", each.value) for each in more)]
        for place, pattern in said:
            text = _text(pattern, terms, {}) if pattern else None
            if text and (text := " ".join(text.split())):
                yield place, text


def _text(
    pattern: ast.Pattern, terms: Mapping[str, ast.Pattern], cases: Mapping[str, str], depth: int = 0
) -> str | None:
    """What a pattern says; None where that depends on more than a term's cases."""
    said: list[str] = []
    for element in pattern.elements:
        part: str | None = None
        match element.expression if isinstance(element, ast.Placeable) else element:
            case ast.TextElement(value=text):
                part = text
            case ast.StringLiteral() as literal:
                part = literal.parse()["value"]
            case ast.VariableReference(id=name) if not depth:
                part = f"{{${name.name}}}"
            case ast.TermReference(attribute=None) as term if term.id.name in terms and depth < DEPTH:
                part = _text(terms[term.id.name], terms, _cases(term), depth + 1)
            case ast.SelectExpression(selector=ast.VariableReference(id=name)) as choice if depth:
                part = _text(_variant(choice, cases.get(name.name)), terms, cases, depth)
        if part is None:
            return None
        said.append(part)
    return "".join(said)


def _cases(term: ast.TermReference) -> dict[str, str]:
    """What a reference says of the form that the term is wanted in."""
    named = term.arguments.named if term.arguments else []
    return {each.name.name: each.value.value for each in named}


def _variant(choice: ast.SelectExpression, wanted: str | None) -> ast.Pattern:
    [usual] = [variant for variant in choice.variants if variant.default]
    fits = (
        each for each in choice.variants if isinstance(each.key, ast.Identifier) and each.key.name == wanted
    )
    return next(fits, usual).value
