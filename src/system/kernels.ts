import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MemoryMap } from "./native/memoryMap.ts";
import { SystemCallError } from "./native/systemCallError.ts";

/** A compiled module; it may be sent to worker threads. */
export interface CompiledKernels {
  readonly [Symbol.toStringTag]: "WebAssembly.Module";
}

/** The kernels' module at work, in the shape that the codecs layer asks for. */
export interface RunningKernels extends Disposable {
  /** The module's whole memory, which never grows. */
  readonly memory: Uint8Array;
  /** Where the file begins that is seen in the memory; undefined: there is none. */
  readonly fileAt: number | undefined;
  encodeTile(source: number, stride: number, isPaired: number): number;
  compareTiles(
    first: number,
    firstStride: number,
    second: number,
    secondStride: number,
    width: number,
    height: number,
    boxes: number,
  ): number | undefined;
  takeTiles(
    known: number,
    knownStride: number,
    screen: number,
    screenStride: number,
    width: number,
    height: number,
    boxes: number,
  ): number | undefined;
  toYuv420(
    source: number,
    stride: number,
    width: number,
    height: number,
    luma: number,
    blue: number,
    red: number,
  ): number | undefined;
  toChromaView(
    source: number,
    stride: number,
    width: number,
    height: number,
    luma: number,
    blue: number,
    red: number,
    form: number,
  ): number | undefined;
  countColourEdges(source: number, stride: number, width: number, height: number): number;
  sameBytes(first: number, second: number, bytes: number): number;
  copyRows(
    target: number,
    targetStride: number,
    source: number,
    sourceStride: number,
    bytes: number,
    rows: number,
  ): void;
}

/** The folder of the kernels' sources, and the module compiled from them as they are now. */
export function kernelFiles(): { readonly sources: readonly string[]; readonly compiled: string } {
  const sources = globSync("*.ts", { cwd: sourceFolder })
    .toSorted()
    .map((name) => `${sourceFolder}${name}`);
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(source));
  return { sources, compiled: `${projectFolder}.cache/kernels/${hash.digest("hex").slice(0, 16)}.wasm` };
}

/**
 * The compiled kernels, or undefined when they have not been built from the present sources: the references then do the
 * work.
 */
export function loadKernels(): CompiledKernels | undefined {
  const { compiled } = kernelFiles();
  return existsSync(compiled) ? new WebAssembly.Module(readFileSync(compiled)) : undefined;
}

/**
 * Runs the kernels in a memory of their own, with room for `frameBytes` of pictures behind their work space. Behind
 * them a file is seen in place, read only, until the kernels are disposed of; its descriptor may be closed then. A file
 * that cannot be mapped is left out.
 */
export function startKernels(
  module: CompiledKernels,
  { frameBytes = 0, file }: { readonly frameBytes?: number; readonly file?: MappableFile | undefined } = {},
): RunningKernels {
  const ownPages = Math.ceil((workSpaceBytes + frameBytes) / pageBytes);
  const pages = ownPages + Math.ceil((file?.length ?? 0) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { encodeTile, compareTiles, takeTiles, toYuv420, toChromaView, countColourEdges, sameBytes, copyRows } =
    exports;
  if (encodeTile === undefined || compareTiles === undefined || takeTiles === undefined) {
    throw new Error("the kernels lack a function");
  }
  if (sameBytes === undefined || copyRows === undefined) throw new Error("the kernels lack a function");
  if (toYuv420 === undefined || toChromaView === undefined || countColourEdges === undefined)
    throw new Error("the kernels lack a function");
  const bytes = new Uint8Array(memory.buffer);
  const fileAt = ownPages * pageBytes;
  const map = file && mapped(bytes.subarray(fileAt), file);
  return {
    memory: bytes,
    fileAt: map && fileAt,
    encodeTile,
    compareTiles,
    takeTiles,
    sameBytes,
    copyRows,
    toYuv420,
    toChromaView,
    countColourEdges,
    [Symbol.dispose]: () => map?.[Symbol.dispose](),
  };
}

/** A whole file, or the first so many of its bytes. */
interface MappableFile {
  readonly descriptor: number;
  readonly length: number;
}

function mapped(place: Uint8Array, { descriptor, length }: MappableFile): Disposable | undefined {
  try {
    return MemoryMap.over(place, descriptor, length);
  } catch (error) {
    // No room for another mapping: its bytes have to be copied.
    if (error instanceof SystemCallError) return undefined;
    throw error;
  }
}

/** The part of the WebAssembly interface in use: outside a browser, the compiler's libraries declare none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => CompiledKernels;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
  readonly Instance: new (
    module: CompiledKernels,
    imports: { readonly env: { readonly memory: object } },
  ) => { readonly exports: Readonly<Record<string, (...values: number[]) => number>> };
};

const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
const sourceFolder = fileURLToPath(new URL("../codecs/kernels/assembly/", import.meta.url));
const pageBytes = 0x10000;
/** As `kernelMemoryStart` of the codecs layer. */
const workSpaceBytes = 0x20000;
