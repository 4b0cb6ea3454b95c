"""Where a request comes from. What a proxy says counts only where a setting names that proxy."""

import ipaddress

from starlette.requests import HTTPConnection

from bot.settings import Settings

_HEADER = "x-forwarded-for"


def address_of(request: HTTPConnection, settings: Settings) -> str:
    """The address that is nearest to us and not one of our proxies: anybody may write the ones before it.

    Of IPv6 the network that one subscriber has: who has one address there has all of them.
    """
    nearest = request.client.host if request.client else ""
    trusted = {part.strip() for part in settings.trusted_proxies.split(",") if part.strip()}
    if nearest not in trusted:
        return _narrow(nearest) or nearest
    said = ",".join(request.headers.getlist(_HEADER)).split(",")
    for part in reversed([each.strip() for each in said]):
        if part not in trusted:
            return _narrow(part) or nearest
    return nearest


def _narrow(address: str) -> str:
    """Empty for what is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)
