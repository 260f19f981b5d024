/** Something that the kernel has noted. */
export interface KernelEvent {
  /** Microseconds since the machine has started, as `process.hrtime` counts. */
  readonly at: number;
  /** TCP has brought bytes to the port; the thread has read some; it begins to hand some over. */
  readonly is: "arrived" | "read" | "write";
  /** Of the thread's process; undefined: bytes have arrived. */
  readonly descriptor?: number;
}

/** Reads `trace` files of tracefs, one of them of a single thread. Throws when one is not whole. */
export function parseKernelTrace(texts: readonly string[]): readonly KernelEvent[] {
  return texts.flatMap(parseOne).toSorted((a, b) => a.at - b.at);
}

function parseOne(text: string): readonly KernelEvent[] {
  const [, kept = "0", written = "0"] = /entries-in-buffer\/entries-written: (\d+)\/(\d+)/u.exec(text) ?? [];
  if (kept !== written) throw new Error(`of ${written} events the kernel has kept ${kept}`);
  const events: KernelEvent[] = [];
  let reading: number | undefined;
  for (const line of text.split("\n")) {
    const [, seconds, what = "", rest = ""] = linePattern.exec(line) ?? [];
    if (seconds === undefined) continue;
    const at = Number(seconds) * 1e6;
    const descriptor = Number(/\bfd: (0x[0-9a-f]+|\d+)/u.exec(rest)?.[1]);
    if (what === "tcp_probe") events.push({ at, is: "arrived" });
    else if (rest.startsWith("(")) {
      if (what === "sys_read") reading = descriptor;
      else events.push({ at, is: "write", descriptor });
    } else if (what === "sys_read" && reading !== undefined) {
      const bytes = Number(/0x[0-9a-f]+/u.exec(rest)?.[0]);
      if (0 < bytes && bytes <= readMax) events.push({ at, is: "read", descriptor: reading });
      reading = undefined;
    }
  }
  return events;
}

/** `  connection 1-28249   [001] ..... 66478.626833: sys_read(fd: 0x16, buf: 0x19, count: 0x10000)` */
const linePattern = /-\d+\s+\[\d+\]\s+\S+\s+(\d+\.\d+): (\w+)(.*)$/u;
/** What is more is an error: negative. */
const readMax = 0x7fff_ffff;
