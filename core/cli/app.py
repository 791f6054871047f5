"""The commands by name, and how a problem is told: one sentence on the error stream, exit code 1."""

import sys

import typer
from rich.console import Console

from core.cli.data.attach_masks import attach_masks
from core.cli.data.delete import delete
from core.cli.data.demo import demo
from core.cli.data.evaluate import evaluate
from core.cli.data.export import export
from core.cli.data.heart_report import heart_report
from core.cli.data.import_files import import_files
from core.cli.data.measure import measure
from core.cli.data.predict import predict
from core.cli.models.average import average
from core.cli.models.export_model import export_model
from core.cli.models.promote import promote
from core.cli.models.remove_model import remove_model
from core.cli.models.report import report
from core.cli.models.train import train
from core.cli.operation.backup import backup
from core.cli.operation.cluster import app as cluster_app
from core.cli.operation.copy_store import copy_store
from core.cli.operation.restore import restore
from core.cli.operation.serve import app as serve_app
from core.cli.operation.stop import stop
from core.cli.operation.trail import trail
from core.cli.operation.verify import verify
from core.errors import SeptumError, one_memory_error

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Septum: segment short-axis cardiac MR, correct it, learn from the corrections.",
)
app.command("app")(serve_app)
app.command("import")(import_files)
app.command("attach-masks")(attach_masks)
app.command("predict")(predict)
app.command("evaluate")(evaluate)
app.command("measure")(measure)
app.command("heart-report")(heart_report)
app.command("train")(train)
app.command("report")(report)
app.command("promote")(promote)
app.command("remove-model")(remove_model)
app.command("average")(average)
app.command("export")(export)
app.command("export-model")(export_model)
app.command("delete")(delete)
app.command("demo")(demo)
app.command("stop")(stop)
app.command("trail")(trail)
app.command("verify")(verify)
app.command("backup")(backup)
app.command("restore")(restore)
app.command("copy-store")(copy_store)
app.add_typer(cluster_app, name="cluster")


def main() -> None:
    """Run the command line; a problem that a person can mend is told without a traceback."""
    try:
        with one_memory_error():
            app()
    except SeptumError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), style="red", markup=False, highlight=False)
        sys.exit(1)
