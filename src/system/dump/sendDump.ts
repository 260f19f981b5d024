import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { getHeapSnapshot } from "node:v8";
import { frameHeader, type DumpEnd, type DumpFrame } from "./dumpFrames.ts";

/**
 * Sends this process's report and heap snapshot to the one who listens at `path`; nothing of it touches a disk here.
 * Rejects with the system's error when nobody listens, or does not read any more. While the snapshot is made the
 * process does nothing else: some 20 ms for each MB of heap, more on a busy host. One at a time; a second one is
 * refused.
 */
export async function sendDump(path: string): Promise<void> {
  if (isSending) throw new Error("this process is sending a dump of itself already");
  isSending = true;
  const socket = connect(path);
  const reader = new Reader(socket);
  try {
    await reader.unlessGone(once(socket, "connect"));
    await reader.send("report", Buffer.from(JSON.stringify(ownReport())));
    const end: DumpEnd = { paused: await sendHeap(reader) };
    await reader.send("end", Buffer.from(JSON.stringify(end)));
    socket.end();
  } finally {
    isSending = false;
    setTimeout(() => socket.destroy(), closesWithin).unref();
  }
}

/** Who takes the dump; he may go, or read no more. */
class Reader {
  readonly #socket: Socket;
  readonly #gone: Promise<never>;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#gone = new Promise((_, reject) => {
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("nobody reads the dump")));
    });
    this.#gone.catch(() => {});
    socket.setTimeout(readsWithin, () => socket.destroy(new Error("the one who takes the dump does not read")));
  }

  unlessGone<T>(waited: Promise<T>): Promise<T> {
    return Promise.race([waited, this.#gone]);
  }

  async send(is: DumpFrame["is"], bytes: Buffer): Promise<void> {
    this.#socket.write(frameHeader(is, bytes.length));
    if (!this.#socket.write(bytes)) await this.unlessGone(once(this.#socket, "drain"));
  }
}

/** Milliseconds in which the event loop stood still. */
async function sendHeap(reader: Reader): Promise<number> {
  const begun = performance.now();
  const snapshot = getHeapSnapshot();
  // The first read writes all of it down, without a pause.
  snapshot.read(0);
  const stood = performance.now() - begun;
  for await (const piece of snapshot) {
    for (let at = 0; at < piece.length; at += pieceBytes) {
      await reader.send("heap", piece.subarray(at, at + pieceBytes));
    }
  }
  return Math.round(stood);
}

function ownReport(): object {
  // Names of addresses would be asked for, and a silent DNS server would hold the process up.
  Reflect.set(process.report, "excludeNetwork", true);
  const { environmentVariables: _, ...rest } = Object(process.report.getReport());
  return rest;
}

let isSending = false;
const pieceBytes = 1 << 16;
/** In milliseconds. */
const readsWithin = 60_000;
const closesWithin = 5000;
