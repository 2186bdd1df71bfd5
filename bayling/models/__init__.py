"""Models: foundations by name, chat templates, adapters.

In goes a name or a folder; out comes a folder of safetensors, a tokenizer with its template, or a loaded model.
Add a foundation that needs no hub in `foundations.yaml`, a template in `templates/`.
"""

from bayling.models.foundation import Foundation, packaged, resolve
from bayling.models.loading import load_tokenizer, load_weights
from bayling.models.template import Template, template_names

__all__ = [
    "Foundation",
    "Template",
    "load_tokenizer",
    "load_weights",
    "packaged",
    "resolve",
    "template_names",
]
