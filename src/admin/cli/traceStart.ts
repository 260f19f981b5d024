import { connectionId } from "#base/ids.ts";
import { withAdmin } from "./adminSocket.ts";
import { command, type Outcome } from "./command.ts";
import { traceFromClient } from "./traceFromClient.ts";
import { connectionOf, megabytes } from "./traceReply.ts";

export const traceStart = command({
  name: "trace start",
  group: "service",
  summary: "Records what happens from now on: messages, waits, logs, processes",
  operands: "[HOST[:PORT]]",
  operandCount: { from: 0, to: 1 },
  switches: {
    scenario: {
      takes: "server|client",
      means: "server: this host's side. client: from a client's computer, by a probe of HOST; see below.",
    },
    connection: { takes: "ID", means: "This connection alone, with its session and the service." },
    pictures: { means: "Pictures whole, and not by their first bytes alone." },
    user: { takes: "NAME", means: "With --scenario client: signs in as NAME, as probe does." },
    out: { takes: "DIR", means: "With --scenario client: where the archive is made; here." },
  },
  details: [
    "Reproduce what goes wrong, then: holdfast trace stop. That makes one archive of the decoded messages with their " +
      "times, logs, events and records, the state of processes, control groups and the host, what the doctor finds, " +
      "what holds for the users in it, the output of X servers and desktops, and CPU profiles.",
    "Passwords, cookies, keys and what is typed are not in it: each message declares what is secret, and zeros stand " +
      "there. It stops by itself when it has become too large (TraceMegabytes), has gone on for too long " +
      "(TraceMinutes), or the disk is full; Holdfast goes on in any case.",
    "On a client's computer, --scenario client HOST probes HOST at once and makes the archive of it: each message and " +
      "step of the way in, what HOST offers, and this computer's state. It needs no service and no rights; nothing has " +
      "to be stopped.",
  ],
  examples: [
    { line: "holdfast trace start", does: "everything" },
    { line: "holdfast trace start --scenario client ts1 --user bob", does: "the way from here to ts1, as bob" },
    { line: "holdfast trace start --connection 12 --pictures", does: "one connection, with its pictures" },
  ],
  exits: {
    0: "it is recorded",
    1: "no such connection, a trace is running already, or the service is not running; client: HOST is not reached",
    2: "wrong usage",
    5: "denied: you are no administrator; client: HOST refuses the user",
  },
  json: '{"name":"trace-20261121-103000","bytesMax":268435456,"until":1795260600000}',
  run: async (given, surroundings) => {
    const lastOf = (name: "scenario" | "user" | "out"): string | undefined => given.values(name).at(-1);
    const scenario = lastOf("scenario") ?? "server";
    const [host] = given.operands;
    if (scenario === "client" && host !== undefined) {
      const [user = "", folder = "."] = [lastOf("user"), lastOf("out")];
      const words = { host, user, folder, pictures: given.has("pictures"), json: given.json };
      const traced = await traceFromClient(words, surroundings);
      return "problem" in traced ? wrong(traced.problem) : traced;
    }
    if (scenario === "client") return wrong("--scenario client needs the HOST that is connected to.");
    if (scenario !== "server") return wrong("--scenario takes server or client.");
    if (host !== undefined || given.has("user") || given.has("out")) {
      return wrong("HOST, --user and --out belong to --scenario client.");
    }
    const asked = connectionOf(given.values("connection"));
    if ("problem" in asked) return { exit: 2, error: asked.problem };
    const only = asked.id === undefined ? {} : { connection: connectionId(asked.id) };
    return withAdmin(given, surroundings, async (admin) => {
      const reply = await admin.call("traceStart", { pictures: given.has("pictures"), ...only });
      if (reply.is === "denied") return { exit: 5, error: `Error [5]:${reply.why}\n` };
      if (reply.is === "none")
        return { exit: 1, error: `There is no connection ${asked.id}. See them: holdfast query connection\n` };
      if (reply.is === "failed") return { exit: 1, error: `No trace was begun: ${reply.why}\n` };
      const { name, bytesMax, until } = reply;
      if (given.json) return { exit: 0, out: `${JSON.stringify({ name, bytesMax, until })}\n` };
      const clock = new Date(until).toTimeString().slice(0, 5);
      return {
        exit: 0,
        out:
          `Reproduce the issue now. Then: holdfast trace stop\n` +
          `${name} stops by itself at ${clock}, or with ${megabytes(bytesMax)} MB.\n`,
      };
    });
  },
});

function wrong(problem: string): Outcome {
  return { exit: 2, error: `${problem}\nMore: holdfast trace start --help\n` };
}
