import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import type { Surroundings } from "#admin/cli/command.ts";
import { dispatch } from "#admin/cli/dispatch.ts";
import { systemClock } from "#system/clock.ts";

// The one program that people call: `holdfast COMMAND`. Only the command that is asked for is loaded: queries are
// quick.
const surroundings: Surroundings = {
  environment: process.env,
  userId: process.getuid?.() ?? 0,
  get userName() {
    return userInfo().username;
  },
  hostName: hostname(),
  get version() {
    return version();
  },
  now: () => systemClock.wallTime(),
  askSecret: async (question) => (await import("#admin/cli/askSecret.ts")).askSecret(question),
  print: (text) => write(process.stdout, text),
  readInput: async () => (await import("#admin/cli/readInput.ts")).readInput(),
  serve: async (options) => (await import("./serve.ts")).serve(options),
  testSignIn: async (order) => (await import("./testSignIn.ts")).testSignIn(order),
  probe: async (order) => (await import("#diagnostics/probe/probe.ts")).probe(order),
  clientTrace: async (order) => (await import("#diagnostics/trace/clientTrace.ts")).clientTrace(order),
  replay: async (order) => (await import("#diagnostics/replay/replay.ts")).replay(order),
  dump: async (order) => (await import("./dump.ts")).dump(order),
  doctor: async (order) => (await import("./doctor.ts")).doctor(order),
};

for (const stream of [process.stdout, process.stderr]) stream.on("error", readerIsGone);
const { exit, out, error } = await dispatch(process.argv.slice(2), surroundings);
await write(process.stdout, out);
await write(process.stderr, error);
process.exit(exit);

function write(stream: NodeJS.WriteStream, text: string | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (text === undefined) resolve();
    else stream.write(text, () => resolve());
  });
}

/** `holdfast query process '*' | head` has read enough. */
function readerIsGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "?";
}
