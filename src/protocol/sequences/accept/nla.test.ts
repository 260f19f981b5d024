import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "#base/bytes/codec.ts";
import { ntHash, verifyNtlmV2 } from "#base/hash/ntlmV2.ts";
import { hex } from "../../../../test/hex.ts";
import { xfreerdp } from "../../../../test/nlaExchanges.ts";
import type { NlaFailure, NtlmRefusal } from "../../security/nla/nlaFailure.ts";
import { type AuthenticateMessage, authenticateMessage } from "../../security/nla/ntlmMessages.ts";
import { mechanisms } from "../../security/nla/spnego.ts";
import { encodePasswordCredentials, tsCredentials } from "../../security/nla/tsCredentials.ts";
import { type TsRequest, tsRequest, tsRequestLength } from "../../security/nla/tsRequest.ts";
import { seal } from "../../security/nla/ntlmSealing.ts";
import { nlaConnectMessageLength, startNlaConnect, stepNlaConnect } from "../connect/nla.ts";
import type { NlaConnectEffect, NlaConnectSettings, NlaConnectState } from "../connect/nlaState.ts";
import { startNlaAccept, stepNlaAccept } from "./nla.ts";
import type { NlaAcceptEffect, NlaAcceptSettings, NlaAcceptState } from "./nlaState.ts";

const counted = (length: number, from: number) => Uint8Array.from({ length }, (_, index) => (from + index) & 0xff);
const server: NlaAcceptSettings = {
  subjectPublicKey: counted(270, 0x30),
  certificateHashes: [counted(48, 9), counted(32, 7)],
  version: 6,
  versionMin: 2,
  earlyUserAuthorization: false,
  computerName: "HOST",
  domainName: "HOST",
  dnsComputerName: "host.example",
  dnsDomainName: "example",
  serverChallenge: counted(8, 1),
  timestamp: 133_000_000_000_000_000n,
};
const client: NlaConnectSettings = {
  user: "anna",
  domain: "EXAMPLE",
  password: "Grüße, 世界",
  workstation: "DESK",
  targetName: "TERMSRV/host.example",
  certificateHash: counted(32, 7),
  clientChallenge: counted(8, 100),
  exportedSessionKey: counted(16, 50),
  timestamp: 132_000_000_000_000_000n,
  subjectPublicKey: server.subjectPublicKey,
  version: 6,
  clientNonce: counted(32, 200),
  wrapping: "ntlm",
  earlyUserAuthorization: false,
};
const spnego = { offered: [mechanisms.ntlm] };
const spnegoKerberosFirst = { offered: [mechanisms.microsoftKerberos, mechanisms.kerberos, mechanisms.ntlm] };

interface Meeting {
  readonly server?: Partial<NlaAcceptSettings>;
  readonly client?: Partial<NlaConnectSettings>;
  readonly password?: string;
  readonly reason?: NtlmRefusal;
  readonly authorized?: boolean;
  /** Changes a message on its way; `number` counts both directions from 0. */
  readonly tamper?: (bytes: Uint8Array, number: number) => Uint8Array;
}
interface Outcome {
  readonly server: string | NlaFailure;
  readonly client: string | NlaFailure;
  readonly delegated?: { readonly user: string; readonly domain: string; readonly password: string };
  readonly messages: readonly Uint8Array[];
}

/** Both sequences on a wire that loses nothing, message by message, until nobody has anything to say. */
function meet(meeting: Meeting): Outcome {
  let accept: NlaAcceptState = startNlaAccept({ ...server, ...meeting.server });
  const first = startNlaConnect({ ...client, ...meeting.client });
  let connect: NlaConnectState = first.state;
  let delegated: Outcome["delegated"];
  const messages: Uint8Array[] = [];
  const wire: { readonly to: "server" | "client"; readonly bytes: Uint8Array }[] = [];
  const post = (to: "server" | "client", bytes: Uint8Array) => {
    wire.push({ to, bytes: meeting.tamper?.(bytes, messages.length) ?? bytes });
    messages.push(bytes);
  };
  const perform = (effect: NlaAcceptEffect): void => {
    if (effect.do === "send") return post("client", effect.bytes);
    if (effect.do === "verifyNtlm") {
      const sessionBaseKey = verifyNtlmV2({ ...effect.claim, ntHash: ntHash(meeting.password ?? client.password) });
      const { reason = "wrongPassword" } = meeting;
      return advance(sessionBaseKey ? { is: "ntlmVerified", sessionBaseKey } : { is: "ntlmRefused", reason });
    }
    if (effect.do !== "authenticated") return;
    const { user, domain, password } = effect;
    delegated = { user, domain, password };
    if (accept.at === "awaitingAuthorization")
      advance({ is: meeting.authorized === false ? "accessDenied" : "authorized" });
  };
  const advance = (event: Parameters<typeof stepNlaAccept>[1]): void => {
    const next = stepNlaAccept(accept, event);
    accept = next.state;
    next.effects.forEach(perform);
  };
  const performClient = (effect: NlaConnectEffect) => effect.do === "send" && post("server", effect.bytes);
  first.effects.forEach(performClient);
  for (let message = wire.shift(); message !== undefined; message = wire.shift()) {
    if (message.to === "server") advance({ is: "message", bytes: message.bytes });
    else {
      const next = stepNlaConnect(connect, { is: "message", bytes: message.bytes });
      connect = next.state;
      next.effects.forEach(performClient);
    }
  }
  return {
    server: accept.at === "failed" ? accept.failure : accept.at,
    client: connect.at === "failed" ? connect.failure : connect.at,
    ...(delegated === undefined ? {} : { delegated }),
    messages,
  };
}

