import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, createServer } from "node:tls";
import type { Pixels } from "#base/pixels.ts";
import { frameBytesOf, frameKernels } from "#codecs/kernels/frameKernels.ts";
import { framePixels, kernelTileEncoder } from "#codecs/kernels/kernels.ts";
import { referenceCompareTile } from "#codecs/kernels/compareTile.ts";
import { quantizationPresets } from "#codecs/remotefx/quantization.ts";
import { makeSelfSigned } from "#system/certificate/selfSigned.ts";
import { loadKernels, startKernels } from "#system/kernels.ts";
import { picture } from "../test/pictures.ts";
import { sampled, type BenchContext, type Figure } from "../tools/bench/question.ts";
import { buildKernels } from "../tools/kernels.ts";

export const question =
  "What can this machine do at most, and how near to it are we? In megabytes of pictures of 1920 × 1080 a second of processor time.";

/** What the machine can: memory, TLS and hashes as Node has them, loops in C where there is a compiler. Then ours. */
export async function run({ say }: BenchContext): Promise<readonly Figure[]> {
  await buildKernels();
  say("memory and hashes");
  const figures: Figure[] = [...memoryFigures()];
  say("TLS");
  figures.push(await tlsFigure());
  say("loops in C");
  figures.push(...compiledFigures(say));
  say("kernels");
  return [...figures, ...kernelFigures()];
}

function memoryFigures(): readonly Figure[] {
  const [from, to] = [Buffer.alloc(frameBytes, 7), Buffer.alloc(frameBytes)];
  return [
    rate("limit: copy in memory", () => void from.copy(to)),
    rate("limit: compare memory", () => void from.equals(to)),
    rate("limit: SHA-1", () => void createHash("sha1").update(from).digest()),
  ];
}

/** One connection of this process with itself: both ends' work is in it. */
async function tlsFigure(): Promise<Figure> {
  const day = 86_400_000;
  const [from, until] = [new Date(Date.now() - day), new Date(Date.now() + day)];
  const { certificate: cert, key } = makeSelfSigned({ names: ["localhost"], from, until, serial: Buffer.alloc(8, 1) });
  const read = { bytes: 0 };
  const server = createServer({ cert, key }, (socket) => socket.on("data", ({ length }) => (read.bytes += length)));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  await new Promise((done) => socket.once("secureConnect", done));
  const piece = Buffer.alloc(65_536, 5);
  const samples: number[] = [];
  for (let round = 0; round < 5; round++) {
    const begin = read.bytes;
    const startedAt = process.cpuUsage();
    for (let sent = 0; sent < tlsBytes; sent += piece.length) {
      if (!socket.write(piece)) await new Promise((done) => socket.once("drain", done));
    }
    while (read.bytes < begin + tlsBytes) await new Promise((done) => setImmediate(done));
    samples.push((read.bytes - begin) / 1e3 / usedSince(startedAt));
  }
  socket.destroy();
  server.close();
  return { name: "limit: TLS, written and read", unit: "MB/s", better: "more", samples };
}

