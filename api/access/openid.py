"""Signing in by an OpenID provider: the authorization code flow with PKCE, and the check of what the provider says.

Nothing of the provider is kept between two sign-ins: rotated keys count at once, and one that was away is asked again.
OpenID Connect Core 1.0 (3.1), RFC 7636 (PKCE, S256), RFC 9207 (the issuer in the answer).
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog
from authlib.integrations.httpx_client import OAuth2Client, OAuthError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet

from api.access.accounts import BY_EMAIL, now
from api.access.secret import seal, unsealed
from api.errors import NotAllowed, ProviderAway
from api.settings import Provider

LASTS = timedelta(minutes=10)
"""So long may somebody take at the provider."""
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures by a private key alone: with HS256 whoever knows the public key, or this service's secret, could sign."""
_TIMEOUT, _SKEW = 5, 60
_WELL_KNOWN = "/.well-known/openid-configuration"
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Shown:
    """Whom the provider showed: its id for them, and their e-mail where it has verified it; ``goal`` is where they
    were going."""

    subject: str
    email: str | None
    goal: str


class OpenId:
    """Sign-in by one provider; ``home`` holds the key that what the browser carries is sealed with."""

    def __init__(self, provider: Provider, home: Path, clock: Callable[[], datetime] = now) -> None:
        self._provider, self._home, self._clock = provider, home, clock
        self._used: dict[str, datetime] = {}
        self._lock = Lock()

    @property
    def issuer(self) -> str:
        """The provider's name for itself."""
        return self._provider.issuer

    @property
    def host(self) -> str:
        """What people know the provider by."""
        return urlsplit(self.issuer).hostname or self.issuer

    def begin(self, back: str, goal: str) -> tuple[str, str]:
        """Where the browser goes to sign in, and what it is to hold until it comes ``back``; ProviderAway."""
        flow = {key: secrets.token_urlsafe(48) for key in ("state", "nonce", "verifier")}
        with self._asking(back) as (client, about):
            address, _state = client.create_authorization_url(
                about["authorization_endpoint"], state=flow["state"], nonce=flow["nonce"],
                code_verifier=flow["verifier"],
            )  # fmt: skip
        ends = (self._clock() + LASTS).isoformat()
        held = json.dumps({**flow, "back": back, "goal": goal, "ends": ends})
        return str(address), seal(self._home, held).decode()

    def finish(self, held: str, answer: Mapping[str, str]) -> Shown:
        """Whom the provider showed, from what the browser held and what it came back with.

        NotAllowed for whatever does not fit, always with the same words; ProviderAway.
        """
        flow = self._flow(held, answer.get("state", ""))
        if answer.get("error") or not answer.get("code"):
            raise refused("the provider gave no code")
        if answer.get("iss", self.issuer) != self.issuer:
            raise refused("another issuer answered")
        with self._asking(flow["back"]) as (client, about):
            token = _exchanged(client, about["token_endpoint"], answer["code"], flow["verifier"])
            keys = _json(client, about["jwks_uri"])
        claims = self._checked(token, keys, flow["nonce"])
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Shown(claims["sub"], email if isinstance(email, str) else None, flow["goal"])

    def _flow(self, held: str, state: str) -> dict[str, str]:
        """What was sealed when the browser left, this once."""
        opened = unsealed(self._home, held.encode("utf-8", "replace"))
        try:
            flow: dict[str, str] = json.loads(opened or "")
            ends = datetime.fromisoformat(flow["ends"])
        except (ValueError, KeyError, TypeError):
            raise refused("the browser holds no sign-in that was begun here") from None
        if not secrets.compare_digest(flow["state"].encode(), state.encode("utf-8", "replace")):
            raise refused("the state is another")
        at = self._clock()
        with self._lock:
            self._used = {key: until for key, until in self._used.items() if until > at}
            if ends <= at or flow["state"] in self._used:
                raise refused("the sign-in took too long, or was done already")
            self._used[flow["state"]] = ends
        return flow

    @contextmanager
    def _asking(self, back: str) -> Iterator[tuple[OAuth2Client, dict[str, str]]]:
        """A client of the provider, and what the provider says about itself."""
        known = self._provider
        try:
            with OAuth2Client(
                known.client, known.secret, scope="openid email", redirect_uri=back, code_challenge_method="S256",
                timeout=_TIMEOUT, follow_redirects=False,
            ) as client:  # fmt: skip
                about = self._about(_json(client, known.issuer.rstrip("/") + _WELL_KNOWN))
                methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
                if known.secret and "client_secret_basic" not in methods:
                    client.token_endpoint_auth_method = "client_secret_post"  # noqa: S105 - the name of a method
                yield client, about
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError, LookupError, TypeError, AttributeError) as error:
            _log.warning("openid provider cannot be asked", error=type(error).__name__)
            raise ProviderAway(
                f"{self.host} does not answer as it should: sign in by password, or try again later"
            ) from None

    def _about(self, said: dict[str, Any]) -> dict[str, Any]:
        """What the provider says about itself; ValueError where it is another, or would be asked in the open."""
        if said["issuer"] != self.issuer:
            raise ValueError("the document is another issuer's")
        schemes = {"https", urlsplit(self.issuer).scheme}
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if urlsplit(said[name]).scheme not in schemes:
                raise ValueError(f"{name} is not https")
        return said

    def _checked(self, token: Mapping[str, Any], keys: dict[str, Any], nonce: str) -> CodeIDToken:
        """The claims of an ID token whose signature and whose every word fits."""
        own = self._provider.client
        wanted = {
            "iss": {"essential": True, "value": self.issuer}, "aud": {"essential": True, "value": own},
            "sub": {"essential": True},
        }  # fmt: skip
        params = {"nonce": nonce, "client_id": own, "access_token": token.get("access_token")}
        try:
            found = jwt.decode(str(token["id_token"]), KeySet.import_key_set(_public(keys)), algorithms=ALGORITHMS)
            claims = CodeIDToken(found.claims, found.header, wanted, params)
            claims.validate(leeway=_SKEW)
        except ClaimError as error:
            raise refused(f"the claim {error.claim} does not fit") from None
        except JoseError as error:
            raise refused(error.error) from None
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise refused(f"the ID token is none ({type(error).__name__})") from None
        if len(claims["sub"]) > 255 or claims["sub"].startswith(BY_EMAIL):
            raise refused("the subject cannot be one")
        return claims


def _public(keys: dict[str, Any]) -> Any:
    """The keys that signatures are checked with."""
    return {"keys": [key for key in keys["keys"] if key.get("kty") != "oct" and key.get("use", "sig") == "sig"]}


def _exchanged(client: OAuth2Client, url: str, code: str, verifier: str) -> Mapping[str, Any]:
    """The provider's tokens for a code, this once; NotAllowed where it has none for it."""
    try:
        token: Mapping[str, Any] = client.fetch_token(
            url, grant_type="authorization_code", code=code, code_verifier=verifier
        )
    except OAuthError as error:
        if error.error == "invalid_client":
            raise ValueError("the provider does not know this service by its client and secret") from None
        raise refused("the provider does not take the code") from None
    return token


def _json(client: OAuth2Client, url: str) -> dict[str, Any]:
    found = client.request("GET", url, withhold_token=True)
    found.raise_for_status()
    said = found.json()
    if not isinstance(said, dict):
        raise ValueError("no JSON object")
    return said


def refused(why: str) -> NotAllowed:
    """The same words whatever was wrong; the log says why, and of nobody."""
    _log.warning("openid sign-in refused", why=why)
    return NotAllowed("this sign-in leads to no account here: ask an administrator to let you in")