function ended({ server, client, delegated }: Outcome): Omit<Outcome, "messages"> {
  return { server, client, ...(delegated === undefined ? {} : { delegated }) };
}

const delegated = { user: "anna", domain: "EXAMPLE", password: client.password };

for (const wrapping of ["ntlm", spnego, spnegoKerberosFirst] as const) {
  const how = wrapping === "ntlm" ? "bare NTLM" : `SPNEGO of ${wrapping.offered.length} mechanisms`;
  for (const versions of [
    [2, 6],
    [3, 6],
    [4, 4],
    [5, 6],
    [6, 6],
    [6, 3],
    [6, 9],
  ] as const) {
    const [mine, theirs] = versions;
    test(`a client of CredSSP ${mine} signs in at a server of CredSSP ${theirs} by ${how}`, () => {
      const outcome = meet({ server: { version: theirs }, client: { version: mine, wrapping } });
      assert.deepEqual(ended(outcome), { server: "finished", client: "finished", delegated });
    });
  }
}

test("a wrong password is told as LOGON_FAILURE, whatever the reason behind it", () => {
  for (const reason of ["wrongPassword", "unknownUser", "notEnrolled", "unknownOrWrong"] as const) {
    assert.deepEqual(ended(meet({ password: "other", reason })), {
      server: { is: "refused", reason, user: "anna", domain: "EXAMPLE" },
      client: { is: "refusedByPeer", status: "logonFailure" },
    });
  }
});

test("other refusals reach the client by their own status", () => {
  const told = (["passwordExpired", "passwordMustChange", "accountLocked", "accountDisabled"] as const).map(
    (reason) => meet({ password: "other", reason }).client,
  );
  assert.deepEqual(
    told,
    ["passwordExpired", "passwordMustChange", "accountLockedOut", "accountDisabled"].map((status) => ({
      is: "refusedByPeer",
      status,
    })),
  );
});

test("clients of versions 2 and 5 get no error code: they would not read it", () => {
  for (const version of [2, 5]) {
    assert.equal(meet({ password: "other", client: { version } }).client, "awaitingPublicKey");
  }
});

test("the error code is a negative number of four bytes", () => {
  const last = meet({ password: "other" }).messages.at(-1);
  assert.deepEqual(last, hex("300d a003020106 a406 0204c000006d"));
});

test("under HYBRID_EX the server tells whether the user is let in", () => {
  const both = { server: { earlyUserAuthorization: true }, client: { earlyUserAuthorization: true } };
  assert.deepEqual(ended(meet(both)), { server: "finished", client: "finished", delegated });
  const denied = { is: "accessDenied" } as const;
  assert.deepEqual(ended(meet({ ...both, authorized: false })), { server: denied, client: denied, delegated });
  const state: NlaConnectState = { at: "awaitingAuthorization" };
  assert.equal(nlaConnectMessageLength(state, hex("00")), 4);
});

test("a version below the server's oldest is refused", () => {
  const outcome = meet({ server: { versionMin: 5 }, client: { version: 4 } });
  assert.deepEqual(outcome.server, { is: "versionTooOld", version: 4, versionMin: 5 });
});

test("a client that offers Kerberos alone is refused by what it offered", () => {
  const outcome = meet({ client: { wrapping: { offered: [mechanisms.kerberos] } } });
  assert.deepEqual(outcome.server, { is: "ntlmNotOffered", offered: [mechanisms.kerberos] });
});

test("another certificate in between is noticed by the channel bindings, and without them by the key", () => {
  const elsewhere = { subjectPublicKey: counted(270, 0x31), certificateHash: counted(32, 8) };
  assert.deepEqual(meet({ client: elsewhere }).server, { is: "channelBindingsDiffer" });
  for (const version of [2, 4, 6]) {
    const silent = { ...elsewhere, certificateHash: undefined, version };
    assert.deepEqual(meet({ client: silent }).server, { is: "publicKeyDiffers" });
  }
});

