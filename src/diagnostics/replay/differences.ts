import { decode } from "#base/bytes/codec.ts";
import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Size } from "#base/geometry.ts";
import type { TraceMessage } from "#base/trace/traceRecord.ts";
import { connectionConfirm, type ConnectionConfirm } from "#protocol/framing/x224.ts";
import { tpktHeaderBytes } from "#protocol/framing/tpkt.ts";
import { accept, accepting } from "#protocol/sequences/accept/accept.ts";
import type { AcceptEvent, AcceptSettings, AcceptState } from "#protocol/sequences/accept/acceptState.ts";
import { Describer, type Described } from "#protocol/trace/describe.ts";
import { tracedMessage, type RecordedStream } from "./recordedStreams.ts";

export type RunAgain =
  /** Every message of the client was answered with what it was answered with then. */
  | { readonly is: "same"; readonly messages: number; readonly answers: number }
  | { readonly is: "different"; readonly difference: Difference }
  /** A sentence: why it could not be run again, or no further. */
  | { readonly is: "notRun"; readonly why: string };

/** The first place where what is answered today is not what was answered then. */
export interface Difference {
  /** Microseconds since 1970-01-01 UTC, of the client's message. */
  readonly at: number;
  /** The client's message. */
  readonly message: string;
  /** Where the sequence stood, and stands. */
  readonly step: string;
  readonly before: readonly string[];
  readonly today: readonly string[];
}

/**
 * Runs what the client of a recorded connection sent through the accepting sequence of this version, and compares the
 * kinds of its answers. Pictures, channels and measurements are not the sequence's, and not compared.
 */
export function runAgain(stream: RecordedStream): RunAgain {
  const messages = stream.records.flatMap(({ at, what }) => (what.is === "message" ? [{ at, message: what }] : []));
  const [first] = messages;
  if (stream.process.kind !== "connection") return { is: "notRun", why: "it is not the record of a connection" };
  if (first === undefined) return { is: "notRun", why: "there is no message in it" };
  if (first.message.direction !== "received" || first.message.step !== accepting.at)
    return { is: "notRun", why: "its record begins in the middle of the connection" };
  return new SecondRun(stream, messages).result();
}

interface Recorded {
  readonly at: number;
  readonly message: TraceMessage;
}

class SecondRun {
  readonly #stream: RecordedStream;
  readonly #messages: readonly Recorded[];
  readonly #settings: AcceptSettings;
  readonly #confirm: ConnectionConfirm | undefined;
  readonly #then = new Describer(plain);
  readonly #today = new Describer(plain);
  #state: AcceptState = accepting;
  #answers = 0;

  constructor(stream: RecordedStream, messages: readonly Recorded[]) {
    this.#stream = stream;
    this.#messages = messages;
    this.#confirm = confirmOf(messages);
    this.#settings = settingsOf(this.#confirm);
  }

