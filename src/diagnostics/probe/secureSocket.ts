import { X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import {
  connect,
  createSecureContext,
  getCACertificates,
  type DetailedPeerCertificate,
  type SecureContext,
  type SecureVersion,
  type TLSSocket,
} from "node:tls";
import type { Milliseconds } from "#base/units.ts";
import { ProbeFailed } from "./probeFailure.ts";

/** What a TLS handshake showed. Nothing was refused for it. */
export interface SeenTls {
  /** As "TLSv1.3". */
  readonly version: string;
  /** As "TLS_AES_256_GCM_SHA384". */
  readonly cipher: string;
  /** The server's first, then those that issued each other. Empty: it showed none. */
  readonly chain: readonly X509Certificate[];
  /** Why this host does not trust the chain, in OpenSSL's word; undefined: it does. */
  readonly distrust: string | undefined;
}

/** TLS on a connected socket, which must have no listener for data. Throws ProbeFailed. */
export async function secure(
  socket: Socket,
  options: { readonly host: string; readonly tlsVersion?: SecureVersion; readonly within: Milliseconds },
): Promise<{ readonly socket: TLSSocket; readonly seen: SeenTls }> {
  const { host, tlsVersion, within } = options;
  const before = socket.bytesRead;
  const tls = connect({
    socket,
    rejectUnauthorized: false,
    secureContext: secureContextFor(tlsVersion),
    // Names are compared by hand, so that a wrong one does not hide why the chain is not trusted.
    checkServerIdentity: () => undefined,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const got = () => socket.bytesRead - before;
  const timer = setTimeout(
    () => reject(new ProbeFailed({ is: "silent", step: "tls", got: got(), after: within })),
    within,
  );
  tls.once("secureConnect", resolve);
  // It stays: a socket may fail more than once.
  tls.on("error", (error: NodeJS.ErrnoException) => {
    const isEnd = error.code === "ECONNRESET" || error.code === "EPIPE";
    if (isEnd) reject(new ProbeFailed({ is: "closed", step: "tls", got: got(), reset: false }));
    else reject(new ProbeFailed({ is: "tlsFailed", step: "tls", problem: problemOf(error) }));
  });
  tls.once("close", () => reject(new ProbeFailed({ is: "closed", step: "tls", got: got(), reset: false })));
  try {
    await promise;
  } finally {
    clearTimeout(timer);
  }
  return { socket: tls, seen: seenOf(tls) };
}

function seenOf(tls: TLSSocket): SeenTls {
  return {
    version: tls.getProtocol() ?? "",
    cipher: tls.getCipher().standardName,
    chain: chainOf(tls.getPeerCertificate(true)),
    distrust: tls.authorized ? undefined : distrustOf(tls.authorizationError),
  };
}

/** The last one of a whole chain has issued itself. */
function chainOf(peer: DetailedPeerCertificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  const known = new Set<string>();
  let next: DetailedPeerCertificate | undefined = peer;
  while (next?.raw !== undefined && !known.has(next.fingerprint256) && chain.length < chainMax) {
    known.add(next.fingerprint256);
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate;
  }
  return chain;
}

function distrustOf(error: unknown): string {
  if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
  return String(error);
}

/** OpenSSL's reason without its numbers and file names, as "unsupported protocol". */
function problemOf(error: Error): string {
  if ("reason" in error && typeof error.reason === "string") return error.reason;
  return error.message;
}

/**
 * What a handshake in this version (undefined: in any that is not outdated) is made with. Making it takes far longer
 * than a handshake: ask for it before the time counts.
 */
export function secureContextFor(tlsVersion: SecureVersion | undefined): SecureContext {
  let context = contexts.get(tlsVersion);
  if (context === undefined) {
    // What Node brings along, and what this host trusts besides.
    authorities ??= [...new Set([...getCACertificates("bundled"), ...getCACertificates("system")])];
    context = createSecureContext({
      ca: authorities,
      ...(tlsVersion === undefined ? {} : { minVersion: tlsVersion, maxVersion: tlsVersion }),
      // Outdated versions are found only by who would take them.
      ...(tlsVersion === "TLSv1" || tlsVersion === "TLSv1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    });
    contexts.set(tlsVersion, context);
  }
  return context;
}

const contexts = new Map<SecureVersion | undefined, SecureContext>();
let authorities: string[] | undefined;
const chainMax = 10;
