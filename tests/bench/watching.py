"""Which statements PostgreSQL is asked, how long each takes and along which plan."""

import re
import time

from sqlalchemy import event

from tests.bench.crowd import BIG

LONG = 0.05
EXPLAINED = ("SELECT", "UPDATE", "INSERT", "WITH")


class Watched:
    """The statements that PostgreSQL is asked within a block, with what each took."""

    def __init__(self, engine):
        self.engine = engine
        self.seen = []

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._before)
        event.listen(self.engine, "after_cursor_execute", self._after)
        return self

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self._before)
        event.remove(self.engine, "after_cursor_execute", self._after)

    def whole_tables(self):
        """The big tables that a plan of these statements reads from end to end."""
        found = set()
        for statement, parameters, _seconds in self.seen:
            if statement.lstrip().upper().startswith(EXPLAINED):
                plan = self._plan("EXPLAIN", statement, parameters)
                found |= {
                    name for name in BIG if re.search(rf"Seq Scan on {name}\b", plan)
                }
        return found

    def explain(self):
        """Print the plan of each long question, run once more."""
        for statement, parameters, seconds in self.seen:
            if seconds > LONG and statement.lstrip().startswith(("SELECT", "WITH")):
                print(f"--- {seconds * 1000:.0f} ms\n{statement}")
                print(self._plan("EXPLAIN (ANALYZE, BUFFERS)", statement, parameters))

    def _before(self, _connection, _cursor, statement, parameters, _context, _many):
        self._started = time.perf_counter()

    def _after(self, _connection, _cursor, statement, parameters, _context, _many):
        self.seen.append((statement, parameters, time.perf_counter() - self._started))

    def _plan(self, how, statement, parameters):
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql(f"{how} {statement}", parameters)
            return "\n".join(row[0] for row in rows)
