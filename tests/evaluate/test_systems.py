from bayling.evaluate.systems import foundation
from bayling.models import load_tokenizer
from tests.evaluate.conftest import small_recipe


def test_a_foundation_without_a_chat_template_is_stopped_at_the_line(tiny_foundation, own_home):
    recipe = small_recipe().model_copy(update={"foundation": str(tiny_foundation)})
    assert foundation(recipe).stop == ("\n",)


def test_a_foundation_with_a_chat_template_stops_by_itself(tiny_foundation, own_home, tmp_path):
    folder = tmp_path / "chat"
    folder.mkdir()
    for file in tiny_foundation.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    tokenizer = load_tokenizer(tiny_foundation)
    tokenizer.chat_template = "{{ messages[0].content }}"
    tokenizer.save_pretrained(folder)
    recipe = small_recipe().model_copy(update={"foundation": str(folder)})
    assert foundation(recipe).stop == ()


def test_another_foundation_and_another_engine_are_other_models(tiny_foundation, own_home):
    recipe = small_recipe().model_copy(update={"foundation": str(tiny_foundation)})
    other_engine = recipe.evaluate.model_copy(update={"engine": "transformers"})
    other = recipe.model_copy(update={"evaluate": other_engine})
    first = foundation(recipe)
    assert first.identity == foundation(recipe).identity != foundation(other).identity
    (tiny_foundation / "model.safetensors").touch()
    assert foundation(recipe).identity != first.identity
    assert first.shared != foundation(recipe).shared
