"""What Alembic runs for each step: on the connection that opens the desk, in its transaction."""

from alembic import context

from api.desk.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
