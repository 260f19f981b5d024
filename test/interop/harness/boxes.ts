import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Pixels } from "../../../src/base/pixels.ts";
import { writePng } from "../../png.ts";
import type { TestClient } from "./clients.ts";

/** Whether a message box is to be seen over a dark desktop: its blue title bar over its white ground. */
export async function boxIsShown(client: TestClient): Promise<boolean> {
  const shown = await client.screen();
  const x = Math.floor(shown.width / 2);
  // Our other screens have their bar at the top.
  if (colorAt(shown, 0, 0)[2] > 0x30) return false;
  let bar = 0;
  let ground = 0;
  for (let y = 0; y < shown.height; y++) {
    // Beside the letters of a title, which begins at the left.
    const [red, green, blue] = colorAt(shown, x + 180, y);
    if (isNear(red, 0x1d) && isNear(green, 0x35) && isNear(blue, 0x57)) bar++;
    else if (isNear(red, 0xff) && isNear(green, 0xff) && isNear(blue, 0xff) && 10 < bar) ground++;
  }
  return 10 < bar && 20 < ground;
}

/** Keeps what a client shows where `HOLDFAST_TEST_PICTURES` names a folder. */
export async function keepPicture(client: TestClient, name: string): Promise<void> {
  const folder = process.env["HOLDFAST_TEST_PICTURES"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writePng(join(folder, `${name}.png`), await client.screen());
}

function colorAt({ data, offset, stride }: Pixels, x: number, y: number): readonly [number, number, number] {
  const at = offset + y * stride + x * 4;
  return [data[at + 2]!, data[at + 1]!, data[at]!];
}

/** 8 bits a pixel have few colours. */
function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) < 48;
}
