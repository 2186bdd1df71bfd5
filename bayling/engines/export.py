"""Export: a tuned model as a folder of its own, that needs neither this project nor the foundation."""

from pathlib import Path

from bayling.engines.tuned import find_model
from bayling.files import replacing
from bayling.models import Template, load_tokenizer


def export(model: str | Path, output: Path) -> None:
    """Write the weights with the adapter merged (safetensors), the tokenizer and its chat template.

    Raises:
        BaylingError: there is no such model, or its adapter does not fit.
    """
    from bayling.models.loading import quietly

    tuned = find_model(model)
    tokenizer = Template(load_tokenizer(tuned.tokenizer), tuned.template).tokenizer
    with quietly(), replacing(output) as partial:
        tuned.load(dtype="auto").save_pretrained(partial)
        tokenizer.save_pretrained(partial)
