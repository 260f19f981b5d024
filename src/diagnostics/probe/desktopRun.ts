import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { between, milliseconds, type Milliseconds } from "#base/units.ts";
import type { SecurityProtocol } from "#protocol/framing/negotiation.ts";
import type { GraphicsCapabilitySet } from "#protocol/channels/graphics/capabilitySet.ts";
import type { LicensingMessage } from "#protocol/licensing/licensing.ts";
import type { Capable, ConnectState, Joined } from "#protocol/sequences/connect/connectState.ts";
import type { SessionInfo } from "#protocol/share/session/saveSessionInfo.ts";
import type { SetErrorInfo } from "#protocol/share/session/status.ts";
import type { Clock } from "#system/clock.ts";
import { ClientFailed, type ClientFailure } from "../client/clientFailed.ts";
import { chooseOptions, type PassedMessage } from "../client/clientOptions.ts";
import { clientSteps, StepWatch, type ClientStep } from "../client/clientTimings.ts";
import { pngOf } from "../client/png.ts";
import { RdpClient } from "../client/rdpClient.ts";
import { ProbeFailed, type ProbeFailure, type UnreachableAddress } from "./probeFailure.ts";
import type { ProbeStepName } from "./probeReport.ts";
import { openSocket } from "./reachHost.ts";

export interface DesktopRunOptions {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly host: string;
  /** Empty: nobody; the server may show its own question. */
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly offered: readonly SecurityProtocol[];
  /** "signIn": no further than the server's word that the user may come in. */
  readonly until: "signIn" | "firstFrame";
  readonly screenshot: boolean;
  /** Of each step. */
  readonly within: Milliseconds;
  readonly clock: Clock;
  /** Hears of every message and step. */
  readonly recorder?: RunRecorder | undefined;
}

export interface RunRecorder {
  message(message: PassedMessage): void;
  step(step: string): void;
}

/** A whole connection, as far as it came. */
export interface DesktopRun {
  /** How long each step took, in milliseconds. */
  readonly times: Readonly<Partial<Record<ProbeStepName, number>>>;
  readonly offered: readonly SecurityProtocol[];
  readonly address?: string;
  readonly passed: readonly UnreachableAddress[];
  readonly nlaDone: boolean;
  readonly joined?: Joined;
  readonly capable?: Capable;
  readonly licensing: readonly LicensingMessage["is"][];
  readonly licensedAs?: string;
  readonly graphics?: GraphicsCapabilitySet;
  readonly signedIn: boolean;
  /** The server said that the sign-in went wrong. */
  readonly signInError?: string;
  readonly errorInfo: SetErrorInfo["error"];
  readonly frame?: SeenFrame;
  readonly failure?: ProbeFailure;
}

export interface SeenFrame {
  readonly width: number;
  readonly height: number;
  /** All pixels have this colour: RRGGBB. */
  readonly oneColor: string | undefined;
  /** A PNG file. */
  readonly png: Uint8Array | undefined;
  /** What was drawn in ways that are not decoded. */
  readonly undecoded: readonly string[];
}

/** Connects as an RDP client to the first picture, or as far as is asked for, and leaves. */
export async function desktopRun(options: DesktopRunOptions): Promise<DesktopRun> {
  const { clock, addresses, port, within, offered } = options;
  const watch = new StepWatch(clock.now());
  try {
    const { socket, address, passed } = await openSocket(addresses, port, within);
    watch.mark("connected", clock.now());
    return { ...(await new RunningClient(options, socket, watch).toTheEnd()), offered, address, passed };
  } catch (error) {
    if (!(error instanceof ProbeFailed)) throw error;
    const passed = error.failure.is === "unreachable" ? error.failure.tried : [];
    return {
      times: {},
      offered,
      passed,
      nlaDone: false,
      licensing: [],
      signedIn: false,
      errorInfo: "none",
      failure: error.failure,
    };
  }
}

/** One client of ours on its way, with a deadline for each step. */
class RunningClient {
  readonly #options: DesktopRunOptions;
  readonly #client: RdpClient;
  readonly #licensing: LicensingMessage["is"][] = [];
  #state: ConnectState = { at: "awaitingConfirm" };
  #joined: Joined | undefined;
  #capable: Capable | undefined;
  #licensedAs: string | undefined;
  #nlaDone = false;
  #timer: NodeJS.Timeout | undefined;
  #lastUpdate = 0;
  #signInTime: Milliseconds | undefined;

