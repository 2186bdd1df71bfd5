"""Small files of our own in the official forms of suites."""

import gzip
import json

import pytest

BELEBELE = {
    "flores_passage": "The accordion is played with both hands.",
    "question": "What is played?",
    **{
        f"mc_answer{number}": word
        for number, word in enumerate(["a horn", "the accordion", "a drum", "a bell"], 1)
    },
    "correct_answer_num": "2",
}
REGROUPED = {
    "text": BELEBELE["flores_passage"],
    "items": [
        {
            "question": BELEBELE["question"],
            "answers": [
                {"text": word, "correct": word == "the accordion"}
                for word in ("a horn", "the accordion", "a drum", "a bell")
            ],
        }
    ],
}
STEM = {"stem": "Which is wet?", "choices": [{"text": "sand", "label": "A"}, {"text": "rain", "label": "B"}]}
OPTIONS = {"instruction": "Was ist nass?", "option_a": "Sand", "option_b": "Regen", "answer": "B", "id": "1"}
STORY = "InputStoryid\t" + "\t".join(f"InputSentence{number}" for number in range(1, 5))
STORY += "\tRandomFifthSentenceQuiz1\tRandomFifthSentenceQuiz2\tAnswerRightEnding\n"
STORY += 'x\tOne "day.\tTwo.\tThree.\tFour.\tShe slept.\tHe sang.\t2\n'
RESPELLED = "story_id\t" + "\t".join(f"input_sentence_{number}" for number in range(1, 5))
RESPELLED += "\tsentence_quiz1\tsentence_quiz2\tanswer_right_ending\n"
COPA = {"premise": "It rained.", "choice1": "A cloud came.", "choice2": "The sun shone.", "question": "cause"}
ENDINGS = {"ctx": "She opens the door and", "endings": ["flies.", "goes in."], "label": "1"}


def lines(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


EXAM = {"passage": "", "question": "1 + 1?", "options": ["(A)1", "(B)2", "(C)3"], "label": "B"}
FILES = {
    "agieval/data/v1/sat-math.jsonl": lines(EXAM, EXAM | {"label": "A"}),
    "agieval/data/v1/gaokao-history.jsonl": lines(EXAM | {"passage": None}),
    "agieval/data/v1/gaokao-physics.jsonl": lines(EXAM | {"label": ["A", "B"]}),
    "belebele/swh_Latn.jsonl": lines(BELEBELE),
    "belebele/deu_Latn.jsonl": lines(REGROUPED),
    "exams/test.jsonl.gz": lines(
        {"question": STEM, "answerKey": "B", "info": {"language": "North Macedonian"}},
        {"question": STEM, "answerKey": "@", "info": {"language": "Croatian"}},
        {"question": STEM, "answerKey": "A", "info": {"language": "Croatian"}},
    ),
    "arc/ARC-Challenge-Test.jsonl": lines({"id": "1", "question": STEM, "answerKey": "B"}),
    "arc/de_test.json": json.dumps([OPTIONS, OPTIONS | {"option_c": "Staub", "answer": "1"}], indent=1),
    "mmlu/test/anatomy_test.csv": '"Which, of both, is wet?",sand,rain,dust,ash,B\n',
    "mmlu/test/virology_test.csv.gz": "question,choice0,choice1,choice2,choice3,answer\nWet?,a,b,c,d,2\n",
    "mmlu/vi_test.jsonl": lines(OPTIONS),
    "hellaswag/hellaswag_val.jsonl": lines(ENDINGS),
    "hellaswag/fr_validation.json": json.dumps([ENDINGS | {"label": 1}]),
    "xstorycloze/spring2016.val.sw.tsv.split_20_80_eval.tsv": STORY,
    "xstorycloze/spring2016.val.hi.tsv.split_20_80_eval.tsv": RESPELLED + STORY.partition("\n")[2],
    "xcopa/it/test.it.jsonl": lines(COPA | {"label": 0}),
    "xcopa/zh/test.zh.jsonl": lines(COPA | {"premise": "下雨了。", "label": 1}),
    "xnli/test.de.tsv.gz": "Es regnet.\tEs ist nass.\tentailment\nEs regnet.\tKatzen singen.\tneutral\n",
    "mgsm/mgsm_es.tsv": "¿Cuánto es 2 + 2?\t4\n",
}


@pytest.fixture
def data(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / "eval" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return tmp_path / "eval"
