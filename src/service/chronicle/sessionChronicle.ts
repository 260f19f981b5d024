import type { ConnectionId, SessionId } from "#base/ids.ts";
import type { WallTime } from "#base/units.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import type { SessionEnd } from "#contracts/keeper.ts";
import { refusalOfSessionEnd } from "#contracts/sessionEndRefusal.ts";
import { explain, type Refusal } from "#refusals/refusal.ts";
import type { Chronicle } from "./chronicle.ts";
import { recordOfSession } from "./endRecord.ts";

export interface SessionChronicleOptions {
  readonly chronicle: Pick<Chronicle, "note" | "keep">;
  readonly newRecordId: () => string;
  /** Windows' reason code of a connection's end. */
  readonly reasonOf: (connection: ConnectionId) => Promise<number>;
  readonly wallTime: () => WallTime;
}

interface Seen {
  readonly facts: SessionFacts;
  /** Who was at it last; undefined: nobody has been. */
  readonly last: SessionFacts["attachment"];
  /** How it began has been written down by the service before this one. */
  readonly isTakenUp: boolean;
}

/** Writes down what becomes of sessions, from what their keepers tell: Windows' events, and a record for each end. */
export class SessionChronicle {
  readonly #options: SessionChronicleOptions;
  readonly #seen = new Map<SessionId, Seen>();

  constructor(options: SessionChronicleOptions) {
    this.#options = options;
  }

  /** It was there before the service: how it began has been written down by the one before. */
  takeUp(facts: SessionFacts): void {
    this.#seen.set(facts.id, { facts, last: facts.attachment, isTakenUp: true });
  }

  receiveFacts(facts: SessionFacts): void {
    const before = this.#seen.get(facts.id);
    const { attachment } = facts;
    const isTakenUp = before?.isTakenUp === true;
    this.#seen.set(facts.id, { facts, last: attachment ?? before?.last, isTakenUp });
    if (facts.leaderPid !== 0 && (before?.facts.leaderPid ?? 0) === 0) this.#note("shellStart", facts);
    const left = before?.facts.attachment;
    if (left?.connection === attachment?.connection) return;
    if (before !== undefined && left !== undefined) void this.#noteDisconnected(before.facts, left.connection);
    if (attachment === undefined) return;
    this.#note(before?.last !== undefined || isTakenUp ? "sessionReconnected" : "sessionLogon", facts);
  }

  /** Nothing is left of it. */
  receiveEnded(id: SessionId, end: SessionEnd): void {
    this.#end(id, refusalOfSessionEnd(end).refusal);
  }

  /** Its keeper is gone without a word, and its processes with it. */
  receiveLost(id: SessionId): void {
    this.#end(id, { code: "HF-SESS-07", problem: "the keeper of the session has ended without a word" });
  }

  #end(id: SessionId, refusal: Refusal): void {
    const seen = this.#seen.get(id);
    if (seen === undefined) return;
    this.#seen.delete(id);
    const { facts, last } = seen;
    const { chronicle, newRecordId, wallTime } = this.#options;
    const at = wallTime();
    const record = recordOfSession({ facts, last, id: newRecordId(), refusal, at });
    chronicle.keep(record);
    const about = { user: facts.user, session: id, record: record.id };
    chronicle.note("sessionLogoff", about);
    const { code, explanation, reason } = explain(refusal);
    chronicle.note("sessionEnded", { ...about, data: { Code: code, Explanation: explanation, Reason: reason } });
    if (facts.attachment !== undefined) return void this.#noteDisconnected(facts, facts.attachment.connection);
    // Who was at it when the end began has had his event.
    if (facts.detachedAt !== undefined && at - facts.detachedAt < endTakesAtMost) return;
    chronicle.note("disconnectReason", { ...about, data: { Session: id, Reason: reason } });
  }

  async #noteDisconnected(facts: SessionFacts, connection: ConnectionId): Promise<void> {
    const reason = await this.#options.reasonOf(connection);
    const { id: session, user, attachment } = facts;
    const about = { session, user, connection, address: attachment?.client.address };
    this.#options.chronicle.note("disconnectReason", { ...about, data: { Session: session, Reason: reason } });
    this.#options.chronicle.note("sessionDisconnected", about);
  }

  #note(name: "shellStart" | "sessionLogon" | "sessionReconnected", facts: SessionFacts): void {
    const { id: session, user, attachment } = facts;
    const address = attachment?.client.address;
    this.#options.chronicle.note(name, { session, user, connection: attachment?.connection, address });
  }
}

/** In milliseconds. */
const endTakesAtMost = 15_000;
