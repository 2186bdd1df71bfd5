"""The command line. A command is a few lines that call the public API; heavy imports stay inside it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from bayling.errors import BaylingError

if TYPE_CHECKING:
    from bayling.conversation import Conversation

INTERRUPTED = 130
"""What Typer makes of Ctrl-C."""

app = typer.Typer(
    help="Make a multilingual language model out of parallel text by interactive translation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _new_folder(path: Path | None) -> Path | None:
    """What `-o` names, which takes the place of what is there."""
    if path and path.is_dir() and any(path.iterdir()):
        raise BaylingError(f"-o {path}: this folder has files in it; name a new one, or remove it")
    return path


RecipeArgument = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A recipe's file, or the name of a shipped one.")
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a value, such as tune.rank=16.")
]
RunsOption = Annotated[Path, typer.Option("--runs", help="The folder that runs are kept in.")]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", help="A run, folder, foundation, hub id or address; else the newest run, or nano."
    ),
]
ModelsOption = Annotated[
    list[str], typer.Option("--model", help="A run, foundation, hub id or address; give it again to compare.")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Only so many items of each test.")]
AnswersOption = Annotated[Path, typer.Option("-o", "--output", help="A folder for answers and figures.")]
ItemsOption = Annotated[
    Path, typer.Option("-o", "--output", help="Write the items to this file (JSON lines).")
]
CometOption = Annotated[
    Path | None, typer.Option("--comet", help="A COMET checkpoint's folder, to score with too.")
]
FROM_HELP = "The source's language; else it is identified."
GlossaryOption = Annotated[
    Path | None,
    typer.Option("--glossary", help="Terms: TSV, CSV (a column each language), TBX and the like."),
]
AgainOption = Annotated[bool, typer.Option("--again", help="Do it even if it is done.")]


@app.command()
def run(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Of an experiment, the runs of this foundation, arm or seed."),
    ] = None,
) -> None:
    """Build, tune, evaluate and report; of an experiment, each of its runs. What is done already is skipped."""
    from bayling.pipeline import run_stages
    from bayling.recipe import find_recipe, is_experiment

    if is_experiment(find_recipe(recipe)):
        _run_experiment(recipe, set_, runs, again, only or [])
        return
    if only:
        raise BaylingError(
            f"--only {only[0]}: {recipe} is a recipe, of one run; only an experiment has several"
        )

    this = _run(recipe, set_, runs)
    run_stages(this, again=again)
    from bayling.evaluate import summary

    summary(this)


@app.command()
def build(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
    keep_rejected: Annotated[
        bool,
        typer.Option("--keep-rejected", help="Build again, and write what was rejected beside the data."),
    ] = False,
    verify: Annotated[
        bool,
        typer.Option("--verify", help="Build a run's data again from its manifest and compare every byte."),
    ] = False,
    ray: Annotated[
        str | None, typer.Option("--ray", help="Address of a Ray cluster that is to do the work.")
    ] = None,
) -> None:
    """Make conversations out of parallel text."""
    if ray:
        from bayling.dataflow import use_ray

        use_ray(ray, _run(recipe, set_, runs).recipe)
    if verify:
        from bayling.verify import verify as verify_run

        if not verify_run(_built(recipe, set_, runs)):
            raise typer.Exit(1)
        return
    from bayling.pipeline import run_stages

    run_stages(_run(recipe, set_, runs), ["build"], again=again or keep_rejected, keep_rejected=keep_rejected)


@app.command()
def tune(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
) -> None:
    """Tune the foundation on the conversations."""
    _stage("tune", recipe, set_, runs, again)


@app.command()
def log(
    run: Annotated[Path, typer.Argument(help="The run's folder.")],
    to: Annotated[str, typer.Option("--to", help="`tensorboard`.")] = "tensorboard",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A folder for the event files; else in the run.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until tuning ends.")] = False,
) -> None:
    """Write a tuning's log as TensorBoard's event files, while it goes on or later."""
    if to != "tensorboard":
        raise BaylingError(f"--to {to}: there is tensorboard")
    from bayling.tune.events import write_events

    folder = output or run / "model" / "tensorboard"
    typer.echo(f"{folder}: {write_events(run, folder, follow):,} points")


@app.command()
def plan(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    devices: Annotated[int | None, typer.Option(min=1, help="GPUs; else 8 where sharded, or 1.")] = None,
    speed: Annotated[
        float | None, typer.Option(min=1, help="Tokens a second, of all devices together.")
    ] = None,
    price: Annotated[float | None, typer.Option(min=0, help="Of a device's hour.")] = None,
) -> None:
    """Say what tuning will take, before anything is downloaded; of data that are built already, by their count."""
    from bayling.tune.plan import plan as reckon

    this = _run(recipe, set_, runs)
    devices = devices or (8 if this.recipe.tune.sharded else 1)
    print("\n".join(reckon(this.recipe, devices, built=this.conversations).lines(speed, price)))


def _split(text: str | None) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


class RecipeFirst(TyperGroup):
    """Takes a first word that is none of its commands for the recipe of one of them, `recipe`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = ["recipe", *args]
        return super().parse_args(ctx, args)


