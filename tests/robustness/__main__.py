"""Feed every real file, whole and cut at ten places, to the reader of its kind: it is read or refused clearly.

``python -m tests.robustness [DATA] [--every N]``; the suite runs a sample (test_sample.py). All is read in one process
that may have 500 MB. It fails on a crash, on a file that takes more than ten seconds, and on a refusal that does not
say what was refused and why.
"""

from __future__ import annotations

import argparse
import faulthandler
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.robustness import alto, iiif, images

#: Seconds of computing that a file may take, whole and in pieces.
SECONDS = 10.0
#: Seconds after which a file is taken to hang.
PATIENCE = 120.0
#: What is read, and of which folders only the pictures are.
_FOLDERS = ("iiif", "alto", "bnf-e2e-*", "segmonto-fullres", "gallica-api", "genre", "detection")
_PICTURES = ("genre", "detection")


def files(data: Path, unpacked: Path) -> Iterator[Path]:
    """Give every file, and those that were unpacked from archives."""
    for pattern in _FOLDERS:
        for path in sorted(path for folder in data.glob(pattern) for path in folder.rglob("*") if path.is_file()):
            if pattern not in _PICTURES or path.suffix.lower() in images.ENDINGS:
                yield path
    yield from sorted(path for path in unpacked.rglob("*") if path.is_file())


def check(path: Path) -> Counter[str]:
    """Feed a file to the reader for its kind; return how many readings succeeded and were refused, by kind."""
    ending, content = path.suffix.lower(), path.read_bytes()
    if ending == ".json":
        return Counter({f"JSON: {iiif.check(path, content)}": 1})
    if ending in images.ENDINGS:
        return Counter({f"pictures: {outcome}": n for outcome, n in images.check(str(path), content).items()})
    # What is no XML either must be refused by these too.
    return Counter({f"ALTO and METS: {outcome}": n for outcome, n in alto.check(str(path), content).items()})


def work(data: Path, unpacked: Path, every: int) -> int:
    """Check all files, saying before each which it is."""
    resource.setrlimit(resource.RLIMIT_AS, (alto.MEMORY, alto.MEMORY))
    seen: Counter[str] = Counter()
    broken = 0
    for path in list(files(data, unpacked))[::every]:
        say(f"? {path}")
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        began = time.process_time()
        try:
            seen += check(path)
            assert time.process_time() - began < SECONDS, "it takes too long"
        except Exception as error:  # noqa: BLE001 - whatever a reader lets through is what is looked for
            broken += 1
            say(f"BROKEN {path}: {type(error).__name__}: {error}")
        seen["files"] += 1
    faulthandler.cancel_dump_traceback_later()
    for kind, count in sorted(seen.items()):
        say(f"{kind}: {count}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"broken: {broken}\nmemory in use: {peak} MB at most")
    return 1 if broken or not seen["files"] else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.robustness", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"), metavar="DATA")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth file only")
    parser.add_argument("--unpacked", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.unpacked:
        return work(arguments.data, arguments.unpacked, arguments.every)
    with tempfile.TemporaryDirectory() as unpacked:
        for path in arguments.data.rglob("*.tar.xz"):
            with tarfile.open(path) as archive:
                archive.extractall(Path(unpacked, path.name), filter="data")
        return watch([str(arguments.data), "--every", str(arguments.every), "--unpacked", unpacked])


def watch(arguments: list[str]) -> int:
    """Run the work in a process of its own, so that even a crash of the interpreter is told with the file's name."""
    command = [sys.executable, "-m", "tests.robustness", *arguments]
    # The limit is on addresses; the C library would set 64 MB of them aside for each thread.
    environment = os.environ | {"MALLOC_ARENA_MAX": "1"}
    last, ended = "", False
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        for line in process.stdout or ():
            if line.startswith("? "):
                last = line[2:].strip()
            else:
                say(line.rstrip("\n"))
            ended = ended or line.startswith("memory in use")
    if not ended:
        say(f"CRASHED (status {process.returncode}) at {last}")
    return 1 if process.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
