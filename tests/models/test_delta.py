from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import bayling.models.delta as delta
import bayling.models.weights as kept
from bayling.errors import BaylingError

NAMES = ("model.embed_tokens.weight", "model.norm.weight")


def weights(folder: Path, rows: int, seed: int, pickled: bool = False) -> Path:
    torch.manual_seed(seed)
    folder.mkdir()
    tensors = {NAMES[0]: torch.randn(rows, 4), NAMES[1]: torch.randn(4)}
    for number, (name, tensor) in enumerate(tensors.items()):
        if pickled:
            torch.save({name: tensor}, folder / f"pytorch_model-{number}.bin")
        else:
            save_file({name: tensor}, folder / f"model-{number}.safetensors")
    (folder / "config.json").write_text("{}")
    return folder


def read(folder: Path) -> dict[str, torch.Tensor]:
    return {name: t for path in folder.glob("*.safetensors") for name, t in load_file(path).items()}


@pytest.mark.parametrize("rows", [6, 9])
@pytest.mark.parametrize("pickled", [False, True])
def test_a_delta_and_its_base_give_the_tuned_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, pickled: bool
) -> None:
    monkeypatch.setattr(kept, "SHARD", 1)
    base, tuned = weights(tmp_path / "b", 6, 0, pickled), weights(tmp_path / "t", rows, 1)
    assert delta.make_delta(tuned, base, tmp_path / "d") == 2
    delta.apply_delta(tmp_path / "d", base, tmp_path / "o")
    assert len(list((tmp_path / "o").glob("*.safetensors"))) == 2
    for name, tensor in read(tuned).items():
        torch.testing.assert_close(read(tmp_path / "o")[name], tensor)
    assert (tmp_path / "o" / "config.json").exists()


@pytest.mark.parametrize(("kind", "most"), [(torch.bfloat16, 1 / 128), (torch.float16, 1 / 1024)])
def test_in_16_bits_what_kept_its_size_comes_back_to_the_bit_and_the_rest_nearly(
    tmp_path: Path, kind: torch.dtype, most: float
) -> None:
    torch.manual_seed(0)
    base = (torch.randn(200, 64) * 0.02).to(kind)
    tuned = (base.float() + torch.randn(200, 64) * 0.002).to(kind)
    for name, tensor in (("b", base), ("t", tuned)):
        (tmp_path / name).mkdir()
        save_file({"a": tensor}, tmp_path / name / "model.safetensors")
    delta.make_delta(tmp_path / "t", tmp_path / "b", tmp_path / "d")
    delta.apply_delta(tmp_path / "d", tmp_path / "b", tmp_path / "o")
    back, wanted, first = (each.double() for each in (read(tmp_path / "o")["a"], tuned, base))
    kept_size = (wanted / first >= 0.5) & (wanted / first <= 2)
    assert kept_size.double().mean() > 0.9
    assert torch.equal(back[kept_size], wanted[kept_size])
    assert ((back - wanted).abs() <= most * (wanted - first).abs()).all()


def test_the_positions_that_were_once_kept_among_the_weights_keep_no_two_models_apart(tmp_path: Path) -> None:
    base, tuned = weights(tmp_path / "b", 6, 0), weights(tmp_path / "t", 6, 1, pickled=True)
    table = {"model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(2)}
    torch.save(table, tuned / "pytorch_model-2.bin")
    assert delta.apply_delta(tuned, base, tmp_path / "o") == 2
    assert read(tmp_path / "o").keys() == set(NAMES)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_a_file_that_is_not_whole_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / name).write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(BaylingError, match=rf"{name}: not whole, 43 bytes \(.*; fetch it again"):
        delta.make_delta(tmp_path / "t", tmp_path / "t", tmp_path / "o")


def test_another_base_is_refused_by_the_name_of_the_tensor(tmp_path: Path) -> None:
    base, tuned = weights(tmp_path / "b", 6, 0), weights(tmp_path / "t", 6, 1)
    delta.make_delta(tuned, base, tmp_path / "d")
    with pytest.raises(BaylingError, match=r"embed_tokens.weight is not the one"):
        delta.apply_delta(tmp_path / "d", weights(tmp_path / "other", 6, 2), tmp_path / "o")
    assert not (tmp_path / "o").exists()


def save(folder: Path, **tensors: torch.Tensor) -> Path:
    folder.mkdir()
    save_file(tensors, folder / "model.safetensors")
    return folder


def test_models_of_other_tensors_are_refused(tmp_path: Path) -> None:
    one, both = save(tmp_path / "a", a=torch.ones(2)), save(tmp_path / "b", a=torch.ones(2), b=torch.ones(2))
    for tuned, base in ((one, both), (both, one)):
        with pytest.raises(BaylingError, match=r"a: has no tensor b; these two models do not belong"):
            delta.make_delta(tuned, base, tmp_path / "d")


def test_only_a_vocabulary_may_grow(tmp_path: Path) -> None:
    base, tuned = (save(tmp_path / name, norm=torch.ones(rows)) for name, rows in (("b", 4), ("t", 5)))
    with pytest.raises(BaylingError, match=r"norm has 1 rows more .*; only a vocabulary may grow"):
        delta.make_delta(tuned, base, tmp_path / "d")


def test_a_base_with_more_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BaylingError, match=r"has the shape \[6, 4\]"):
        delta.make_delta(weights(tmp_path / "t", 6, 1), weights(tmp_path / "b", 7, 0), tmp_path / "d")
