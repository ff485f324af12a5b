"""Jobs of one node: begun where the node has them, ended where it has lost them, begun again when they fail."""

import asyncio
import logging

import pytest

from chover.ports import StoreError
from chover.serve.single_jobs import SingleJobs


class Cluster:
    """Says which jobs are this node's; "away" raises."""

    alone = False
    lease_seconds = 0.003

    def __init__(self):
        self.ours = set()
        self.away = False

    async def does(self, job):
        if self.away:
            raise StoreError("away")
        return job in self.ours


class Job:
    def __init__(self):
        self.begun = self.ended = 0
        self.error = None

    async def __call__(self):
        self.begun += 1
        try:
            if self.error:
                raise self.error
            await asyncio.Event().wait()
        finally:
            self.ended += 1


@pytest.fixture
def cluster():
    return Cluster()


@pytest.fixture
def job():
    return Job()


@pytest.fixture
async def jobs(cluster, job):
    jobs = SingleJobs(cluster, {"hooks": job})
    yield jobs
    await jobs.close()
    assert job.begun == job.ended


async def look(jobs):
    await jobs.look()
    await asyncio.sleep(0)


async def test_a_job_runs_once_while_it_is_ours_and_no_longer(cluster, job, jobs):
    await look(jobs)
    assert job.begun == 0
    cluster.ours = {"hooks"}
    await look(jobs)
    await look(jobs)
    assert (job.begun, job.ended) == (1, 0)
    cluster.ours = set()
    await look(jobs)
    assert (job.begun, job.ended) == (1, 1)
    cluster.ours = {"hooks"}
    await look(jobs)
    assert (job.begun, job.ended) == (2, 1)


async def test_while_the_database_is_away_what_runs_goes_on(cluster, job, jobs):
    cluster.ours = {"hooks"}
    await look(jobs)
    cluster.away = True
    await look(jobs)
    assert (job.begun, job.ended) == (1, 0)


@pytest.mark.parametrize("error", [StoreError("away"), ZeroDivisionError()])
async def test_one_that_fails_is_told_and_begun_again(cluster, job, jobs, caplog, error):
    caplog.set_level(logging.ERROR)
    cluster.ours = {"hooks"}
    job.error = error
    await look(jobs)
    job.error = None
    await look(jobs)
    assert job.begun == 2
    assert caplog.messages[0].startswith("the job hooks has stopped and is begun again")


async def test_it_looks_again_and_again(cluster, job, jobs):
    running = asyncio.create_task(jobs.run())
    async with asyncio.timeout(5):
        cluster.ours = {"hooks"}
        while job.begun != 1:
            await asyncio.sleep(0)
        cluster.ours = set()
        while job.ended != 1:
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
