"""Requests to the portal: at a modest rate, repeated while a failure may pass, never saying the token."""

import ipaddress
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx2
import msgspec
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
    wait_random,
)

from ingest.errors import NotAdmitted, ServiceFailed, UnreadableInput

_NUMBER = re.compile(r"\d{9,}")
_LONGEST_REASON = 160


@dataclass(frozen=True, slots=True)
class Politeness:
    """How a service is asked: ``rate`` requests a second at most, ``attempts`` for each before giving up.

    Between attempts ``first_wait`` seconds, doubled each time up to ``longest_wait``, and up to ``first_wait`` more by
    chance; never less than the service asks for, which is not waited for beyond ``patience`` seconds.
    """

    rate: float = 2.0
    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = 60.0
    patience: float = 900.0
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: the object in it, and its JSON on one line as it came."""

    found: dict[str, Any]
    line: bytes


class _MayPass(Exception):
    """A failure that another attempt may not meet; ``after`` is how many seconds the service asks to wait."""

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.after = after


class Client:
    """Asks one service, one request at a time; close it, or use it in a ``with`` block.

    Raises :class:`UnreadableInput` for an address that would send the token in the clear.
    """

    def __init__(
        self, url: str, token: str, politeness: Politeness, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = checked_url(url)
        self._token, self._politeness, self._sleep = token, politeness, sleep
        self._next_at = 0.0
        # The system's certificates, or those that SSL_CERT_FILE names; they are always checked.
        self._http = httpx2.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {token}", "User-Agent": "bidring"},
            timeout=politeness.timeout,
            verify=ssl.create_default_context(),
            follow_redirects=False,
        )
        first, longest = politeness.first_wait, politeness.longest_wait
        self._backoff = wait_exponential(multiplier=first, max=longest) + wait_random(0, first)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def graphql(self, query: str, variables: dict[str, Any], what: str) -> Answer:
        """The answer to a query, with its ``data``; ``what`` names it in errors."""
        body = {"operationName": "Fetch", "query": query, "variables": variables}
        answer = self._ask(what, "POST", "/v3/graphql", json=body)
        assert answer is not None
        data, errors = answer.found.get("data"), answer.found.get("errors")
        if isinstance(data, dict) and (any(data.values()) or not errors):
            return answer
        first = errors[0] if isinstance(errors, list) and errors else None
        said = first.get("message") if isinstance(first, dict) else "without data"
        raise ServiceFailed(f"{what}: the service answers: {self._shown(str(said))}")

    def get(self, path: str, what: str) -> Answer | None:
        """The answer at a path of this service, None where there is nothing (404)."""
        target = urljoin(f"{self.url}/", path)
        if urlsplit(target)[:2] != urlsplit(self.url)[:2]:
            raise ServiceFailed(f"{what}: the service names an address elsewhere, which does not get the token")
        return self._ask(what, "GET", target, absent=True)

    def _ask(self, what: str, method: str, target: str, *, absent: bool = False, **content: Any) -> Answer | None:
        retrying = Retrying(
            stop=stop_after_attempt(self._politeness.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(_MayPass),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, what, method, target, absent=absent, **content)
        except _MayPass as failure:
            times = "1 attempt" if self._politeness.attempts == 1 else f"{self._politeness.attempts} attempts"
            raise ServiceFailed(f"{what}: {failure} ({times})") from None

    def _wait(self, state: RetryCallState) -> float:
        failure = state.outcome.exception() if state.outcome else None
        return max(self._backoff(state), failure.after if isinstance(failure, _MayPass) else 0.0)

    def _once(self, what: str, method: str, target: str, *, absent: bool, **content: Any) -> Answer | None:
        self._pace()
        try:
            response = self._http.request(method, target, **content)
        except httpx2.InvalidURL:
            raise ServiceFailed(f"{what}: the service names an address that is none") from None
        except httpx2.TimeoutException:
            raise _MayPass("no answer in time") from None
        except httpx2.TransportError as error:
            if reason := _certificate(error):
                host = urlsplit(self.url).hostname
                raise ServiceFailed(
                    f"the certificate of {host} is not trusted ({reason}): name its authority's file in SSL_CERT_FILE"
                ) from None
            raise _MayPass(f"{urlsplit(self.url).netloc} cannot be reached, or hung up") from None
        if absent and response.status_code == 404:
            return None
        self._check(what, response)
        return _decoded(response.content)

    def _pace(self) -> None:
        """Wait until the rate allows the next request."""
        if self._politeness.rate > 0:
            self._sleep(max(0.0, self._next_at - time.monotonic()))
            self._next_at = time.monotonic() + 1 / self._politeness.rate

    def _check(self, what: str, response: httpx2.Response) -> None:
        status = response.status_code
        if status in (401, 403):
            raise NotAdmitted(
                f"{what}: the service does not take the token (HTTP {status}): it may have expired; "
                "a new one goes into BIDRING_GOSZAKUP_TOKEN"
            )
        if status == 429 or status >= 500:
            after = _retry_after(response.headers.get("Retry-After"))
            if after > self._politeness.patience:
                raise ServiceFailed(f"{what}: the service asks to wait {after:,.0f} s (HTTP {status}): try again later")
            raise _MayPass("the service has had too many requests" if status == 429 else f"HTTP {status}", after)
        if status != 200:
            raise ServiceFailed(f"{what}: HTTP {status}")

    def _shown(self, said: str) -> str:
        """What a service says, without the token, numbers of persons and firms, or more than a line."""
        plain = " ".join(said.replace(self._token, "***").split())
        return _NUMBER.sub("***", plain)[:_LONGEST_REASON]


def checked_url(url: str) -> str:
    """A service's address without a slash at its end; https, or http on this machine.

    Raises :class:`UnreadableInput` for any other.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise UnreadableInput("BIDRING_GOSZAKUP_URL is no address of a service, as https://ows.goszakup.gov.kz is one")
    if parts.scheme == "http" and not _here(parts.hostname):
        raise UnreadableInput(f"BIDRING_GOSZAKUP_URL={url!r} would send the token in the clear: give an https address")
    return url.rstrip("/")


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _decoded(content: bytes) -> Answer:
    try:
        found = msgspec.json.decode(content)
        line = msgspec.json.format(content, indent=-1)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _MayPass("the answer is broken: it is no JSON") from None
    if isinstance(found, list):  # a list of all, which needs no page
        return Answer({"items": found}, b'{"items":' + line + b"}")
    if not isinstance(found, dict):
        raise _MayPass("the answer is broken: it is no page")
    return Answer(found, line)


def _certificate(error: BaseException | None) -> str | None:
    """What is wrong with a certificate, where that is why a connection failed."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return "it cannot be verified"
        error = error.__cause__ or error.__context__
    return None


def _retry_after(written: str | None) -> float:
    """The seconds that a Retry-After asks for, given as such or as a date; 0 where there is none."""
    if not written:
        return 0.0
    if written.strip().isdecimal():
        return float(written)
    try:
        return max(0.0, (parsedate_to_datetime(written) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
