async def test_a_line_at_once_reaches_irc(port):
    await port.open()
    nc = await port.connect()
    nc.send("NICK nora\r\nUSER n 0 * :Nora\r\n")
    assert await nc.line() == ":srv 001 nora Welcome"
    session = await port.host.session()
    assert (session.peer.door, session.peer.address, session.peer.tls) == ("irc", "127.0.0.1", False)
    assert session.peer.port == nc.writer.get_extra_info("sockname")[1]