  constructor(options: DesktopRunOptions, socket: Socket, watch: StepWatch) {
    this.#options = options;
    const hooks = {
      onMessage: (message: PassedMessage) => options.recorder?.message(message),
      onState: (state: ConnectState) => this.#receiveState(state),
      onLicensing: (message: LicensingMessage) => this.#receiveLicensing(message),
      onUpdate: () => void (this.#lastUpdate = options.clock.now()),
    };
    this.#client = new RdpClient(socket, chooseOptions({ ...options, hooks }), watch);
    this.#startTimer();
  }

  async toTheEnd(): Promise<Omit<DesktopRun, "passed" | "offered">> {
    let frame: SeenFrame | undefined;
    let failure: ProbeFailure | undefined;
    try {
      await this.#client.activated;
      clearTimeout(this.#timer);
      frame = await this.#look();
    } catch (error) {
      if (!(error instanceof ClientFailed)) throw error;
      // Who only wanted to sign in has left by himself.
      if (error.failure.is !== "closedHere") failure = this.#failureOf(error.failure);
    } finally {
      clearTimeout(this.#timer);
    }
    const found = this.#found(frame, failure);
    await this.#client.close();
    return found;
  }

  #receiveState(state: ConnectState): void {
    this.#options.recorder?.step(state.at);
    if (state.at === "awaitingConnectResponse") this.#receiveSecured(state);
    if (state.at === "ended") return;
    this.#state = state;
    if ("joined" in state) this.#joined = state.joined;
    if ("capable" in state) this.#capable = state.capable;
    this.#startTimer();
  }

  #receiveLicensing(message: LicensingMessage): void {
    this.#licensing.push(message.is);
    if (message.is !== "serverLicenseRequest") return;
    const { companyName, productId } = message.productInfo;
    this.#licensedAs = `${companyName} ${productId}`;
  }

  /** Both sides trust the wire; with NLA the server has taken the user. */
  #receiveSecured({ negotiated }: Extract<ConnectState, { readonly at: "awaitingConnectResponse" }>): void {
    this.#nlaDone = negotiated.chosen !== "tls";
    // The client cannot be closed while it starts; it has not, when NLA is over.
    if (this.#nlaDone && this.#options.until === "signIn") void this.#client.close();
  }

  /** The desktop is there: what it shows, and whether the user is in. */
  async #look(): Promise<SeenFrame | undefined> {
    const { user, until, screenshot, within, clock } = this.#options;
    const client = this.#client;
    const shown = () => 0 < client.statistics.updates || 0 < client.statistics.undecoded.size;
    await client.waitFor("the first picture", shown, within);
    if (user !== "") {
      const start = clock.now();
      const answered = () => isSignedIn(client.sessionInfo) || signInErrorOf(client.sessionInfo) !== undefined;
      // After NLA it is a formality, which some servers leave out.
      const patience = this.#nlaDone ? milliseconds(Math.min(within, formality)) : within;
      await this.#unlessTooLate(client.waitFor("word of the sign-in", answered, patience));
      if (answered()) this.#signInTime = between(start, clock.now());
    }
    if (until === "signIn") return undefined;
    const isDrawn = () => 0 < client.statistics.undecoded.size || oneColorOf(client.picture) === undefined;
    await this.#unlessTooLate(client.waitFor("something to see", isDrawn, milliseconds(Math.min(within, empty))));
    if (screenshot) await this.#untilQuiet();
    return this.#seenFrame();
  }

  /** A picture that is being built up is waited for; one with a clock in it never stands still. */
  async #untilQuiet(): Promise<void> {
    const { clock, within } = this.#options;
    const end = clock.now() + Math.min(within, restless);
    while (clock.now() < Math.min(end, this.#lastUpdate + quiet)) await delay(50);
  }

  async #unlessTooLate(waiting: Promise<void>): Promise<void> {
    try {
      await waiting;
    } catch (error) {
      if (!(error instanceof ClientFailed) || error.failure.is !== "timedOut") throw error;
    }
  }

