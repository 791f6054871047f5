"""`cluster`: the scheduler and the nodes that do long runs on several machines."""

from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from core.engine.extra import needing_dask

app = typer.Typer(no_args_is_help=True, help="Start the scheduler of a cluster, or a node that takes work.")
HOST = typer.Option("--host", help="Address of this machine to listen on, and no other.")


@app.command()
def scheduler(
    host: Annotated[str, HOST] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="To listen on; 0 takes a free one.", min=0, max=65535)] = 8786,
) -> None:
    """Start the scheduler, which places work on nodes. Stop with Ctrl+C; it may begin anew at any time."""
    with needing_dask():
        from core.engine.start import serve_scheduler  # takes a second to load
    serve_scheduler(host, port, tell("Scheduler at {}"))


@app.command()
def worker(
    scheduler_address: Annotated[str, typer.Argument(help="Its address, such as tls://host:8786.")],
    host: Annotated[str, HOST] = "127.0.0.1",
    threads: Annotated[int, typer.Option(help="Shards at once.", min=1)] = 1,
    gpus: Annotated[int, typer.Option(help="Trainings on a GPU at once.", min=0)] = 0,
    name: Annotated[str, typer.Option(help="By which pages know the node.")] = "",
) -> None:
    """Start a node. It needs the app's database and images, and looks for them before it takes work."""
    with needing_dask():
        from core.engine.start import serve_node
    serve_node(scheduler_address, host, threads, gpus, name, tell("Node at {}"))


def tell(sentence: str) -> Callable[[str], None]:
    """Return what prints an address at once, for whoever waits for the line."""
    return lambda address: Console(soft_wrap=True).print(sentence.format(address), highlight=False)
