from bayling.conversation import Conversation, Turn
from bayling.evaluate.shots import Shots


def translation(source, target, source_lang="en", target_lang="de"):
    turns = (Turn("user", f"Translate: {source}"), Turn("assistant", target))
    return Conversation(turns, "translation", source_lang, target_lang, facts={"source": source})


def exchange(task, target_lang, answer):
    return Conversation((Turn("user", "Ask"), Turn("assistant", answer)), task, "en", target_lang)


def test_examples_are_of_the_direction_and_of_about_the_length():
    words = [translation(word, word.upper()) for word in ("one", "two", "six")]
    long = [translation(f"{n} " + "long sentence " * 8, str(n)) for n in range(3)]
    other = [translation("uno", "one", "es", "en")]
    shots = Shots([*long, *words, *other], seed=7)
    assert {source for source, _ in shots.translations("ten", "en", "de", 2)} < {"one", "two", "six"}
    assert all(
        len(source) > 99 for source, _ in shots.translations("a rather long thing " * 5, "en", "de", 2)
    )


def test_examples_are_the_same_each_time_whatever_the_order_of_the_data():
    data = [translation(f"word {n}", f"Wort {n}") for n in range(10, 40)]
    drawn = [Shots(rows, 7).translations("word 99", "en", "de", 2) for rows in (data, data[::-1])]
    assert drawn[0] == drawn[1]
    assert Shots(data, 8).translations("word 99", "en", "de", 2) != drawn[0]


def test_a_direction_that_was_not_tuned_on_is_shown_the_other_one_turned_round():
    shots = Shots([translation("house", "Haus"), translation("garden", "Garten")], seed=7)
    assert set(shots.translations("Baum", "de", "en", 2)) == {("Haus", "house"), ("Garten", "garden")}


def test_what_there_is_too_little_of_is_counted():
    shots = Shots([translation("house", "Haus"), exchange("omission", "de", "a")], seed=7)
    shots.translations("Baum", "de", "en", 2)
    shots.translations("tree", "en", "ar", 2)
    shots.conversations(exchange("omission", "fr", "?"), 1)
    shots.conversations(exchange("length", "de", "?"), 1)
    assert shots.few == {"German → English": 1, "English → Arabic": 0, "length, German": 0}


def test_exchanges_are_of_the_task_and_of_the_language_where_there_are_any():
    tuned_on = [
        exchange("omission", "de", "a"),
        exchange("omission", "es", "b"),
        exchange("retarget", "de", "c"),
    ]
    shots = Shots(tuned_on, seed=7)
    assert [c.answer for c in shots.conversations(exchange("omission", "es", "?"), 2)] == ["b"]
    assert {c.answer for c in shots.conversations(exchange("omission", "fr", "?"), 2)} == {"a", "b"}
