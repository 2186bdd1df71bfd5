"""What is told of numbers and terms: those that an answer has in another spelling or form are there."""

import pytest

from bayling.translate.findings import Brief, Finding, find
from bayling.translate.glossary import Term
from bayling.translate.requests import restore, translation


def missing(source: str, answer: str) -> list[Finding]:
    faults = find(Brief(source, "en", "de"), translation(source, "de"), answer)
    return [fault for fault in faults if fault.reason.startswith("the number")]


@pytest.mark.parametrize(
    ("source", "answers"),
    [
        ("It is on 05.11.2026.", ["Es ist am 5.11.2026.", "Es ist am 5. 11. 2026."]),
        ("It is at 08:30.", ["Es ist um 8:30 Uhr.", "Es ist um 08.30 Uhr."]),
        ("It is at 8:30.", ["Es ist um 08:30 Uhr."]),
        ("It is at 10:00.", ["Es ist um 10 Uhr."]),
        ("Go to room 007.", ["Gehen Sie in Zimmer 7."]),
        ("They sold 1,500.", ["Man verkaufte 1500.", "Man verkaufte 1.500.", "Man verkaufte 1 500."]),
        ("They sold 1500.", ["Man verkaufte 1.500.", "Man verkaufte 1\u202f500.", "Man verkaufte 1’500."]),
        ("They sold 1,234,500.00.", ["Man verkaufte 12,34,500.", "Man verkaufte 1.234.500,00."]),
        ("They sold 1500.", ["Man verkaufte १,५००.", "Man verkaufte ١٬٥٠٠."]),
        ("See items 12,345.", ["Siehe 12 und 345."]),
    ],
)
def test_a_number_in_another_spelling_is_there(source, answers):
    assert [missing(source, answer) for answer in answers] == [[]] * len(answers)


@pytest.mark.parametrize(
    ("source", "answer", "number"),
    [
        ("Go to room 007.", "Gehen Sie in das Zimmer.", "007"),
        ("They sold 1,500.", "Man verkaufte 2.500.", "1,500"),
        ("They sold 1,000.", "Man verkaufte 1.", "1,000"),
        ("They sold 1,500.", "Man verkaufte 15.", "1,500"),
        ("It is on 05.11.2026.", "Es ist am 6.11.2026.", "05"),
        ("They sold 30.", "Man verkaufte 300.", "30"),
        (f"It is {'1234' * 2000}.", "Es ist 1234.", "1234" * 2000),
    ],
)
def test_a_number_that_is_not_there_is_told_as_the_source_spells_it(source, answer, number):
    [found] = missing(source, answer)
    assert (found.reason, found.remedy) == (f"the number {number} is missing", restore(number))


@pytest.mark.parametrize(
    ("source", "put_in"),
    [
        ("The A380 lands.", "A380"),
        ("She had COVID-19.", "COVID-19"),
        ("Go to room 007.", "007"),
        ("Order no. 4711002.", "4711002"),
        ("They sold 12.", ""),
        ("They sold 12,000.", ""),
        ("It was the mid-19th century.", ""),
        ("It is at 08:00.", ""),
    ],
)
def test_only_what_names_something_is_put_in(source, put_in):
    assert [found.lacks for found in missing(source, "Nichts.")] == [put_in]


@pytest.mark.parametrize(
    ("source", "source_lang", "answer", "target_lang"),
    [
        ("The company has 18.5 million customers.", "en", "该公司有1850万客户。", "zh-Hans"),
        ("The meeting starts at 10:30 p.m.", "en", "Die Sitzung beginnt um 22:30 Uhr.", "de"),
        ("展覧会は10月に開かれます。", "ja", "The exhibition opens in October.", "en"),
        ("It was built in the 19th century.", "en", "Fue construida en el siglo XIX.", "es"),
        ("公司成立于2023年12月25日。", "zh-Hans", "It was founded on December 25, 2023.", "en"),
        ("Fifteen or 15 people.", "en", "Fünfzehn Leute.", "de"),
    ],
)
def test_a_number_said_as_the_language_says_it_is_there(source, source_lang, answer, target_lang):
    brief = Brief(source, source_lang, target_lang)
    assert find(brief, translation(source, target_lang), answer) == []


@pytest.mark.parametrize(
    ("answer", "reasons", "lacks"),
    [
        ("선택한 파일을 삭제하세요.", [], []),
        (
            "선택한 파일철을 삭제하세요.",
            ["“file” is not translated as “파일”"],
            [""],
        ),  # no form that is known, but there
        ("선택한 문서를 삭제하세요.", ["“file” is not translated as “파일”"], ["파일"]),
    ],
)
def test_a_term_is_put_in_only_where_its_letters_do_not_stand(answer, reasons, lacks):
    brief = Brief("Delete the selected file.", "en", "ko", (Term(source="file", target="파일", lang="ko"),))
    found = find(brief, translation(brief.source, "ko"), answer)
    assert [each.reason for each in found] == reasons
    assert [each.lacks for each in found] == lacks
