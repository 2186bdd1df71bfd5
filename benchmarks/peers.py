"""The same work in bayling, datatrove and data-juicer, side by side: seconds of a processor, and what is rejected.

    python benchmarks/peers.py --pairs 100000 --datatrove ENV/bin/python --data-juicer ENV/bin/python

Each reads the same JSON lines, normalises, leaves out exact repetitions and what breaks a rule (language
identification among them), makes a translation conversation of each pair that is left, and writes it. The rules
and the conversations are the same functions everywhere, so that all reject the same; reading, deduplication,
filters, processes and writing are each tool's own. What bayling does besides, it does here too: it counts by
language and licence, caps the use of an answer, mixes directions, and writes in an order that never changes.

The peers need an environment of their own each, with what bayling's rules import:

    pip install datatrove[io] -c constraints.txt pycld2 langcodes language_data pydantic pyyaml xxhash rich
    pip install --no-deps -e .
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import psutil

from bayling.clean import check_pair, normalise_pair
from bayling.conversation import Conversation, plain_messages
from bayling.corpora.pair import Pair
from bayling.hashing import stable_hash
from bayling.instruct.lexicon import Lexicon
from bayling.instruct.tasks.translation import Translation

WORKERS = 2


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--datatrove", default=sys.executable, help="Python of datatrove's environment.")
    parser.add_argument("--data-juicer", default=sys.executable, help="Python of data-juicer's environment.")
    parser.add_argument("--only", choices=tuple(PEERS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        PEERS[options.only](options.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        compare(Path(name), options)


def compare(folder: Path, options: argparse.Namespace) -> None:
    """Run all three and print a line each."""
    from building import LANGUAGES, write

    sources = [write(folder, tag, options.pairs // len(LANGUAGES)) for tag in LANGUAGES]
    for tag, source in zip(LANGUAGES, sources, strict=True):
        source["path"] = str(as_json_lines(Path(source["path"]), tag))
    build = {
        "sources": sources,
        "conversations": options.pairs,
        "engine": "daft",
        "max_reuse_per_target": 1000,
        "into_pivot": 0,
        "temperature": 1.0,
    }
    recipe = {"name": "peers", "foundation": "gemma3-270m", "languages": LANGUAGES, "build": build}
    (folder / "peers.yaml").write_text(json.dumps(recipe), encoding="utf-8")
    own = [sys.executable, "-m", "bayling.cli", "build", "peers.yaml", "--runs", "runs"]
    commands = {"bayling": own}
    for peer, python in (("datatrove", options.datatrove), ("data-juicer", options.data_juicer)):
        commands[peer] = [python, __file__, "--only", peer, "--folder", str(folder)]
    print(f"{'':<12}{'CPU s':>8}{'us/pair':>9}{'made':>9}  rejected")
    for tool, command in commands.items():
        spent = processor_seconds(tool, command, folder)
        made, rejected = (
            told(folder) if tool == "bayling" else json.loads((folder / f"{tool}.json").read_text())
        )
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(rejected.items()))
        print(f"{tool:<12}{spent:>8.1f}{1e6 * spent / options.pairs:>9.0f}{made:>9,}  {reasons}", flush=True)


def processor_seconds(tool: str, command: list[str], folder: Path) -> float:
    """Run a command; gives what it and all processes that came of it took of the processors.

    Each is asked a dozen times a second: what the system adds up leaves out processes that nobody waits for.
    """
    used: dict[int, float] = {}
    with (folder / f"{tool}.log").open("w") as log:
        process = psutil.Popen(command, cwd=folder, stdout=log, stderr=log)
        while process.poll() is None:
            for each in (process, *process.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    times = each.cpu_times()
                    used[each.pid] = times.user + times.system
            time.sleep(0.08)
    if process.returncode:
        raise SystemExit(f"{tool}: {(folder / f'{tool}.log').read_text()[-2000:]}")
    return sum(used.values())


def told(folder: Path) -> tuple[int, dict[str, int]]:
    """Conversations and rejections by reason of bayling's build."""
    data = folder / "runs" / "peers" / "data"
    statistics = json.loads((data / "statistics.json").read_text(encoding="utf-8"))
    made = statistics["conversations"] + statistics["splits"]["dev"]
    return made, {reason: sum(counts.values()) for reason, counts in statistics["rejected"].items()}