evaluate = typer.Typer(
    cls=RecipeFirst,
    help="Measure a recipe's run (`bayling evaluate RECIPE`), or translation by any models (`mt`).",
    no_args_is_help=True,
)
app.add_typer(evaluate, name="evaluate")


@evaluate.command("recipe")
def evaluate_recipe(
    recipe: RecipeArgument,
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    again: AgainOption = False,
) -> None:
    """Measure translation and interaction before and after tuning; the word `recipe` may be left out."""
    _stage("evaluate", recipe, set_, runs, again)


@evaluate.command("mt")
def evaluate_mt(
    model: ModelsOption,
    output: AnswersOption,
    tests: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[TEST...]", help="A folder with a file a language; or parallel text."),
    ] = None,
    source: Annotated[
        list[Path] | None, typer.Option("--source", help="A file of sources; may be given again.")
    ] = None,
    reference: Annotated[
        list[Path] | None, typer.Option("--reference", help="Its references, in the same order.")
    ] = None,
    direction: Annotated[
        list[str] | None, typer.Option("--direction", metavar="LANG-LANG", help="Their languages: zh-en.")
    ] = None,
    pivots: Annotated[str, typer.Option(metavar="LANG[,LANG]", help="Out of and into these.")] = "en",
    languages: Annotated[str | None, typer.Option(metavar="LANG[,LANG]", help="With these alone.")] = None,
    limit: LimitOption = None,
    metrics: Annotated[
        str, typer.Option(help="Besides BLEU and chrF++: of spbleu, chrf and ter, with commas between.")
    ] = "",
    comet: CometOption = None,
    test: Annotated[str, typer.Option(help="`bootstrap` or `randomization`.")] = "bootstrap",
) -> None:
    """Have models translate test sets (FLORES, NTREX-128, WMT, TICO-19, any files): all metrics, side by side."""
    from rich.console import Console

    from bayling.evaluate.mt import How, grids, pair_up, read_sets, translate_sets
    from bayling.evaluate.systems import named_each
    from bayling.languages import standardize

    how = How(tuple(_split(metrics)), test, comet)
    directions = read_sets(
        tests or [],
        pair_up(source or [], reference or [], direction or []),
        [standardize(tag) for tag in _split(pivots)],
        [standardize(tag) for tag in _split(languages)],
        limit,
    )
    for grid in grids(translate_sets(directions, named_each(model), output, how), test):
        Console().print(grid.rich())


@app.command()
def report(
    what: Annotated[
        list[str],
        typer.Argument(metavar="RECIPE|FOLDER...", help="A recipe; or folders of results of any kind."),
    ],
    set_: SetOption = None,
    runs: RunsOption = Path("runs"),
    output: Annotated[
        Path, typer.Option("-o", "--output", help="The page that sets folders side by side.")
    ] = Path("comparison.html"),
) -> None:
    """Write the report of a run or an experiment again, or set results of any kind side by side on one page."""
    if len(what) == 1 and not Path(what[0]).is_dir():
        from bayling.recipe import find_recipe, is_experiment

        if is_experiment(find_recipe(what[0])):
            from bayling.experiment import read_experiment, write_report

            experiment, trials = read_experiment(what[0], set_ or [])
            typer.echo(write_report(experiment, trials, runs / experiment.name))
            return
        _stage("report", what[0], set_, runs, again=True)
        return
    from bayling.evaluate.comparison import compare

    page, remarks = compare([Path(folder) for folder in what], output)
    for remark in remarks:
        typer.echo(remark, err=True)
    typer.echo(page)


