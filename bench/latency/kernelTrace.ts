import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { thrownWords } from "../../tools/thrownWords.ts";
import { parseKernelTrace, type KernelEvent } from "./kernelEvents.ts";

/** Records the reading and writing of one thread, and what TCP brings to a port, by the kernel's own tracing. */
export interface KernelTrace extends Disposable {
  /** What has happened since it began, in its order. Throws when more happened than it can hold. */
  events(): readonly KernelEvent[];
}

/** Why the kernel cannot be asked here; undefined: it can. */
export function noKernelTrace(): string | undefined {
  if (process.getuid?.() !== 0) return "asking the kernel for its trace needs root";
  try {
    using tracing = openTracing();
    const missing = [...calls.map((call) => `syscalls/${call}`), arrivals].filter(
      (event) => !existsSync(join(tracing.path, "events", event)),
    );
    return missing.length === 0 ? undefined : `this kernel cannot tell of ${missing.join(", ")}`;
  } catch (error) {
    return `this kernel has no tracefs: ${thrownWords(error)}`;
  }
}

/**
 * Begins. An event costs the thread about a microsecond, since the kernel writes it down itself: a debugger that stops
 * it at each call would take longer than what is measured. `thread`: by its id; `port`: a TCP port of this machine.
 */
export function startKernelTrace({ thread, port }: { readonly thread: number; readonly port: number }): KernelTrace {
  using opened = new DisposableStack();
  const tracing = opened.use(openTracing());
  // What comes over the loopback arrives in the name of whoever has sent it: each has a buffer of its own.
  const ofThread = opened.use(openBuffer(tracing.path, "calls"));
  ofThread.set("set_event_pid", String(thread));
  const ofPort = opened.use(openBuffer(tracing.path, "arrivals"));
  ofPort.set(`events/${arrivals}/filter`, `sport == ${port} && data_len > 0`);
  for (const call of calls) ofThread.set(`events/syscalls/${call}/enable`, "1");
  ofPort.set(`events/${arrivals}/enable`, "1");
  const resources = opened.move();
  return {
    events: () => parseKernelTrace([ofThread.text(), ofPort.text()]),
    [Symbol.dispose]: () => resources.dispose(),
  };
}

interface Tracing extends Disposable {
  readonly path: string;
}

/** Where the host has not mounted it, it is mounted in a folder of ours for as long. */
function openTracing(): Tracing {
  const usual = "/sys/kernel/tracing";
  if (existsSync(join(usual, "instances"))) return { path: usual, [Symbol.dispose]: () => {} };
  const path = mkdtempSync("/tmp/bench-tracing-");
  try {
    execFileSync("mount", ["-t", "tracefs", "holdfast-bench", path], { stdio: "pipe" });
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return {
    path,
    [Symbol.dispose]: () => {
      execFileSync("umount", [path]);
      rmdirSync(path);
    },
  };
}

interface TraceBuffer extends Disposable {
  set(file: string, value: string): void;
  text(): string;
}

function openBuffer(tracing: string, name: string): TraceBuffer {
  const path = join(tracing, "instances", `holdfast-bench-${process.pid}-${name}`);
  mkdirSync(path);
  const set: TraceBuffer["set"] = (file, value) => writeFileSync(join(path, file), value);
  // As `process.hrtime` counts.
  set("trace_clock", "mono");
  set("buffer_size_kb", String(bufferKilobytes));
  return {
    set,
    text: () => readFileSync(join(path, "trace"), "utf8"),
    [Symbol.dispose]: () => {
      set("events/enable", "0");
      rmdirSync(path);
    },
  };
}

const calls = ["sys_enter_read", "sys_exit_read", "sys_enter_write", "sys_enter_writev", "sys_enter_sendmsg"];
const arrivals = "tcp/tcp_probe";
/** For each processor; a key takes about a kilobyte. */
const bufferKilobytes = 4096;
