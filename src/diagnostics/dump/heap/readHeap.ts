import { createReadStream } from "node:fs";
import { HeapReader } from "./heapReader.ts";
import { summarizeHeap, type HeapSummary } from "./heapSummary.ts";

/** What is in a heap snapshot on the disk. Throws HeapUnreadable, or the system's error. */
export async function readHeap(path: string): Promise<HeapSummary> {
  const reader = new HeapReader();
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 18 })) {
    if (Buffer.isBuffer(piece)) reader.receive(piece);
  }
  return summarizeHeap(reader.finish());
}
