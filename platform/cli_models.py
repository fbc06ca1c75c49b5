"""``estampe models``: thin, as the other commands."""

from __future__ import annotations

import sys
from contextlib import closing

import click

from .errors import ModelError
from .net import open_door
from .settings import Settings
from .weights import Models


@click.command()
@click.option("--fetch", is_flag=True, help="Fetch what has an address and is not here yet.")
@click.pass_obj
def models(settings: Settings, fetch: bool) -> None:
    """Say which models there are, under which licence, and which are missing.

    Each file is read and compared with the hash that the list of models has for it. Exit status: 0 all are there; 1 one
    is missing or is not what the list says. What does not need it works all the same.
    """
    with closing(open_door(settings)) as door:
        known = Models.open(settings, door)
        if fetch:
            for entry in known.entries:
                if entry.url:
                    try:
                        known.file(entry.name)
                    except ModelError as error:
                        click.echo(str(error), err=True)
        presences = known.presences()
    width = max((len(each.entry.name) for each in presences), default=0)
    for each in presences:
        said = each.trouble and f"MISSING: {each.trouble}"
        click.echo(f"{each.entry.name:<{width}}  {said or f'{each.bytes / 1e6:.1f} MB'}")
        click.echo(f"{'':<{width}}  {each.entry.what}; version {each.entry.version}; {each.entry.licence}")
        click.echo(f"{'':<{width}}  {each.entry.place}")
    if any(each.trouble for each in presences):
        sys.exit(1)
