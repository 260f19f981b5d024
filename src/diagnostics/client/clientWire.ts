import type { Socket } from "node:net";
import { connect as connectTls, createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { elementsOf } from "#system/certificate/der.ts";

export interface ClientWireListener {
  /** Bytes of the server, given. */
  received(bytes: Uint8Array): void;
  /** The socket is gone; called once. */
  closed(): void;
}

/** The certificate that a server showed, and what CredSSP needs of it. Nothing about it is checked. */
export interface SeenCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly validUntil: Date;
  /** SHA-256, upper-case hexadecimal pairs with colons. */
  readonly fingerprint: string;
  /** The content of subjectPublicKey without the bit string's header. */
  readonly subjectPublicKey: Uint8Array;
  /** Of the channel binding tls-server-end-point (RFC 5929 section 4.1). */
  readonly endPointHash: Uint8Array;
  /** As "TLSv1.3". */
  readonly tlsVersion: string;
}

/** A client's wire: plain at first, TLS from a certain point on. */
export class ClientWire {
  readonly #raw: Socket;
  readonly #listener: ClientWireListener;
  #socket: Socket;

  constructor(socket: Socket, listener: ClientWireListener) {
    this.#raw = socket;
    this.#socket = socket;
    this.#listener = listener;
    socket.setNoDelay(true);
    this.#listen(socket);
    socket.on("close", () => listener.closed());
  }

  /** All of it in one write, so that several messages cost one TLS record. */
  write(pieces: readonly Uint8Array[]): void {
    const [first] = pieces;
    if (first === undefined || !this.#socket.writable) return;
    this.#socket.write(pieces.length === 1 ? first : Buffer.concat(pieces));
  }

  /** Whatever certificate the server shows is taken, and told. Rejects with TLS's reason. */
  startTls(host: string): Promise<SeenCertificate> {
    this.#raw.removeAllListeners("data");
    sharedContext ??= createSecureContext();
    const tls = connectTls({
      socket: this.#raw,
      secureContext: sharedContext,
      rejectUnauthorized: false,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    this.#socket = tls;
    return new Promise((resolve, reject) => {
      const cut = () => reject(new Error("the server closed the connection"));
      // It stays: a socket may fail more than once.
      tls.on("error", reject);
      tls.once("close", cut);
      tls.once("secureConnect", () => {
        tls.off("close", cut);
        this.#listen(tls);
        const seen = seenCertificate(tls);
        if (seen === undefined) reject(new Error("the server showed no certificate"));
        else resolve(seen);
      });
    });
  }

  /** Sends what is written, then says goodbye. */
  end(): void {
    this.#socket.end();
  }

  /** Sends what is written, and waits for nothing more. */
  finish(): void {
    this.#socket.destroySoon();
  }

  /** Cuts the wire: a reset, not an end; what is queued is lost. */
  reset(): void {
    this.#raw.resetAndDestroy();
  }

  #listen(socket: Socket): void {
    socket.on("data", (bytes: Uint8Array) => this.#listener.received(bytes));
    // Its reason is that of "close", which follows.
    socket.on("error", () => this.#raw.destroy());
    socket.on("end", () => this.#raw.end());
  }
}

function seenCertificate(tls: TLSSocket): SeenCertificate | undefined {
  const { raw } = tls.getPeerCertificate(false);
  if (raw === undefined) return undefined;
  const certificate = new X509Certificate(raw);
  const [info] = elementsOf(certificate.publicKey.export({ type: "spki", format: "der" }));
  const [, bitString] = elementsOf(info?.content ?? new Uint8Array());
  const used = /sha-?(224|256|384|512)/iu.exec(certificate.signatureAlgorithm ?? "")?.[1] ?? "256";
  return {
    subject: certificate.subject.replaceAll("\n", ", "),
    issuer: certificate.issuer.replaceAll("\n", ", "),
    validUntil: certificate.validToDate,
    fingerprint: certificate.fingerprint256,
    subjectPublicKey: Uint8Array.from(bitString?.content.subarray(1) ?? []),
    endPointHash: Uint8Array.from(createHash(`sha${used}`).update(certificate.raw).digest()),
    tlsVersion: tls.getProtocol() ?? "",
  };
}

/** Making one takes longer than a handshake; a hundred clients share it. */
let sharedContext: SecureContext | undefined;
