import { closeSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { seconds, type WallTime } from "#base/units.ts";
import type { Keyboard, SessionFacts } from "#contracts/facts.ts";
import type { Cause, KeeperStart, SessionEnd, keeperContract } from "#contracts/keeper.ts";
import type { Clock } from "#system/clock.ts";
import { MovingTimes } from "#system/movingTimes.ts";
import { sendDump } from "#system/dump/sendDump.ts";
import { lookInside } from "#system/inside/lookInside.ts";
import type { Log } from "#system/log.ts";
import { CallRefused } from "#system/rpc/failures.ts";
import { ReplyWithDescriptor, type Handlers, type Peer } from "#system/rpc/serveContract.ts";
import { Attachments } from "./attachments.ts";
import type { KeeperTrace } from "./keeperTrace.ts";
import type { RunningDesktop } from "./runningDesktop.ts";

type KeeperContract = typeof keeperContract;
type KeeperPeer = Peer<KeeperContract>;
interface OrderedEnd {
  readonly how: "signOut" | "reset";
  readonly orderedFor?: Cause;
}
type Ready = { readonly is: "ready" } | { readonly is: "ended"; readonly end: SessionEnd };

/**
 * What the keeper knows of its session, and what it answers to those who come. Starting and ending is `keeper.ts`'
 * work.
 */
export class Session {
  readonly attachments: Attachments;
  /** Resolves when somebody asks for the end. */
  readonly endAsked: Promise<OrderedEnd>;
  readonly #start: KeeperStart;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #trace: Pick<KeeperTrace, "answer">;
  readonly #times: MovingTimes;
  readonly #createdAt: WallTime;
  readonly #endAsked = Promise.withResolvers<OrderedEnd>();
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #peers = new Set<KeeperPeer>();
  /** Tickets that were out when the end began. */
  readonly #late = new Set<string>();
  readonly #lateHaveCome = Promise.withResolvers<void>();
  readonly #met = Promise.withResolvers<void>();
  #uid = 0;
  #desktop: RunningDesktop | undefined;
  #end: SessionEnd | undefined;
  #isReady = false;
  #lastInputAt: WallTime;
  #inputToldAt = Number.NEGATIVE_INFINITY;

  constructor(
    start: KeeperStart,
    clock: Clock,
    { log, trace }: { readonly log: Log; readonly trace: Pick<KeeperTrace, "answer"> },
  ) {
    this.#start = start;
    this.#clock = clock;
    this.#log = log;
    this.#trace = trace;
    this.#times = new MovingTimes(clock);
    this.#createdAt = this.#times.now();
    this.#lastInputAt = this.#createdAt;
    this.endAsked = this.#endAsked.promise;
    this.attachments = new Attachments({ changed: () => this.#tellFacts(), now: () => this.#times.now() });
  }

  /**
   * Resolves when somebody has been told that the session is ready, or waits for its end: then a failure reaches him.
   */
  get met(): Promise<void> {
    return this.#met.promise;
  }

  get facts(): SessionFacts {
    const inhibitedAt = this.#desktop?.inhibitors?.inhibitedAt;
    const { id, user } = this.#start;
    const { current, detachedAt, isAwaited, isByDoor } = this.attachments;
    return {
      id,
      user,
      uid: this.#uid,
      createdAt: this.#times.told(this.#createdAt),
      administrative: this.#start.administrative ?? false,
      ready: this.#isReady,
      ...(current === undefined ? {} : { attachment: { ...current, since: this.#times.told(current.since) } }),
      awaited: isAwaited,
      byDoor: isByDoor,
      ...(detachedAt === undefined ? {} : { detachedAt: this.#times.told(detachedAt) }),
      lastInputAt: this.#times.told(this.#lastInputAt),
      ...(inhibitedAt === undefined ? {} : { inhibitedAt }),
      display: this.#desktop?.display ?? -1,
      desktop: this.#desktop?.name ?? "",
      keeperPid: process.pid,
      serverPid: this.#desktop?.serverPid ?? 0,
      leaderPid: this.#desktop?.leaderPid ?? 0,
    };
  }

  noteUser(uid: number): void {
    this.#uid = uid;
  }

  /** What there is of the desktop so far. */
  noteDesktop(desktop: RunningDesktop): void {
    this.#desktop = desktop;
    this.#tellFacts();
  }

  /** Something has begun, or ceased, to keep it from being idle. */
  noteInhibition(): void {
    this.#tellFacts();
  }

  noteReady(): void {
    this.#isReady = true;
    this.#met.resolve();
    this.#ready.resolve({ is: "ready" });
    this.#tellFacts();
  }

  /** The end has begun: nobody can attach any more, and who is attached is told. */
  noteEnding(end: SessionEnd): void {
    this.#end = end;
    this.#isReady = false;
    this.attachments.detach({ is: "sessionEnded", end });
    for (const ticket of this.attachments.close()) this.#late.add(ticket);
  }

  /** Resolves when everybody who was on his way at the end has come, and been told of it. */
  get lateHaveCome(): Promise<void> {
    if (this.#late.size === 0) this.#lateHaveCome.resolve();
    return this.#lateHaveCome.promise;
  }

  /** Nothing is left of the session: answers those who wait, then tells everybody. */
  async noteEnded(end: SessionEnd): Promise<void> {
    this.#ready.resolve({ is: "ended", end });
    this.#gone.resolve();
    await nextTurn();
    for (const peer of this.#peers) peer.tell("ended", { end });
  }

  /** INVARIANT: who is not the keeper's own user is a connection, and may do nothing before it has shown a ticket. */
  accept(peer: KeeperPeer): Handlers<KeeperContract> {
    const isTrusted = peer.credentials.userId === process.getuid?.();
    const trusted = (): void => {
      if (!isTrusted) throw new CallRefused("notPermitted", "only the service may ask this");
    };
    const known = (): void => {
      if (!isTrusted && !this.attachments.isAttached(peer)) throw new CallRefused("notPermitted", "not attached");
    };
    this.#peers.add(peer);
    return {
      facts: async () => {
        known();
        await this.#desktop?.inhibitors?.look();
        return this.facts;
      },
      processes: async () => (known(), this.#desktop?.processes() ?? []),
      trace: async (asked) => (trusted(), this.#trace.answer(asked)),
      xClients: async () => {
        trusted();
        if (this.#desktop === undefined) return [];
        const { display, cookie } = this.#desktop;
        // Asked for once in a long while, if ever: its code is no part of what every keeper holds.
        const { readClientUse } = await import("#desktop/x11/clientUse.ts");
        return readClientUse({ display, cookie, answerWithin: xAnswersWithin });
      },
      inside: async () => (trusted(), lookInside()),
      sendDump: async ({ path }) => (trusted(), this.#sendDump(path)),
      lastWords: async () => {
        known();
        const lines = (await this.#desktop?.lastWords?.()) ?? [];
        return { name: this.#desktop?.name ?? "", lines: lines.slice(-40) };
      },
      ready: async () => {
        known();
        this.#met.resolve();
        return this.#end === undefined ? this.#ready.promise : this.#afterEnd(this.#end);
      },
      expect: async ({ ticket, connection, client, administrative = false, movedBy }) => {
        trusted();
        if (this.#end !== undefined) throw new CallRefused("ended", this.#end.sentence);
        this.attachments.expect(ticket, { connection, client, administrative, movedBy });
        return {};
      },
      attach: async ({ ticket }) => this.#attach(peer, ticket),
      setKeyboard: async (keyboard) => {
        if (!this.attachments.isAttached(peer)) throw new CallRefused("notPermitted", "not attached");
        await this.#setKeyboard(keyboard);
        return {};
      },
      disconnect: async ({ orderedFor }) => {
        known();
        this.attachments.detach({ is: "disconnected", ...(orderedFor === undefined ? {} : { orderedFor }) });
        return {};
      },
      end: async ({ how, orderedFor }) => {
        trusted();
        this.#met.resolve();
        this.#endAsked.resolve(orderedFor === undefined ? { how } : { how, orderedFor });
        await this.#gone.promise;
        return {};
      },
      input: () => this.#receiveInput(peer),
      closed: () => {
        this.#peers.delete(peer);
        this.attachments.receiveClosed(peer);
      },
    };
  }

  async #afterEnd(end: SessionEnd): Promise<Ready> {
    await this.#gone.promise;
    return { is: "ended", end };
  }

  async #attach(peer: KeeperPeer, ticket: string) {
    const desktop = this.#desktop;
    if (this.#end !== undefined || desktop === undefined || !this.#isReady) {
      const end = this.#end === undefined ? {} : { end: this.#end };
      if (this.#late.delete(ticket) && this.#late.size === 0) this.#lateHaveCome.resolve();
      return { is: "refused" as const, why: "ended" as const, ...end };
    }
    if (!this.attachments.attach(peer, ticket)) return { is: "refused" as const, why: "unknownTicket" as const };
    const framebuffer = desktop.openFramebuffer();
    const attached = {
      is: "attached" as const,
      session: this.facts,
      display: desktop.display,
      cookie: desktop.cookie,
      sizeMax: this.#start.sizeMax,
    };
    return new ReplyWithDescriptor(attached, framebuffer, () => closeSync(framebuffer));
  }

  /** From now on; who listens at the path sees how it ends. */
  #sendDump(path: string): Record<string, never> {
    sendDump(path).catch((error: unknown) => this.#log.warn("dumpNotSent", { why: String(error) }));
    return {};
  }

  async #setKeyboard(keyboard: Keyboard): Promise<void> {
    await this.#desktop?.setKeyboard(keyboard);
  }

  #receiveInput(peer: KeeperPeer): void {
    if (!this.attachments.isAttached(peer)) return;
    this.#lastInputAt = this.#times.now();
    const now = this.#clock.now();
    if (now - this.#inputToldAt < inputNews) return;
    this.#inputToldAt = now;
    this.#tellFacts();
  }

  #tellFacts(): void {
    const { facts } = this;
    for (const peer of this.#peers) {
      const isTrusted = peer.credentials.userId === process.getuid?.();
      if (isTrusted || this.attachments.isAttached(peer)) peer.tell("facts", facts);
    }
  }
}

const inputNews = seconds(10);
const xAnswersWithin = seconds(2);
