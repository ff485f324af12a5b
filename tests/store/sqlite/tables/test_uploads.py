"""The rows of uploads in the database."""

import pytest
from tests.store.contract_of_uploads import UploadsContract, upload


@pytest.fixture
def storage(open_store):
    return open_store()


class TestSqliteFileRows(UploadsContract):
    pass


async def test_they_outlive_the_server(storage, open_store):
    await storage.uploads.add(upload(1, owner=""), 0, 0)
    await storage.close()
    assert await open_store().uploads.get("f1", 2000) == upload(1, owner="")