  result(): RunAgain {
    let received = 0;
    for (let index = 0; index < this.#messages.length; index++) {
      const recorded = this.#messages[index]!;
      const { message } = recorded;
      if (message.direction !== "received") continue;
      const next = this.#messages.findIndex((each, at) => index < at && each.message.direction === "received");
      const answers = this.#messages.slice(index + 1, next === -1 ? undefined : next);
      if (message.secrets === "withheld")
        return { is: "notRun", why: `the message at ${message.step} was not kept, for its secrets could not be found` };
      const outcome = this.#receive(recorded, answers);
      if (outcome !== undefined) return { is: "different", difference: outcome };
      received++;
    }
    return { is: "same", messages: received, answers: this.#answers };
  }

  /** One message of the client, and what was sent before its next one. */
  #receive({ at, message }: Recorded, answers: readonly Recorded[]): Difference | undefined {
    const name = this.#tell(this.#then, message);
    this.#tell(this.#today, message);
    const before = answers.flatMap((each) => this.#answersIn(this.#then, each.message));
    // CredSSP is not run: its secrets are gone, and its proofs with them.
    if (message.form === "der") return undefined;
    const difference = (today: readonly string[], step = message.step): Difference => ({
      at,
      message: name.join(", "),
      step,
      before: before.length === 0 ? nothing : before,
      today: today.length === 0 ? nothing : today,
    });
    if (this.#state.at === "awaitingNla") {
      this.#step({ is: "nlaOver" });
      this.#step({ is: "admitted" });
    }
    if (this.#state.at !== message.step)
      return difference([`stands at ${this.#state.at}`], `stood at ${message.step} before it`);
    const today = this.#take(message, answers);
    this.#answers += before.length;
    return before.join() === today.join() ? undefined : difference(today);
  }

  #take(message: TraceMessage, answers: readonly Recorded[]): readonly string[] {
    if (this.#state.at === "awaitingSecurityExchange") {
      // The client's random was taken out; what follows is recorded without encryption.
      this.#state = { at: "awaitingClientInfo", joined: this.#state.joined };
      return [];
    }
    const payload = message.bytes.subarray(message.form === "tpkt" ? tpktHeaderBytes : 2);
    if (message.form === "der") return [];
    const today = [...this.#step({ is: "message", message: { is: message.form, bytes: message.bytes, payload } })];
    const size = resizeIn(answers, this.#stream);
    if (size !== undefined && this.#state.at === "active") today.push(...this.#step({ is: "resize", size }));
    return today;
  }

  /** The kinds of what it answers, the sequence's own questions answered as they were then. */
  #step(event: AcceptEvent): readonly string[] {
    const { state, effects } = accept(this.#state, event, this.#settings);
    this.#state = state;
    return effects.flatMap((effect): readonly string[] => {
      switch (effect.do) {
        case "send": {
          const { bytes } = effect;
          return this.#answersIn(this.#today, { ...sentMessage, bytes, length: bytes.length, step: state.at });
        }
        case "askNlaOffer":
          return this.#step({ is: "nlaOffer", offered: wasNla(this.#confirm) });
        case "startTls":
          return this.#step({ is: "tlsReady" });
        case "refuse":
          return wasRefused(this.#confirm) ? [] : [`refusal ${effect.refusal.code}`];
        default:
          return [];
      }
    });
  }

  #tell(describer: Describer, message: TraceMessage): readonly string[] {
    return describer.describe(tracedMessage(this.#stream.process, message)).map(({ name }) => name);
  }

  #answersIn(describer: Describer, message: TraceMessage): readonly string[] {
    const described = describer.describe(tracedMessage(this.#stream.process, message));
    return described.filter(({ name }) => answersOfSequence.has(name)).map(answerWord);
  }
}

/** With what the client was told about security, since that is what answers hang on. */
function answerWord({ name, fields }: Described): string {
  if (name !== "ConnectionConfirm") return name;
  const told = fields["failure"] ?? fields["selectedProtocol"] ?? fields["is"];
  return `${name} ${typeof told === "string" ? told : JSON.stringify(told)}`;
}

function confirmOf(messages: readonly Recorded[]): ConnectionConfirm | undefined {
  const sent = messages.find(({ message }) => message.direction === "sent");
  if (sent === undefined || sent.message.form !== "tpkt") return undefined;
  try {
    return decode(connectionConfirm, sent.message.bytes.subarray(tpktHeaderBytes));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return undefined;
  }
}

/** The settings of then, as far as its first answer shows them. */
function settingsOf(confirm: ConnectionConfirm | undefined): AcceptSettings {
  const failure = confirm?.is === "failed" ? confirm.failure : undefined;
  const isLegacy = confirm?.is === "confirmed" || (confirm?.is === "negotiated" && confirm.selectedProtocol === "rdp");
  return {
    nlaRequired: failure === "hybridRequiredByServer",
    refusal: failure === "sslCertificateNotOnServer" ? { code: "HF-WIRE-06", step: "then", got: "refused" } : undefined,
    ...(isLegacy ? { standardSecurity: anyKeys } : {}),
  };
}

function wasNla(confirm: ConnectionConfirm | undefined): boolean {
  return confirm?.is === "negotiated" && String(confirm.selectedProtocol).startsWith("credssp");
}

function wasRefused(confirm: ConnectionConfirm | undefined): boolean {
  return confirm === undefined || confirm.is === "failed";
}

/** The size of the share that was taken up again; undefined: none was. */
function resizeIn(answers: readonly Recorded[], stream: RecordedStream): Size | undefined {
  const describer = new Describer(plain);
  const told = answers.flatMap(({ message }) => describer.describe(tracedMessage(stream.process, message)));
  const at = told.findIndex(({ name }) => name === "DeactivateAll");
  const offered = told.slice(at + 1).find(({ name }) => name === "DemandActive");
  if (at === -1 || offered === undefined) return undefined;
  const text = JSON.stringify(offered.fields);
  const [width, height] = [/"desktopWidth":(\d+)/u, /"desktopHeight":(\d+)/u].map((side) =>
    Number(side.exec(text)?.[1]),
  );
  return { width: width ?? 0, height: height ?? 0 };
}

const answersOfSequence: ReadonlySet<string> = new Set([
  "ConnectionConfirm",
  "ConnectResponse",
  "AttachUserConfirm",
  "ChannelJoinConfirm",
  "ErrorAlert",
  "DemandActive",
  "DeactivateAll",
  "Synchronize",
  "Control",
  "FontMap",
]);
const nothing: readonly string[] = ["nothing"];
const plain = { decompressor: () => ({ decompress: (message: Uint8Array) => message }) };
const sentMessage = { direction: "sent", form: "tpkt", secrets: "removed" } as const;
/** Their numbers say nothing: what is encrypted with them is not run again. */
const anyKey = { modulus: new Uint8Array(64).fill(0x5b), exponent: Uint8Array.of(3) };
const anyKeys = { keys: { usual: anyKey, strong: anyKey }, serverRandom: new Uint8Array(32) };