  #seenFrame(): SeenFrame {
    const { picture, size, statistics } = this.#client;
    return {
      ...size,
      oneColor: oneColorOf(picture),
      png: this.#options.screenshot ? pngOf(picture) : undefined,
      undecoded: [...statistics.undecoded.keys()],
    };
  }

  #found(frame: SeenFrame | undefined, failure: ProbeFailure | undefined): Omit<DesktopRun, "passed" | "offered"> {
    const { timings, errorInfo, graphics, sessionInfo } = this.#client;
    const signInError = signInErrorOf(sessionInfo);
    return {
      times: { ...durations(timings), ...(this.#signInTime === undefined ? {} : { signIn: this.#signInTime }) },
      nlaDone: this.#nlaDone,
      licensing: this.#licensing,
      signedIn: isSignedIn(sessionInfo),
      errorInfo,
      ...(this.#joined === undefined ? {} : { joined: this.#joined }),
      ...(this.#capable === undefined ? {} : { capable: this.#capable }),
      ...(this.#licensedAs === undefined ? {} : { licensedAs: this.#licensedAs }),
      ...(graphics === undefined ? {} : { graphics }),
      ...(signInError === undefined ? {} : { signInError }),
      ...(frame === undefined ? {} : { frame }),
      ...(failure === undefined ? {} : { failure }),
    };
  }

  #failureOf(failure: ClientFailure): ProbeFailure {
    return { is: "client", step: stepsByState[this.#state.at], failure };
  }

  #startTimer(): void {
    clearTimeout(this.#timer);
    const { within } = this.#options;
    const late = () => this.#client.giveUp({ is: "timedOut", at: this.#state.at, after: within });
    this.#timer = setTimeout(late, within);
  }
}

function isSignedIn(info: SessionInfo | undefined): boolean {
  if (info === undefined || info.is === "unknown") return false;
  return info.is !== "extended" || (info.cookie !== undefined && info.errors === undefined);
}

function signInErrorOf(info: SessionInfo | undefined): string | undefined {
  if (info?.is !== "extended" || info.errors === undefined) return undefined;
  const { notification, detail } = info.errors;
  const words = [notification, detail].map((each) =>
    typeof each === "string" ? each : `0x${each.unknown.toString(16)}`,
  );
  // The session goes on, or the user is being asked about his others: no error.
  return words[0] === "sessionContinue" ? undefined : words.join(", ");
}

function durations(done: Readonly<Partial<Record<ClientStep, number>>>): Partial<Record<ProbeStepName, number>> {
  const times: Partial<Record<ProbeStepName, number>> = {};
  let before = 0;
  for (const step of clientSteps) {
    const at = done[step];
    if (at === undefined) continue;
    times[stepsByClientStep[step]] = Math.max(0, at - before);
    before = Math.max(before, at);
  }
  return times;
}

/** The colour that all pixels have, as RRGGBB; undefined: they differ. */
function oneColorOf({ data, offset, stride, width, height }: RdpClient["picture"]): string | undefined {
  const [blue, green, red] = data.subarray(offset);
  for (let y = 0; y < height; y++) {
    for (let at = offset + y * stride, end = at + width * 4; at < end; at += 4) {
      if (data[at] !== blue || data[at + 1] !== green || data[at + 2] !== red) return undefined;
    }
  }
  if (width === 0 || height === 0) return undefined;
  return Buffer.from([red ?? 0, green ?? 0, blue ?? 0]).toString("hex");
}

const stepsByClientStep: Readonly<Record<ClientStep, ProbeStepName>> = {
  connected: "tcp",
  negotiated: "negotiation",
  secured: "tls",
  authenticated: "nla",
  conferenceCreated: "conference",
  joined: "channels",
  licensed: "licensing",
  capabilitiesKnown: "capabilities",
  active: "finalization",
  firstUpdate: "firstFrame",
};

const stepsByState: Readonly<Record<ConnectState["at"], ProbeStepName>> = {
  awaitingConfirm: "negotiation",
  awaitingTls: "tls",
  awaitingNla: "nla",
  awaitingConnectResponse: "conference",
  awaitingAttachConfirm: "channels",
  joiningChannels: "channels",
  awaitingLicense: "licensing",
  awaitingDemandActive: "capabilities",
  finalizing: "finalization",
  active: "firstFrame",
  ended: "firstFrame",
};

/** How long a server that has let the user in may take to say so again, in milliseconds. */
const formality = 2000;
/** How long a picture may have one colour before that is worth saying, in milliseconds. */
const empty = 3000;
/** How long nothing may change before a picture counts as whole, in milliseconds. */
const quiet = 700;
/** How long a picture may change before it is taken as it is, in milliseconds. */
const restless = 5000;
