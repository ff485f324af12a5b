import os
import sys
import threading

import pytest

from chover.thread_priority import NICE, let_others_first


def niceness():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a priority is that of the whole process")
def test_only_the_thread_that_asks_for_it_goes_behind_the_others():
    before, seen = niceness(), []

    def work():
        let_others_first()
        seen.append(niceness())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [min(before + NICE, 19)]
    assert niceness() == before
