import type { Key, PointerButton } from "../desktop.ts";

/** Which keys a box holds down, and for whom pointer buttons are down: their release goes where they went down. */
export class HeldInput {
  readonly #keys = new Set<number>();
  readonly #buttons = new Map<PointerButton, "box" | "below">();

  /** Whether the box has anything down. */
  get hasAny(): boolean {
    return 0 < this.#keys.size || this.#holds("box");
  }

  /** Whether something is being dragged on the desktop below. */
  get hasButtonsBelow(): boolean {
    return this.#holds("below");
  }

  hasKey(key: Key): boolean {
    return this.#keys.has(numberOf(key));
  }

  noteKey(key: Key): void {
    this.#keys.add(numberOf(key));
  }

  /** The key goes up; whether the box had it. */
  takeKey(key: Key): boolean {
    return this.#keys.delete(numberOf(key));
  }

  noteButton(button: PointerButton, target: "box" | "below"): void {
    this.#buttons.set(button, target);
  }

  /** The button goes up, for whom it was down; one that went down before all of this belongs to the desktop. */
  takeButton(button: PointerButton): "box" | "below" {
    const target = this.#buttons.get(button) ?? "below";
    this.#buttons.delete(button);
    return target;
  }

  forget(): void {
    this.#keys.clear();
    this.#buttons.clear();
  }

  #holds(target: "box" | "below"): boolean {
    return [...this.#buttons.values()].includes(target);
  }
}

function numberOf({ scanCode, extended, extended1 }: Key): number {
  return scanCode | (extended ? 0x100 : 0) | (extended1 ? 0x200 : 0);
}
