"""How the address of a server is written."""


def host_and_port(host: str, port: int) -> str:
    """As it stands in a URL, and as people write it: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
