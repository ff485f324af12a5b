import pytest
from tests.doubles.stage import Stage


@pytest.fixture
async def stage():
    opened = await Stage.open()
    yield opened
    await opened.close()
