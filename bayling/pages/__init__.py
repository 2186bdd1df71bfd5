"""HTML pages that need nothing beside them: a view in, a page out.

A folder's templates lie in its own `pages/`; here are their dress (`page.css`), how plots are drawn (`drawing`)
and the pages that belong to no folder. Add a filter that all pages may use in `templates`.
"""

from typing import TYPE_CHECKING

from bayling import languages

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["templates"]


def templates(package: str = "bayling") -> "Environment":
    """The templates in a package's `pages/`, which may include those of this folder."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name, "pages") for name in dict.fromkeys((package, "bayling"))]),
        autoescape=lambda page: page is not None and ".html" in page,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "name": languages.language_name,
        "autonym": languages.autonym,
        "direction": languages.direction,
        "upper_first": lambda text: text[:1].upper() + text[1:],
        "lower_first": lambda text: text[:1].lower() + text[1:],
    }
    return environment
