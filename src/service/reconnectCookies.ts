import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { equalBytes } from "#base/bytes/equalBytes.ts";
import { hmacMd5 } from "#base/hash/hmac.ts";
import type { SessionId } from "#base/ids.ts";
import { converted, listOf, number, object, ShapeError, text, type ShapeValue } from "#base/shape/shape.ts";
import { wallTime, type Milliseconds, type WallTime } from "#base/units.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";
import type { Log } from "#system/log.ts";

/** What a client shows: HMAC-MD5 over the client random, with the cookie's random bits as the key. MS-RDPBCGR 5.5 */
export interface CookieProof {
  readonly clientRandom: Uint8Array;
  readonly verifier: Uint8Array;
}

/** What a proof is worth. `none`: the session has no cookie, or there is no such session. */
export type CookieVerdict = "right" | "none" | "forged" | "replayed" | "expired";

/**
 * The auto-reconnect cookies of all sessions, each in its session's folder, so that they outlive the service. A cookie
 * is good once. The one before the newest stays good until then, since the network may break before a client has got
 * the newest.
 */
export class ReconnectCookies {
  readonly #folder: string;
  readonly #life: Milliseconds;
  readonly #randomHex: (bytes: number) => string;
  readonly #now: () => WallTime;
  readonly #log: Log;

  constructor(options: {
    /** Where each session has a folder by its number. */
    readonly folder: string;
    /** How long a cookie is good. */
    readonly life: Milliseconds;
    /** This many random bytes, as hexadecimal. */
    readonly randomHex: (bytes: number) => string;
    readonly now: () => WallTime;
    readonly log: Log;
  }) {
    this.#folder = options.folder;
    this.#life = options.life;
    this.#randomHex = options.randomHex;
    this.#now = options.now;
    this.#log = options.log;
  }

  /** Random bits for a client that has just come to its session, as hexadecimal; all earlier ones are void. */
  giveFirst(session: SessionId, clientName: string): string {
    const { spent } = this.#read(session);
    return this.#give(session, { cookies: [], spent, clientName });
  }

  /** New random bits for the client that is at the session. */
  giveNext(session: SessionId): string {
    const known = this.#read(session);
    return this.#give(session, { ...known, cookies: known.cookies.slice(-1) });
  }

  /** Judges a proof. A right one makes all the session's cookies void; a wrong one changes nothing. */
  take(session: SessionId, proof: CookieProof): CookieVerdict {
    const { cookies, spent, clientName } = this.#read(session);
    const shown = cookies.find(({ random }) => isProofOf(random, proof));
    if (shown === undefined) {
      if (spent.some((random) => isProofOf(random, proof))) return "replayed";
      return cookies.length === 0 ? "none" : "forged";
    }
    if (shown.givenAt + this.#life < this.#now()) return "expired";
    const all = [...spent, ...cookies.map(({ random }) => random)];
    this.#write(session, { cookies: [], spent: all.slice(-spentKept), clientName });
    return "right";
  }

  /** The name of the client computer that was at the session last; undefined: none was. */
  lastClient(session: SessionId): string | undefined {
    return existsSync(this.#path(session)) ? this.#read(session).clientName : undefined;
  }

  #give(session: SessionId, known: Kept): string {
    const random = this.#randomHex(16);
    try {
      this.#write(session, { ...known, cookies: [...known.cookies, { random, givenAt: this.#now() }] });
    } catch (error) {
      // A full run folder costs the way back without a password, and nothing more.
      this.#log.error("cookieNotKept", { session, why: String(error) });
    }
    return random;
  }

  #read(session: SessionId): Kept {
    const path = this.#path(session);
    if (!existsSync(path)) return nothingKept;
    try {
      return keptShape.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof ShapeError)) throw error;
      // Of another version: its user types his password once.
      this.#log.warn("cookieUnreadable", { session, why: error.message });
      return nothingKept;
    }
  }

  #write(session: SessionId, kept: Kept): void {
    writeFileAtomically(this.#path(session), JSON.stringify(kept), 0o600);
  }

  #path(session: SessionId): string {
    return join(this.#folder, String(session), "reconnect");
  }
}

function isProofOf(random: string, { clientRandom, verifier }: CookieProof): boolean {
  return equalBytes(hmacMd5(Buffer.from(random, "hex"), clientRandom), verifier);
}

const keptShape = object({
  /** The newest last. */
  cookies: listOf(object({ random: text, givenAt: converted(number, wallTime) }), { atMost: 2 }),
  /** The last ones that were shown, or void with one that was: to know a replay. */
  spent: listOf(text, { atMost: 8 }),
  clientName: text,
});
type Kept = ShapeValue<typeof keptShape>;
const nothingKept: Kept = { cookies: [], spent: [], clientName: "" };
const spentKept = 8;
