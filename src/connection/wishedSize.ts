import type { Size } from "#base/geometry.ts";

/** The size that a client wishes, from its first on; what is shown follows. */
export class WishedSize {
  readonly #follow: (size: Size) => Promise<unknown>;
  readonly #failed: (error: unknown) => void;
  #size: Size;
  #isFollowing = false;

  constructor(options: {
    readonly first: Size;
    /** Gives whatever is shown this size. */
    readonly follow: (size: Size) => Promise<unknown>;
    readonly failed: (error: unknown) => void;
  }) {
    this.#size = options.first;
    this.#follow = options.follow;
    this.#failed = options.failed;
  }

  get size(): Size {
    return this.#size;
  }

  wish(size: Size): void {
    this.#size = size;
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    this.#followAll().catch(this.#failed);
  }

  /** Of many wishes, as a window that is drawn larger makes them, the last one counts. */
  async #followAll(): Promise<void> {
    for (let done: Size | undefined; done !== this.#size;) {
      done = this.#size;
      await this.#follow(done);
    }
    this.#isFollowing = false;
  }
}
