import { intersect, type Rectangle, type Size } from "#base/geometry.ts";
import type { Damage, Fixes, Region } from "x11";
import type { X11Connection } from "./x11Connection.ts";

/**
 * What changed on the screen: the server tells once that something did, and the region is fetched when somebody takes
 * it, which costs the same for one change as for ten thousand.
 */
export class DamageWatch {
  readonly #connection: X11Connection;
  readonly #damage: Damage;
  readonly #fixes: Fixes;
  readonly #damageId: number;
  readonly #regionId: number;
  /**
   * The server's damage may be not empty. At first it is the whole screen, and would never be told of again unless
   * taken.
   */
  #pending = true;
  /** The whole screen counts as changed, whatever the server says. */
  #whole = true;
  #taking: Promise<unknown> = Promise.resolve();

  constructor(connection: X11Connection, extensions: { readonly damage: Damage; readonly fixes: Fixes }) {
    this.#connection = connection;
    this.#damage = extensions.damage;
    this.#fixes = extensions.fixes;
    this.#damageId = connection.client.AllocID();
    this.#regionId = connection.client.AllocID();
    this.#fixes.CreateRegion(this.#regionId, []);
    this.#damage.Create(this.#damageId, connection.root, this.#damage.ReportLevel.NonEmpty);
  }

  /** A DamageNotify came. */
  notified(): void {
    this.#pending = true;
  }

  everything(): void {
    this.#whole = true;
  }

  /** What changed since the last call, inside `size`. Calls that overlap are answered in order. */
  take(size: () => Size): Promise<readonly Rectangle[]> {
    const taken = this.#taking.then(() => this.#takeNow(size));
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async #takeNow(size: () => Size): Promise<readonly Rectangle[]> {
    let parts: readonly Rectangle[] = [];
    if (this.#pending) {
      this.#pending = false;
      this.#damage.Subtract(this.#damageId, 0, this.#regionId);
      const region = await this.#connection.ask<Region>("FetchRegion", (answer) =>
        this.#fixes.FetchRegion(this.#regionId, answer),
      );
      parts = RECTANGLES_MAX < region.rectangles.length ? [region.extents] : region.rectangles;
    }
    const screen = { x: 0, y: 0, ...size() };
    if (this.#whole) {
      this.#whole = false;
      return [screen];
    }
    return parts.map((part) => intersect(part, screen)).filter((part) => part !== undefined);
  }
}

/** A more ragged region is taken as the rectangle around it. */
const RECTANGLES_MAX = 512;
