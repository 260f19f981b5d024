import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rejectableCodecs, type RejectableCodec } from "#base/rejectableCodec.ts";
import { converted, integer, listOf, number, object, oneOf, optional, ShapeError, text } from "#base/shape/shape.ts";
import { wallTime, type WallTime } from "#base/units.ts";
import { codecWords } from "#contracts/codecWords.ts";
import type { ConnectionFacts, GraphicsEndNews } from "#contracts/service.ts";
import {
  afterGraphicsEnd,
  codecsRejectedBy,
  inForce,
  rememberedClientsMax,
  stillRemembered,
  type KnownClient,
  type RememberedClient,
} from "#policy/rejectedCodecs.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";
import type { Log } from "#system/log.ts";
import type { Chronicle } from "./chronicle/chronicle.ts";

/**
 * Which clients have rejected what they say they know: the file `codecs.json` of the state folder. What cannot be kept
 * there is remembered until the service ends.
 */
export class RejectedCodecs {
  readonly #path: string;
  readonly #chronicle: Pick<Chronicle, "note">;
  readonly #now: () => WallTime;
  readonly #log: Log;
  #clients: readonly RememberedClient[];

  constructor(options: {
    readonly stateFolder: string;
    readonly chronicle: Pick<Chronicle, "note">;
    readonly now: () => WallTime;
    readonly log: Log;
  }) {
    this.#path = join(options.stateFolder, "codecs.json");
    this.#chronicle = options.chronicle;
    this.#now = options.now;
    this.#log = options.log;
    this.#clients = this.#read();
  }

  /** Whoever was seen last is last. */
  get clients(): readonly RememberedClient[] {
    const now = this.#now();
    return inForce(stillRemembered(this.#clients, now), now);
  }

  /** What is not to be sent to this client. */
  of(client: KnownClient): readonly RejectableCodec[] {
    return codecsRejectedBy(this.#clients, client, this.#now());
  }

  /** The client's pictures by RDPGFX have ended so. */
  receiveEnd({ id: connection, client, user, session, authenticated }: ConnectionFacts, end: GraphicsEndNews): void {
    const now = this.#now();
    const known = stillRemembered(this.#clients, now);
    const { clients, rejected } = afterGraphicsEnd(known, { client, signedIn: authenticated, end, now });
    if (clients !== known) this.#keep(clients);
    if (rejected === undefined) return;
    const data = { Client: client.name || client.address, Build: client.build, Codec: codecWords[rejected] };
    const about = authenticated ? { user, session } : {};
    this.#chronicle.note("codecRejected", { connection, ...about, address: client.address, data });
  }

  /** Clients of this name or from this address are asked anew; `*`: all. False: nothing was remembered of any. */
  forget(client: string): boolean {
    const isIt = ({ name, address }: RememberedClient): boolean =>
      client === "*" || name.toLowerCase() === client.toLowerCase() || address === client;
    const left = this.#clients.filter((each) => !isIt(each));
    if (left.length === this.#clients.length) return false;
    this.#keep(left);
    return true;
  }

  #keep(clients: readonly RememberedClient[]): void {
    this.#clients = clients;
    try {
      writeFileAtomically(this.#path, JSON.stringify({ clients }), 0o600);
    } catch (error) {
      this.#log.error("codecsNotKept", { path: this.#path, why: error instanceof Error ? error.message : "" });
    }
  }

  #read(): readonly RememberedClient[] {
    if (!existsSync(this.#path)) return [];
    try {
      return fileShape.parse(JSON.parse(readFileSync(this.#path, "utf8"))).clients;
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof ShapeError)) throw error;
      this.#log.error("codecsUnreadable", { path: this.#path, why: error.message });
      return [];
    }
  }
}

const time = converted(number, wallTime);
const codec = oneOf(...rejectableCodecs);
const fileShape = object({
  clients: listOf(
    object({
      name: text,
      build: integer({ from: 0, to: 0xffffffff }),
      address: optional(text),
      rejected: listOf(object({ codec, since: time, until: time }), { atMost: rejectableCodecs.length }),
      suspected: optional(object({ codec, ends: integer({ from: 1, to: Number.MAX_SAFE_INTEGER }) })),
      lastAt: time,
    }),
    { atMost: rememberedClientsMax },
  ),
});
