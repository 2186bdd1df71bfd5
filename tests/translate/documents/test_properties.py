"""Any text at all: read and given back as it was, or refused in a line; and no answer breaks a document."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bayling.errors import BaylingError
from bayling.translate.documents import read_document

BITS = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<p>",
        "<br/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!",
        "<?",
        "&amp;",
        "&",
        "{{ x }}",
        "{%",
        "[a](b)",
        "`",
        "# ",
        "> ",
        "- ",
        "| a | b |\n|--|--|\n",
        "\n",
        "\r\n",
        "\n\n",
        "  ",
        '"',
        "'",
        ",",
        ";",
        ": ",
        "a: |\n  x\n",
        "{n, plural, one {",
        "} other {#}}",
        'msgid "x"\nmsgstr ""\n',
        "1\n00:00:01,000 --> 00:00:02,000\n",
        "{",
        "}",
        "[",
        "]",
        "\\",
        "word",
        "Größe",
        "你好",
        "\u2028",
    ]
)
TEXTS = st.lists(BITS | st.text(max_size=4), max_size=14).map("".join)


@pytest.mark.parametrize(
    "suffix",
    ["txt", "md", "html", "srt", "vtt", "json", "yaml", "csv", "tsv", "xlf", "po", "properties", "strings"],
)
@given(text=TEXTS)
@settings(max_examples=120)
def test_identity(suffix, text):
    try:
        content = text.encode()
        document = read_document(content, f"a.{suffix}")
    except (BaylingError, UnicodeEncodeError) as error:
        assert "\n" not in str(error)
        return
    assert document.write({}) == content
    if suffix not in ("xlf", "po"):
        assert document.write({segment.text: segment.text for segment in document.segments}) == content


ANSWERS = st.lists(
    st.sampled_from(
        ["<g1>", "</g1>", "<g2>", "</g2>", "<x3/>", "<x1/>", "</g9>", "<", "&", '"', "\n", "x", " "]
    ),
    min_size=1,
).map("".join)


@given(answer=ANSWERS)
def test_no_answer_breaks_the_xml(answer):
    unit = '<trans-unit id="1"><source>A <g id="1">b <g id="2">c</g></g> <x id="3"/>d</source></trans-unit>'
    source = f'<xliff version="1.2"><file>{unit}</file></xliff>'
    document = read_document(source, "a.xlf")
    [segment] = document.segments
    root = etree.fromstring(document.write({segment.text: answer}))
    target = root.find(".//target")
    assert sorted(code.get("id") for code in target.iter("g", "x")) == ["1", "2", "3"]


@given(answer=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12) | ANSWERS)
def test_no_answer_breaks_the_data(answer):
    written = read_document('{"a": "Some text"}', "a.json").write({"Some text": answer})
    assert json.loads(written) == {"a": answer}
    for style in ("Some text", "'Some text'", '"Some text"'):
        written = read_document(f"a: {style}\nb: [1, {style}]\n", "a.yaml").write({"Some text": answer})
        assert yaml.safe_load(written) == {"a": answer, "b": [1, answer]}
