import type { ConnectionId, SessionId } from "#base/ids.ts";
import type { WallTime } from "#base/units.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { explain, type Refusal } from "#refusals/refusal.ts";
import type { Chronicle } from "./chronicle.ts";
import { recordOfConnection, type KnownUser } from "./endRecord.ts";

export interface ConnectionChronicleOptions {
  readonly chronicle: Pick<Chronicle, "note" | "keep" | "records">;
  /** The name of a record whose connection has given none. */
  readonly newRecordId: () => string;
  readonly connection: (id: ConnectionId) => ConnectionFacts | undefined;
  readonly wallTime: () => WallTime;
}

/** How a connection said goodbye. */
export interface Goodbye {
  readonly refusal?: Refusal | undefined;
  readonly how: string;
}

interface Known {
  who?: KnownUser;
  /** Which session he gets is being decided. */
  asks?: boolean;
  session?: SessionId;
  /** Which one he was given; he need not have come there. */
  decided?: SessionId;
  hasPicture?: boolean;
  /** The refusal stands on its screen, and is written down. */
  recorded?: string;
  hasEnded?: boolean;
  /** The signal by which its process died. */
  diedBy?: string;
}

/** Writes down what becomes of connections: Windows' events, and a record for each refusal and each end. */
export class ConnectionChronicle {
  readonly #options: ConnectionChronicleOptions;
  readonly #known = new Map<ConnectionId, Known>();
  readonly #arrived = new Set<ConnectionId>();
  /** Why connections have ended, for a moment; and who waits to hear it. */
  readonly #reasons = new Map<ConnectionId, number>();
  readonly #waiting = new Map<ConnectionId, (reason: number) => void>();
  #isClosed = false;

  constructor(options: ConnectionChronicleOptions) {
    this.#options = options;
  }

