import { setTimeout as delay } from "node:timers/promises";
import { concatBytes } from "#base/bytes/concatBytes.ts";
import { limits } from "#base/limits.ts";
import { framedTraceRecord, traceFileStart, traceRecords } from "#base/trace/traceFile.ts";
import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import type { TraceData, TraceOrder } from "#contracts/service.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { startCpuProfile, type CpuProfile } from "#system/trace/cpuProfile.ts";
import type { Redact, WireTrace } from "./wireTrace.ts";

export interface TraceDrainParts {
  readonly recorder: TraceRecorder;
  readonly wire: Pick<WireTrace, "withPictures" | "redactor">;
  /** Hands a part over; rejects with CallFailed. */
  readonly send: (data: TraceData) => Promise<{ readonly goOn: boolean }>;
}

interface Followed {
  readonly trace: string;
  readonly profile: Promise<CpuProfile>;
  isEnding: boolean;
  wake: () => void;
  over: Promise<void>;
}

/** Hands out what was recorded in this process, without secrets, when the service asks for it. */
export class TraceDrain {
  readonly #parts: TraceDrainParts;
  #followed: Followed | undefined;

  constructor(parts: TraceDrainParts) {
    this.#parts = parts;
  }

  /** undefined: the service is away, and nobody follows any more. */
  receive(order: TraceOrder | undefined): void {
    if (order === undefined || order.order === "end") return this.#end(order?.trace);
    if (order.order === "take") return void this.#guarded(this.#take(order.trace));
    if (this.#followed !== undefined) return;
    this.#parts.wire.withPictures = order.pictures === true;
    const followed: Followed = {
      trace: order.trace,
      profile: startCpuProfile(),
      isEnding: false,
      wake: () => {},
      over: Promise.resolve(),
    };
    this.#followed = followed;
    followed.over = this.#guarded(this.#follow(followed));
  }

  /** The connection ends: hands out what is left to who follows, and its last part by `leave`, in base64. */
  async finish(leave: (data: string) => void): Promise<void> {
    const followed = this.#followed;
    if (followed !== undefined) {
      this.#end(followed.trace);
      await Promise.race([followed.over, delay(finishTakesAtMost)]);
    }
    if (this.#parts.recorder.ring.end !== 0) leave(base64(concatBytes(...this.#lastParts())));
  }

  /** The way in, and what came last. */
  #lastParts(): readonly Uint8Array[] {
    const { ring } = this.#parts.recorder;
    const reading = this.#reading();
    const parts = [reading.next(limits.traceLeftBytes / 4)];
    while (limits.traceLeftBytes / 2 < ring.end - reading.place) reading.skip(limits.traceLeftBytes / 4);
    while (reading.place < ring.end) parts.push(reading.next(limits.traceLeftBytes));
    return parts;
  }

  #end(trace: string | undefined): void {
    if (this.#followed === undefined || (trace !== undefined && this.#followed.trace !== trace)) return;
    this.#followed.isEnding = true;
    this.#followed.wake();
  }

  async #take(trace: string): Promise<void> {
    const { end } = this.#parts.recorder.ring;
    const reading = this.#reading();
    while (reading.place < end) if (!(await this.#hand(trace, "records", reading.next(partBytes)))) return;
    await this.#hand(trace, "records", new Uint8Array(0), true);
  }

  async #follow(followed: Followed): Promise<void> {
    const { trace } = followed;
    const { recorder, wire } = this.#parts;
    const reading = this.#reading();
    try {
      for (let goOn = true; goOn;) {
        const isLast = followed.isEnding;
        const { end } = recorder.ring;
        while (goOn && reading.place < end) goOn = await this.#hand(trace, "records", reading.next(partBytes));
        if (isLast) break;
        const woken = new Promise<void>((wake) => (followed.wake = wake));
        if (!followed.isEnding) await Promise.race([delay(lookedAtEvery), woken]);
      }
      const profile = Buffer.from(await (await followed.profile).stop());
      for (let at = 0; at < profile.length; at += partBytes)
        await this.#hand(trace, "profile", profile.subarray(at, at + partBytes));
      await this.#hand(trace, "records", new Uint8Array(0), true);
    } finally {
      wire.withPictures = false;
      this.#followed = undefined;
      await (await followed.profile).stop();
    }
  }

  async #hand(trace: string, kind: TraceData["kind"], bytes: Uint8Array, last = false): Promise<boolean> {
    return (await this.#parts.send({ trace, kind, data: base64(bytes), last })).goOn;
  }

  /** From the oldest record that is there; what is read has no secrets. */
  #reading(): { readonly place: number; next(atMost: number): Uint8Array; skip(atMost: number): void } {
    const { recorder, wire } = this.#parts;
    let place = recorder.ring.start;
    const redact = wire.redactor(place === 0);
    // What it began with is there still, or is told again.
    let notes = place === 0 ? [] : recorder.standing();
    return {
      get place() {
        return place;
      },
      next: (atMost) => {
        const taken = recorder.ring.take(place, atMost);
        place = taken.next;
        const lost = recorder.recordOf({ is: "note", name: "lost", facts: { bytes: String(taken.lost) } });
        const before = [...notes, ...(taken.lost === 0 ? [] : [lost])];
        notes = [];
        return concatBytes(...before.map(framedTraceRecord), withoutSecrets(taken.bytes, redact));
      },
      skip: (atMost) => (place = recorder.ring.take(place, atMost).next),
    };
  }

  /** A service that is away wants nothing any more. */
  async #guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
    }
  }
}

/** Records as they stand in a file, without its start. */
function withoutSecrets(records: Uint8Array, redact: Redact): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const record of traceRecords(concatBytes(traceFileStart, records))) {
    const { what } = record;
    pieces.push(
      framedTraceRecord(what.is === "message" ? { ...record, what: { is: "message", ...redact(what) } } : record),
    );
  }
  return concatBytes(...pieces);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** In milliseconds. */
const lookedAtEvery = 250;
const finishTakesAtMost = 1500;
/** Of one call; a line of a contract has room for it in base64. */
const partBytes = 128 << 10;
