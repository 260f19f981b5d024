import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { DecodeError } from "#base/bytes/decodeError.ts";
import { recordId, recordIdBytes } from "#base/recordId.ts";
import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import { instant, milliseconds, seconds } from "#base/units.ts";
import type { ConnectionStart, Handover } from "#contracts/service.ts";
import type { Encoder } from "#pipeline/encoder.ts";
import type { TileNames } from "#pipeline/encoders/tileNames.ts";
import type { StartFrameKernels } from "#pipeline/frameWork.ts";
import type { GraphicsFeatures } from "#protocol/channels/graphics/graphicsVersion.ts";
import type { AcceptState, Capable } from "#protocol/sequences/accept/acceptState.ts";
import { explain, type Refusal } from "#refusals/refusal.ts";
import type { Clock } from "#system/clock.ts";
import type { Log } from "#system/log.ts";
import type { RandomBytes } from "#system/randomBytes.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import { ClientSocket } from "./clientSocket.ts";
import type { NlaOutcome } from "./frontDesk.ts";
import { errorWord, goodbye } from "./goodbye.ts";
import { ConnectionJourney } from "./journey.ts";
import { LiveConnection } from "./liveConnection.ts";
import { NlaDesk, type Delegated } from "./nlaDesk.ts";
import { SequenceDriver, type LiveEffect } from "./sequenceDriver.ts";
import { serviceAway } from "./serviceAway.ts";
import { ServiceLink } from "./serviceLink.ts";
import { standardSecurityOf } from "./standardSecurity.ts";
import { TraceDrain } from "./traceDrain.ts";
import { WireTrace } from "./wireTrace.ts";
import { withDeadline } from "./withDeadline.ts";

export interface ConnectionParts {
  readonly start: ConnectionStart;
  readonly secureContext: SecureContext;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
  /** What happens here, for traces. */
  readonly recorder: TraceRecorder;
  /** For pictures of a size; absent: there are none, and pictures are compared without. */
  readonly startKernels?: StartFrameKernels;
  /** What this user's desktop is called in his clients' caches, over all his connections. */
  readonly tileNamesOf: (user: string) => TileNames;
  /** The best way to show pictures to a client; `graphics`: what its RDPGFX can, where that is used. */
  readonly chooseEncoder: (capable: Capable, graphics: GraphicsFeatures | undefined) => Encoder;
  /** Gives memory back to the system; takes some ten milliseconds. */
  readonly collectGarbage: () => void;
}

/** One client, from its first byte to its last. The handshake is here; what follows it is in `liveConnection.ts`. */
export class Connection {
  readonly #parts: ConnectionParts;
  readonly #wire: ClientSocket;
  readonly #journey: ConnectionJourney;
  readonly #link: ServiceLink;
  readonly #driver: SequenceDriver;
  readonly #trace: WireTrace;
  readonly #drain: TraceDrain;
  readonly #ended: () => void;
  #nla: NlaDesk | undefined;
  #nlaResult: NlaOutcome | undefined;
  #live: LiveConnection | undefined;
  #stepTimer: NodeJS.Timeout | undefined;
  #isEnding = false;