function compiledFigures(say: BenchContext["say"]): readonly Figure[] {
  const compiler = ["/usr/bin/gcc", "/usr/bin/cc"].find((path) => existsSync(path));
  if (compiler === undefined) return (say("there is no C compiler: its loops are left out"), []);
  const folder = mkdtempSync("/tmp/bench-physical-");
  try {
    const [source, program] = [join(folder, "loops.c"), join(folder, "loops")];
    writeFileSync(source, loopsInC);
    execFileSync(compiler, ["-O3", "-msse4.1", "-o", program, source]);
    const lines = execFileSync(program, { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => {
      const [name = "", ...samples] = line.split(" ");
      return { name: `limit: ${name} in C`, unit: "MB/s", better: "more", samples: samples.map(Number) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function kernelFigures(): readonly Figure[] {
  const compiled = loadKernels();
  if (compiled === undefined) throw new Error("the kernels were not built");
  const instance = startKernels(compiled, { frameBytes: frameBytesOf(size) });
  const { known, screen, ground, compareTiles, takeTiles, sameBytes, copy } = frameKernels(instance, size);
  const tiles = tilesOf(size.width, size.height);
  const [first, second] = [picture("photo", size, 1), picture("photo", size, 2)];
  const whole = { x: 0, y: 0, ...size };
  const rows = tiles.filter(({ x }) => x === 0).map((tile) => ({ ...tile, width: size.width }));
  const compared = (): void => rows.forEach((row) => void compareTiles(known, screen, row));
  const taken = (from: Pixels): void => rows.forEach((row) => void takeTiles(known, from, row));
  for (const each of [known, screen]) each.data.set(first.data, each.offset);
  ground.data.set(second.data, ground.offset);
  let takes = 0;
  const figures = [
    rate("ours: copy a part", () => copy(known, whole, screen, whole)),
    rate("ours: compare rows that are equal", () => void sameBytes(known.offset, screen.offset, frameBytes)),
    rate("ours: compare tiles that are equal", compared),
    rate("ours: take over tiles that are equal", () => taken(screen)),
    rate("ours: take over tiles that differ", () => taken(takes++ % 2 === 0 ? ground : screen)),
  ];
  known.data.set(first.data, known.offset);
  screen.data.set(second.data, screen.offset);
  figures.push(rate("ours: compare tiles that differ", compared));
  figures.push(
    rate("ours: compare tiles that differ, reference", () => {
      for (const tile of tiles) referenceCompareTile(known, screen, tile);
    }),
  );
  const encodeTile = kernelTileEncoder(instance);
  const coding = { entropy: "rlgr1", quantization: quantizationPresets.normal } as const;
  for (const kind of ["text", "photo"] as const) {
    const inPlace = framePixels(instance, size);
    inPlace.data.set(picture(kind, size).data, inPlace.offset);
    figures.push(
      rate(`ours: RemoteFX, ${kind}`, () => tiles.forEach(({ x, y }) => void encodeTile(inPlace, x, y, coding))),
    );
  }
  return figures;
}

/** `once` works on one whole picture. */
function rate(name: string, once: () => void): Figure {
  const samples = sampled(5, () => {
    const startedAt = process.cpuUsage();
    let rounds = 0;
    do {
      once();
      rounds++;
    } while (usedSince(startedAt) < sampleMilliseconds);
    return (rounds * frameBytes) / 1e3 / usedSince(startedAt);
  });
  return { name, unit: "MB/s", better: "more", samples };
}

/** Processor time in milliseconds. */
function usedSince(startedAt: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1000;
}

function tilesOf(width: number, height: number) {
  const columns = Array.from({ length: Math.floor(width / 64) }, (_, column) => column * 64);
  const rows = Array.from({ length: Math.floor(height / 64) }, (_, row) => row * 64);
  return rows.flatMap((y) => columns.map((x) => ({ x, y, width: 64, height: 64 })));
}

/** Each line: a name, and five rates in MB of pixels a second of processor time. */
const loopsInC = `
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
enum { PIXELS = 1920 * 1080 };
static volatile uint32_t kept;
static double used(void) { return (double)clock() / CLOCKS_PER_SEC; }
static void copy(uint32_t *a, uint32_t *b, uint8_t *y) { (void)y; memcpy(a, b, PIXELS * 4); }
static void compare(uint32_t *a, uint32_t *b, uint8_t *y) {
  (void)y;
  uint32_t all = 0;
  for (int at = 0; at < PIXELS; at++) all |= (a[at] ^ b[at]) & 0xffffff;
  kept = all;
}
static void convert(uint32_t *a, uint32_t *b, uint8_t *y) {
  (void)b;
  for (int at = 0; at < PIXELS; at++) {
    uint32_t red = a[at] >> 16 & 255, green = a[at] >> 8 & 255, blue = a[at] & 255;
    y[at] = (77 * red + 150 * green + 29 * blue) >> 8;
  }
}
int main(void) {
  uint32_t *a = malloc(PIXELS * 4), *b = malloc(PIXELS * 4);
  uint8_t *y = malloc(PIXELS);
  for (int at = 0; at < PIXELS; at++) a[at] = b[at] = at * 2654435761u;
  struct { const char *name; void (*run)(uint32_t *, uint32_t *, uint8_t *); } loops[] = {
    { "copy", copy }, { "compare", compare }, { "convert-to-luma", convert } };
  for (int loop = 0; loop < 3; loop++) {
    printf("%s", loops[loop].name);
    for (int sample = 0; sample < 5; sample++) {
      double start = used();
      int rounds = 0;
      do { loops[loop].run(a, b, y); rounds++; } while (used() - start < 0.1);
      printf(" %.1f", rounds * (PIXELS * 4 / 1e6) / (used() - start));
    }
    printf("\\n");
  }
  return 0;
}
`;
const size = { width: 1920, height: 1080 };
const frameBytes = size.width * size.height * 4;
const tlsBytes = 32 << 20;
const sampleMilliseconds = 100;
