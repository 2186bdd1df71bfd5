"""What all parts of a recipe have in common: nothing unknown is passed over, and a number is a number."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


def _no_truth(value: Any) -> Any:
    """Raise on `true` and `false`, which Python would count as 1 and 0."""
    if isinstance(value, bool):
        raise PydanticCustomError("truth_value", "Input should be a number, not true or false")
    return value


Int = Annotated[int, BeforeValidator(_no_truth)]
Float = Annotated[float, BeforeValidator(_no_truth)]
Positive = Annotated[Int, Field(gt=0)]
PositiveFloat = Annotated[Float, Field(gt=0, allow_inf_nan=False)]


class Strict(BaseModel):
    """A part of a recipe: unknown keys and wrong types are errors, and every field has a docstring."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
