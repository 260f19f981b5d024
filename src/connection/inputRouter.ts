import type { Point } from "#base/geometry.ts";
import type { Desktop, LockKeys } from "#desktop/desktop.ts";
import type { InputEvent } from "#protocol/share/input/inputEvent.ts";

/**
 * Brings a client's input to the desktop that it sees. A client tells where its pointer is when it moves, and its lock
 * keys when it gets the focus: a desktop that is shown later hears both from here.
 */
export class InputRouter {
  #desktop: Desktop | undefined;
  /** The first half of a character outside the basic plane. */
  #highSurrogate: number | undefined;
  /** Where the client's pointer was last; unknown until it moves, and once it has moved by an offset. */
  #pointer: Point | undefined;
  #locks: LockKeys | undefined;

  /** From now on input goes there; the desktop before lets go of everything. */
  route(desktop: Desktop | undefined): void {
    this.#desktop?.releaseAll();
    this.#desktop = desktop;
    this.#highSurrogate = undefined;
    // What an earlier connection left pressed when it died is let go now.
    desktop?.releaseAll();
    if (this.#pointer !== undefined) desktop?.pointerTo(this.#pointer);
    if (this.#locks !== undefined) desktop?.setLockKeys(this.#locks);
  }

  /** The same screen, by another desktop that knows what is held on it: nothing is let go. */
  exchange(desktop: Desktop): void {
    this.#desktop = desktop;
  }

  /** Resolves when what was received so far has been given to the desktop; undefined: there is none. */
  given(): Promise<void> | undefined {
    return this.#desktop?.inputGiven();
  }

  receive(events: readonly InputEvent[]): void {
    for (const event of events) {
      this.#remember(event);
      if (this.#desktop !== undefined) this.#give(this.#desktop, event);
    }
  }

  #remember(event: InputEvent): void {
    if (event.is === "pointerTo" || event.is === "button") this.#pointer = event.at;
    if (event.is === "pointerBy" || event.is === "relativeButton") this.#pointer = undefined;
    if (event.is === "synchronize") this.#locks = event.locks;
  }

  #give(desktop: Desktop, event: InputEvent): void {
    switch (event.is) {
      case "key":
        return desktop.key(event.key, event.down);
      case "unicode":
        return this.#giveUnit(desktop, event.unit, event.down);
      case "pointerTo":
        return desktop.pointerTo(event.at);
      case "pointerBy":
        return desktop.pointerBy(event.offset);
      case "button":
        desktop.pointerTo(event.at);
        return desktop.button(event.button, event.down);
      case "relativeButton":
        desktop.pointerBy(event.offset);
        return desktop.button(event.button, event.down);
      case "wheel":
        return desktop.wheel({ vertical: event.vertical, horizontal: event.horizontal });
      case "synchronize":
        // Sent when the client's window gets the focus: keys that went down elsewhere are up by now.
        desktop.releaseAll();
        return desktop.setLockKeys(event.locks);
      case "timestamp":
        return undefined;
    }
  }

  #giveUnit(desktop: Desktop, unit: number, down: boolean): void {
    if (0xd800 <= unit && unit <= 0xdbff) {
      this.#highSurrogate = unit;
      return;
    }
    const high = this.#highSurrogate;
    this.#highSurrogate = undefined;
    const isLow = 0xdc00 <= unit && unit <= 0xdfff;
    if (isLow && high === undefined) return;
    const codePoint = isLow ? 0x10000 + (((high ?? 0) - 0xd800) << 10) + (unit - 0xdc00) : unit;
    desktop.character(codePoint, down);
  }
}
