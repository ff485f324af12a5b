"""The index of the SQLite store."""

import pytest
from tests.store.contract_of_search import SearchContract, found
from tests.store.making import event, keep, said

from chover.engine.events import Edited, Redacted


@pytest.fixture
def store(open_store):
    return open_store()


class TestSqliteSearch(SearchContract):
    async def test_what_was_deleted_is_found_no_more_and_stands_in_no_file(self, store, tmp_path):
        # Not the first of its log: what stands before it is found still.
        _, message = await keep(store, said("shown here"), said("xylophonic secret"))
        assert await found(store, "xylophonic ") == ["xylophonic secret"]
        await keep(store, event(Redacted(message.msgid, message.seq)))
        assert await found(store, "xylophonic ") == []
        assert await found(store, "shown ") == ["shown here"]
        await store.close()
        for path in (tmp_path / "data").iterdir():
            assert b"xylophonic" not in path.read_bytes(), path

    async def test_what_was_changed_is_found_by_what_it_says_now(self, store):
        [message] = await keep(store, said("xylophonic words"))
        assert await found(store, "xylophonic ") == ["xylophonic words"]
        await keep(store, event(Edited(message.msgid, message.seq, "marimbic words")))
        assert await found(store, "marimbic ") == ["marimbic words"]
        assert await found(store, "xylophonic ") == []
