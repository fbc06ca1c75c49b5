"""``estampe …``: thin, one function a command, no logic."""

from __future__ import annotations

import os
import sys
import time
import webbrowser
from dataclasses import replace
from pathlib import Path
from threading import Timer

import click

from . import logs
from .catalogue import Catalogue, Counts
from .checking import Check
from .cli_models import classify, describe, detect, evaluate, models, train
from .cli_workers import beat, begin_on_workers, jobs, run_on_workers, worker
from .datasets import export_illustrations, publish_pictures
from .datasets import publish as publish_tree
from .errors import EstampeError, UsageError
from .harvest import Harvester
from .housekeeping import forget as forget_documents
from .housekeeping import stores
from .iiif import Addresses
from .net import open_door
from .pipeline import ALL, LOOKS, Pipeline, Readers, Stopped, Stopping, Summary
from .progress import ProgressBar, counter
from .search import open_index
from .search import rebuild as rebuild_index
from .settings import Settings, is_set
from .worker import Order


class _Commands(click.Group):
    """Turns Estampe's errors into one line on standard error and an exit status."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except EstampeError as error:
            raise click.ClickException(str(error)) from error


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 all done, 1 some of it was refused or failed, 2 wrong use, 130 or 143 stopped by a signal.",
)
@click.version_option(package_name="estampe")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Stands above ESTAMPE_HOME.")
@click.pass_context
def main(ctx: click.Context, home: Path | None) -> None:
    """Find the pictures in digitised books, newspapers and albums; search and republish them."""
    settings = Settings.from_environment(home=home)
    logs.configure(settings.log_format, settings.log_level)
    ctx.obj = settings


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--ocr",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of ALTO files for a manifest whose OCR cannot be had.",
)
@click.option("--offline", is_flag=True, help="Ask nothing of the network: use files and what was harvested before.")
@click.option(
    "--pictures/--no-pictures",
    default=True,
    help="Look at distant scans too, for colours and hashes. Files are always looked at.",
)
@click.option("--revive", is_flag=True, help="Take in again what was forgotten.")
@click.option(
    "--without",
    multiple=True,
    type=click.Choice((*LOOKS, ALL)),
    help="Leave this look of the models out; may be given several times.",
)
@click.option("--quiet", is_flag=True, help="No progress bar.")
@click.option("--detach", is_flag=True, help="Give the work to the workers and do not wait for it.")
@click.pass_obj
def run(
    settings: Settings,
    sources: tuple[str, ...],
    ocr: Path | None,
    offline: bool,
    pictures: bool,
    revive: bool,
    without: tuple[str, ...],
    quiet: bool,
    detach: bool,
) -> None:
    """Harvest each SOURCE, find its illustrations, describe and index them.

    A SOURCE is the address of a manifest or collection, an ARK (also of one page), a manifest file, a folder of
    scans with ALTO, a list of manifests/, "sru:QUERY" or "issues:ARK/YEAR" of Gallica. What is done already is not
    done again, so a run that was interrupted goes on where it was.

    Where ESTAMPE_BROKER_URL is set, workers do it (see `estampe worker`); this command shows how they go on.
    """
    if not all(source.strip() for source in sources):
        raise click.UsageError("a SOURCE is empty: perhaps a variable of the shell that is not set")
    settings = replace(settings, offline=settings.offline or offline)
    folder = str(ocr.absolute()) if ocr else ""
    order = Order(sources, pictures, revive, settings.offline, folder, without=without)
    if detach:
        with stores(settings) as catalogue:
            begin_on_workers(settings, catalogue, order)
        return
    summary = _run(settings, order, quiet=quiet)
    if summary.misused:
        sys.exit(2)
    if summary.refused or summary.failed:
        sys.exit(1)


def _run(settings: Settings, order: Order, *, quiet: bool = False) -> Summary:
    started = time.monotonic()
    try:
        with Stopping() as stopping, stores(settings) as catalogue, ProgressBar(sys.stderr, quiet=quiet) as bar:
            if settings.broker_url:
                summary = run_on_workers(settings, catalogue, order, bar, stopping)
            else:
                summary = _run_here(settings, catalogue, order, bar, stopping)
            held = catalogue.counts()
    except Stopped as stopped:
        click.echo(f"{stopped}; what was read is kept, and the same command goes on where it was", err=True)
        # All is closed; what still waits for the network is not waited for.
        os._exit(128 + stopped.signal)
    _say(summary, held, time.monotonic() - started)
    return summary


def _run_here(settings: Settings, catalogue: Catalogue, order: Order, bar: ProgressBar, stopping: Stopping) -> Summary:
    door = open_door(settings)
    with open_index(settings, catalogue) as index:
        pipeline = Pipeline(
            catalogue,
            index,
            door,
            pictures=order.pictures,
            revive=order.revive,
            watcher=bar,
            jobs=settings.home / "jobs",
            stopping=stopping,
            readers=Readers(settings.processes, order.sight(settings)),
        )
        ocr = Path(order.ocr) if order.ocr else None
        return pipeline.run(Harvester(door, settings, ocr_folder=ocr, since=catalogue.origins.until), order.sources)


def _say(summary: Summary, held: Counts, seconds: float) -> None:
    rate = f", {summary.read / seconds:.1f} pages a second" if summary.read and seconds else ""
    gone = f"; {summary.withdrawn} withdrawn by their source" if summary.withdrawn else ""
    bad = f"; {summary.unreadable} cannot be read" if summary.unreadable else ""
    bad += f"; on {summary.failed} Estampe itself failed" if summary.failed else ""
    lines = [
        ("documents", f"{summary.documents}" + (f", and {summary.refused} refused" if summary.refused else "") + gone),
        ("pages", f"{summary.pages}, of which {summary.read} were new or had changed{bad}"),
        ("illustrations", f"{summary.illustrations} on these, and {summary.noise} regions that are no pictures"),
        ("diagnostics", f"{summary.diagnostics}"),
        ("could not be had", f"{summary.missing}"),
        ("time", f"{seconds:.1f} s{rate}"),
        ("catalogue", f"{held.documents} documents, {held.pages} pages, {held.illustrations} illustrations now"),
    ]
    for name, value in lines:
        click.echo(f"{name + ':':<18} {value}")


@main.command()
@click.pass_obj
def status(settings: Settings) -> None:
    """Say what the catalogue holds, by provider, and how far the index has followed it."""
    with stores(settings) as catalogue, open_index(settings, catalogue) as index:
        counts = catalogue.counts()
        click.echo(f"home:          {settings.home.absolute()}")
        click.echo(f"documents:     {counts.documents}")
        click.echo(f"pages:         {counts.pages}, of which {counts.pages_done} are done")
        click.echo(f"illustrations: {counts.illustrations}, and {counts.noise} regions that are no pictures")
        severities = ", ".join(f"{count} {severity}" for severity, count in sorted(counts.diagnostics.items()))
        click.echo(f"diagnostics:   {severities or 'none'}")
        behind = catalogue.last_change() - index.position()
        click.echo(f"index:         {'up to date' if behind <= 0 else f'{behind} changes behind'}; {index.health()}")
        for one in counts.by_provider:
            click.echo(f"  {one.provider}: {one.tally.documents} documents, {one.tally.illustrations} illustrations")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen at.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="How many processes answer.")
@click.option("--open", "open_browser", is_flag=True, help="Open the first page in the browser.")
@click.pass_obj
def serve(settings: Settings, host: str, port: int, workers: int, open_browser: bool) -> None:
    """Serve the pages, the IIIF and the API."""
    _serve(settings, host, port, workers, open_browser=open_browser)


def _serve(settings: Settings, host: str, port: int, workers: int, *, open_browser: bool) -> None:
    from .server import serve as listen

    address = f"http://{host}:{port}/"
    if not is_set("base_url"):
        # Whatever is published names itself by this address.
        settings = replace(settings, base_url=address.rstrip("/"))
    click.echo(f"Estampe answers at {address} (stop with Ctrl-C)", err=True)
    if open_browser:
        Timer(1.5, webbrowser.open, (address,)).start()
    listen(settings, host=host, port=port, workers=workers)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--pictures/--no-pictures", default=True, help="Write scans that are files of this machine, in tiles.")
@click.pass_obj
def publish(settings: Settings, folder: Path, pictures: bool) -> None:
    """Write the IIIF of all documents into FOLDER, to be served by any web server at ESTAMPE_BASE_URL."""
    addresses = Addresses(settings.base_url)
    with stores(settings) as catalogue:
        with counter(sys.stderr, "documents") as progress:
            published = publish_tree(catalogue, folder, addresses, progress)
        click.echo(f"documents written: {published.written}, removed: {published.removed}")
        refused = list(published.refused)
        if pictures:
            with counter(sys.stderr, "scans") as progress:
                pictured = publish_pictures(catalogue, folder, addresses, progress)
            click.echo(f"scans written:     {pictured.written}, removed: {pictured.removed}")
            refused += pictured.refused
    for name, cause in refused:
        click.echo(f"refused: {name}: {cause}", err=True)
    if refused:
        sys.exit(1)


@main.group()
def index() -> None:
    """Care for the search index."""


@index.command("rebuild")
@click.pass_obj
def index_rebuild(settings: Settings) -> None:
    """Make the index anew beside the old one, then swap them."""
    with stores(settings) as catalogue, counter(sys.stderr, "changes") as progress:
        rebuild_index(settings, catalogue, progress)


@main.command()
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT...")
@click.pass_obj
def forget(settings: Settings, documents: tuple[str, ...]) -> None:
    """Remove each DOCUMENT (its id, its ARK or its manifest's address) with all that hangs on it.

    A tombstone stays, so that it is not harvested again by accident. The index is purged, once for all, so that nothing
    of them is left in its files; the embedded one is made anew for that.
    """
    with stores(settings) as catalogue, open_index(settings, catalogue) as index_:
        with counter(sys.stderr, "documents") as progress:
            forgotten = forget_documents(settings, catalogue, index_, documents, progress)
        for identifier in forgotten:
            click.echo(f"forgotten: {identifier}")


@main.command()
@click.option("--mend", is_flag=True, help="Mend what can be mended without losing anything.")
@click.option("--deep", is_flag=True, help="Read every scan of this machine, and compare it with what it was.")
@click.option(
    "--published",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Compare a folder of `estampe publish` too.",
)
@click.pass_obj
def check(settings: Settings, mend: bool, deep: bool, published: Path | None) -> None:
    """Find where catalogue, index, files and publication disagree.

    Each finding is a line: where it is, what is wrong, and what --mend does about it. The catalogue is believed, and
    what people did is never touched. Exit status: 0 all is well, or mended; 1 something is not.
    """
    left = 0
    with stores(settings) as catalogue, open_index(settings, catalogue) as index_:
        checked = Check(settings, catalogue, index_, mend=mend, deep=deep, published=published)
        with counter(sys.stderr, "documents") as progress:
            for finding in checked.findings(progress):
                click.echo(str(finding))
                left += not finding.mended
    if left:
        sys.exit(1)


@main.group()
def export() -> None:
    """Write data sets."""


@export.command("illustrations")
@click.pass_obj
def export_illustrations_command(settings: Settings) -> None:
    """Write all illustrations as JSON Lines, in an order that stays the same."""
    with stores(settings) as catalogue:
        for line in export_illustrations(catalogue, Addresses(settings.base_url)):
            click.echo(line)


@main.command()
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the result and open it in the browser.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen at.")
@click.pass_obj
def demo(settings: Settings, serving: bool, port: int) -> None:
    """Print the demonstration corpus, mine it, and show the result."""
    from .press import DEMONSTRATION, print_corpus

    corpus = settings.home / "demonstration"
    pages = sum(order.pages for order in DEMONSTRATION)
    with click.progressbar(length=pages, label="printing the demonstration corpus", file=sys.stderr) as bar:
        print_corpus(corpus, DEMONSTRATION, progress=lambda *_: bar.update(1))
    settings = replace(settings, offline=True, base_url=f"http://127.0.0.1:{port}")
    _run(settings, Order((str(corpus / "documents"),)))
    if serving:
        _serve(settings, "127.0.0.1", port, 2, open_browser=True)


for _command in (beat, classify, describe, detect, evaluate, jobs, models, train, worker):
    main.add_command(_command)
