"""Scoring and judging what systems gave: by metrics, by a model, by people."""

from pathlib import Path
from typing import Annotated

import typer

from bayling.cli.options import AskedOption, CometOption, JsonOption, TestOption, split_at_commas

QuestionsArgument = Annotated[
    Path, typer.Argument(help="JSON lines of question_id, text (or texts) and category.")
]


def score(
    hypothesis: Annotated[Path, typer.Argument(help="A system's output, a segment a line.")],
    reference: Annotated[Path, typer.Argument(help="The references, a segment a line.")],
    to: Annotated[str, typer.Option("--to", help="Language of both.")],
    source: Annotated[Path | None, typer.Option("--source", help="The sources, to count copies.")] = None,
    metrics: Annotated[str, typer.Option(help="Of bleu, spbleu, chrf++, chrf and ter.")] = "bleu,chrf++",
    against: Annotated[
        list[Path] | None, typer.Option("--against", help="Another output, to test the first against.")
    ] = None,
    test: TestOption = "bootstrap",
    tokenizer: Annotated[str | None, typer.Option(help="BLEU's, in place of the language's own.")] = None,
    comet: CometOption = None,
    scores: Annotated[
        list[Path] | None, typer.Option(help="Another tool's scores, one a line; a file for each output.")
    ] = None,
    json: JsonOption = None,
) -> None:
    """Score files of translations, with confidence intervals and tests between systems."""
    from dataclasses import asdict

    from rich.console import Console

    from bayling.evaluate.scoring import score_files
    from bayling.files import write_json

    names = split_at_commas(metrics, "--metrics")
    scoring = score_files(
        hypothesis,
        reference,
        to,
        source=source,
        metrics=names,
        against=against or [],
        test=test,
        tokenizer=tokenizer,
        comet=comet,
        scores=scores or [],
    )
    Console().print(scoring.grid.rich())
    if json:
        write_json(json, asdict(scoring))


def agreement(
    folder: Annotated[Path, typer.Argument(help="Outputs, references and ratings, laid out as WMT's.")],
    reference: Annotated[str, typer.Option(help="Which reference to score with.")] = "A",
    metrics: Annotated[
        str, typer.Option(help="Of bleu, spbleu, chrf++, chrf and ter, which takes minutes.")
    ] = "bleu,chrf++,chrf",
    comet: CometOption = None,
    json: JsonOption = None,
) -> None:
    """Measure how far metrics agree with people's MQM ratings."""
    from dataclasses import asdict

    from rich.console import Console

    from bayling.evaluate.agreement import agreement_grid, find_ratings, measure_agreement
    from bayling.files import write_json

    names = split_at_commas(metrics, "--metrics")
    found = [row for pair in find_ratings(folder, reference) for row in measure_agreement(pair, names, comet)]
    Console().print(agreement_grid(found).rich())
    if json:
        write_json(json, [asdict(row) for row in found])


def answer(
    questions: QuestionsArgument,
    model: AskedOption,
    output: Annotated[Path, typer.Option("-o", "--output", help="Write the answers to this file.")],
) -> None:
    """Ask a model questions of one or more turns."""
    from bayling.evaluate.dialogues import answer_dialogues, read_dialogues, write_answers
    from bayling.evaluate.systems import named

    dialogues = read_dialogues(questions)
    kept = output.with_name(f"{output.name}.kept")
    write_answers(dialogues, answer_dialogues(dialogues, output.stem, named(model), kept), output)


def judge(
    questions: QuestionsArgument,
    answers: Annotated[list[Path], typer.Argument(help="One system's answers to score, or two to compare.")],
    by: Annotated[str, typer.Option("--judge", help="The judge: a server's address or any model.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A folder for replies, reviews and verdict.")
    ],
    samples: Annotated[int, typer.Option(min=1, help="Reviews of each dialogue in each order.")] = 1,
) -> None:
    """Have a model judge answers, in both orders and with evidence first."""
    from rich.console import Console

    from bayling.evaluate.verdicts import judge_files, verdict_grid

    Console().print(verdict_grid(judge_files(questions, answers, by, output, samples)).rich())


human = typer.Typer(help="Have people rank outputs without knowing whose they are.", no_args_is_help=True)


@human.command("make")
def make_sheets(
    outputs: Annotated[list[Path], typer.Argument(help="A file a system: segments, or answers (.jsonl).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A folder for the sheets and their key.")],
    source: Annotated[Path | None, typer.Option(help="The sources of the segments.")] = None,
    criteria: Annotated[str | None, typer.Option(help="What to rank by, with commas between.")] = None,
    annotators: Annotated[int, typer.Option(min=1, help="How many sheets.")] = 2,
    cases: Annotated[int | None, typer.Option(min=1, help="Draw so many cases.")] = None,
    seed: Annotated[int, typer.Option(help="Cases and orders are drawn from it.")] = 7,
) -> None:
    """Write blinded sheets to rank systems' outputs on."""
    from bayling.evaluate.human import make_sheets, read_cases

    found, usual = read_cases(outputs, source)
    names = split_at_commas(criteria) or usual
    for path in make_sheets(found, names, output, annotators, cases, seed):
        typer.echo(path)


@human.command("score")
def score_sheets(
    sheets: Annotated[list[Path], typer.Argument(help="The sheets with their ranks.")],
    key: Annotated[Path, typer.Option(help="The key that was written with them.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A folder for the figures, for a report.")
    ] = None,
) -> None:
    """Read ranked sheets: who is first how often, and how far annotators agree."""
    from rich.console import Console

    from bayling.evaluate.human import read_sheets, standing_grids, sum_up, write_standings

    criteria = sum_up(read_sheets(sheets, key))
    for grid in standing_grids(criteria):
        Console().print(grid.rich())
    if output:
        write_standings(criteria, output)
