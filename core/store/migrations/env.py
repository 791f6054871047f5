"""Where Alembic starts; the connection comes from core.store.database."""

from alembic import context

import core.store.figure_tables
import core.store.source_tables  # noqa: F401  (their tables belong to the same store)
from core.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, render_as_batch=connection.dialect.name == "sqlite"
)
with context.begin_transaction():
    context.run_migrations()
