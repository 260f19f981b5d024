import type { CursorShape } from "#desktop/desktop.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { fastPathPointer } from "#protocol/share/output/fastPathUpdate.ts";
import { pointerAbilities, pointerOf, type PointerAbilities } from "#protocol/share/pointer/pointerShape.ts";
import type { PointerUpdate } from "#protocol/share/pointer/pointerUpdate.ts";
import { updateBytesOf } from "#pipeline/encoderChoice.ts";

/** Shows cursor shapes to one client; shapes that it still has are named by their cell. */
export class PointerPainter {
  readonly #write: (pieces: readonly Uint8Array[]) => void;
  readonly #updateBytesMax: number;
  readonly #abilities: PointerAbilities;
  readonly #cells: number;
  /** Cell by serial, the longest unused first. */
  readonly #cached = new Map<number, number>();

  constructor(options: { readonly capable: Capable; readonly write: (pieces: readonly Uint8Array[]) => void }) {
    const { capable } = options;
    this.#write = options.write;
    this.#updateBytesMax = updateBytesOf(capable);
    const { cells, ...abilities } = pointerAbilities(capable.capabilities.sets);
    this.#abilities = abilities;
    this.#cells = Math.min(cells, cellsMax);
  }

  /** undefined: no pointer. */
  show(shape: CursorShape | undefined): void {
    if (shape === undefined) return this.#send({ is: "hidden" });
    const cell = this.#cached.get(shape.serial);
    if (cell !== undefined) {
      this.#remember(shape.serial, cell);
      return this.#send({ is: "cached", cacheIndex: cell });
    }
    const cacheIndex = this.#nextCell();
    const pointer = pointerOf({ ...shape, cacheIndex }, this.#abilities);
    // A shape without a visible pixel is in no cell: its name would mean whatever the client had there before.
    if (pointer.is !== "hidden") this.#remember(shape.serial, cacheIndex);
    this.#send(pointer);
  }

  /** The client has forgotten everything: after a reactivation, or when another desktop's serials begin. */
  forget(): void {
    this.#cached.clear();
  }

  /** A free cell, or else that of the shape that was not used for the longest time. */
  #nextCell(): number {
    const [oldest] = this.#cached;
    if (oldest === undefined || this.#cached.size < this.#cells) return this.#cached.size;
    return oldest[1];
  }

  #remember(serial: number, cell: number): void {
    for (const [known, its] of this.#cached) {
      if (known === serial || its === cell) this.#cached.delete(known);
    }
    this.#cached.set(serial, cell);
  }

  #send(pointer: PointerUpdate): void {
    this.#write([fastPathPointer(pointer, { updateBytesMax: this.#updateBytesMax })]);
  }
}

const cellsMax = 20;
