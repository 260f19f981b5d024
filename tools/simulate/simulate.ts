import { connectionId, type ConnectionId, type SessionId } from "#base/ids.ts";
import type { SeatChosen, SeatOffer } from "#contracts/service.ts";
import { explain } from "#refusals/refusal.ts";
import { randomFrom } from "../../test/pictures.ts";
import { World } from "./world.ts";

export interface Simulated {
  readonly steps: number;
  /** What happened, in order. */
  readonly history: readonly string[];
  /** Absent: all held. */
  readonly violation?: string;
}

/** A day at a terminal server: people come, wait, ask, give way, lose their network; the service dies and returns. */
export async function simulate(seed: number, steps = 120): Promise<Simulated> {
  const day = new Day(seed);
  for (let step = 0; step < steps; step++) {
    await day.step();
    if (day.violation !== undefined) return { steps: step + 1, history: day.history, violation: day.violation };
  }
  day.close();
  return { steps, history: day.history, ...(day.violation === undefined ? {} : { violation: day.violation }) };
}

/** One who has signed in and is not yet, or no more, at a session. */
interface Visitor {
  readonly connection: ConnectionId;
  readonly user: string;
  readonly asksForDoor: boolean;
  /** The number of his first wait in this life of the service; absent: he does not wait. */
  waitsSince?: number;
  offer?: SeatOffer;
  ticket?: { readonly session: SessionId; readonly ticket: string };
}

