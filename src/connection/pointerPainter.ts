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
    const cacheIndex = this.#freeCell();
    this.#remember(shape.serial, cacheIndex);
    this.#send(pointerOf({ ...shape, cacheIndex }, this.#abilities));
  }

  /** The client has forgotten everything: after a reactivation, or when another desktop's serials begin. */
  forget(): void {
    this.#cached.clear();
  }

  #freeCell(): number {
    if (this.#cached.size < this.#cells) return this.#cached.size;
    const [oldest] = this.#cached;
    if (oldest === undefined) return 0;
    this.#cached.delete(oldest[0]);
    return oldest[1];
  }

  #remember(serial: number, cell: number): void {
    this.#cached.delete(serial);
    this.#cached.set(serial, cell);
  }

  #send(pointer: PointerUpdate): void {
    this.#write([fastPathPointer(pointer, { updateBytesMax: this.#updateBytesMax })]);
  }
}

const cellsMax = 20;
