import type { Socket } from "node:net";
import type { SecureVersion } from "node:tls";
import { decode, encode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { between, type Milliseconds } from "#base/units.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import { tpkt } from "#protocol/framing/tpkt.ts";
import { connectionConfirm, connectionRequest, type ConnectionConfirm } from "#protocol/framing/x224.ts";
import { negotiate } from "#protocol/security/nla/ntlmConnect.ts";
import { ntStatusOf } from "#protocol/security/nla/ntStatus.ts";
import { negTokenResponse, tokenKind } from "#protocol/security/nla/spnego.ts";
import { tsRequest, tsRequestLength } from "#protocol/security/nla/tsRequest.ts";
import type { Clock } from "#system/clock.ts";
import { AnswerReader } from "./answerReader.ts";
import { readChallenge, type SeenChallenge } from "./ntlmNames.ts";
import { ProbeFailed, type ProbeFailure, type UnreachableAddress } from "./probeFailure.ts";
import { openSocket } from "./reachHost.ts";
import { secure, secureContextFor, type SeenTls } from "./secureSocket.ts";

export interface KnockOptions {
  readonly addresses: readonly string[];
  readonly port: number;
  /** For the server's choice among its certificates. */
  readonly host: string;
  /** None: RDP's own security, and no other. */
  readonly offered: readonly SecurityProtocol[];
  /** For hosts that choose by user. */
  readonly user: string;
  /** The last step. After "challenge" nobody has tried to sign in: the server waits for a proof in vain. */
  readonly until: "confirm" | "tls" | "challenge";
  /** This version, and no other. */
  readonly tlsVersion?: SecureVersion;
  /** Of each step. */
  readonly within: Milliseconds;
  readonly clock: Clock;
}

/** A connection that goes no further than the host's name. */
export interface Knock {
  /** In milliseconds, of the steps that were made. */
  readonly times: Readonly<Partial<Record<"tcp" | "negotiation" | "tls" | "nla", number>>>;
  readonly address?: string;
  readonly passed: readonly UnreachableAddress[];
  readonly confirm?: ConnectionConfirm;
  readonly tls?: SeenTls;
  readonly challenge?: SeenChallenge;
  readonly failure?: ProbeFailure;
}

/** Connects as an RDP client up to the server's NTLM challenge at most, and leaves. Never throws for what comes. */
export async function knock(options: KnockOptions): Promise<Knock> {
  const seen: Writable<Knock> = { times: {}, passed: [] };
  let socket: Socket | undefined;
  secureContextFor(options.tlsVersion);
  try {
    socket = await connectTo(options, seen);
    await converse(socket, options, seen);
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    seen.failure = error.failure;
    if (error.failure.is === "unreachable") seen.passed = error.failure.tried;
  } finally {
    socket?.destroySoon();
  }
  return seen;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

async function connectTo(options: KnockOptions, seen: Writable<Knock>): Promise<Socket> {
  const { addresses, port, within } = options;
  const { socket, address, passed } = await timed(options, seen, "tcp", () => openSocket(addresses, port, within));
  seen.address = address;
  seen.passed = passed;
  socket.setNoDelay(true);
  return socket;
}

async function converse(socket: Socket, options: KnockOptions, seen: Writable<Knock>): Promise<void> {
  const { within, until } = options;
  const reader = new AnswerReader(socket);
  const confirm = await timed(options, seen, "negotiation", () => {
    socket.write(request(options));
    return reader.take("negotiation", within, readConfirm);
  });
  seen.confirm = confirm;
  reader.release();
  if (until === "confirm" || confirm.is !== "negotiated" || !isUnderTls(confirm.selectedProtocol)) return;
  const { socket: tls, seen: seenTls } = await timed(options, seen, "tls", () => secure(socket, options));
  seen.tls = seenTls;
  if (until === "tls" || confirm.selectedProtocol === "tls") return;
  const answers = new AnswerReader(tls);
  seen.challenge = await timed(options, seen, "nla", () => {
    tls.write(encode(tsRequest, { version: 6, negoTokens: [{ token: negotiate() }] }));
    return answers.take("nla", within, (bytes) => challengeIn(bytes, options.clock));
  });
}

/** Notes how long a step took, also one that failed. */
async function timed<T>(
  { clock }: KnockOptions,
  seen: Writable<Knock>,
  step: keyof Knock["times"],
  make: () => Promise<T>,
): Promise<T> {
  const start = clock.now();
  try {
    return await make();
  } finally {
    seen.times = { ...seen.times, [step]: between(start, clock.now()) };
  }
}

/** With a negotiation also where nothing is offered, so that the server can say what it wants. */
function request({ offered, user }: KnockOptions): Uint8Array {
  const routing = user === "" ? {} : { routing: { is: "cookie", user: user.slice(0, 9) } as const };
  return tpkt(encode(connectionRequest, { ...routing, negotiation: { flags: [], requestedProtocols: offered } }));
}

function readConfirm(bytes: Uint8Array): ConnectionConfirm | undefined {
  const [version, , high, low] = bytes;
  if (version === undefined) return undefined;
  if (version !== 3) throw new DecodeError({ is: "wrongValue", expected: "TPKT (3)", got: version }, 0);
  if (high === undefined || low === undefined) return undefined;
  const length = high * 256 + low;
  if (!(4 < length && length <= confirmBytes)) {
    throw new DecodeError({ is: "wrongValue", expected: `a length of at most ${confirmBytes}`, got: length }, 2);
  }
  return bytes.length < length ? undefined : decode(connectionConfirm, bytes.subarray(4, length));
}

function isUnderTls(protocol: unknown): boolean {
  return protocol === "tls" || protocol === "credssp" || protocol === "credsspEx";
}

function challengeIn(bytes: Uint8Array, clock: Clock): SeenChallenge | undefined {
  const length = tsRequestLength(bytes);
  if (length === undefined || bytes.length < length) return undefined;
  const { negoTokens, errorCode } = decode(tsRequest, bytes.subarray(0, length));
  if (errorCode !== undefined) {
    const failure = { is: "refusedByPeer", status: ntStatusOf(errorCode) } as const;
    throw new ProbeFailed({ is: "client", step: "nla", failure: { is: "nlaFailed", failure } });
  }
  const token = negoTokens?.[0]?.token ?? new Uint8Array(0);
  const ntlm = tokenKind(token) === "ntlm" ? token : decode(negTokenResponse, token).responseToken;
  return readChallenge(ntlm ?? new Uint8Array(0), clock.wallTime());
}

/** A negotiation answer has 19 bytes. */
const confirmBytes = 64;