  /** A client has been accepted, and is given to a process. `address`: with its port. */
  receiveArrival(connection: ConnectionId, address: string): void {
    const { chronicle } = this.#options;
    chronicle.note("listenerConnection", { connection, address, data: { listenerName } });
    chronicle.note("accepted", { connection, address, data: { TransportProtocolName: "TCP", ClientIP: address } });
    this.#arrived.add(connection);
    if (arrivedMax < this.#arrived.size) this.#arrived.delete([...this.#arrived][0] ?? connection);
  }

  /** It has told of itself for the first time, or again after a restart of the service. */
  receiveAnnounced(facts: ConnectionFacts): void {
    const { id: connection, client } = facts;
    // What it was before the restart has been written down by then.
    const before = this.#known.get(connection) ?? (facts.session === undefined ? {} : { session: facts.session });
    if (facts.journey?.phases.some(({ phase }) => phase === "live") === true) before.hasPicture = true;
    this.#known.set(connection, before);
    if (!this.#arrived.delete(connection)) return;
    const data = { ConnectionName: connectionName(connection) };
    this.#options.chronicle.note("connectionCreated", { connection, address: client.address, data });
  }

  receiveChanged(facts: ConnectionFacts): void {
    const { id: connection, user, session, client, journey } = facts;
    const known = this.#knownOf(connection);
    const about = { connection, user, session, address: client.address };
    if (session !== undefined && known.session !== session) {
      known.session = session;
      const data = { ConnectionName: connectionName(connection), SessionID: session };
      this.#options.chronicle.note("connectionAssigned", { ...about, data });
    }
    const live = known.hasPicture === true ? undefined : journey?.phases.find(({ phase }) => phase === "live");
    if (live === undefined) return;
    known.hasPicture = true;
    const data = { ConnectionName: connectionName(connection), FirstGraphicsReceived: live.at };
    this.#options.chronicle.note("firstPicture", { ...about, data });
  }

  /** Somebody says who he is. */
  receiveClaim(connection: ConnectionId | undefined, user: string): void {
    if (connection !== undefined && user !== "") this.#knownOf(connection).who = { user, authenticated: false };
  }

  /** He is it. */
  receiveProof(connection: ConnectionId | undefined, user: string, given: { readonly nla: boolean }): void {
    if (connection === undefined) return;
    this.#knownOf(connection).who = { user, authenticated: true };
    const address = this.#addressOf(connection);
    this.#options.chronicle.note("authenticated", { connection, user, address, data: { NLA: given.nla } });
  }

  /** The host says no to who he says he is. He may try again: his connection goes on. */
  receiveSignInRefused(connection: ConnectionId | undefined, user: string, refusal: Refusal): void {
    const address = this.#addressOf(connection);
    const { code, title } = explain(refusal);
    // A claim is no user of this host: what strangers cause is not kept among what users have.
    const data = { User: user, IPString: address, Code: code, Title: title };
    const name = code === "HF-SIGN-01" ? "wrongPassword" : "signInRefused";
    this.#options.chronicle.note(name, { connection, address, data });
  }

  /** Who is let in asks for a session; for a seat every second anew. */
  receiveDecisionAsked(connection: ConnectionId | undefined): void {
    if (connection === undefined || this.#knownOf(connection).asks === true) return;
    this.#knownOf(connection).asks = true;
    const user = this.#knownOf(connection).who?.user;
    this.#options.chronicle.note("arbitrationBegins", { connection, user });
  }

  /** Without `session`: he gets none. */
  receiveDecided(connection: ConnectionId | undefined, session: SessionId | undefined): void {
    if (connection === undefined) return;
    const known = this.#knownOf(connection);
    known.asks = false;
    if (session !== undefined) known.decided = session;
    const user = this.#knownOf(connection).who?.user;
    this.#options.chronicle.note("arbitrationEnds", { connection, user, session });
  }

  /** The refusal stands on its screen now. */
  receiveRefused(connection: ConnectionId | undefined, refusal: Refusal): void {
    const facts = connection === undefined ? undefined : this.#options.connection(connection);
    if (facts !== undefined) this.#record(facts, { refusal, how: "" });
  }

  /** Its last words. */
  receiveEnded(connection: ConnectionId | undefined, goodbye: Goodbye): void {
    const facts = connection === undefined ? undefined : this.#options.connection(connection);
    if (facts === undefined) return;
    const known = this.#knownOf(facts.id);
    known.hasEnded = true;
    this.#record(facts, goodbye);
    this.#noteEnd(facts, goodbye.refusal);
  }

  /** The kernel, or somebody, has ended its process by this signal. */
  receiveDied(connection: ConnectionId, signal: string): void {
    const known = this.#known.get(connection);
    if (known !== undefined) known.diedBy = signal;
  }

  /** Its process is gone, or its way to the service has broken. `facts`: what was known last. */
  receiveClosed(facts: ConnectionFacts | undefined): void {
    if (facts === undefined || this.#isClosed) return;
    if (this.#knownOf(facts.id).hasEnded === true) return void this.#known.delete(facts.id);
    // A process that lives comes back at once.
    setTimeout(() => {
      if (this.#isClosed || this.#options.connection(facts.id) !== undefined) return;
      const { diedBy } = this.#knownOf(facts.id);
      const problem = `the process that served the client ended without a word${diedBy === undefined ? "" : ` (${signalWords(diedBy)})`}`;
      const refusal: Refusal = { code: "HF-SESS-07", problem };
      this.#record(facts, { refusal, how: "" });
      this.#noteEnd(facts, refusal);
      this.#known.delete(facts.id);
    }, comesBackWithin).unref();
  }

  /** Windows' reason code of its end; 0 when it gives none in time. */
  reasonOf(connection: ConnectionId): Promise<number> {
    const known = this.#reasons.get(connection);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((resolve) => {
      const timer = setTimeout(() => told(0), reasonWithin).unref();
      const told = (reason: number): void => {
        clearTimeout(timer);
        this.#waiting.delete(connection);
        resolve(reason);
      };
      this.#waiting.set(connection, told);
    });
  }

  /** The service stops: connections go on, and their ends are another's to write down. */
  close(): void {
    this.#isClosed = true;
  }

  #record(facts: ConnectionFacts, { refusal, how }: Goodbye): void {
    const { chronicle, newRecordId, wallTime } = this.#options;
    const known = this.#knownOf(facts.id);
    const id = facts.journey?.record ?? newRecordId();
    if (known.recorded !== undefined || this.#isKept(id, facts)) return;
    known.recorded = id;
    const record = recordOfConnection({ facts, id, ...known, how, refusal, at: wallTime() });
    chronicle.keep(record);
    if (refusal === undefined) return;
    const { code, title, explanation } = explain(refusal);
    chronicle.note(record.what === "refused" ? "refused" : "connectionEnded", {
      connection: facts.id,
      user: record.authenticated ? record.user : undefined,
      session: facts.session,
      address: facts.client.address,
      record: id,
      data: { Code: code, Title: title, Explanation: explanation, Reason: record.reason },
    });
  }

  /** By the service that was here before this one. */
  #isKept(id: string, facts: ConnectionFacts): boolean {
    const [kept] = this.#options.chronicle.records({ record: id, connection: facts.id, atMost: 1 });
    return kept !== undefined;
  }

  #noteEnd(facts: ConnectionFacts, refusal: Refusal | undefined): void {
    const { id: connection, user, session, client } = facts;
    const reason = refusal === undefined ? 0 : explain(refusal).reason;
    const about = { connection, user, session, address: client.address, record: facts.journey?.record };
    const { chronicle } = this.#options;
    if (refusal?.code === "HF-WIRE-04" || refusal?.code === "HF-WIRE-07") {
      chronicle.note("clientSilent", { ...about, data: { IdleSeconds: refusal.seconds } });
    } else if (refusal?.code.startsWith("HF-WIRE-") === true) {
      chronicle.note("clientDropped", { ...about, data: { ResultCode: refusal.code, IPString: client.address } });
    } else if (refusal !== undefined) chronicle.note("serverEnded", about);
    chronicle.note("disconnected", { ...about, data: { ReasonCode: reason } });
    this.#reasons.set(connection, reason);
    setTimeout(() => this.#reasons.delete(connection), reasonKeptFor).unref();
    this.#waiting.get(connection)?.(reason);
  }

  #knownOf(connection: ConnectionId): Known {
    const known = this.#known.get(connection);
    if (known !== undefined) return known;
    const fresh: Known = {};
    this.#known.set(connection, fresh);
    return fresh;
  }

  #addressOf(connection: ConnectionId | undefined): string | undefined {
    return connection === undefined ? undefined : this.#options.connection(connection)?.client.address;
  }
}

/** What is known of how a process comes to such an end. */
function signalWords(signal: string): string {
  if (signal === "SIGBUS") return "SIGBUS: the screen's file has lost pages, or its file system has no room for them";
  return signal === "SIGKILL" ? "SIGKILL: the kernel for want of memory, or somebody" : signal;
}

/** As Windows names connections, and `query session` names those that are at a session. */
function connectionName(connection: ConnectionId): string {
  return `RDP-Tcp#${connection}`;
}

const listenerName = "RDP-Tcp";
/** Handed over and silent so far: more are not remembered. */
const arrivedMax = 2000;
/** In milliseconds. */
const comesBackWithin = 2000;
const reasonWithin = 3000;
const reasonKeptFor = 10_000;
