"""Data that is written by hand or sent to a server: nothing unknown is passed over, and a number is a number."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
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
    """Unknown keys and wrong types are errors; a field's docstring is its description."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def first_fault(error: ValidationError, whole: str = "") -> str:
    """The first fault that a model found, after the field's name; after that of the `whole`, where it is of no field."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or whole}: {first['msg']}"
