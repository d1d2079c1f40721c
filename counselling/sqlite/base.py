"""Django's SQLite backend whose transactions queue in order of arrival within the process.

Every `atomic` block begins IMMEDIATE (settings), so a transaction is a write: without the queue a view beside the
batch writer waited up to 2.9 s, with it 42 ms (pitfalls 18).
"""

from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from counselling.sqlite.fifo import FifoLock

WRITERS = FifoLock()
WAIT_SECONDS = 20.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes its turn before BEGIN and gives it back after COMMIT, ROLLBACK or the connection's end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._my_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        if not WRITERS.acquire(WAIT_SECONDS):
            raise OperationalError("database is locked: no turn within the time limit")
        self._my_turn = True
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # missing in the stubs
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # missing in the stubs
        self._end_turn()  # a failed commit keeps the turn for the rollback that follows

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # missing in the stubs
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # missing in the stubs
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._my_turn:
            self._my_turn = False
            WRITERS.release()