def as_json_lines(path: Path, tag: str) -> Path:
    """The pairs of a TSV file in the form that all three read."""
    folder = path.parent / "in"
    folder.mkdir(exist_ok=True)
    made = folder / f"{tag}.jsonl"
    with path.open(encoding="utf-8") as rows, made.open("w", encoding="utf-8") as file:
        next(rows)
        for number, row in enumerate(rows):
            source, target = row.rstrip("\n").split("\t")
            line = {
                "id": f"{number}",
                "source": source,
                "target": target,
                "source_lang": "en",
                "target_lang": tag,
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return made


def pair_of(row: dict[str, Any]) -> Pair:
    """A row's pair, normalised."""
    texts = row["source"].strip(), row["target"].strip()
    made = Pair(*texts, row["source_lang"], row["target_lang"], "made", "made", "CC0-1.0", row["id"])
    return normalise_pair(made)


def content(pair: Pair) -> str:
    """What repetitions have in common."""
    return "\x1f".join((pair.source_lang, pair.target_lang, pair.source, pair.target))


def conversation(pair: Pair) -> dict[str, Any] | None:
    """The pair's conversation, as plain values."""
    task = Translation(Lexicon(()))
    made = task.make([pair], Random(stable_hash(0, pair.corpus, pair.id, pair.target_lang)))
    return plain(made) if made else None


def plain(made: Conversation) -> dict[str, Any]:
    """A conversation as values of JSON."""
    return {
        "messages": plain_messages(made.messages),
        "task": made.task,
        "source_lang": made.source_lang,
        "target_lang": made.target_lang,
        "request_lang": made.request_lang,
        "pairs": list(made.pairs),
        "facts": json.dumps(made.facts, ensure_ascii=False),
    }


def rejecting(rejected: Counter[str]) -> Any:
    """Gives a row's conversation, or None and counts why."""

    def judge(row: dict[str, Any]) -> dict[str, Any] | None:
        pair = pair_of(row)
        if reason := check_pair(pair):
            rejected[reason] += 1
            return None
        return conversation(pair)

    return judge


def in_datatrove(folder: Path) -> None:
    """Sign, find repetitions, then filter and write: its three steps for exact deduplication by a key."""
    from datatrove.data import Document, DocumentsPipeline
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.base import PipelineStep
    from datatrove.pipeline.dedup.exact_dedup import (
        ExactDedupConfig,
        ExactDedupFilter,
        ExactDedupSignature,
        ExactFindDedups,
    )
    from datatrove.pipeline.readers import JsonlReader
    from datatrove.pipeline.writers import ParquetWriter

    def adapt(_: Any, row: dict[str, Any], path: str, place: int) -> dict[str, Any]:
        return {"id": row["id"], "text": row["source"], "metadata": row}

    class Converse(PipelineStep):
        name = "conversations"

        def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
            rejected: Counter[str] = Counter()
            judge, made, read = rejecting(rejected), 0, 0
            for document in data:
                read += 1
                if row := judge(document.metadata):
                    made += 1
                    yield Document(text=row["messages"][0]["content"], id=document.id, metadata=row)
            (folder / f"counts-{rank}.json").write_text(json.dumps([read, made, rejected]))

    def getter(document: Document) -> bytes:
        return content(pair_of(document.metadata)).encode()

    config = ExactDedupConfig(getter)
    reader = JsonlReader(str(folder / "in"), adapter=adapt)
    signed, repeated = str(folder / "signed"), str(folder / "repeated")
    steps: list[tuple[list[Any], int]] = [
        ([reader, ExactDedupSignature(signed, config=config)], WORKERS),
        ([ExactFindDedups(signed, repeated, config=config)], 1),
        (
            [
                reader,
                ExactDedupFilter(repeated, config=config),
                Converse(),
                ParquetWriter(str(folder / "trove")),
            ],
            WORKERS,
        ),
    ]
    for number, (pipeline, tasks) in enumerate(steps):
        logs = str(folder / f"logs-{number}")
        LocalPipelineExecutor(pipeline=pipeline, tasks=tasks, workers=tasks, logging_dir=logs).run()
    counts = [json.loads(path.read_text()) for path in folder.glob("counts-*.json")]
    rejected = sum((Counter(each[2]) for each in counts), Counter[str]())
    lines = sum(path.read_bytes().count(b"\n") for path in (folder / "in").glob("*.jsonl"))
    rejected["repeated"] = lines - sum(each[0] for each in counts)
    (folder / "datatrove.json").write_text(json.dumps([sum(each[1] for each in counts), rejected]))


def in_data_juicer(folder: Path) -> None:
    """A mapper, its deduplicator, a filter by the rules, a mapper, and its export."""
    from data_juicer.core.data import NestedDataset
    from data_juicer.ops.base_op import Mapper
    from data_juicer.ops.deduplicator.document_deduplicator import DocumentDeduplicator
    from datasets import load_dataset

    class Normalise(Mapper):
        def process_single(self, row: dict[str, Any]) -> dict[str, Any]:
            return {**row, "key": content(pair_of(row))}

    class Rules(Mapper):
        def process_single(self, row: dict[str, Any]) -> dict[str, Any]:
            return {**row, "reason": check_pair(pair_of(row)) or ""}

    class Converse(Mapper):
        def process_single(self, row: dict[str, Any]) -> dict[str, Any]:
            return {**row, "conversation": json.dumps(conversation(pair_of(row)), ensure_ascii=False)}

    files = sorted(map(str, (folder / "in").glob("*.jsonl")))
    rows = NestedDataset(
        load_dataset("json", data_files=files, split="train", cache_dir=str(folder / "cache"))
    )
    unique = rows.process(
        [Normalise(num_proc=WORKERS), DocumentDeduplicator(text_key="key", num_proc=WORKERS)]
    )
    judged = unique.process([Rules(num_proc=WORKERS)])
    rejected = Counter(reason for reason in judged["reason"] if reason)
    rejected["repeated"] = len(rows) - len(unique)
    made = judged.filter(lambda row: not row["reason"], num_proc=WORKERS).process(
        [Converse(num_proc=WORKERS)]
    )
    made.to_parquet(str(folder / "juicer.parquet"))
    (folder / "data-juicer.json").write_text(
        json.dumps([sum(text != "null" for text in made["conversation"]), rejected])
    )


PEERS = {"datatrove": in_datatrove, "data-juicer": in_data_juicer}

if __name__ == "__main__":
    main()
