"""Many clients on one server: throughput, waiting time, memory, and whether each gets its own answer.

    python benchmarks/load.py --seconds 300 --model runs/quickstart
    python benchmarks/load.py --seconds 20                            # an engine that only repeats: the server alone

Clients ask one after the other without a pause, each of the three APIs in turn. Every text is asked about alone
before, and every answer under load is compared with that one: it may be the same, another's (crossed), or differ
otherwise. Exits with 1 where an answer is lost or crossed, or where there is an error but 429.
"""

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from urllib.parse import urlsplit

import psutil

from bayling.engines.engine import Engine, Options

SENTENCE = "the old captain counted eleven green lanterns before the harbour went dark again"
TEXTS = 48
"""Different texts."""
PAUSE = 0.05
"""Seconds before a client that got 429 asks again; the server says a second, which would let the load off."""


class Repeating(Engine):
    """Says what was said, after a pause as long as a small model's on a GPU."""

    name = "repeating"

    def complete(self, prompts, options=Options(), done=None):
        return list(prompts)

    def generate(self, conversations, options=Options(), done=None):
        time.sleep(0.01)
        return [turns[-1].content.rpartition(": ")[2].upper() for turns in conversations]

    def stream(self, conversation, options=Options()):
        yield from self.generate([conversation], options)[0].split(" ")


def text(number):
    """A text that no other is like."""
    words = SENTENCE.split()
    turned = words[number % len(words) :] + words[: number % len(words)]
    return f"On day {100 + number} {' '.join(turned[: 5 + number % 7])}."


class Client:
    """Asks about texts over one connection, as long as it is told to."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)

    def ask(self, number):
        """The status and the answer."""
        said = text(number)
        match number % 3:
            case 0:
                path, body = "/v1/translate", {"text": said, "target": "de", "source": "en"}
            case 1:
                path, body = "/translate", {"q": said, "target": "de", "source": "en"}
            case _:
                turn = {"role": "user", "content": f"Translate into German: {said}"}
                path, body = "/v1/chat/completions", {"messages": [turn], "stream": True}
        self.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        reply = self.connection.getresponse()
        data = reply.read().decode()
        return reply.status, self._answer(number, data) if reply.status == 200 else data

    @staticmethod
    def _answer(number, data):
        if number % 3 == 2:
            chunks = [json.loads(line[6:]) for line in data.split("\n\n") if line.startswith("data: {")]
            return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks).strip()
        told = json.loads(data)
        return told["translations"][0]["text"] if number % 3 == 0 else told["translatedText"]


class Load:
    """What came of it all."""

    def __init__(self, expected):
        self.expected = expected
        self.outcomes = Counter()
        self.seconds = []
        self.errors = []

    def judge(self, number, status, answer, seconds):
        """Enter one answer."""
        if status == 429:
            self.outcomes["refused (429)"] += 1
        elif status != 200:
            self.outcomes[f"error {status}"] += 1
            self.errors.append(answer[:200])
        else:
            self.seconds.append(seconds)
            others = (other for at, other in self.expected.items() if at != number)
            same = answer == self.expected[number]
            self.outcomes["same" if same else "crossed" if answer in others else "different"] += 1


def client(address, load, until, start):
    """One client's whole life."""
    mine, number = Client(address), start
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            status, answer = mine.ask(number % TEXTS)
        except (OSError, http.client.HTTPException) as error:
            load.outcomes["lost"] += 1
            load.errors.append(repr(error))
            mine = Client(address)
            continue
        load.judge(number % TEXTS, status, answer, time.monotonic() - started)
        if status == 429:
            time.sleep(PAUSE)
        else:
            number += 7


def run(address, process, clients, seconds):
    """Ask each text alone, then all at once."""
    alone = Client(address)
    load = Load({number: alone.ask(number)[1] for number in range(TEXTS)})
    started = time.monotonic()
    threads = [
        threading.Thread(target=client, args=(address, load, started + seconds, 11 * at))
        for at in range(clients)
    ]
    for thread in threads:
        thread.start()
    memory = []
    while any(thread.is_alive() for thread in threads):
        time.sleep(1)
        memory.append(process.memory_info().rss / 2**20)
    return load, memory, time.monotonic() - started


def report(load, memory, took, clients):
    """Print the figures; whether all is well."""
    cuts = statistics.quantiles(load.seconds, n=100, method="inclusive")
    settled = memory[len(memory) // 4 :]
    print(f"{clients} clients, {took:.0f} s, {psutil.cpu_count()} cores")
    print("answers: " + ", ".join(f"{count} {kind}" for kind, count in sorted(load.outcomes.items())))
    print(
        f"{len(load.seconds) / took:.1f} answers/s; p50 {cuts[49]:.3f} s, p95 {cuts[94]:.3f} s, p99 {cuts[98]:.3f} s"
    )
    print(
        f"memory: {settled[0]:.0f} MiB after a quarter of the time, {settled[-1]:.0f} MiB at the end, {max(memory):.0f} at most"
    )
    for error, count in Counter(load.errors).most_common(5):
        print(f"  {count} × {error}")
    return not load.errors and not load.outcomes["crossed"]


def serve_repeating():
    """The server with the engine that repeats, on a free port."""
    import socket

    import uvicorn

    from bayling.serve import Settings
    from bayling.serve.app import make_app
    from bayling.serve.server import configured
    from bayling.serve.service import Service

    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(f"serving at http://127.0.0.1:{listening.getsockname()[1]}/", file=sys.stderr, flush=True)
    app = make_app(Service(Repeating(), Settings(), "repeating"))
    uvicorn.Server(configured(app)).run(sockets=[listening])


def main():
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--model", help="serve this model; else an engine that repeats")
    options.add_argument("--clients", type=int, default=64)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument(
        "--set", action="append", default=[], help="a limit of the server's, such as requests=32"
    )
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        serve_repeating()
        return
    command = [sys.executable, __file__, "--serve"]
    if given.model:
        command = [sys.executable, "-m", "bayling.cli", "serve", "--model", given.model, "--port", "0"]
        command += [part for each in given.set for part in ("--set", each)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = next(line for line in server.stderr if line.startswith("serving at "))
        threading.Thread(target=lambda: sys.stderr.writelines(server.stderr), daemon=True).start()
        load, memory, took = run(line.split()[-1], psutil.Process(server.pid), given.clients, given.seconds)
        well = report(load, memory, took, given.clients)
    finally:
        server.terminate()
        server.wait(30)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
