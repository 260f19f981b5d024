import { keptBytes } from "#base/trace/keptBytes.ts";
import type { TraceMessage } from "#base/trace/traceRecord.ts";
import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import { redact } from "#protocol/trace/redact.ts";
import { Where, type KnownChannels } from "#protocol/trace/where.ts";
import type { AcceptState, Joined } from "#protocol/sequences/accept/acceptState.ts";

/** Gives a message without its secrets, of the same length. */
export type Redact = (message: TraceMessage) => TraceMessage;
type Step = AcceptState["at"];

/** Records the messages of one client's wire, as they are without TLS and encryption. */
export class WireTrace {
  /** Pictures are recorded whole, not by their first bytes alone. */
  withPictures = false;
  readonly #recorder: Pick<TraceRecorder, "message" | "standingNote">;
  #known: KnownChannels | undefined;

  constructor(recorder: Pick<TraceRecorder, "message" | "standingNote">) {
    this.#recorder = recorder;
  }

  /** One message of the client. */
  received(form: TraceMessage["form"], step: Step, bytes: Uint8Array): void {
    this.#recorder.message({ direction: "received", form, step, length: bytes.length, bytes });
  }

  /** Each piece holds whole messages, one behind the other. */
  wrote(step: Step, pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length;) {
        const { form, length } = headOf(piece, at, step);
        this.#sent(form, step, piece.subarray(at, at + length));
        at += length;
      }
    }
  }

  /** What later messages are read by. */
  joined({ chosen, ioChannelId, messageChannelId, userChannelId, channels }: Joined): void {
    this.#known = { ioChannelId, messageChannelId, channels };
    this.#recorder.standingNote("joined", {
      security: chosen,
      ioChannel: ioChannelId,
      messageChannel: messageChannelId,
      userChannel: userChannelId,
      ...Object.fromEntries(channels.map(({ name, id }) => [`channel ${name}`, id])),
    });
  }

  /** Takes the secrets out of messages, which come in order; `isWhole`: from the first one on. */
  redactor(isWhole: boolean): Redact {
    const where = new Where();
    if (!isWhole && this.#known !== undefined) where.know(this.#known);
    return (message) => {
      const { form, length, bytes } = message;
      const direction = message.direction === "received" ? "fromClient" : "toClient";
      return { ...message, bytes: redact({ form, direction, bytes, length }, where), secrets: "removed" };
    };
  }

  #sent(form: TraceMessage["form"], step: Step, bytes: Uint8Array): void {
    const kept = keptBytes({ step, bytes }, this);
    this.#recorder.message({ direction: "sent", form, step, length: bytes.length, bytes: kept });
  }
}

/** Where the message at `at` ends; what has no length of ours is taken for one to the end. */
function headOf(piece: Uint8Array, at: number, step: Step): { form: TraceMessage["form"]; length: number } {
  const byte = (index: number): number => piece[at + index] ?? 0;
  const left = piece.length - at;
  const whole = (form: TraceMessage["form"], length: number) =>
    0 < length && length <= left ? { form, length } : { form, length: left };
  if (step === "awaitingNla" || step === "awaitingAdmission") return { form: "der", length: left };
  if (byte(0) === tpktVersion) return whole("tpkt", (byte(2) << 8) | byte(3));
  return whole("fastPath", (byte(1) & 0x80) === 0 ? byte(1) : ((byte(1) & 0x7f) << 8) | byte(2));
}

const tpktVersion = 3;
