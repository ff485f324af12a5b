"""A certificate authority on loopback that speaks ACME (RFC 8555) and looks for itself whether a domain leads here.

What it checks: nonces, signatures and the URL in them, the key of the account, the proof of control by http-01 and
tls-alpn-01 at the port it is given, and the signing request.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import itertools
import json
import secrets
import ssl

import aiohttp
import josepy as jose
from acme import jws
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

IDENTIFIER = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.31")
DAYS = 90


class Problem(Exception):
    """An answer of RFC 7807."""

    def __init__(self, kind, detail, status=400):
        super().__init__(detail)
        self.kind, self.detail, self.status = kind, detail, status


class Authority:
    """``port``: where it looks, in place of 443 and 80. ``offers``: the kinds of challenges that it has."""

    def __init__(self, offers=("http-01", "tls-alpn-01")):
        self.port = 0
        self.offers = list(offers)
        self.refuses = set()
        """Kinds of challenges that fail."""
        self.tried = []
        """The kinds that were answered, in order."""
        self.issued = 0
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._sign("Test authority", self._key.public_key(), None, ca=True)
        self._nonces = set()
        self._accounts = {}
        self._orders = {}
        self._authorizations = {}
        self._challenges = {}
        self._numbers = itertools.count(1)
        self.url = ""
        self._changes = asyncio.Event()

    async def changed(self):
        """Wait until it is asked for something."""
        self._changes.clear()
        with contextlib.suppress(TimeoutError):
            # What follows the last question, a reload, is not seen from here.
            await asyncio.wait_for(self._changes.wait(), 0.2)

    @property
    def root_pem(self):
        return self.root.public_bytes(serialization.Encoding.PEM).decode()

    # ---- signing

    def _sign(self, name, public, domain, *, ca=False):
        now = dt.datetime.now(dt.UTC)
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        subject = issuer if ca else x509.Name([])
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
            .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=DAYS))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )  # fmt: skip
        if domain:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=not ca)
        return builder.sign(self._key, hashes.SHA256())

    # ---- looking

    async def _look(self, challenge):
        """Whether the domain leads to the account. Raises Problem."""
        kind, domain = challenge["type"], challenge["domain"]
        self.tried.append(kind)
        if kind in self.refuses:
            raise Problem("unauthorized", f"nothing at {domain} answers to {kind}", 403)
        wanted = f"{challenge['token']}.{jose.b64encode(challenge['account'].thumbprint()).decode()}"
        await {"http-01": self._look_over_http, "tls-alpn-01": self._look_over_tls}[kind](challenge, wanted)

    async def _look_over_http(self, challenge, wanted):
        address = f"http://127.0.0.1:{self.port}/.well-known/acme-challenge/{challenge['token']}"
        async with (
            aiohttp.ClientSession() as session,
            session.get(address, headers={"Host": challenge["domain"]}) as answer,
        ):
            found = await answer.text()
        if found.strip() != wanted:
            raise Problem("unauthorized", f"{address} says {found[:60]!r}", 403)

    async def _look_over_tls(self, challenge, wanted):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["acme-tls/1"])
        _, writer = await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=context, server_hostname=challenge["domain"]
        )
        tls = writer.get_extra_info("ssl_object")
        chosen, shown = tls.selected_alpn_protocol(), tls.getpeercert(binary_form=True)
        writer.close()
        certificate = x509.load_der_x509_certificate(shown)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        proof = certificate.extensions.get_extension_for_oid(IDENTIFIER)
        digest = b"\x04\x20" + hashlib.sha256(wanted.encode()).digest()
        right = names.get_values_for_type(x509.DNSName) == [challenge["domain"]] and proof.critical
        if chosen != "acme-tls/1" or not right or proof.value.value != digest:
            raise Problem("unauthorized", "the certificate is no proof", 403)

    # ---- the protocol

    def app(self):
        app = web.Application(middlewares=[self._answered])
        app.add_routes([
            web.get("/directory", self._directory), web.route("*", "/nonce", self._nonce),
            web.post("/account", self._account), web.post("/order", self._new_order),
            web.post("/order/{no}", self._order), web.post("/authorization/{no}", self._authorization),
            web.post("/challenge/{no}", self._challenge), web.post("/finalize/{no}", self._finalize),
            web.post("/certificate/{no}", self._certificate),
        ])  # fmt: skip
        return app

    @web.middleware
    async def _answered(self, request, handler):
        self._changes.set()
        try:
            answer = await handler(request)
        except Problem as problem:
            body = {"type": f"urn:ietf:params:acme:error:{problem.kind}", "detail": problem.detail}
            answer = web.json_response(body, status=problem.status, content_type="application/problem+json")
        nonce = secrets.token_urlsafe(16)
        self._nonces.add(nonce)
        answer.headers["Replay-Nonce"] = nonce
        return answer

    async def _directory(self, _request):
        names = {"newNonce": "nonce", "newAccount": "account", "newOrder": "order"}
        return web.json_response({name: f"{self.url}/{path}" for name, path in names.items()} | {"meta": {}})

    async def _nonce(self, _request):
        return web.Response()

    async def _signed(self, request):
        """The key and payload of a request. Raises Problem."""
        signed = jws.JWS.json_loads(await request.text())
        head = signed.signature.combined
        if jose.b64encode(head.nonce).decode() not in self._nonces:
            raise Problem("badNonce", "no such nonce")
        self._nonces.discard(jose.b64encode(head.nonce).decode())
        if head.url != str(request.url):
            raise Problem("unauthorized", f"signed for {head.url}", 401)
        key = head.jwk if head.jwk is not None else self._accounts.get(head.kid)
        if key is None or not signed.verify(key):
            raise Problem("unauthorized", "the signature is wrong", 401)
        return key, json.loads(signed.payload or b"{}")

    async def _account(self, request):
        key, asked = await self._signed(request)
        if not asked.get("termsOfServiceAgreed"):
            raise Problem("userActionRequired", "agree to the terms", 403)
        known = next((url for url, each in self._accounts.items() if each == key), None)
        url = known or f"{self.url}/account/{next(self._numbers)}"
        self._accounts[url] = key
        return web.json_response({"status": "valid"}, status=200 if known else 201, headers={"Location": url})

    async def _new_order(self, request):
        key, asked = await self._signed(request)
        [identifier] = asked["identifiers"]
        no = str(next(self._numbers))
        challenges = []
        for kind in self.offers:
            number = str(next(self._numbers))
            self._challenges[number] = {
                "type": kind, "url": f"{self.url}/challenge/{number}", "token": secrets.token_urlsafe(24),
                "status": "pending", "domain": identifier["value"], "account": key, "authorization": no,
            }  # fmt: skip
            challenges.append(number)
        self._authorizations[no] = {"identifier": identifier, "status": "pending", "challenges": challenges}
        self._orders[no] = {
            "status": "pending", "identifiers": [identifier], "authorizations": [f"{self.url}/authorization/{no}"],
            "finalize": f"{self.url}/finalize/{no}",
        }  # fmt: skip
        return web.json_response(self._orders[no], status=201, headers={"Location": f"{self.url}/order/{no}"})

    async def _order(self, request):
        await self._signed(request)
        return web.json_response(self._orders[request.match_info["no"]])

    async def _authorization(self, request):
        await self._signed(request)
        found = self._authorizations[request.match_info["no"]]
        return web.json_response(found | {"challenges": [self._shown(no) for no in found["challenges"]]})

    def _shown(self, number):
        hidden = {"domain", "account", "authorization"}
        return {name: value for name, value in self._challenges[number].items() if name not in hidden}

    async def _challenge(self, request):
        await self._signed(request)
        challenge = self._challenges[request.match_info["no"]]
        authorization = self._authorizations[challenge["authorization"]]
        try:
            await self._look(challenge)
        except Problem as problem:
            kind = f"urn:ietf:params:acme:error:{problem.kind}"
            challenge.update(status="invalid", error={"type": kind, "detail": problem.detail})
            authorization["status"] = "invalid"
        else:
            challenge["status"] = authorization["status"] = "valid"
            self._orders[challenge["authorization"]]["status"] = "ready"
        up = f'<{self.url}/authorization/{challenge["authorization"]}>;rel="up"'
        return web.json_response(self._shown(request.match_info["no"]), headers={"Link": up})

    async def _finalize(self, request):
        _, asked = await self._signed(request)
        no = request.match_info["no"]
        order = self._orders[no]
        if order["status"] != "ready":
            raise Problem("orderNotReady", "not yet", 403)
        csr = x509.load_der_x509_csr(jose.b64decode(asked["csr"]))
        domain = order["identifiers"][0]["value"]
        names = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        if not csr.is_signature_valid or names.get_values_for_type(x509.DNSName) != [domain]:
            raise Problem("badCSR", "the names differ")
        self.issued += 1
        leaf = self._sign("", csr.public_key(), domain)
        order.update(status="valid", certificate=f"{self.url}/certificate/{no}")
        order["chain"] = leaf.public_bytes(serialization.Encoding.PEM).decode() + self.root_pem
        return web.json_response({name: value for name, value in order.items() if name != "chain"})

    async def _certificate(self, request):
        await self._signed(request)
        chain = self._orders[request.match_info["no"]]["chain"]
        return web.Response(text=chain, content_type="application/pem-certificate-chain")


async def serve(authority):
    """Listen on loopback; what has to be cleaned up at the end."""
    runner = web.AppRunner(authority.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    authority.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return runner
