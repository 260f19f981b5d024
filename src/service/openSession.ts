import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RequestOf, ReplyOf } from "#contracts/contract.ts";
import type { KeeperStart, SessionEnd } from "#contracts/keeper.ts";
import type { serviceContract } from "#contracts/service.ts";
import type { SessionId } from "#base/ids.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { Refusal } from "#refusals/refusal.ts";
import type { Log } from "#system/log.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import type { User } from "#system/users.ts";
import type { Keepers } from "./keepers.ts";
import { isSameClient } from "./reconnect.ts";
import type { ReconnectCookies } from "./reconnectCookies.ts";
import type { KnownSession, Registry } from "./registry.ts";
import type { Tokens } from "./tokens.ts";

type Calls = (typeof serviceContract)["calls"];
type Request = RequestOf<Calls["openSession"]>;
type Reply = ReplyOf<Calls["openSession"]>;

export interface OpenSessionsOptions {
  readonly keepers: Pick<Keepers, "folder" | "freeId" | "start">;
  readonly registry: Registry;
  readonly tokens: Tokens<User>;
  readonly settings: HostSettings;
  readonly cookies: Pick<ReconnectCookies, "giveFirst" | "lastClient">;
  /** This many random bytes, as hexadecimal. */
  readonly randomHex: (bytes: number) => string;
  /** Absent in single-user mode. */
  readonly connectionGid: number | undefined;
  readonly log: Log;
}

/** Gives a user his session: the one that he has, or a new one. */
export class OpenSessions {
  readonly #options: OpenSessionsOptions;
  /** Starts under way, by user: two clients of the same user at the same moment get the same session. */
  readonly #starting = new Map<string, Promise<KnownSession | Refusal>>();

  constructor(options: OpenSessionsOptions) {
    this.#options = options;
  }

  async open(request: Request): Promise<Reply> {
    const account = this.#options.tokens.take(request.token);
    if (account === undefined)
      return refused({ code: "HF-ADMIT-02", waitedSeconds: tokenSeconds, step: "openSession" });
    const existing = this.#options.registry.sessionOf(account.name);
    if (existing !== undefined) {
      const elsewhere = this.#keptForAnother(existing, request.client.name);
      if (elsewhere !== undefined) return refused(elsewhere);
      const reply = await this.#attach(existing, request).catch(endedMeanwhile);
      if (reply.is === "attach") return reply;
      if (reply.is === "ended" && !endsByItself.has(reply.end.cause)) return refused(refusalOf(reply.end));
      // It was just ending: there is none now, and a new one can be had as soon as it has said so.
      await Promise.race([existing.keeper.closed, delay(farewell, undefined, { ref: false })]);
    }
    const known = await this.#sessionOf(account, request);
    if ("code" in known) return refused(known);
    const reply = await this.#attach(known, request);
    return reply.is === "ended" ? refused(refusalOf(reply.end)) : reply;
  }

  /** With fReconnectSame a disconnected session waits for the computer that was at it last. */
  #keptForAnother({ facts }: KnownSession, clientName: string): Refusal | undefined {
    const { settings, cookies } = this.#options;
    if (settings.fReconnectSame === 0 || facts.attachment !== undefined) return undefined;
    const last = cookies.lastClient(facts.id);
    if (last === undefined || isSameClient(last, clientName)) return undefined;
    return { code: "HF-SESS-09", name: last };
  }

  async #attach(
    known: KnownSession,
    request: Request,
  ): Promise<Extract<Reply, { is: "attach" }> | { readonly is: "ended"; readonly end: SessionEnd }> {
    const ready = await known.keeper.call("ready", {});
    if (ready.is === "ended") return ready;
    const ticket = this.#options.randomHex(16);
    try {
      await known.keeper.call("expect", { ticket, connection: request.connection, client: request.client });
    } catch (error) {
      // It ended in this very moment: asked once more, its keeper says why.
      if (!(error instanceof CallFailed && error.cause.is === "refused")) throw error;
      const now = await known.keeper.call("ready", {});
      if (now.is === "ready") throw error;
      return now;
    }
    return {
      is: "attach",
      session: known.facts.id,
      keeperPath: known.keeperPath,
      ticket,
      ...this.#firstCookie(known.facts.id, request.client.name),
    };
  }

  #firstCookie(session: SessionId, clientName: string): { readonly reconnectRandom?: string } {
    const { cookies, settings } = this.#options;
    const reconnectRandom = cookies.giveFirst(session, clientName);
    return settings.fDisableAutoReconnect === 1 ? {} : { reconnectRandom };
  }

  async #sessionOf(account: User, request: Request): Promise<KnownSession | Refusal> {
    const existing = this.#options.registry.sessionOf(account.name);
    if (existing !== undefined) return existing;
    const underWay = this.#starting.get(account.name);
    if (underWay !== undefined) return underWay;
    const started = this.#start(account, request).finally(() => this.#starting.delete(account.name));
    this.#starting.set(account.name, started);
    return started;
  }

  async #start(account: User, request: Request): Promise<KnownSession | Refusal> {
    const { keepers, settings, connectionGid, log } = this.#options;
    const id = keepers.freeId();
    const sessionFolder = join(keepers.folder, String(id));
    const start: KeeperStart = {
      id,
      user: account.name,
      sessionFolder,
      size: request.size,
      sizeMax: { width: settings.DesktopWidthMax, height: settings.DesktopHeightMax },
      keyboard: request.keyboard,
      client: request.client,
      startwm: settings.StartWm,
      ...(connectionGid === undefined ? {} : { connectionGid, pamService: settings.PamService }),
    };
    try {
      mkdirSync(sessionFolder, { recursive: true, mode: 0o711 });
      return await keepers.start(start);
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      log.error("keeperNotStarted", { session: id, user: account.name, why: sentence });
      rmSync(sessionFolder, { recursive: true, force: true });
      return { code: "HF-SESS-01", culprit: "keeper", sentence, log: [] };
    }
  }
}

/** The keeper went, or said that its session is ending, after it had said that it is ready. */
function endedMeanwhile(error: unknown): { readonly is: "gone" } {
  if (!(error instanceof CallFailed)) throw error;
  const { cause } = error;
  if (cause.is === "closed" || (cause.is === "refused" && cause.code === "ended")) return { is: "gone" };
  throw error;
}

/** What a session's end means for somebody who is waiting for it. */
export function refusalOf(end: SessionEnd): Refusal {
  const facts = { sentence: end.sentence, culprit: end.culprit, log: end.log };
  switch (end.cause) {
    case "pamRefused":
    case "userUnknown":
      return { code: "HF-SESS-02", ...facts };
    case "serverFailed":
    case "desktopFailed":
    case "keeperFailed":
    case "serverDied":
      return { code: "HF-SESS-01", ...facts };
    case "signedOut":
    case "desktopEnded":
      return { code: "HF-SESS-03", ...facts };
    case "reset":
      return { code: "HF-SESS-06", by: end.culprit };
  }
}

function refused(refusal: Refusal): Reply {
  return { is: "refused", refusal };
}

/** Ends that say nothing about a new session. */
const endsByItself = new Set<SessionEnd["cause"]>(["signedOut", "desktopEnded", "reset", "serverDied"]);
/** For a keeper that has ended its session to say goodbye. */
const farewell = 3000;
/** How long the token of a sign-in is good. */
export const tokenSeconds = 60;
