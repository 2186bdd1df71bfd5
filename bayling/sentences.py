"""Sentences of a text."""


def sentences(text: str, lang: str | None) -> list[str]:
    """The sentences of a text, with the space after each; joined, they are the text. `lang` is a BCP-47 tag.

    sentencex knows the ends of sentences and the abbreviations of some 300 languages, and falls back from one
    to its nearest kin (Thottingal, Wikimedia).
    """
    import sentencex

    found = [sentence for sentence in sentencex.segment((lang or "en").partition("-")[0], text) if sentence]
    return found if "".join(found) == text else [text]