class Day {
  readonly history: string[] = [];
  violation: string | undefined;
  readonly #random: () => number;
  readonly #limit: number;
  readonly #disconnectedCount: boolean;
  readonly #singleSession: boolean;
  readonly #world: World;
  readonly #visitors = new Map<ConnectionId, Visitor>();
  readonly #ended = new Set<SessionId>();
  #known: readonly SessionId[] = [];
  #last = 0;
  #waits = 0;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
    this.#limit = 1 + this.#below(4);
    this.#disconnectedCount = this.#below(3) === 0;
    this.#singleSession = this.#below(4) !== 0;
    const settings = {
      MaxInstanceCount: this.#limit,
      DisconnectedCount: this.#disconnectedCount,
      fSingleSessionPerUser: this.#singleSession ? 1 : 0,
      SilenceGivesWay: this.#below(2) === 0,
      UsersMayEndDisconnected: this.#below(2) === 0,
    };
    this.#world = new World({ settings, administrators: ["root"], answer: () => this.#oneOf(answers) });
    this.history.push(JSON.stringify(settings));
  }

  /** A second, in which something happens; then everybody who waits asks again. */
  async step(): Promise<void> {
    this.#world.pass(1000);
    const one = this.#oneOf([...this.#visitors.values()]);
    const event = this.#below(12);
    if (event < 3 || one === undefined) await this.#signIn();
    else if (event < 6) this.#attach(one);
    else if (event < 8) await this.#choose(one);
    else if (event === 8) this.#lose(one);
    else if (event === 9) this.#restart();
    else if (event === 10) this.#changeLogon();
    else this.#signOut();
    const waiting = [...this.#visitors.values()].toSorted(() => this.#random() - 0.5);
    for (const each of waiting) {
      if (each.offer?.why === "seatsTaken") await this.#open(each, { token: each.offer.token });
    }
    this.#look();
  }

  /** Everybody leaves, and nothing is left. */
  close(): void {
    for (const { connection } of this.#visitors.values()) this.#world.leave(connection);
    for (const { id } of this.#world.sessions) this.#world.end(id);
    this.#world.pass(120_000);
    if (this.#world.used !== 0) this.violation ??= `${this.#world.used} seats are taken by nobody`;
  }

  async #signIn(): Promise<void> {
    const user = this.#oneOf(people)!;
    const visitor: Visitor = { connection: connectionId(++this.#last), user, asksForDoor: this.#below(6) === 0 };
    this.#visitors.set(visitor.connection, visitor);
    this.#note(visitor, `signs in${visitor.asksForDoor ? " by the door" : ""}`);
    await this.#open(visitor, { token: this.#world.token(user) });
    const opensAlways = user === "root" && visitor.asksForDoor && this.#singleSession;
    if (opensAlways && visitor.ticket === undefined) this.violation ??= "the administrator's door did not open";
  }

  #attach(visitor: Visitor): void {
    const { ticket } = visitor;
    if (ticket === undefined) return;
    delete visitor.ticket;
    const before = this.#world.sessions.find(({ id }) => id === ticket.session)?.attachment?.connection;
    const isIn = this.#world.attach(ticket.session, ticket.ticket);
    this.#note(visitor, isIn ? "is in" : "came too late");
    if (isIn && before !== undefined && before !== visitor.connection) this.#visitors.delete(before);
  }

  async #choose(visitor: Visitor): Promise<void> {
    const holder = this.#oneOf(visitor.offer?.holders ?? []);
    const how = this.#oneOf(holder?.may ?? []);
    if (visitor.offer === undefined || holder === undefined || how === undefined) return;
    this.#note(visitor, `${how} ${holder.session}`);
    if (how === "end" || (how === "ask" && this.#disconnectedCount)) this.#ended.add(holder.session);
    const choice: SeatChosen = { is: "session", session: holder.session, how };
    await this.#open(visitor, { token: visitor.offer.token, choice });
  }

  #lose(visitor: Visitor): void {
    this.#note(visitor, "loses the network");
    this.#visitors.delete(visitor.connection);
    this.#world.leave(visitor.connection);
  }

  /** Who waits, and since when, is known in one life of the service only. */
  #restart(): void {
    this.history.push("the service is killed, and another starts");
    this.#world.restart();
    for (const visitor of this.#visitors.values()) delete visitor.waitsSince;
  }

  #changeLogon(): void {
    this.#world.logonMode = this.#oneOf(["enabled", "enabled", "drain", "disabled"] as const)!;
    this.history.push(`change logon: ${this.#world.logonMode}`);
  }

  #signOut(): void {
    const session = this.#oneOf(this.#world.sessions);
    if (session === undefined || 0 < this.#below(3)) return;
    this.history.push(`${session.user} signs out of ${session.id}`);
    this.#ended.add(session.id);
    this.#world.end(session.id);
    if (session.attachment !== undefined) this.#visitors.delete(session.attachment.connection);
  }

  async #open(visitor: Visitor, given: { readonly token: string; readonly choice?: SeatChosen }): Promise<void> {
    const before = this.#earliest();
    const hadOne = this.#world.sessions.some(({ user }) => user === visitor.user);
    const reply = await this.#world.open(visitor.connection, { administrative: visitor.asksForDoor, ...given });
    this.#note(visitor, reply.is);
    delete visitor.offer;
    switch (reply.is) {
      case "attach": {
        visitor.ticket = { session: reply.session, ticket: reply.ticket };
        const isFirst = before === undefined || before === visitor;
        const isUsual = given.choice === undefined && !hadOne && !(visitor.user === "root" && visitor.asksForDoor);
        if (!isFirst && isUsual) this.violation ??= `${visitor.user} got a seat before ${before.user}`;
        delete visitor.waitsSince;
        return;
      }
      case "choose":
        visitor.offer = reply.offer;
        if (reply.offer.why === "seatsTaken") visitor.waitsSince ??= ++this.#waits;
        else delete visitor.waitsSince;
        return;
      case "refused":
        this.#visitors.delete(visitor.connection);
        this.#world.leave(visitor.connection);
        if (explain(reply.refusal).explanation === "") this.violation ??= "a refusal without words";
    }
  }

  #look(): void {
    const { sessions } = this.#world;
    const now = new Set(sessions.map(({ id }) => id));
    const lost = this.#known.find((id) => !now.has(id) && !this.#ended.has(id));
    if (lost !== undefined) this.violation ??= `session ${lost} is lost`;
    this.#known = [...now];
    const seated = sessions.filter(({ administrative, attachment, byDoor }) => {
      return administrative !== true && (this.#disconnectedCount || (attachment !== undefined && byDoor !== true));
    });
    if (this.#limit < seated.length) this.violation ??= `${seated.length} sessions hold seats of ${this.#limit}`;
  }

  #earliest(): Visitor | undefined {
    const waiting = [...this.#visitors.values()].filter(({ waitsSince }) => waitsSince !== undefined);
    return waiting.toSorted((a, b) => (a.waitsSince ?? 0) - (b.waitsSince ?? 0))[0];
  }

  #note({ user, connection }: Visitor, what: string): void {
    this.history.push(`${user}/${connection}: ${what}`);
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #oneOf<T>(all: readonly T[]): T | undefined {
    return all[this.#below(all.length)];
  }
}

const people = ["anna", "boris", "clara", "dmitri", "eva", "root"] as const;
const answers = [
  { is: "answered", button: "yes" },
  { is: "answered", button: "no" },
  { is: "silence" },
  { is: "notShown" },
] as const;
