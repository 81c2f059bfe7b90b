"""An OpenID provider on a socket of its own, that signs in whoever it is told to, and misbehaves on demand.

Authorization code flow with PKCE (S256 alone), discovery, a key set; a code counts once, for the client and the address
that it was made for. ``fault`` is what it does wrong until it is set back.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.servers.served import served

CLIENT, SECRET = "bidring-tests", "a-client-secret-of-the-tests"
Fault = Literal[
    "", "wrong nonce", "no nonce", "expired", "wrong audience", "wrong issuer", "alg none", "public key as secret",
    "unknown key id", "forged", "hung", "500", "no json", "another issuer's document", "reused code", "other answerer",
    "denied", "wrong token hash", "strange subject", "token is no text", "second audience", "redirect",
    "secret refused",
]  # fmt: skip


@dataclass(slots=True)
class OpenIdProvider:
    """What the provider knows: whom it signs in, its keys, the codes that it gave, and what it was asked."""

    address: str = ""
    fault: Fault = ""
    subject: str = "subject-1"
    email: str | None = None
    email_verified: bool = True
    key: RSAKey = field(default_factory=lambda: _key("first"))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    """Ends what hangs."""

    def environment(self) -> dict[str, str]:
        """The settings of a service that knows this provider."""
        return {
            "BIDRING_OIDC_ISSUER": self.address, "BIDRING_OIDC_CLIENT": CLIENT, "BIDRING_OIDC_SECRET": SECRET,
        }  # fmt: skip

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is gone."""
        self.key = _key(f"key-{secrets.token_hex(4)}")

    def claims(self, nonce: str) -> dict[str, Any]:
        """What the ID token says, with the fault in it."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300, "nonce": nonce,
        }  # fmt: skip
        if self.email is not None:
            claims |= {"email": self.email, "email_verified": self.email_verified}
        changed: dict[str, dict[str, Any]] = {
            "wrong nonce": {"nonce": "another"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "wrong audience": {"aud": "another-client"},
            "second audience": {"aud": [CLIENT, "another-client"]},
            "wrong issuer": {"iss": "https://elsewhere.example"},
            "wrong token hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
            "strange subject": {"sub": ["subject-1"]},
        }
        claims |= changed.get(self.fault, {})
        if self.fault == "no nonce":
            del claims["nonce"]
        return claims

    def signed(self, claims: dict[str, Any]) -> Any:
        """The ID token, signed as it should be or not."""
        header = {"alg": "RS256", "kid": self.key.kid}
        match self.fault:
            case "alg none":
                parts = (_b64(b'{"alg":"none","typ":"JWT"}'), jwt.encode(header, claims, self.key).split(".")[1], "")
                return ".".join(parts)
            case "public key as secret":
                header["alg"] = "HS256"
                signed = ".".join(_b64(json.dumps(part).encode()) for part in (header, claims))
                return f"{signed}.{_b64(hmac.digest(self.key.as_pem(private=False), signed.encode(), 'sha256'))}"
            case "unknown key id":
                return jwt.encode({"alg": "RS256", "kid": "nobody's"}, claims, self.key)
            case "forged":
                return jwt.encode(header, claims, _key(str(self.key.kid)))
            case "token is no text":
                return ["no", {"token": 1}]
        return jwt.encode(header, claims, self.key)


def create_provider(state: OpenIdProvider) -> FastAPI:
    """The provider's routes."""
    app = FastAPI()
    _misbehaving(app, state)
    _saying(app, state)
    _signing_in(app, state)
    return app


def _misbehaving(app: FastAPI, state: OpenIdProvider) -> None:
    @app.middleware("http")
    async def misbehave(request: Request, call_next: Any) -> Response:
        state.asked.append(request.url.path)
        if state.fault == "500":
            return JSONResponse({"error": "out of order"}, 500)
        if state.fault == "no json":
            return Response("<html>Sorry</html>", media_type="text/html")
        if state.fault == "redirect":
            return RedirectResponse("http://127.0.0.1:1/elsewhere")
        found: Response = await call_next(request)
        return found


def _saying(app: FastAPI, state: OpenIdProvider) -> None:
    @app.get("/.well-known/openid-configuration")
    def about() -> dict[str, Any]:
        if state.fault == "hung":
            state.released.wait(60)
        issuer = "https://elsewhere.example" if state.fault == "another issuer's document" else state.address
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{state.address}/authorize",
            "token_endpoint": f"{state.address}/token",
            "jwks_uri": f"{state.address}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    @app.get("/keys")
    def keys() -> dict[str, Any]:
        return {"keys": [{**state.key.as_dict(private=False), "use": "sig"}]}


def _signing_in(app: FastAPI, state: OpenIdProvider) -> None:
    @app.get("/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        usable = asked.get("client_id") == CLIENT and asked.get("response_type") == "code"
        scoped = "openid" in asked.get("scope", "").split() and asked.get("code_challenge_method") == "S256"
        if not usable or not scoped or not asked.get("nonce") or not asked.get("code_challenge"):
            return JSONResponse({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe(16)
        state.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": state.address}
        if state.fault == "other answerer":
            answer["iss"] = "https://elsewhere.example"
        if state.fault == "denied":
            answer = {"error": "access_denied", "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    @app.post("/token")
    async def token(request: Request) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("authorization") != basic or state.fault == "secret refused":
            return JSONResponse({"error": "invalid_client"}, 401)
        flow = state.codes.pop(form.get("code", ""), None)
        challenge = _b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        spent = flow is None or state.fault == "reused code"
        if spent or flow["redirect_uri"] != form.get("redirect_uri") or flow["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer = {"access_token": "an-access-token", "token_type": "Bearer", "expires_in": 300}
        return JSONResponse({**answer, "id_token": state.signed(state.claims(flow["nonce"]))})


@contextmanager
def running(port: int = 0) -> Iterator[OpenIdProvider]:
    """A provider on a free port, or on one that another left."""
    state = OpenIdProvider()
    with served(create_provider(state), port=port) as state.address:
        try:
            yield state
        finally:
            state.released.set()


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid})


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
