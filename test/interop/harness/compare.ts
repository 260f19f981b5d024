import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { sameSize, type Point } from "../../../src/base/geometry.ts";
import type { Pixels } from "../../../src/base/pixels.ts";
import { nearness } from "../../pictures.ts";
import { writePng } from "../../png.ts";

export interface Difference {
  readonly pixels: number;
  /** The first that differs, row by row. */
  readonly first: Point;
  readonly wanted: string;
  readonly got: string;
  readonly worst: number;
  readonly decibels: number;
}

/**
 * Where two pictures of one size differ by more than `tolerance` in a colour; undefined: nowhere. The fourth bytes mean
 * nothing.
 */
export function difference(wanted: Pixels, got: Pixels, tolerance = 0): Difference | undefined {
  assert.ok(sameSize(wanted, got), `${wanted.width}×${wanted.height} against ${got.width}×${got.height}`);
  let first: Point | undefined;
  let pixels = 0;
  for (let y = 0; y < wanted.height; y++) {
    const a = wanted.offset + y * wanted.stride;
    const b = got.offset + y * got.stride;
    for (let x = 0; x < wanted.width * 4; x += 4) {
      if (isNear(wanted.data, a + x, got.data, b + x, tolerance)) continue;
      first ??= { x: x / 4, y };
      pixels++;
    }
  }
  if (first === undefined) return undefined;
  const { worst, decibels } = nearness(wanted, got);
  return { pixels, first, wanted: colourAt(wanted, first), got: colourAt(got, first), worst, decibels };
}

export interface Sides {
  /** What there is. */
  readonly wanted: () => Promise<Pixels>;
  /** What the client shows. */
  readonly got: () => Promise<Pixels>;
}

/**
 * Waits until both sides show the same. Fails with the first difference, with both pictures in `test-output/` and with
 * what `client` has said when that does not happen in time. Answers how long it took, in milliseconds.
 */
export async function assertBecomesSame(
  name: string,
  sides: Sides,
  { within = 4000, tolerance = 0, client }: SamenessOptions = {},
): Promise<number> {
  const start = performance.now();
  for (;;) {
    const [wanted, got] = [await sides.wanted(), await sides.got()];
    const differs = sameSize(wanted, got) ? difference(wanted, got, tolerance) : sizesOf(wanted, got);
    if (differs === undefined) return performance.now() - start;
    if (start + within < performance.now()) {
      const files = keepPictures(name, { wanted, got });
      const difference = `${name}: still different after ${within} ms: ${JSON.stringify(differs)}`;
      const said = client === undefined ? [] : [`exit code ${client.exitCode ?? "none"}: ${client.output}`];
      assert.fail([difference, ...files, ...said].join("\n"));
    }
    await delay(50);
  }
}

export interface SamenessOptions {
  /** Milliseconds. */
  readonly within?: number;
  readonly tolerance?: number;
  /** Who shows it: one that has ended shows nothing. */
  readonly client?: { readonly exitCode: number | undefined; readonly output: string };
}

/** Writes the pictures as `test-output/<name>-<key>.png` and answers the paths. */
export function keepPictures(name: string, pictures: Readonly<Record<string, Pixels>>): readonly string[] {
  const folder = fileURLToPath(new URL("../../../test-output", import.meta.url));
  mkdirSync(folder, { recursive: true });
  return Object.entries(pictures).map(([key, pixels]) => {
    const path = join(folder, `${name.replaceAll(/[^\w.-]+/gu, "-")}-${key}.png`);
    writePng(path, pixels);
    return path;
  });
}

function isNear(a: Uint8Array, at: number, b: Uint8Array, bt: number, tolerance: number): boolean {
  return (
    Math.abs(a[at]! - b[bt]!) <= tolerance &&
    Math.abs(a[at + 1]! - b[bt + 1]!) <= tolerance &&
    Math.abs(a[at + 2]! - b[bt + 2]!) <= tolerance
  );
}

function colourAt({ data, offset, stride }: Pixels, { x, y }: Point): string {
  const at = offset + y * stride + x * 4;
  return `#${[data[at + 2]!, data[at + 1]!, data[at]!].map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}

function sizesOf(wanted: Pixels, got: Pixels) {
  return { wanted: `${wanted.width}×${wanted.height}`, got: `${got.width}×${got.height}` };
}
