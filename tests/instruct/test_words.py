"""Words in many scripts: whole ones, in the forms of a term, and never the inside of a placeholder."""

import pytest

from bayling.instruct.words import (
    contains,
    contains_form,
    lower_first,
    share_kept,
    tokens,
    upper_first,
    words,
)


@pytest.mark.parametrize(
    ("text", "tag", "expected"),
    [
        ("Der Akku von %(name)s ist leer.", "de", ["der", "akku", "von", "ist", "leer"]),
        ("சாதனத்தின் பெயர்", "ta", ["சாதனத்தின்", "பெயர்"]),
        ("L'appareil n'est pas là", "fr", ["l'appareil", "n'est", "pas", "là"]),
        ("设置 {name} 的 API 密钥", "zh-Hans", ["设", "置", "的", "api", "密", "钥"]),
        ("บ้าน", "th", ["บ้า", "น"]),
        ("น้ำ เปลี่ยน", "th", ["น้ำ", "เป", "ลี่", "ย", "น"]),
        ("ນ້ຳ ໄປ", "lo", ["ນ້ຳ", "ໄປ"]),
        ("ខ្មែរ ស្ត្រី", "km", ["ខ្មែ", "រ", "ស្ត្រី"]),
        ("မြန်မာ သင်္ဘော", "my", ["မြန်", "မာ", "သင်္ဘော"]),
        ("འགྲོ་བ།", "bo", ["འགྲོ", "བ"]),
        ("نمی‌خواهم", "fa", ["نمی‌خواهم"]),
        ("𑄟𑄧𑄢𑄴 𑄟", "ccp", ["𑄟𑄧𑄢𑄴", "𑄟"]),
        ("𞤚𞤢𞥄𞤻𞤮", "ff-Adlm", ["𞤼𞤢𞥄𞤻𞤮"]),
    ],
)
def test_words_are_whole(text: str, tag: str, expected: list[str]) -> None:
    assert sorted(words(text, tag).elements()) == sorted(expected)


def test_tokens_know_where_they_stand() -> None:
    text = "Öffne %(name)s, bitte."
    found = tokens(text, "de")
    assert [text[token.start : token.stop] for token in found] == ["Öffne", "%(name)s", ",", "bitte", "."]
    assert [token.kind for token in found] == ["word", "placeholder", "mark", "word", "mark"]


@pytest.mark.parametrize(
    ("text", "phrase", "tag", "exact", "inflected"),
    [
        ("Die Geräte sind aus.", "Gerät", "de", False, True),
        ("Das Gerätemanagement ist aus.", "Gerät", "de", False, False),
        ("Die Netze sind aus.", "Netz", "de", False, True),
        ("Das Netzteil ist aus.", "Netz", "de", False, False),
        ("선택한 파일을 삭제하세요.", "파일", "ko", False, True),
        ("파일들에서는", "파일", "ko", False, True),
        ("파일럿을 부르세요.", "파일", "ko", False, False),
        ("احذف الملف المحدد", "ملف", "ar", False, True),
        ("وبملفات", "الملف", "ar", False, True),
        ("מחק את הקבצים בתיקייה", "תיקייה", "he", False, True),
        ("Удалите файлы", "файл", "ru", False, True),
        ("Выберите страницу", "страница", "ru", False, True),
        ("Страна", "страница", "ru", False, False),
        ("dodaj osobę", "osoba", "pl", False, True),
        ("avaa sivulla", "sivu", "fi", False, True),
        ("evlerinden", "ev", "tr", False, True),
        ("evet", "ev", "tr", False, False),
        ("las redes", "red", "es", False, True),
        ("la casa", "caso", "es", False, False),
        ("στα αρχεία", "αρχείο", "el", False, True),
        ("фајлови", "фајл", "sr", False, True),
        ("le haghaidh an ghléis", "gléas", "ga", False, False),
        ("ag an ngléas", "gléas", "ga", False, True),
        ("don ghléas", "gléas", "ga", False, True),
        ("Öffne {device} jetzt.", "device", "de", False, False),
        ("İletiyi aç", "ileti", "tr", False, True),
        ("请输入密码。", "密码", "zh-Hans", True, True),
        ("பெயர்கள்", "பெயர", "ta", False, False),
        ("Die Hindernissen", "Hindernis", "de", False, True),  # three letters are an ending
        ("Das Gerätchen", "Gerät", "de", False, False),
        ("an doras", "dhoras", "gd", False, True),
        ("Öffne {name} jetzt.", "{name} jetzt", "de", True, True),
        ("Access  token", "access token", "en", True, True),
        ("making it", "make", "en", False, True),
        ("two parts", "party", "en", False, False),  # only some endings stand for what gives way
        ("les canaux", "canal", "fr", False, True),
        ("nycklarna", "nyckel", "sv", False, True),
        ("10 книг", "книга", "ru", False, True),  # or none
        ("nowymi plikami", "nowy", "pl", False, True),
        ("dosyasını kitabın", "dosya", "tr", False, True),
        ("kitabın", "kitap", "tr", False, True),
        ("أنشئ ملفًا جديدًا", "ملف", "ar", False, True),
        ("படத்துடன்", "படம்", "ta", False, True),
        ("நாட்டை", "நாடு", "ta", False, True),
        ("বইয়ের", "বই", "bn", False, True),
        ("kodenya", "kode", "id", False, True),
        ("앱이라면", "앱", "ko", False, True),
    ],
)
def test_a_term_stands_as_whole_words(text: str, phrase: str, tag: str, exact: bool, inflected: bool) -> None:
    assert contains(text, phrase, tag) == exact
    assert contains_form(text, phrase, tag) == inflected


@pytest.mark.parametrize(
    ("mutated", "word"),
    [
        ("bhfillteán", "fillteán"), ("mbaile", "baile"), ("gcomhad", "comhad"), ("ngléas", "gléas"),
        ("ndoras", "doras"), ("bpáirc", "páirc"), ("dteanga", "teanga"), ("tseirbhís", "seirbhís"),
        ("hearráid", "earráid"), ("tAonad", "aonad"), ("nÉan", "éan"), ("Shráid", "sráid"), ("thír", "tír"),
    ],
)  # fmt: skip
def test_an_initial_mutation_is_another_form_of_the_word(mutated: str, word: str) -> None:
    assert contains_form(f"an {mutated} sin", word, "ga")
    assert not contains_form(f"an {mutated} sin", word, "de")


def test_turkish_letters_keep_their_dots() -> None:
    assert upper_first("ileti", "tr") == "İleti"
    assert upper_first("ileti", "az") == "İleti"
    assert lower_first("Isı", "tr") == lower_first("Isı", "az") == "ısı"
    assert lower_first("Index", "de") == "index"


def test_the_share_that_is_kept_counts_each_word_as_often_as_it_stood() -> None:
    assert share_kept(words("a b b", "en"), words("b a c", "en")) == pytest.approx(2 / 3)
    assert share_kept(words("", "en"), words("a", "en")) == 1
