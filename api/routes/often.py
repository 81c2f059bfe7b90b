"""How often somebody may ask: counted in memory by address, and kept nowhere."""

from dataclasses import dataclass, field
from math import ceil
from time import time

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import TooMany


@dataclass(frozen=True, slots=True)
class Often:
    """Requests a minute from one address: of the public, for whole files, and to sign in."""

    open: int = 240
    file: int = 12
    sign_in: int = 20
    _counter: MovingWindowRateLimiter = field(default_factory=lambda: MovingWindowRateLimiter(MemoryStorage()))

    def count_open(self, request: Request) -> None:
        """Count a request of the public; TooMany where it is one too many."""
        self._count(RateLimitItemPerMinute(self.open), "open", request)

    def count_file(self, request: Request) -> None:
        """Count a whole file that the public asks for; TooMany where it is one too many."""
        self._count(RateLimitItemPerMinute(self.file), "file", request)

    def count_sign_in(self, request: Request) -> None:
        """Count a try to sign in; TooMany where it is one too many."""
        self._count(RateLimitItemPerMinute(self.sign_in), "sign in", request)

    def _count(self, limit: RateLimitItem, what: str, request: Request) -> None:
        address = request.client.host if request.client else "nowhere"
        if not self._counter.hit(limit, what, address):
            reset, _remaining = self._counter.get_window_stats(limit, what, address)
            raise TooMany(max(1, ceil(reset - time())))
