import { createServer, type AddressInfo, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { ntHash, verifyNtlmV2 } from "#base/hash/ntlmV2.ts";
import { wallTime } from "#base/units.ts";
import { AcceptDynamicChannels } from "#protocol/channels/dynamic/acceptDynamicChannels.ts";
import { ChannelReassembler } from "#protocol/channels/static/channelReassembler.ts";
import { splitChannelMessage } from "#protocol/channels/static/channelSplitter.ts";
import type { DynamicChannelEvent } from "#protocol/channels/dynamic/openChannels.ts";
import { MessageSplitter } from "#protocol/framing/messageSplitter.ts";
import { accept, accepting, expected } from "#protocol/sequences/accept/accept.ts";
import type {
  AcceptEffect,
  AcceptEvent,
  AcceptSettings,
  AcceptState,
  Capable,
} from "#protocol/sequences/accept/acceptState.ts";
import { startNlaAccept, stepNlaAccept } from "#protocol/sequences/accept/nla.ts";
import type { NlaAcceptEvent, NlaAcceptState } from "#protocol/sequences/accept/nlaState.ts";
import { channelBytes } from "#protocol/sequences/accept/outgoing.ts";
import { ownCertificate, type ServerCertificate } from "#system/certificate/certificate.ts";
import { systemRandomBytes } from "#system/randomBytes.ts";
import { usualServer } from "./meeting.ts";

export interface MiniServerOptions {
  readonly accept?: Partial<AcceptSettings>;
  /** NLA is offered to everybody, with this password. */
  readonly password?: string;
  /** False: signed in, and not let in. */
  readonly authorized?: boolean;
  /** Dynamic channels to open as soon as the client can. */
  readonly dynamicChannels?: readonly string[];
  /** Called for each client as soon as it has a desktop. */
  readonly onActive?: (client: ServedClient) => void;
  readonly onInput?: (client: ServedClient, effect: AcceptEffect) => void;
  readonly onDynamic?: (client: ServedClient, event: DynamicChannelEvent) => void;
}

/**
 * The accepting sequences on a real socket with TLS and NLA, and nothing behind them: for tests of our client. What the
 * clients do is in `effects`, in order.
 */
export class MiniServer implements AsyncDisposable {
  readonly clients: ServedClient[] = [];
  readonly #server = createServer((socket) => {
    this.clients.push(new ServedClient(socket, this.#options, certificate()));
  });
  readonly #options: MiniServerOptions;

  static async start(options: MiniServerOptions = {}): Promise<MiniServer> {
    const server = new MiniServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  constructor(options: MiniServerOptions) {
    this.#options = options;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.clients) client.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export class ServedClient {
  readonly effects: AcceptEffect[] = [];
  readonly dynamic = new AcceptDynamicChannels();
  /** How the socket ended. */
  ended: string | undefined;
  #state: AcceptState = accepting;
  #nla: NlaAcceptState | undefined;
  #socket: Socket;
  readonly #raw: Socket;
  readonly #options: MiniServerOptions;
  readonly #certificate: ServerCertificate;
  readonly #splitter = new MessageSplitter();
  readonly #reassembler = new ChannelReassembler();

  constructor(socket: Socket, options: MiniServerOptions, certificate: ServerCertificate) {
    this.#raw = socket;
    this.#socket = socket;
    this.#options = options;
    this.#certificate = certificate;
    this.#listen(socket);
    socket.on("close", () => (this.ended ??= "closed"));
  }

  get capable(): Capable {
    if (!("capable" in this.#state)) throw new Error(`the server is at ${this.#state.at}`);
    return this.#state.capable;
  }

  write(...messages: readonly Uint8Array[]): void {
    for (const message of messages) this.#socket.write(message);
  }

  step(event: AcceptEvent): void {
    const { state, effects } = accept(this.#state, event, { ...usualServer, ...this.#options.accept });
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  sendDynamic(name: string, message: Uint8Array): void {
    const channel = this.dynamic.channel(name);
    if (channel === undefined) throw new Error(`${name} is not open`);
    this.dynamic.send(channel, message);
    this.#flushDynamic();
  }

  /** After what was written. */
  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#raw.destroy();
  }

  #listen(socket: Socket): void {
    socket.on("data", (bytes: Uint8Array) => {
      try {
        this.#splitter.push(bytes);
        this.#takeMessages();
      } catch (error) {
        // Whoever speaks something else is let go, as by the real one.
        if (!(error instanceof DecodeError)) throw error;
        this.ended ??= error.message;
        this.#raw.destroy();
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) => (this.ended ??= error.code));
    socket.on("end", () => (this.ended ??= "ended"));
  }

  #takeMessages(): void {
    for (;;) {
      const next = expected(this.#state);
      if (next === "nothing") return;
      const message = next === "derSequences" ? undefined : this.#splitter.take();
      const bytes = next === "derSequences" ? this.#splitter.takeDerSequence() : undefined;
      if (message !== undefined) this.step({ is: "message", message });
      else if (bytes !== undefined) this.#stepNla({ is: "message", bytes });
      else return;
    }
  }

  #perform(effect: AcceptEffect): void {
    switch (effect.do) {
      case "send":
        return this.write(effect.bytes);
      case "askNlaOffer":
        return this.step({ is: "nlaOffer", offered: this.#options.password !== undefined });
      case "startTls":
        return this.#startTls();
      case "startNla":
        this.#nla = startNlaAccept(this.#nlaSettings());
        return;
      case "refuse":
        this.effects.push(effect);
        this.#socket.end();
        return;
      case "activate":
        this.effects.push(effect);
        if (this.dynamic.version === undefined && this.#options.dynamicChannels !== undefined) {
          this.dynamic.start();
          this.#flushDynamic();
        }
        return this.#options.onActive?.(this);
      case "channelChunk":
        return this.#receiveDynamic(effect.chunk);
      default:
        this.effects.push(effect);
        return this.#options.onInput?.(this, effect);
    }
  }

  #startTls(): void {
    this.#raw.removeAllListeners("data");
    const { certificate, key } = this.#certificate;
    const tls = new TLSSocket(this.#raw, {
      isServer: true,
      secureContext: createSecureContext({ cert: certificate, key }),
    });
    this.#socket = tls;
    tls.once("secure", () => this.step({ is: "tlsReady" }));
    this.#listen(tls);
  }

  #nlaSettings() {
    const name = "MINI";
    return {
      subjectPublicKey: this.#certificate.subjectPublicKey,
      certificateHashes: [this.#certificate.endPointHash],
      version: 6,
      versionMin: 2,
      earlyUserAuthorization: "chosen" in this.#state && this.#state.chosen === "credsspEx",
      computerName: name,
      domainName: name,
      dnsComputerName: name,
      dnsDomainName: name,
      serverChallenge: systemRandomBytes(8),
      timestamp: 133_000_000_000_000_000n,
    };
  }

  #stepNla(event: NlaAcceptEvent): void {
    if (this.#nla === undefined) throw new Error("no NLA");
    const { state, effects } = stepNlaAccept(this.#nla, event);
    this.#nla = state;
    for (const effect of effects) {
      if (effect.do === "send") this.write(effect.bytes);
      if (effect.do === "fail") this.#socket.end();
      if (effect.do === "verifyNtlm") {
        const key = verifyNtlmV2({ ...effect.claim, ntHash: ntHash(this.#options.password ?? "") });
        const answer = { is: "ntlmRefused", reason: "wrongPassword" } as const;
        this.#stepNla(key === undefined ? answer : { is: "ntlmVerified", sessionBaseKey: key });
      }
      if (effect.do === "authenticated") {
        this.step({ is: "nlaOver" });
        const authorized = this.#options.authorized ?? true;
        if (state.at === "awaitingAuthorization") this.#stepNla({ is: authorized ? "authorized" : "accessDenied" });
        if (authorized) this.step({ is: "admitted" });
      }
    }
  }

  #receiveDynamic(chunk: Uint8Array): void {
    const message = this.#reassembler.receive(chunk);
    if (message === undefined) return;
    for (const event of this.dynamic.receive(message)) {
      if (event.is === "ready") for (const name of this.#options.dynamicChannels ?? []) this.dynamic.open(name);
      this.#options.onDynamic?.(this, event);
    }
    this.#flushDynamic();
  }

  #flushDynamic(): void {
    const carrier = this.capable.channels.find(({ name }) => name === "drdynvc");
    if (carrier === undefined) return;
    for (let output = this.dynamic.takeOutput(); output !== undefined; output = this.dynamic.takeOutput()) {
      this.write(...splitChannelMessage(output).map((chunk) => channelBytes(carrier.id, chunk)));
    }
  }
}

/** One for all tests of a process: making a key takes a while. */
function certificate(): ServerCertificate {
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), "holdfast-mini-"));
  made = ownCertificate(folder, { random: systemRandomBytes, now: wallTime(Date.now()), names: ["mini.example"] });
  rmSync(folder, { recursive: true });
  return made;
}
let made: ServerCertificate | undefined;