test("a changed NTLM message is noticed by its integrity code", () => {
  const tamper = authenticateWith({ workstation: hex("4100") });
  assert.deepEqual(meet({ tamper }).server, { is: "integrityLost", of: "ntlm" });
});

test("changed bindings, credentials, nonces and mechanism signatures are noticed", () => {
  const binding = changed(2, (request) => ({ ...request, pubKeyAuth: flipped(request.pubKeyAuth!) }));
  assert.deepEqual(meet({ tamper: binding }).server, { is: "integrityLost", of: "publicKey" });
  const nonce = changed(2, (request) => ({ ...request, clientNonce: flipped(request.clientNonce!) }));
  assert.deepEqual(meet({ tamper: nonce }).server, { is: "publicKeyDiffers" });
  const tamper = changed(2, ({ version, negoTokens, pubKeyAuth }) => ({ version, negoTokens, pubKeyAuth }));
  assert.deepEqual(meet({ tamper }).server, { is: "unexpected", at: "awaitingPublicKey", got: "no clientNonce" });
  const answer = changed(3, (request) => ({ ...request, pubKeyAuth: flipped(request.pubKeyAuth!) }));
  assert.deepEqual(meet({ tamper: answer }).client, { is: "integrityLost", of: "publicKey" });
  const credentials = changed(4, (request) => ({ ...request, authInfo: flipped(request.authInfo!) }));
  assert.deepEqual(meet({ tamper: credentials }).server, { is: "integrityLost", of: "credentials" });
  const offersLess = firstMessageOffering([mechanisms.kerberos, mechanisms.ntlm]);
  const fewer = changed(0, () => decode(tsRequest, offersLess));
  const stripped = meet({ tamper: fewer, client: { wrapping: spnegoKerberosFirst } });
  assert.deepEqual(stripped.server, { is: "integrityLost", of: "mechanisms" });
});

test("pubKeyAuth may come right behind the proof, before the password was checked", () => {
  const outcome = meet({ client: { version: 6 } });
  const { version, negoTokens, pubKeyAuth, clientNonce } = decode(tsRequest, outcome.messages[2]!);
  let state = startNlaAccept(server);
  state = stepNlaAccept(state, { is: "message", bytes: outcome.messages[0]! }).state;
  const asked = stepNlaAccept(state, { is: "message", bytes: encode(tsRequest, { version, negoTokens }) });
  const behind = encode(tsRequest, { version, pubKeyAuth, clientNonce });
  const held = stepNlaAccept(asked.state, { is: "message", bytes: behind });
  assert.deepEqual(held.effects, []);
  const [effect] = asked.effects;
  assert(effect?.do === "verifyNtlm");
  const sessionBaseKey = verifyNtlmV2({ ...effect.claim, ntHash: ntHash(client.password) });
  assert(sessionBaseKey !== undefined);
  const verified = stepNlaAccept(held.state, { is: "ntlmVerified", sessionBaseKey });
  assert.deepEqual(verified.effects, [{ do: "send", bytes: outcome.messages[3] }]);
});

test("NTLMv1 and anonymous proofs are refused by name", () => {
  assert.deepEqual(meet({ tamper: authenticateWith({ ntResponse: counted(24, 0) }) }).server, { is: "ntlmV1" });
  assert.deepEqual(meet({ tamper: authenticateWith({ ntResponse: counted(0, 0) }) }).server, { is: "anonymous" });
});

test("credentials without a password are refused by their kind, and those of another user too", () => {
  const user = "anna";
  for (const type of ["smartCard", "remoteGuard", { unknown: 9 }] as const) {
    const credentials = encode(tsCredentials, { type, credentials: hex("3000") });
    assert.deepEqual(delegate(credentials), { is: "credentialsUnusable", kind: type, user });
  }
  const outcomes = [
    { user: "", password: "" },
    { user: "otto", password: "x" },
    { user: "EXAMPLE\\Anna", password: "x" },
    { user: "anna@example", password: "x" },
  ].map((credentials) => delegate(encodePasswordCredentials({ domain: "", ...credentials })));
  assert.deepEqual(outcomes, [
    { is: "credentialsUnusable", kind: "restrictedAdmin", user },
    { is: "credentialsOfAnother", user, delegatedUser: "otto" },
    "finished",
    "finished",
  ]);
});

test("what xfreerdp 2.11.7 sent is understood up to its claim", () => {
  const first = stepNlaAccept(startNlaAccept(server), { is: "message", bytes: hex(xfreerdp.first) });
  const second = stepNlaAccept(first.state, { is: "message", bytes: hex(xfreerdp.second) });
  const [effect] = second.effects;
  assert(effect?.do === "verifyNtlm");
  assert.deepEqual([effect.claim.user, effect.claim.domain], ["alice", ""]);
});

