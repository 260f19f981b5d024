import { refusalScreen, type RefusalScreen } from "#desktop/screens/refusalScreen.ts";
import { ownWaits } from "#system/inside/openWaits.ts";
import type { ScreenStage } from "./screenStage.ts";

/**
 * A refusal on the screen, until its user closes it or its time is over. An administrator who looks for the cause can
 * have it kept there meanwhile; afterwards it has the time that was left.
 */
export class RefusalStand {
  readonly #stage: Pick<ScreenStage, "ask" | "change">;
  readonly #now: () => number;
  readonly #heldChanged: (held: boolean) => void;
  #screen: RefusalScreen | undefined;
  #over: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #endsAt = 0;
  /** What was left of its time when it began to be held; undefined: it is not. */
  #left: number | undefined;

  constructor(options: {
    readonly stage: Pick<ScreenStage, "ask" | "change">;
    /** Goes only forward, in milliseconds. */
    readonly now: () => number;
    readonly heldChanged: (held: boolean) => void;
  }) {
    this.#stage = options.stage;
    this.#now = options.now;
    this.#heldChanged = options.heldChanged;
  }

  /** Resolves when it stands there no longer; `standsFor` in milliseconds. */
  async show(given: Omit<RefusalScreen, "is" | "held">, standsFor: number): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    this.#over = resolve;
    this.#screen = refusalScreen(given);
    this.#stand(standsFor);
    void this.#stage.ask(this.#screen).then(() => resolve());
    await ownWaits.during("somebody to read the refusal on his screen", undefined, over);
    clearTimeout(this.#timer);
    this.#screen = undefined;
  }

  /** For so many seconds from now; 0: no longer. Where no refusal stands nothing happens. */
  hold(seconds: number): void {
    if (this.#screen === undefined) return;
    if (seconds === 0) return this.#letGo(this.#screen);
    if (this.#left === undefined) {
      this.#left = Math.max(0, this.#endsAt - this.#now());
      this.#stage.change({ ...this.#screen, held: heldWords });
      this.#heldChanged(true);
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hold(0), seconds * 1000);
  }

  #letGo(screen: RefusalScreen): void {
    if (this.#left === undefined) return;
    this.#stand(this.#left);
    this.#left = undefined;
    this.#stage.change(screen);
    this.#heldChanged(false);
  }

  #stand(standsFor: number): void {
    clearTimeout(this.#timer);
    this.#endsAt = this.#now() + standsFor;
    this.#timer = setTimeout(() => this.#over(), standsFor);
  }
}

/** What stands on the screen meanwhile. */
export const heldWords =
  "The administrator is looking for the cause of this, and keeps it open for some minutes. Please leave it as it is: it " +
  "closes by itself.";
