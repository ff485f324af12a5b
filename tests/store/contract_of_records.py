"""What any store promises of bans, the audit log and the connection log (ports.Records), as tests.

A subclass gives a fixture ``records``, empty ones.
"""

import msgspec

from chover.ports import AuditEntry, Ban, ConnectionQuery, ConnectionRecord

SPAM = Ban("address", "192.0.2.0/24", "root", 1000, 9000, "spam", "the third time")
ENTRY = AuditEntry(1000, "root", "BAN", "192.0.2.0/24", "spam")


def connection(no, nick="alice", address="192.0.2.7", **rest):
    return ConnectionRecord(no * 1000, nick, nick.lower(), address, f"{no}.near.far.guest", "irc", no=no, **rest)


class RecordsContract:
    async def test_a_ban_is_kept_with_its_number_and_the_deed(self, records):
        ban = await records.add_ban(SPAM, ENTRY)
        assert ban.no > 0
        assert ban == msgspec.structs.replace(SPAM, no=ban.no)
        assert await records.bans(1000) == [ban]
        assert await records.audit_entries(10) == [ENTRY]

    async def test_a_ban_that_is_over_is_not_there(self, records):
        await records.add_ban(SPAM, ENTRY)
        forever = await records.add_ban(Ban("account", "bob", "root", 1000), ENTRY)
        assert await records.bans(9000) == [forever]

    async def test_the_same_again_takes_its_place_under_a_new_number(self, records):
        first = await records.add_ban(SPAM, ENTRY)
        second = await records.add_ban(msgspec.structs.replace(SPAM, reason="more spam"), ENTRY)
        assert second.no > first.no
        assert await records.bans(1000) == [second]

    async def test_a_ban_is_lifted_once_and_its_number_not_given_again(self, records):
        ban = await records.add_ban(SPAM, ENTRY)
        lifted = AuditEntry(2000, "root", "UNBAN", "192.0.2.0/24")
        assert await records.lift_ban(ban.no, lifted)
        assert not await records.lift_ban(ban.no, lifted)
        assert await records.audit_entries(10) == [lifted, ENTRY]
        assert (await records.add_ban(SPAM, ENTRY)).no > ban.no

    async def test_deeds_are_told_from_the_newest_on(self, records):
        audit_entries = [AuditEntry(1000 + n, "root", "KILL", f"nick{n}") for n in range(5)]
        for entry in audit_entries:
            await records.note(entry)
        assert await records.audit_entries(2) == [audit_entries[4], audit_entries[3]]
        assert await records.audit_entries(2, before=1003) == [audit_entries[2], audit_entries[1]]

    async def test_a_visit_is_found_by_all_that_it_is_known_by(self, records):
        first, second = connection(1, "Alice", account="Alice"), connection(2, "bob", "2001:db8::7")
        await records.keep_connections([first, second])
        assert await records.connections(ConnectionQuery(), 10) == [second, first]
        for sought in (
            ConnectionQuery(folded="alice"),
            ConnectionQuery(account="alice"),
            ConnectionQuery(address="192.0.2.7"),
            ConnectionQuery(address="192.0.2.0/24"),
            ConnectionQuery(host="1.*.guest"),
            ConnectionQuery(folded="alice", address="192.0.0.0/8"),
        ):
            assert await records.connections(sought, 10) == [first]
        assert await records.connections(ConnectionQuery(address="2001:db8::/32"), 10) == [second]
        assert await records.connections(ConnectionQuery(address="0.0.0.0/0", folded="bob"), 10) == []
        assert await records.connections(ConnectionQuery(host="*.near.far.guest"), 1) == [second]

    async def test_the_end_of_a_visit_is_kept_where_its_beginning_is(self, records):
        await records.keep_connections([connection(1), connection(2)])
        ended = connection(1, until=5000)
        await records.keep_connections([ended])
        assert await records.connections(ConnectionQuery(), 10) == [connection(2), ended]
        assert await records.last_connection() == 2

    async def test_visits_that_go_on_in_the_records_alone_are_ended(self, records):
        await records.keep_connections([connection(1, until=1500), connection(2)])
        await records.close_connections(7000)
        assert [found.until for found in await records.connections(ConnectionQuery(), 10)] == [7000, 1500]

    async def test_without_any_visits_the_first_number_is_free(self, records):
        assert await records.last_connection() == 0