test("20,000 mutated messages end in typed failures or as before, never in an error", () => {
  const random = randomFrom(20260711);
  const originals = [meet({}), meet({ client: { wrapping: spnegoKerberosFirst } })].map(({ messages }) => messages);
  const outcomes = new Map<string, number>();
  for (let round = 0; round < 20_000; round++) {
    const wrapping = round % 2 === 0 ? "ntlm" : spnegoKerberosFirst;
    const target = random(originals[round % 2]!.length);
    const tamper = (bytes: Uint8Array, number: number) => (number === target ? mutated(bytes, random) : bytes);
    const whole = round % 50 < 2;
    const outcome = whole ? meet({ client: { wrapping }, tamper }) : receiveOne(originals[round % 2]![target]!, random);
    outcomes.set(outcomeName(outcome), (outcomes.get(outcomeName(outcome)) ?? 0) + 1);
  }
  assert(5 < outcomes.size, JSON.stringify([...outcomes]));
});

/** One mutated message at the first two states of the server and the first of the client. */
function receiveOne(bytes: Uint8Array, random: (below: number) => number): Outcome {
  const message = { is: "message", bytes: mutated(bytes, random) } as const;
  const fresh = startNlaAccept(server);
  const heard = stepNlaAccept(fresh, { is: "message", bytes: hex(xfreerdp.first) }).state;
  const accept = stepNlaAccept(random(2) === 0 ? fresh : heard, message).state;
  const connect = stepNlaConnect(startNlaConnect(client).state, message).state;
  return {
    server: accept.at === "failed" ? accept.failure : accept.at,
    client: connect.at === "failed" ? connect.failure : connect.at,
    messages: [],
  };
}

function mutated(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const out = Uint8Array.from(bytes);
  for (let count = 1 + random(3); 0 < count; count--) out[random(out.length)] = random(256);
  return random(5) === 0 ? out.subarray(0, random(out.length)) : out;
}

function outcomeName({ server, client }: Outcome): string {
  const name = (outcome: Outcome["server"]) => (typeof outcome === "string" ? outcome : outcome.is);
  return `${name(server)}/${name(client)}`;
}

/** xorshift32. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Changes the message of that number. */
function changed(number: number, change: (request: TsRequest) => TsRequest) {
  return (bytes: Uint8Array, at: number) =>
    at === number ? encode(tsRequest, change(decode(tsRequest, bytes))) : bytes;
}

/** Changes the AUTHENTICATE_MESSAGE of bare NTLM. */
function authenticateWith(change: Partial<AuthenticateMessage>) {
  return changed(2, (request) => {
    const message = decode(authenticateMessage, request.negoTokens![0]!.token);
    return { ...request, negoTokens: [{ token: encode(authenticateMessage, { ...message, ...change }) }] };
  });
}

function flipped(bytes: Uint8Array): Uint8Array {
  return bytes.with(20, bytes[20]! ^ 1);
}

/** What the server makes of delegated credentials. */
function delegate(credentials: Uint8Array): string | NlaFailure {
  const { state, session } = untilCredentials();
  const authInfo = seal(session.sending, credentials).bytes;
  const next = stepNlaAccept(state, { is: "message", bytes: encode(tsRequest, { version: 6, authInfo }) });
  assert.equal(next.effects.length, 1, "the client reads no TSRequest any more");
  return next.state.at === "failed" ? next.state.failure : next.state.at;
}

function firstMessageOffering(offered: readonly string[]): Uint8Array {
  const [effect] = startNlaConnect({ ...client, wrapping: { offered } }).effects;
  assert(effect?.do === "send");
  assert.equal(tsRequestLength(effect.bytes), effect.bytes.length);
  return effect.bytes;
}

/** The server before the credentials, and the client's keys at that point. */
function untilCredentials() {
  let accept = startNlaAccept(server);
  let connect = startNlaConnect(client);
  for (;;) {
    const [sent] = connect.effects;
    assert(sent?.do === "send");
    let next = stepNlaAccept(accept, { is: "message", bytes: sent.bytes });
    const [effect] = next.effects;
    if (effect?.do === "verifyNtlm") {
      const sessionBaseKey = verifyNtlmV2({ ...effect.claim, ntHash: ntHash(client.password) });
      assert(sessionBaseKey !== undefined);
      next = stepNlaAccept(next.state, { is: "ntlmVerified", sessionBaseKey });
    }
    accept = next.state;
    if (accept.at === "awaitingCredentials") {
      assert(connect.state.at === "awaitingPublicKey");
      return { state: accept, session: connect.state.answered.session };
    }
    const [reply] = next.effects;
    assert(reply?.do === "send");
    connect = stepNlaConnect(connect.state, { is: "message", bytes: reply.bytes });
  }
}