@app.command()
def translate(
    texts: Annotated[
        list[str], typer.Argument(metavar="TEXT|FILE...", help="Words, or files; - is standard input.")
    ],
    to: Annotated[str, typer.Option("--to", metavar="LANG[,LANG]", help="Languages to translate into.")],
    from_: Annotated[str | None, typer.Option("--from", metavar="LANG", help=FROM_HELP)] = None,
    model: ModelOption = None,
    glossary: GlossaryOption = None,
    memory: Annotated[
        Path | None, typer.Option(help="Earlier translations: TMX, TSV or other parallel text.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="NAME[,NAME]", help="Of a table; else those that are prose.")
    ] = None,
    beam: Annotated[
        int, typer.Option(min=1, help="Follow so many beginnings at once; 3 takes twice the time of 1.")
    ] = 1,
    out: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", help="A file, a folder, or a name with {lang} and {name}; - is standard output."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is there.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what there is to do.")] = False,
) -> None:
    """Translate words, or documents: text, Markdown, HTML, DOCX, ODT, PO, XLIFF, TMX, tables, subtitles, resources."""
    from bayling.engines import Options
    from bayling.translate.jobs import perform, plan, report, warn
    from bayling.translate.work import Translator

    jobs = plan(
        texts,
        to.split(","),
        source_lang=from_,
        glossary=glossary,
        memory=memory,
        columns=_split(columns),
        out=out,
        force=force,
    )
    if dry_run:
        for job in jobs:
            print(job.describe())
        return
    translator = Translator(model, Options(beam=beam))
    warn(jobs, translator.model)
    for job in jobs:
        report(job, perform(job, translator))


