"""All commands, in the order of `bayling --help`."""

from collections.abc import Callable

import typer

from bayling.cli import benchmarks, data, evaluation, scoring, stages, use, weights

COMMANDS: tuple[Callable[..., None], ...] = (
    stages.run,
    stages.build,
    stages.tune,
    stages.log,
    stages.plan,
    stages.report,
    use.translate,
    use.chat,
    use.engines,
    use.serve,
    scoring.score,
    scoring.agreement,
    scoring.answer,
    scoring.judge,
    evaluation.matrix,
    weights.export,
    weights.publish,
    data.export_data,
    benchmarks.exam,
    benchmarks.suite,
    benchmarks.reproduce,
    data.show,
    data.clean,
    data.check_overlap,
    data.languages,
)
GROUPS = {
    "evaluate": evaluation.evaluate,
    "delta": weights.delta,
    "vocabulary": weights.vocabulary,
    "benchmark": benchmarks.benchmark,
    "human": scoring.human,
    "corpora": data.corpora,
}
"""Shown after the commands."""

app = typer.Typer(
    help="Make a multilingual language model out of parallel text by interactive translation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in COMMANDS:
    app.command()(command)
for name, group in GROUPS.items():
    app.add_typer(group, name=name)
