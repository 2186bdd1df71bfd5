"""The options of a teacher, a language model that rewords what is built."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from bayling.errors import BaylingError
from bayling.strict import Float, Positive, PositiveFloat, Strict


class Teacher(Strict):
    """A language model behind an OpenAI-compatible address that says parts of the conversations otherwise. The key,
    where the server wants one, is the environment variable `OPENAI_API_KEY`."""

    model: Annotated[str, Field(pattern=r"^https?://.+#.+$")]
    """The address and, after a #, the model, such as `http://localhost:8000/v1#qwen3-32b`."""
    shares: dict[str, Annotated[Float, Field(gt=0, le=1)]] = Field({"requests": 0.5}, min_length=1)
    """Of which share of the conversations what is asked of the teacher: `requests`, what users say in other words;
    `answers`, what answers say around the human text; `drafts`, the flawed drafts. `drafts-omission` stands for
    those of one task."""
    licence: str = "unknown"
    """The terms of what the model writes; kept with every conversation that has any of it."""
    prices: tuple[Annotated[Float, Field(ge=0)], Annotated[Float, Field(ge=0)]] = (1.0, 1.0)
    """Of a million tokens read and of a million written. As it stands, cost is counted in millions of tokens."""
    cap: PositiveFloat | None = None
    """Cost at which to stop, so that the build ends with an error; answers are kept."""
    parallel: Positive = 8
    """Questions at a time."""
    max_tokens: Positive = Field(768, exclude_if=lambda value: value == 768)
    """Tokens of a reply, at most, with what the model thinks before it."""
    extra: dict[str, Any] = Field({}, exclude_if=lambda value: not value)
    """Further fields of each request's body, such as `{chat_template_kwargs: {enable_thinking: false}}`, which keeps a
    model that vLLM or llama.cpp runs from thinking."""

    @field_validator("shares")
    @classmethod
    def _ways(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            if name.partition("-")[0] not in ("requests", "answers", "drafts"):
                raise BaylingError(
                    f"build.teacher.shares: no {name!r} among requests, answers and drafts; one task's are such as "
                    "requests-omission"
                )
        return value

    @field_validator("extra")
    @classmethod
    def _further(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name in ("model", "messages", "max_tokens", "temperature", "seed", "n", "stream"):
            if name in value:
                raise BaylingError(f"build.teacher.extra: {name} is set by the build itself; leave it out")
        return value
