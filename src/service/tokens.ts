import { createHmac, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Milliseconds, WallTime } from "#base/units.ts";
import type { SessionId } from "#base/ids.ts";
import type { RandomBytes } from "#system/randomBytes.ts";
import type { User } from "#system/users.ts";

/** What a sign-in is worth: an account, and the session that its client was at when it came back by a cookie. */
export type SignedIn = User & { readonly returnsTo?: SessionId };

/**
 * Things that are good once, for a while, for the one who was given the token. A token carries its thing and a seal, so
 * that it outlives the service: a sign-in goes on over a restart. That it was used is known in one life only.
 */
export class Tokens<T extends object> {
  readonly #life: Milliseconds;
  readonly #key: Uint8Array;
  readonly #random: () => string;
  readonly #now: () => WallTime;
  /** Tokens that were used, until they would be too old anyway. */
  readonly #used = new Map<string, WallTime>();

  /** `random` gives another text each time. */
  constructor(options: {
    readonly life: Milliseconds;
    readonly key: Uint8Array;
    readonly random: () => string;
    readonly now: () => WallTime;
  }) {
    this.#life = options.life;
    this.#key = options.key;
    this.#random = options.random;
    this.#now = options.now;
  }

  give(value: T): string {
    const held: Held<T> = { value, until: this.#now() + this.#life, salt: this.#random() };
    const text = Buffer.from(JSON.stringify(held)).toString("base64url");
    return `${text}.${this.#seal(text)}`;
  }

  /** The value, once; undefined for a token that was never given, was used, or is too old. */
  take(token: string): T | undefined {
    const now = this.#now();
    for (const [used, until] of this.#used) if (until < now) this.#used.delete(used);
    const [text = "", seal = ""] = token.split(".");
    if (!isSame(seal, this.#seal(text)) || this.#used.has(text)) return undefined;
    const { value, until }: Held<T> = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (until < now) return undefined;
    this.#used.set(text, until as WallTime);
    return value;
  }

  #seal(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("base64url");
  }
}

interface Held<T> {
  readonly value: T;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly salt: string;
}

/** The key of the seals, made at the first start after a boot; nobody else can read it. */
export function tokenKey(path: string, random: RandomBytes): Uint8Array {
  const kept = existsSync(path) ? readFileSync(path) : undefined;
  if (kept?.length === keyBytes) return kept;
  const made = random(keyBytes);
  writeFileSync(path, made, { mode: 0o600 });
  return made;
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const keyBytes = 32;
