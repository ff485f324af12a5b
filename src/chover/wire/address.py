"""The notation of server addresses."""


def host_and_port(host: str, port: int) -> str:
    """The notation in URLs and for people: an IPv6 address in brackets (RFC 3986, 3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
