import { between, type Instant, type Milliseconds } from "#base/units.ts";
import type { ConnectState } from "#protocol/sequences/connect/connectState.ts";

export type ClientStep = (typeof clientSteps)[number];

/** When each step was over, since the start; steps that have not come (or are left out, as NLA) are absent. */
export type ClientTimings = Readonly<Partial<Record<ClientStep, Milliseconds>>>;

/** Notes the steps of one client as they are done; each once. */
export class StepWatch {
  readonly #start: Instant;
  readonly #done: Partial<Record<ClientStep, Milliseconds>> = {};

  constructor(start: Instant) {
    this.#start = start;
  }

  get timings(): ClientTimings {
    return { ...this.#done };
  }

  mark(step: ClientStep, now: Instant): void {
    this.#done[step] ??= between(this.#start, now);
  }

  /** What leaving the one state for the other says is done. */
  markMove(from: ConnectState["at"], to: ConnectState["at"], now: Instant): void {
    if (to === "ended") return;
    const step = doneOnLeaving[from];
    if (step !== undefined) this.mark(step, now);
    if (to === "awaitingLicense") this.mark("joined", now);
    if (to === "active") this.mark("active", now);
  }
}

const doneOnLeaving: Readonly<Partial<Record<ConnectState["at"], ClientStep>>> = {
  awaitingConfirm: "negotiated",
  awaitingTls: "secured",
  awaitingNla: "authenticated",
  awaitingConnectResponse: "conferenceCreated",
  awaitingLicense: "licensed",
  awaitingDemandActive: "capabilitiesKnown",
};

/**
 * In order. `connected`: TCP; `secured`: TLS; `authenticated`: NLA; `joined`: the client info is sent; `firstUpdate`:
 * the first picture.
 */
export const clientSteps = [
  "connected",
  "negotiated",
  "secured",
  "authenticated",
  "conferenceCreated",
  "joined",
  "licensed",
  "capabilitiesKnown",
  "active",
  "firstUpdate",
] as const;
