import { sessionId, type ConnectionId, type SessionId } from "#base/ids.ts";
import { instant, seconds, wallTime } from "#base/units.ts";
import type { ReplyOf } from "#contracts/contract.ts";
import type { SessionFacts } from "#contracts/facts.ts";
import { keeperContract } from "#contracts/keeper.ts";
import type { SeatChosen, serviceContract } from "#contracts/service.ts";
import type { LogonMode } from "#policy/seats.ts";
import { resolve } from "#policy/setting.ts";
import { hostSettings, type HostSettings } from "#policy/settings.ts";
import { OpenSessions } from "#service/openSession.ts";
import { Registry, type KnownSession } from "#service/registry.ts";
import { SeatChoices } from "#service/seatChoices.ts";
import { Seats } from "#service/seats.ts";
import type { MessageOutcome } from "#service/sessionMessages.ts";
import { SessionStarts } from "#service/sessionStarts.ts";
import { type SignedIn, Tokens } from "#service/tokens.ts";
import { silentLog } from "#system/log.ts";
import type { User } from "#system/users.ts";

export type OpenReply = ReplyOf<(typeof serviceContract)["calls"]["openSession"]>;

/** What a keeper knows, and nobody else. */
interface Kept {
  facts: SessionFacts;
  readonly tickets: Map<string, Awaited>;
  /** Whoever is attached came by it. */
  byDoor?: boolean | undefined;
}

interface Awaited {
  readonly connection: ConnectionId;
  readonly administrative: boolean;
}

/** The service's parts of one life. */
interface Life {
  readonly registry: Registry;
  readonly seats: Seats;
  readonly open: OpenSessions;
}

export interface WorldOptions {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly administrators: readonly string[];
  /** What a holder says who is asked. */
  readonly answer: () => MessageOutcome | undefined;
}

/**
 * A host without processes: keepers are objects, time passes when it is told to, and the service is the product's own
 * seats, tokens and opening of sessions.
 */
export class World {
  logonMode: LogonMode = "enabled";
  readonly #options: WorldOptions;
  readonly #settings: HostSettings;
  readonly #kept = new Map<SessionId, Kept>();
  #now = 1_000_000;
  #lastId = 1;
  #salt = 0;
  #life: Life;

  constructor(options: WorldOptions) {
    this.#options = options;
    const resolved = resolve(hostSettings, options.settings);
    if (resolved.is === "wrong") throw new Error(JSON.stringify(resolved.problems));
    this.#settings = resolved.settings;
    this.#life = this.#start();
  }

  /** As the keepers know them. */
  get sessions(): readonly SessionFacts[] {
    return Array.from(this.#kept.values(), ({ facts }) => facts);
  }

  get used(): number {
    return this.#life.seats.taken.used;
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** Another service in the place of this one: it knows what the keepers tell. */
  restart(): void {
    this.#life = this.#start();
  }

  /** As after a sign-in. */
  token(user: string): string {
    return this.#tokens().give(account(user));
  }

  open(
    connection: ConnectionId,
    given: { readonly token: string; readonly administrative: boolean; readonly choice?: SeatChosen },
  ): Promise<OpenReply> {
    return this.#life.open.open({
      connection,
      client: { address: "192.0.2.1", name: `CLIENT${connection}`, build: 0 },
      size: { width: 800, height: 600 },
      keyboard: { model: "pc105", layout: "us" },
      ...given,
    });
  }

  /** False: the ticket is no longer good. */
  attach(session: SessionId, ticket: string): boolean {
    const kept = this.#kept.get(session);
    const awaited = kept?.tickets.get(ticket);
    if (kept === undefined || awaited === undefined) return false;
    const { connection, administrative } = awaited;
    kept.tickets.delete(ticket);
    const client = { address: "192.0.2.1", name: "", build: 0 };
    kept.byDoor = administrative;
    this.#change(kept, { attachment: { connection, client, since: this.#wall() } });
    return true;
  }