@app.command()
def chat(
    to: Annotated[
        str | None, typer.Option("--to", metavar="LANG", help="The language to translate into.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="LANG", help=FROM_HELP)] = None,
    model: ModelOption = None,
    glossary: GlossaryOption = None,
) -> None:
    """Translate in a dialogue: a text, then what to change about it."""
    from bayling.translate.chat import begin, converse

    if not converse(begin(model, to, from_, glossary)):
        raise typer.Exit(2)


@app.command()
def engines(
    bench: Annotated[bool, typer.Option("--bench", help="Measure each on a few sentences.")] = False,
    model: ModelOption = None,
) -> None:
    """List what this machine can run models with."""
    from bayling.engines.listing import print_engines

    print_engines(model, bench=bench)


@app.command()
def serve(
    model: ModelOption = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    ui: Annotated[bool, typer.Option("--ui", help="With the workspace, a page to translate in.")] = False,
    keys: Annotated[
        Path | None, typer.Option(help="Serve whoever has a key of this file, one a line.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a limit, such as rate=60.")
    ] = None,
) -> None:
    """Serve a model: OpenAI's and LibreTranslate's addresses, and a workspace."""
    from bayling.serve import read_settings, serve

    serve(model, host=host, port=port, pages=ui, settings=read_settings(set_ or [], keys))


@app.command()
def score(
    hypothesis: Annotated[Path, typer.Argument(help="A system's output, a segment a line.")],
    reference: Annotated[Path, typer.Argument(help="The references, a segment a line.")],
    to: Annotated[str, typer.Option("--to", help="Language of both.")],
    source: Annotated[Path | None, typer.Option("--source", help="The sources, to count copies.")] = None,
    metrics: Annotated[str, typer.Option(help="Of bleu, spbleu, chrf++, chrf and ter.")] = "bleu,chrf++",
    against: Annotated[
        list[Path] | None, typer.Option("--against", help="Another output, to test the first against.")
    ] = None,
    test: Annotated[str, typer.Option(help="`bootstrap` or `randomization`.")] = "bootstrap",
    tokenizer: Annotated[str | None, typer.Option(help="BLEU's, in place of the language's own.")] = None,
    comet: CometOption = None,
    scores: Annotated[
        list[Path] | None, typer.Option(help="Another tool's scores, one a line; a file for each output.")
    ] = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")] = None,
) -> None:
    """Score files of translations, with confidence intervals and tests between systems."""
    from dataclasses import asdict

    from rich.console import Console

    from bayling.evaluate.scoring import score_files
    from bayling.files import write_json

    names = [name.strip() for name in metrics.split(",")]
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


@app.command()
def agreement(
    folder: Annotated[Path, typer.Argument(help="Outputs, references and ratings, laid out as WMT's.")],
    reference: Annotated[str, typer.Option(help="Which reference to score with.")] = "A",
    metrics: Annotated[
        str, typer.Option(help="Of bleu, spbleu, chrf++, chrf and ter, which takes minutes.")
    ] = "bleu,chrf++,chrf",
    comet: CometOption = None,
    json: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")] = None,
) -> None:
    """Measure how far metrics agree with people's MQM ratings."""
    from dataclasses import asdict

    from rich.console import Console

    from bayling.evaluate.agreement import agreement_grid, find_ratings, measure_agreement
    from bayling.files import write_json

    names = [name.strip() for name in metrics.split(",")]
    found = [row for pair in find_ratings(folder, reference) for row in measure_agreement(pair, names, comet)]
    Console().print(agreement_grid(found).rich())
    if json:
        write_json(json, [asdict(row) for row in found])


@app.command()
def answer(
    questions: Annotated[
        Path, typer.Argument(help="JSON lines of question_id, text (or texts) and category.")
    ],
    model: Annotated[
        str, typer.Option(help="A run, a folder, a foundation, a hub id or a server's address.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="Write the answers to this file.")],
) -> None:
    """Ask a model questions of one or more turns."""
    from bayling.evaluate.dialogues import answer_dialogues, read_dialogues, write_answers
    from bayling.evaluate.systems import named

    dialogues = read_dialogues(questions)
    kept = output.with_name(f"{output.name}.kept")
    write_answers(dialogues, answer_dialogues(dialogues, output.stem, named(model), kept), output)


@app.command()
def judge(
    questions: Annotated[
        Path, typer.Argument(help="JSON lines of question_id, text (or texts) and category.")
    ],
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


@app.command()
def matrix(
    folder: Annotated[Path, typer.Argument(help="Line-aligned files, one a language, as of NTREX-128.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A folder for answers, figures and the map.")
    ],
    model: ModelOption = None,
    pivots: Annotated[str, typer.Option(metavar="LANG[,LANG]", help="Out of and into these.")] = "en",
    minutes: Annotated[float | None, typer.Option(min=0, help="Stop asking then.")] = None,
    segments: Annotated[int, typer.Option(min=1, help="Of each direction, at most.")] = 100,
    seed: Annotated[int, typer.Option(help="Segments are drawn from it.")] = 7,
) -> None:
    """Estimate translation between many languages and the pivots, with an error bar each."""
    from rich.console import Console

    from bayling.evaluate.lined import read_lined
    from bayling.evaluate.matrix import measure_matrix
    from bayling.evaluate.systems import named
    from bayling.languages import standardize
    from bayling.translate.model import choose_model

    asked = named(str(choose_model(model)))
    tags = [standardize(pivot) for pivot in pivots.split(",")]
    found = measure_matrix(
        read_lined(folder), tags, asked, output, minutes=minutes, segments=segments, seed=seed
    )
    Console().print(found.grid.rich())


@app.command()
def export(
    model: Annotated[str, typer.Argument(help="A run, a folder, a foundation or a hub id.")],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", callback=_new_folder, help="A folder, or a file that ends in .gguf."),
    ],
    to: Annotated[
        str, typer.Option("--to", help="`safetensors`, `ctranslate2`, or GGUF: `f16`, `q8_0`, `q4_0`.")
    ] = "safetensors",
) -> None:
    """Write a tuned model that stands alone: adapter merged, with tokenizer and template."""
    from bayling.engines.export import export

    export(model, output, to)
    typer.echo(output)


@app.command()
def publish(
    run: Annotated[Path, typer.Argument(help="The run's folder.")],
    to: Annotated[str, typer.Option("--to", metavar="OWNER/NAME", help="What it is called on the hub.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", callback=_new_folder, help="Write it to this folder, and upload nothing."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Upload nothing; the folder is the run's `published`.")
    ] = False,
    public: Annotated[bool, typer.Option("--public", help="For all to see; else private.")] = False,
    base: Annotated[
        str | None, typer.Option(metavar="OWNER/NAME", help="The foundation's, if the recipe names a folder.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="Of the weights, as SPDX has it; else the foundation's.")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Weights that stand alone, adapter merged.")] = False,
    again: AgainOption = False,
) -> None:
    """Publish a run's model on a hub, with a card made of what was measured."""
    from bayling.publish import Publication, check_name, upload, write_folder
    from bayling.run import open_run

    check_name(to)
    folder = output or run / "published"
    for path in write_folder(Publication(open_run(run), to, base, licence, whole), folder):
        typer.echo(f"{path}: {path.stat().st_size:,} bytes")
    if output is None and not dry_run:
        typer.echo(upload(folder, to, public=public, again=again))


@app.command("export-data")
def export_data(
    run: Annotated[Path, typer.Argument(help="A run, its data, or a Parquet file of conversations.")],
    project: Annotated[str, typer.Option("--for", help="`llamafactory`, `axolotl` or `trl`.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A folder for data and configuration.")],
) -> None:
    """Write conversations for another tuning project, with the loss on the same answers."""
    from bayling.export_data import export_data

    for split, count in export_data(run, project, output).items():
        typer.echo(f"{output}: {count:,} records in {split}.jsonl")


delta = typer.Typer(help="Hand on what tuning changed, without the foundation.", no_args_is_help=True)
app.add_typer(delta, name="delta")
BaseArgument = Annotated[Path, typer.Argument(help="The folder of the foundation's weights.")]
OutputFolder = Annotated[
    Path, typer.Option("-o", "--output", callback=_new_folder, help="A folder for the weights.")
]


@delta.command("make")
def make_delta(
    tuned: Annotated[Path, typer.Argument(help="The folder of the tuned weights.")],
    base: BaseArgument,
    output: OutputFolder,
) -> None:
    """Subtract a foundation from tuned weights."""
    from bayling.models.delta import make_delta

    typer.echo(f"{output}: {make_delta(tuned, base, output)} tensors")


@delta.command("apply")
def apply_delta(
    delta: Annotated[Path, typer.Argument(help="The folder of the delta, as of BayLing 1.")],
    base: BaseArgument,
    output: OutputFolder,
) -> None:
    """Add a delta to its foundation."""
    from bayling.models.delta import apply_delta

    typer.echo(f"{output}: {apply_delta(delta, base, output)} tensors")


vocabulary = typer.Typer(help="Fit a model's vocabulary to its languages.", no_args_is_help=True)
app.add_typer(vocabulary, name="vocabulary")
ResizedArgument = Annotated[str, typer.Argument(metavar="MODEL", help="A run, folder, foundation or hub id.")]


@vocabulary.command("trim")
def trim_vocabulary(
    model: ResizedArgument,
    data: Annotated[list[Path], typer.Option("--data", help="A run, its data or a text; give it again.")],
    output: OutputFolder,
) -> None:
    """Keep the pieces that the data need, all bytes and special tokens, and no others."""
    from bayling.engines.resize import trim_vocabulary

    typer.echo(f"{output}: {trim_vocabulary(model, data, output)}")


@vocabulary.command("grow")
def grow_vocabulary(
    model: ResizedArgument,
    text: Annotated[Path, typer.Option("--text", help="Lines of the language to grow for.")],
    output: OutputFolder,
    pieces: Annotated[int, typer.Option("--pieces", min=1, help="New pieces, at most.")] = 1000,
) -> None:
    """Add pieces for what a text repeats, so that its language takes fewer tokens."""
    from bayling.engines.resize import grow_vocabulary

    typer.echo(f"{output}: {grow_vocabulary(model, text, pieces, output)}")


benchmark = typer.Typer(
    help="Measure how a model follows requests about a translation.", no_args_is_help=True
)
app.add_typer(benchmark, name="benchmark")


@benchmark.command("make")
def make_benchmark(
    corpora: Annotated[list[Path], typer.Argument(help="Files of held-out pairs, of any format.")],
    output: ItemsOption,
    cases: Annotated[int, typer.Option(min=1, help="Items of each kind of request, at most.")] = 40,
    pivot: Annotated[str | None, typer.Option(help="The language of the sources.")] = None,
    seed: Annotated[int, typer.Option(help="Items are drawn from it.")] = 7,
) -> None:
    """Make requests about held-out pairs, to ask any model."""
    from bayling.evaluate.items import items_of_files

    _write_items(items_of_files(corpora, cases, seed, pivot), output)


@benchmark.command("get")
def get_benchmark(
    name: Annotated[str, typer.Argument(help="Such as interface-3; a wrong name lists them.")],
    output: ItemsOption,
) -> None:
    """Make the items of a published benchmark, the same ones everywhere."""
    from bayling.evaluate.published import make_published

    _write_items(make_published(name), output)


@benchmark.command("run")
def run_benchmark(
    items: Annotated[Path, typer.Argument(help="The items, or a run's data/test.parquet.")],
    model: Annotated[
        str, typer.Option(help="A run, a folder, a foundation, a hub id or a server's address.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="A folder for answers and verdicts.")],
    meaning: Annotated[
        bool, typer.Option("--meaning", help="Measure too how near answers are to human ones in meaning.")
    ] = False,
    in_session: Annotated[
        bool, typer.Option("--in-session", help="Ask as chat and workspace do, which mend what was not done.")
    ] = False,
) -> None:
    """Ask a model every item: success, locality, preservation, persistence, and what it gives in to."""
    from rich.console import Console

    from bayling.evaluate.exchanges import run_benchmark
    from bayling.evaluate.items import read_items
    from bayling.evaluate.systems import named

    for grid in run_benchmark(read_items(items), named(model), output, meaning, in_session).grids:
        Console().print(grid.rich())


@benchmark.command("constraints")
def clean_constraints(
    constraints: Annotated[Path, typer.Argument(help="JSON lines of tgt and constraint, as published.")],
    to: Annotated[str, typer.Option("--to", metavar="LANG", help="The language of the constraints.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Write the lines to this file.")],
) -> None:
    """Leave fragments of words and phrases out of a set of lexically constrained translation."""
    from bayling.evaluate.release.fragments import clean_constraints

    found = clean_constraints(constraints, output, to)
    typer.echo(f"{output}: {found.kept} of {found.constraints} constraints, in {len(found.rows)} lines")
    for reason, count in found.left_out.items():
        typer.echo(f"  {count} left out: {reason}")


@benchmark.command("constrained")
def run_constrained(
    constraints: Annotated[Path, typer.Argument(help="JSON lines of src, tgt and constraint, as published.")],
    model: ModelsOption,
    direction: Annotated[str, typer.Option(metavar="LANG-LANG", help="Such as zh-en.")],
    output: AnswersOption,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only so many sentences.")] = None,
) -> None:
    """Have models translate with words that must stand in the translation, asked as published."""
    from rich.console import Console

    from bayling.evaluate.constrained import translate_constrained

    Console().print(translate_constrained(constraints, direction, model, output, limit).rich())


@app.command()
def exam(
    folder: Annotated[Path, typer.Argument(help="A copy of AGIEval.")],
    model: ModelsOption,
    output: AnswersOption,
    exam: Annotated[list[str] | None, typer.Option(help="One of them, such as sat-en; else all.")] = None,
    by: Annotated[str, typer.Option(help="`reply`, or `likelihood` of the letters.")] = "reply",
    limit: LimitOption = None,
) -> None:
    """Have models sit AGIEval's exams (GaoKao, SAT, LSAT), side by side."""
    from rich.console import Console

    from bayling.evaluate.exams import examine

    Console().print(examine(folder, model, by, output, exam or [], limit).rich())


@app.command()
def suite(
    model: ModelsOption,
    output: AnswersOption,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME...]", help="Such as belebele xnli; else all there are."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="A folder with a folder a suite; else eval in $BAYLING_DATA.")
    ] = None,
    languages: Annotated[str | None, typer.Option(help="Of these alone, with commas between.")] = None,
    limit: LimitOption = None,
) -> None:
    """Measure knowledge and understanding (Belebele, XNLI, XCOPA, MGSM, MMLU…), language by language."""
    from rich.console import Console

    from bayling.evaluate.suites import run_suites

    tags = languages.split(",") if languages else []
    Console().print(run_suites(names or [], model, data, output, tags, limit).rich())


human = typer.Typer(help="Have people rank outputs without knowing whose they are.", no_args_is_help=True)
app.add_typer(human, name="human")


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
    names = [name.strip() for name in criteria.split(",")] if criteria else usual
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


@app.command()
def reproduce(
    what: Annotated[str, typer.Argument(metavar="bayling-1", help="Whose release.")],
    release: Annotated[Path, typer.Option(help="A copy of the published repository.")],
    agieval: Annotated[Path, typer.Option(help="A copy of AGIEval, for its labels.")],
    json: Annotated[Path | None, typer.Option("--json", help="Write all figures to this file.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write it as Markdown.")] = None,
) -> None:
    """Compute a published release's figures again, beside the published ones, and list its faults."""
    from rich.console import Console

    from bayling.evaluate.release import reproduce
    from bayling.files import replacing, write_json

    if what != "bayling-1":
        raise BaylingError(f"no release is known as {what!r}; there is bayling-1")
    found = reproduce(release, agieval)
    found.print_on(Console())
    if json:
        write_json(json, found.as_json())
    if output:
        with replacing(output) as partial:
            partial.write_text(found.as_markdown(), encoding="utf-8")


@app.command()
def show(
    path: Annotated[Path, typer.Argument(help="A run, its data, or a Parquet file of conversations.")],
    count: Annotated[int, typer.Option(min=1, help="How many.")] = 5,
    task: Annotated[str | None, typer.Option(help="Of this task alone.")] = None,
    language: Annotated[
        str | None, typer.Option(metavar="LANG", help="From or into this language alone.")
    ] = None,
    mask: Annotated[
        str | None,
        typer.Option(metavar="MODEL", help="Show the tokens of this foundation, those learned marked."),
    ] = None,
    preferences: Annotated[
        bool, typer.Option("--preferences", help="The answers that mend a draft, each with the draft.")
    ] = False,
) -> None:
    """Look at the conversations that were made, and at what of them is learned."""
    from bayling.languages import standardize
    from bayling.show import show

    show(path, count, task, standardize(language) if language else None, mask, preferences)


corpora = typer.Typer(help="List the sources of text, look into one, or fetch one.", no_args_is_help=False)
app.add_typer(corpora, name="corpora")


@corpora.callback(invoke_without_command=True)
def list_without_command(context: typer.Context) -> None:
    """List the sources of text, look into one, or fetch one."""
    if context.invoked_subcommand is None:
        list_corpora()


@corpora.command("list")
def list_corpora() -> None:
    """List the sources of text: those that need no file, and public ones to be fetched."""
    from bayling.corpora.listing import print_public, print_sources

    print_sources()
    print_public()


@corpora.command("show")
def show_corpus(name: Annotated[str, typer.Argument(help="A source of the list.")]) -> None:
    """Look into a source: its languages and counts, or what the catalog says of a public one."""
    from bayling.corpora.listing import print_source

    print_source(name)


@corpora.command("get")
def get_corpus(
    name: Annotated[str, typer.Argument(help="A public source of the list.")],
    languages: Annotated[str, typer.Option(metavar="LANG[,LANG]", help="Which languages.")] = "",
    pivot: Annotated[str, typer.Option(metavar="LANG", help="The language on the other side.")] = "en",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A folder; else the cache.")] = None,
) -> None:
    """Fetch a public source; what broke off is gone on with."""
    from bayling.corpora.public import fetch_public
    from bayling.languages import standardize

    tags = [standardize(tag) for tag in _split(languages)]
    for path in fetch_public(name, tags, [standardize(pivot)], output):
        typer.echo(path)


@app.command()
def clean(
    corpora: Annotated[
        list[Path], typer.Argument(metavar="CORPUS...", help="Of any format, or a file of scores.")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the pairs that are kept (Parquet).")
    ] = None,
    scores: Annotated[
        Path | None, typer.Option(help="Write what each rule gives (Parquet), to set limits again later.")
    ] = None,
    limit: Annotated[
        list[str] | None, typer.Option("--limit", metavar="RULE=VALUE", help="Such as length_ratio=4.")
    ] = None,
    pivot: Annotated[
        str | None, typer.Option(help="The language of the sources; else as in the file.")
    ] = None,
) -> None:
    """Clean parallel text: what the rules reject and why, at limits that you can change."""
    from bayling.clean.commands import clean_corpora

    clean_corpora(corpora, output, scores, limit or [], pivot)


@app.command("check-overlap")
def check_overlap(
    corpora: Annotated[
        list[Path], typer.Argument(metavar="CORPUS...", help="Files and folders of any format.")
    ],
    against: Annotated[
        list[Path], typer.Option("--against", metavar="FILE|FOLDER", help="Test sets; may be given again.")
    ],
) -> None:
    """Find test sentences in corpora, in any language and on both sides."""
    from rich.console import Console

    from bayling.clean.checking import check_overlap

    found = check_overlap(corpora, against)
    for table in found.tables():
        Console().print(table)
    for example in found.examples():
        typer.echo(example)
    for file, why in found.unread.items():
        typer.echo(f"not read: {file}: {why}", err=True)
    if found.too_short:
        typer.echo(f"not looked for: {found.too_short:,} test sentences of fewer than four words", err=True)


@app.command()
def languages(
    name: Annotated[str | None, typer.Argument(help="A part of a name, or a tag.")] = None,
) -> None:
    """List the languages, as recipes and options spell them, and what each has here."""
    from bayling.language_table import print_languages

    print_languages(name)


def _write_items(items: Sequence["Conversation"], output: Path) -> None:
    from bayling.evaluate.items import items_signature, write_items

    write_items(items, output)
    typer.echo(f"{output}: {len(items)} items of {len({item.task for item in items})} kinds")
    typer.echo(items_signature(items))


def _run_experiment(recipe: str, changes: list[str] | None, runs: Path, again: bool, only: list[str]) -> None:
    from bayling.experiment import read_experiment, run_experiment

    if again:
        raise BaylingError("--again: is for one run; remove the folders of those that are to be done again")
    experiment, trials = read_experiment(recipe, changes or [])
    typer.echo(f"Report: {run_experiment(experiment, trials, runs, only)}")


def _run(recipe: str, changes: list[str] | None, runs: Path) -> Any:
    from bayling.recipe import read_recipe
    from bayling.run import Run

    read = read_recipe(recipe, changes or [])
    return Run(runs / read.name, read)


def _built(what: str, changes: list[str] | None, runs: Path) -> Any:
    """The run in a folder, or else the one that was built from a recipe."""
    from bayling.run import open_run

    if Path(what).is_dir():
        return open_run(Path(what))
    found = _run(what, changes, runs)
    if not found.done("build"):
        raise BaylingError(f"{found.folder}: not built from this recipe; build it, or name a run's folder")
    return found


def _stage(stage: str, recipe: str, changes: list[str] | None, runs: Path, again: bool) -> None:
    from bayling.pipeline import run_stages

    run_stages(_run(recipe, changes, runs), [stage], again=again)


def main() -> None:
    """Run the command line: 0 when all went well, 2 with one line on standard error where a user can mend it."""
    _silence_libraries()
    _write_all_scripts()
    try:
        code = app(standalone_mode=False)
    except BaylingError as error:
        _stop(str(error))
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if not hasattr(error, "format_message"):  # a usage error of Typer's own
            raise
        if not (message := error.format_message()):  # its help is all that was wanted
            sys.exit(2)
        context = getattr(error, "ctx", None)
        _stop(message + (f" (see `{context.command_path} --help`)" if context else ""))
    if code == INTERRUPTED:
        _stop("stopped; the same command goes on where it was")
    sys.exit(code if isinstance(code, int) else 0)


def _silence_libraries() -> None:
    """Progress is shown by the commands themselves, and what libraries will change is no user's concern."""
    import os
    import warnings

    os.environ.setdefault("TQDM_DISABLE", "1")
    warnings.filterwarnings("ignore", category=FutureWarning, module="transformers")


def _write_all_scripts() -> None:
    """No work is in vain for want of a character: files and pipes are UTF-8, and a terminal that lacks a character shows
    its number. What is typed is taken whatever its bytes are."""
    from io import TextIOWrapper

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")


def _stop(message: str) -> None:
    print(f"bayling: {message}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