  /** `ended` is called once, when nothing is left to do. */
  constructor(parts: ConnectionParts, handover: Handover, socket: Socket, ended: () => void) {
    this.#parts = parts;
    this.#ended = ended;
    this.#trace = new WireTrace(parts.recorder);
    this.#wire = new ClientSocket(socket, {
      received: (bytes) => this.#receiveBytes(bytes),
      wrote: (pieces) => this.#trace.wrote(this.#driver.at, pieces),
      drained: () => this.#live?.drained(),
      closed: (why) => void this.#finish(why, undefined, true),
    });
    this.#journey = journeyOf(parts, handover, (journey) => this.#link.change({ journey }));
    this.#link = new ServiceLink({
      path: parts.start.servicePath,
      facts: this.#firstFacts(handover),
      journey: this.#journey,
      log: parts.log,
    });
    this.#drain = new TraceDrain({
      recorder: parts.recorder,
      wire: this.#trace,
      send: (data) => this.#link.call("traceData", data),
    });
    this.#link.traceOrdered = (order) => this.#drain.receive(order);
    this.#driver = new SequenceDriver({
      wire: this.#wire,
      trace: this.#trace,
      settings: {
        nlaRequired: parts.start.settings.nlaRequired,
        refusal: handover.refusal,
        ...standardSecurityOf(parts),
      },
      secureContext: parts.secureContext,
      owner: {
        askNlaOffer: async (cookie) => (await this.#ask(cookie)).nla,
        startNla: (chosen) => this.#startNla(chosen === "credsspEx"),
        receiveNla: (bytes) => this.#nla?.receive(bytes),
        perform: (effect) => this.#perform(effect),
        refuse: (refusal) => this.refuse(refusal),
        moved: (at) => this.#moved(at),
      },
    });
  }

  /** Listens to the client from now on. */
  begin(): void {
    this.#journey.receiveStep(this.#driver.at);
    this.#link.change({ journey: this.#journey.journey });
    this.#awaitStep(this.#driver.at);
    this.#wire.resume();
  }

  /** Ends the connection with a reason: told to the client as far as it has come, to the service, and to the log. */
  refuse(refusal: Refusal): void {
    if (this.#isEnding) return;
    const { code, explanation, errorInfo } = explain(refusal);
    const { record } = this.#journey.journey;
    this.#parts.log.info("refused", {
      connection: this.#link.facts.id,
      code,
      explanation,
      at: this.#driver.at,
      record,
    });
    const capable = this.#live?.capable;
    if (capable !== undefined) this.#wire.write(goodbye(capable, errorWord(errorInfo)));
    void this.#finish(explanation, refusal);
  }

  /**
   * Nobody is there to be told. A goodbye that reached him after all, when the network is back, would keep his client
   * from returning by itself.
   */
  #vanished(refusal: Refusal): void {
    if (this.#isEnding) return;
    const { code, explanation } = explain(refusal);
    this.#parts.log.info("vanished", { connection: this.#link.facts.id, code, explanation });
    this.#wire.reset(explanation);
    void this.#finish(explanation, refusal);
  }

  #receiveBytes(bytes: Uint8Array): void {
    if (this.#isEnding) return;
    this.#live?.heard();
    try {
      this.#driver.receiveBytes(bytes);
    } catch (error) {
      // Channels decode outside the sequence.
      if (!(error instanceof DecodeError)) throw error;
      this.refuse({ code: "HF-WIRE-03", step: this.#driver.at, problem: error.message });
    }
  }

  #ask(cookie: string | undefined) {
    return this.#answerOf(this.#link.call("offersNla", cookie === undefined ? {} : { cookie }));
  }

  /** Meanwhile it is not the client who is silent. A service that does not answer is the connection's end. */
  async #answerOf<T>(asked: Promise<T>): Promise<T> {
    clearTimeout(this.#stepTimer);
    try {
      const answer = await asked;
      this.#awaitStep(this.#driver.at);
      return answer;
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      this.refuse(serviceAway(error));
      return new Promise<never>(() => {});
    }
  }

  #startNla(earlyAuthorization: boolean): void {
    this.#nla = new NlaDesk({
      owner: {
        send: (bytes) => this.#wire.write([bytes]),
        verify: (claim) => this.#answerOf(this.#link.call("verifyNtlm", claim)),
        delegated: (credentials) => this.#delegated(credentials),
        admitted: () => this.#driver.admitted(),
        refuse: (refusal) => this.refuse(refusal),
      },
      start: this.#parts.start,
      random: this.#parts.random,
      now: this.#parts.clock.wallTime(),
      earlyAuthorization,
    });
  }

  /** NLA proved the kept hash; PAM has the last word on the password itself. */
  async #delegated({ user, domain, password }: Delegated): Promise<"admitted" | "refused"> {
    this.#driver.nlaOver();
    const { id: connection, client } = this.#link.facts;
    const credentials = { user, domain, password, nla: true };
    const asked = this.#link.call("signIn", { connection, client, ...credentials });
    const reply = await withDeadline(this.#answerOf(asked), clientsWaitPatiently);
    // Clients give up after nine seconds without a word: under a screen of ours they wait as long as PAM likes.
    if (reply === undefined) {
      this.#nlaResult = { is: "pending", reply: asked };
      return "admitted";
    }
    // A further question is asked on the sign-in screen, from the beginning.
    if (reply.is === "prompt") return "admitted";
    this.#nlaResult = reply;
    return reply.is === "signedIn" ? "admitted" : "refused";
  }

  #perform(effect: LiveEffect): void {
    if (this.#isEnding) return;
    if (effect.do === "clientLeft") return void this.#finish(`the client left (${effect.how})`, undefined);
    if (effect.do !== "activate") return this.#live?.perform(effect);
    if (this.#live !== undefined) return this.#live.reactivated(effect.capable);
    clearTimeout(this.#stepTimer);
    const { id, client } = this.#link.facts;
    if (effect.capable.chosen === "rdp")
      this.#parts.log.warn("legacySecurity", { connection: id, address: client.address });
    this.#trace.joined(effect.capable);
    this.#live = new LiveConnection({
      ...this.#parts,
      capable: effect.capable,
      wire: this.#wire,
      link: this.#link,
      journey: this.#journey,
      nla: this.#nlaResult,
      resize: (size) => this.#driver.resize(size),
      refuse: (refusal) => this.refuse(refusal),
      vanished: (refusal) => this.#vanished(refusal),
      crashed: (error) => this.#crash(error),
    });
    this.#live.begin();
  }

  #moved(at: AcceptState["at"]): void {
    this.#parts.recorder.step(at);
    if (this.#live !== undefined) return;
    this.#journey.receiveStep(at);
    this.#link.change({ step: at, journey: this.#journey.journey });
    this.#awaitStep(at);
  }

  /** Each step before the sign-in has its deadline. */
  #awaitStep(at: AcceptState["at"]): void {
    clearTimeout(this.#stepTimer);
    if (this.#isEnding || at === "active" || at === "ended") return;
    const allowed = this.#parts.start.settings.handshakeStepSeconds;
    this.#stepTimer = setTimeout(
      () => this.refuse({ code: "HF-WIRE-04", step: at, seconds: allowed }),
      seconds(allowed),
    );
  }

  #firstFacts({ connection, address, acceptedAt = this.#parts.clock.wallTime() }: Handover) {
    return {
      id: connection,
      pid: process.pid,
      client: { address, name: "", build: 0 },
      acceptedAt,
      step: "awaitingNegotiation",
      authenticated: false,
      showsBoxes: true,
      takesSessions: true,
      showsOverlay: true,
      isOpen: true,
      journey: this.#journey.journey,
    };
  }

  /** Our own mistake: the client is told something, and the process ends with the trace in its log. */
  #crash(error: unknown): void {
    this.#parts.log.error("mistake", { what: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    const problem = error instanceof Error ? error.message : String(error);
    this.refuse({ code: "HF-SESS-07", problem });
  }

  async #finish(how: string, refusal: Refusal | undefined, broken = refusal?.code === "HF-WIRE-04"): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    clearTimeout(this.#stepTimer);
    this.#live?.close({ clientLeft: refusal === undefined });
    this.#wire.end(how);
    this.#link.change({ journey: this.#journey.journey });
    await this.#drain.finish((data) => this.#link.tell("traceLeft", { data }));
    await this.#link.end(how, refusal, broken);
    this.#ended();
  }
}

/** It began when the client was accepted, which was before this process had it. */
function journeyOf(
  { clock, random, recorder }: ConnectionParts,
  { acceptedAt, waited }: Handover,
  changed: ConstructorParameters<typeof ConnectionJourney>[0]["changed"],
): ConnectionJourney {
  const before = acceptedAt === undefined ? 0 : Math.max(0, clock.wallTime() - acceptedAt);
  const journey = new ConnectionJourney({
    record: recordId(random(recordIdBytes)),
    now: clock.now,
    acceptedAt: instant(clock.now() - before),
    changed,
    waited: (what, took) => recorder.wait(what, took),
  });
  if (waited !== undefined) journey.noteWait("a place among those who have not signed in", milliseconds(waited));
  return journey;
}

/** In milliseconds; xfreerdp gives up 9 s after it has connected. */
const clientsWaitPatiently = 4000;
