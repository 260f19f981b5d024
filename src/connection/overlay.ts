import { between, type Instant } from "#base/units.ts";
import { OverlaidDesktop } from "#desktop/boxed/overlaidDesktop.ts";
import type { SeenDesktop } from "#desktop/desktop.ts";
import type { PipelineFacts } from "#pipeline/pipeline.ts";
import type { InputDelayFacts } from "./inputDelays.ts";

export interface OverlayOptions {
  readonly facts: () => PipelineFacts | undefined;
  readonly delays: () => InputDelayFacts;
  readonly now: () => Instant;
  /** The client sees this desktop from now on, which is the same screen with something more or less on it. */
  readonly exchange: (desktop: SeenDesktop) => void;
}

/** How its picture is sent, drawn over it for somebody who looks for what is slow. Off at first. */
export class Overlay {
  readonly #options: OverlayOptions;
  #seen: SeenDesktop | undefined;
  #isOn = false;
  /** Of the lines before, for what is told by the second. */
  #before: { readonly at: Instant; readonly frames: number; readonly bytes: number } | undefined;

  constructor(options: OverlayOptions) {
    this.#options = options;
  }

  /** The client is to see this; gives what it sees then. */
  over(desktop: SeenDesktop): SeenDesktop {
    this.#seen = desktop;
    if (!this.#isOn) return desktop;
    return new OverlaidDesktop({ below: desktop, lines: () => this.#lines(), now: this.#options.now });
  }

  turn(on: boolean): void {
    if (on === this.#isOn) return;
    this.#isOn = on;
    this.#before = undefined;
    if (this.#seen !== undefined) this.#options.exchange(this.over(this.#seen));
  }

  #lines(): readonly string[] {
    const facts = this.#options.facts();
    if (facts === undefined) return [];
    const at = this.#options.now();
    const before = this.#before;
    this.#before = { at, frames: facts.frames, bytes: facts.bytes };
    return overlayLines(facts, this.#options.delays(), before && { ...before, took: between(before.at, at) });
  }
}

/** What stands in the overlay, a line each; `before`: what was counted `took` milliseconds ago. */
export function overlayLines(
  { encoder, frames, bytes, framesInFlight, roundTripMs, operations }: PipelineFacts,
  { inputDelay, keyToFrame }: InputDelayFacts,
  before: { readonly frames: number; readonly bytes: number; readonly took: number } | undefined,
): readonly string[] {
  const perSecond = (now: number, then: number | undefined): number =>
    before === undefined || before.took <= 0 ? 0 : ((now - (then ?? now)) * 1000) / before.took;
  const all = operations.reduce((sum, each) => sum + each.bytes, 0);
  const shares = operations
    .slice(0, operationsShown)
    .map(({ operation, bytes: own }) => `${operation} ${all === 0 ? 0 : Math.round((100 * own) / all)} %`);
  const delay = (what: string, delays: typeof inputDelay): string =>
    delays === undefined ? `${what} –` : `${what} ${delays.medianMs.toFixed(1)} / ${delays.p99Ms.toFixed(1)} ms`;
  return [
    encoder,
    `${frames} frames, ${perSecond(frames, before?.frames).toFixed(1)} a second; ` +
      `${Math.round(perSecond(bytes, before?.bytes) / 1000)} kB a second`,
    `round trip ${roundTripMs === undefined ? "–" : `${Math.round(roundTripMs)} ms`}, ${framesInFlight} in flight`,
    `${delay("input", inputDelay)}, ${delay("key to frame", keyToFrame)}`,
    shares.join(", "),
  ].filter((line) => line !== "");
}

const operationsShown = 6;
