"""What every store of reports does."""

from chover.ports import Report
from chover.ports.reports import KEPT, MOST


def told(channel="c1", at=KEPT, text="spam"):
    return Report(channel, at, "bob", "eve", "eve!~e@host", text, "#tea", "buy this", "m1")


class ReportsContract:
    async def test_a_report_is_there_as_it_was_told_with_a_number(self, reports):
        kept = await reports.add(told())
        assert kept.no > 0
        assert await reports.open("c1") == [kept]
        assert await reports.open("") == []

    async def test_they_come_in_the_order_in_which_they_were_told(self, reports):
        first, second = await reports.add(told(text="a")), await reports.add(told(text="b"))
        assert await reports.open("c1") == [first, second]

    async def test_one_is_closed_once_and_only_where_it_is(self, reports):
        kept = await reports.add(told())
        assert not await reports.close("c2", kept.no)
        assert await reports.close("c1", kept.no)
        assert not await reports.close("c1", kept.no)
        assert await reports.open("c1") == []

    async def test_a_number_is_never_given_again(self, reports):
        first = await reports.add(told())
        await reports.close("c1", first.no)
        assert (await reports.add(told())).no > first.no

    async def test_what_is_too_old_goes_with_the_next_one(self, reports):
        await reports.add(told(at=KEPT - 1))
        kept = await reports.add(told("c2", at=2 * KEPT))
        assert await reports.open("c1") == []
        assert await reports.open("c2") == [kept]

    async def test_of_too_many_for_one_channel_the_oldest_go(self, reports):
        other = await reports.add(told("c2"))
        for number in range(MOST + 2):
            await reports.add(told(text=str(number)))
        assert [report.text for report in await reports.open("c1")] == [str(n) for n in range(2, MOST + 2)]
        assert await reports.open("c2") == [other]