  /** The connection has gone, whatever it was doing. */
  leave(connection: ConnectionId): void {
    this.#life.open.abandon(connection);
    for (const kept of this.#kept.values()) {
      for (const [ticket, awaited] of kept.tickets) if (awaited.connection === connection) kept.tickets.delete(ticket);
      const { attachment: _, ...facts } = kept.facts;
      if (kept.facts.attachment?.connection === connection) kept.facts = { ...facts, detachedAt: this.#wall() };
      this.#change(kept, {});
    }
  }

  end(session: SessionId): void {
    this.#kept.delete(session);
    this.#life.registry.forgetSession(session);
  }

  #start(): Life {
    const registry = new Registry();
    const settings = () => this.#settings;
    for (const kept of this.#kept.values()) registry.receiveSession(this.#known(kept));
    const seats = new Seats({
      registry,
      settings,
      room: () => ({ memoryTotalMB: 8192, memoryLeftMB: 4096, processesMax: 32_768, processesLeft: 30_000 }),
      logonMode: () => this.logonMode,
      now: () => instant(this.#now),
      wallTime: () => this.#wall(),
    });
    const messages = { show: async () => this.#options.answer() ?? { is: "silence" as const } };
    const keepers = {
      folder: "/dev/null/sessions",
      freeId: () => sessionId(++this.#lastId),
      start: async (start: {
        readonly id: SessionId;
        readonly user: string;
        readonly administrative?: boolean | undefined;
      }) => this.#make(registry, start),
    };
    const open = new OpenSessions({
      registry,
      tokens: this.#tokens(),
      seats,
      choices: new SeatChoices({ registry, seats, messages, settings, log: silentLog }),
      starts: new SessionStarts({
        keepers,
        settings: this.#settings,
        connectionGid: undefined,
        log: silentLog,
        makeFolder: () => {},
      }),
      licences: { use: () => undefined },
      isAdministrator: async ({ name }) => this.#options.administrators.includes(name),
      settings: this.#settings,
      userPolicies: {
        mayComeIn: async () => ({ is: "allowed", because: "nobody is denied" }),
        settingsOf: () => this.#settings,
      },
      cookies: { giveFirst: () => "", lastClient: () => undefined },
      randomHex: () => String(++this.#salt),
    });
    return { registry, seats, open };
  }

  #make(
    registry: Registry,
    { id, user, administrative = false }: { id: SessionId; user: string; administrative?: boolean | undefined },
  ): KnownSession {
    const now = this.#wall();
    const facts: SessionFacts = {
      id,
      user,
      administrative,
      uid: 1000,
      createdAt: now,
      lastInputAt: now,
      ready: true,
      display: 1,
      desktop: "",
      keeperPid: 1,
      serverPid: 0,
      leaderPid: 0,
    };
    const kept: Kept = { facts, tickets: new Map() };
    this.#kept.set(id, kept);
    const known = this.#known(kept);
    registry.receiveSession(known);
    return known;
  }

  #known(kept: Kept): KnownSession {
    const { id } = kept.facts;
    const call: KnownSession["keeper"]["call"] = async (name, request) => {
      if (name === "end") this.end(id);
      if (name === "expect") kept.tickets.set(...ticketOf(request));
      if (name === "disconnect" && kept.facts.attachment !== undefined) this.leave(kept.facts.attachment.connection);
      this.#change(kept, {});
      // Whoever does not wait for "ready" looks at no answer.
      return JSON.parse('{"is":"ready"}');
    };
    const keeper = { call, tell: () => {}, closed: new Promise<string>(() => {}), close: () => {} };
    return { facts: kept.facts, keeper, keeperPath: "" };
  }

  #change(kept: Kept, changes: Partial<SessionFacts>): void {
    const facts = { ...kept.facts, ...changes };
    if (facts.attachment === undefined) kept.byDoor = undefined;
    const all = [
      ...Array.from(kept.tickets.values(), (each) => each.administrative),
      ...(kept.byDoor === undefined ? [] : [kept.byDoor]),
    ];
    kept.facts = { ...facts, awaited: 0 < kept.tickets.size, byDoor: 0 < all.length && !all.includes(false) };
    if (this.#kept.has(kept.facts.id)) this.#life.registry.receiveSession(this.#known(kept));
  }

  #tokens(): Tokens<SignedIn> {
    return new Tokens({
      life: seconds(60),
      key: new Uint8Array(32),
      random: () => String(++this.#salt),
      now: () => this.#wall(),
    });
  }

  #wall() {
    return wallTime(this.#now);
  }
}

function ticketOf(request: object): [string, Awaited] {
  const { ticket, connection, administrative = false } = expectShape.parse(request);
  return [ticket, { connection, administrative }];
}

const expectShape = keeperContract.calls.expect.request;

export function account(name: string): User {
  return { name, uid: 1000, gid: 1000, fullName: "", home: `/home/${name}`, shell: "/bin/sh" };
}
