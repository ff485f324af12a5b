import threading
from pathlib import Path

import pytest

from chover.thread_names import show_name

TASK = Path("/proc/self/task")


@pytest.mark.skipif(not TASK.exists(), reason="only Linux shows the names of threads")
def test_a_thread_is_seen_by_its_name():
    seen = []

    def work():
        show_name()
        seen.append((TASK / str(threading.get_native_id()) / "comm").read_text().strip())

    thread = threading.Thread(target=work, name="chover-checkpoints")
    thread.start()
    thread.join()
    assert seen == ["chover-checkpoi"]
