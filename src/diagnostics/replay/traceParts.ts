import { lstat, open, readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { limits } from "#base/limits.ts";
import { traceFileStart } from "#base/trace/traceFile.ts";
import { readTar } from "./readTar.ts";

/** The files of a trace, by their paths below its folder: `manifest.json`, `records/connection-12.hftrace`, … */
export type TraceParts = ReadonlyMap<string, Uint8Array>;

export type TracePartsReply =
  | { readonly is: "read"; readonly parts: TraceParts }
  /** A sentence. */
  | { readonly is: "unreadable"; readonly why: string };

/** Reads a trace: its archive, a folder that one was unpacked into, or one file of records out of it. */
export async function readTraceParts(path: string): Promise<TracePartsReply> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await readFolder(path);
    if (limits.traceArchiveBytes < found.size) return tooLarge(path, `${found.size} bytes`);
    const start = await firstBytes(path);
    if (start[0] === 0x1f && start[1] === 0x8b) return readArchive(path, await readFile(path));
    if (startsAsRecords(start))
      return { is: "read", parts: new Map([[join("records", basename(path)), await readFile(path)]]) };
    return {
      is: "unreadable",
      why: `${path} is no trace of Holdfast: neither an archive (.tar.gz) nor records (.hftrace).`,
    };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return { is: "unreadable", why: `${path} cannot be read: ${error.message}` };
  }
}

function readArchive(path: string, packed: Uint8Array): TracePartsReply {
  let tar: Uint8Array;
  try {
    tar = gunzipSync(packed, { maxOutputLength: limits.traceArchiveBytes });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ("code" in error && error.code === "ERR_BUFFER_TOO_LARGE") return tooLarge(path, "more when it is unpacked");
    return { is: "unreadable", why: `${path} is cut or damaged: ${error.message}.` };
  }
  const { files, problem } = readTar(tar);
  if (problem !== undefined) return { is: "unreadable", why: `${path} is cut or damaged: ${problem}.` };
  return ofFiles(path, files);
}

async function readFolder(path: string): Promise<TracePartsReply> {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    // Links lead out of the folder.
    const { size } = await lstat(file);
    if (!entry.isFile()) continue;
    bytes += size;
    if (limits.traceArchiveBytes < bytes) return tooLarge(path, "more");
    files.set(relative(path, file), await readFile(file));
  }
  return ofFiles(path, files);
}

/** An archive has one folder around everything. */
function ofFiles(path: string, files: ReadonlyMap<string, Uint8Array>): TracePartsReply {
  const manifest = [...files.keys()].find((name) => basename(name) === "manifest.json");
  const folder = manifest === undefined ? "" : manifest.slice(0, -"manifest.json".length);
  const parts = new Map<string, Uint8Array>();
  for (const [name, bytes] of files) if (name.startsWith(folder)) parts.set(name.slice(folder.length), bytes);
  if ([...parts.keys()].some((name) => name.endsWith(recordsEnd))) return { is: "read", parts };
  return { is: "unreadable", why: `${path} is no trace of Holdfast: there are no records (.hftrace) in it.` };
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const start = new Uint8Array(traceFileStart.length);
    const { bytesRead } = await file.read(start);
    return start.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Of any version: which it is, its reader says. */
function startsAsRecords(start: Uint8Array): boolean {
  return traceFileStart.subarray(0, nameBytes).every((byte, index) => byte === start[index]);
}

function tooLarge(path: string, got: string): TracePartsReply {
  return {
    is: "unreadable",
    why: `${path} is too large: ${limits.traceArchiveBytes} bytes are read at most, it has ${got}. Unpack it, and give one of its records/*.hftrace.`,
  };
}

/** How files of records end. */
export const recordsEnd = ".hftrace";
const nameBytes = 8;
