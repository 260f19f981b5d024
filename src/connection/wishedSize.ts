import type { ScreenLayout } from "#desktop/desktop.ts";

/** The size, with its monitors, that a client wishes, from its first on; what is shown follows. */
export class WishedSize {
  readonly #follow: (layout: ScreenLayout) => Promise<unknown>;
  readonly #failed: (error: unknown) => void;
  #layout: ScreenLayout;
  #isFollowing = false;

  constructor(options: {
    readonly first: ScreenLayout;
    /** Gives whatever is shown this layout. */
    readonly follow: (layout: ScreenLayout) => Promise<unknown>;
    readonly failed: (error: unknown) => void;
  }) {
    this.#layout = options.first;
    this.#follow = options.follow;
    this.#failed = options.failed;
  }

  get layout(): ScreenLayout {
    return this.#layout;
  }

  wish(layout: ScreenLayout): void {
    this.#layout = layout;
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    this.#followAll().catch(this.#failed);
  }

  /** Of many wishes, as a window that is drawn larger makes them, the last one counts. */
  async #followAll(): Promise<void> {
    for (let done: ScreenLayout | undefined; done !== this.#layout;) {
      done = this.#layout;
      await this.#follow(done);
    }
    this.#isFollowing = false;
  }
}
