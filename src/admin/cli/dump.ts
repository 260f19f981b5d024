import { connectionId, sessionId } from "#base/ids.ts";
import type { CoreChoice, DumpTarget } from "#contracts/orders.ts";
import { command } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";

type Switch = "refused" | "connection" | "session" | "process" | "service" | "hold" | "wait" | "core" | "light" | "out";

export const dump = command({
  name: "dump",
  group: "look",
  summary: "Takes a dump: heaps, stacks and waits of Holdfast's processes, and core dumps of a session's programs",
  operands: "",
  operandCount: { from: 0, to: 0 },
  switches: {
    refused: { takes: "ID|next", means: "Of the refusal that a user reads from his screen; next: of the next one." },
    connection: {
      takes: "ID",
      means: "Of the process that serves this client, the session it is at, and the service.",
    },
    session: {
      takes: "ID",
      means: "Of this session: its keeper, the connection at it, its programs; and the service.",
    },
    process: { takes: "PID", means: "Of one process of Holdfast or of a session." },
    service: { means: "Of the service; so is nothing at all." },
    hold: { means: "Keeps the refusal on its client's screen until the dump is there, for ten minutes at most." },
    wait: { takes: "SECONDS", means: "How long to wait for the next refusal; 600." },
    core: {
      takes: "PID|x|wm|all",
      means: "A core dump too: of a process, the X server, the first program, all programs.",
    },
    light: { means: "Without heap snapshots: nothing stands still." },
    out: { takes: "FOLDER", means: "Puts the dump there instead of among the others." },
  },
  details: [
    "What “complete memory dump while the message is shown” is on Windows, without a restart and while everybody works " +
      "on. One process after the other sends its heap snapshot, for which it stands still: some 20 ms for each MB of " +
      "its heap, mostly less than a second. Then it is told what is in it: the types that hold most, the places where " +
      "memory gathers with what holds them, what has grown since the last dump of such a process; of every thread what " +
      "it waits for; of Holdfast's own waits their deadlines.",
    "Core dumps need gdb, stop the program for some seconds, and are never taken without being asked for. A dump is as " +
      "secret as the host's memory: it is root's alone, in STATE/dumps. The last five are kept, of fifty what was in them.",
  ],
  examples: [
    {
      line: "holdfast dump --refused K7QX-2M --hold",
      does: "of the one who is on the telephone, before his screen goes",
    },
    { line: "holdfast dump --refused next --hold --wait 3600", does: "catches the next one, within an hour" },
    { line: "holdfast dump /session:2 /core:wm", does: "of a desktop that hangs" },
    { line: "holdfast dump /session:2 /light", does: "what is everything in it waiting for?" },
  ],
  exits: {
    0: "it is taken",
    1: "there is nothing to take it of, no room for it, one is being taken, or the service is not running",
    2: "wrong usage",
    5: "denied: you are not root",
  },
  json:
    '{"path":"/var/lib/holdfast/dumps/2026-11-20T10-30-00","growth":[],"version":"0.1.0","at":1795170600000,' +
    '"about":"the refusal K7QX-2M of anna","record":"K7QX-2M","held":true,"took":2100,"processes":[{"pid":812,' +
    '"program":"holdfast service","role":"service","threads":[],"problems":[]}]}',
  run: async (given, surroundings) => {
    const target = targetOf(given);
    const cores = given.values("core").map(coreOf);
    if (typeof target === "string") return { exit: 2, error: `${target}\n` };
    const isRefusal = target.is === "refused" || target.is === "nextRefused" || target.is === "connection";
    if (given.has("hold") && !isRefusal) {
      return { exit: 2, error: "/hold keeps a refusal: it goes with /refused or /connection.\n" };
    }
    const wrong = cores.find((each) => typeof each === "string");
    if (wrong !== undefined) return { exit: 2, error: `${wrong}\n` };
    const { folders, json } = given;
    return surroundings.dump({
      do: "take",
      folders,
      json,
      out: given.values("out").at(-1),
      names: [],
      version: surroundings.version,
      print: surroundings.print,
      order: {
        target,
        hold: given.has("hold"),
        cores: cores.filter((each) => typeof each !== "string"),
        light: given.has("light"),
      },
    });
  },
});

/** Or what is wrong with the words. */
function targetOf(given: CommandLine<Switch>): DumpTarget | string {
  const chosen = (["refused", "connection", "session", "process", "service"] as const).filter((name) =>
    given.has(name),
  );
  if (1 < chosen.length) return `/${chosen.join(" and /")}: one dump is of one of them.`;
  const [name = "service"] = chosen;
  const value = name === "service" ? "" : (given.values(name).at(-1) ?? "");
  const seconds = given.values("wait").at(-1) ?? "600";
  if (!/^\d{1,6}$/u.test(seconds) || seconds === "0") return `/wait:${seconds} is no number of seconds.`;
  if (name === "service") return { is: "service" };
  if (name === "refused") {
    return value.toLowerCase() === "next"
      ? { is: "nextRefused", within: Number(seconds) * 1000 }
      : { is: "refused", id: value };
  }
  const number = Number(value);
  if (!/^\d{1,9}$/u.test(value) || number === 0) return `“${value}” is no number. See: holdfast query ${name}`;
  if (name === "process") return { is: "process", pid: number };
  if (name === "connection") return { is: "connection", connection: connectionId(number) };
  return number < 65_536 ? { is: "session", session: sessionId(number) } : `There is no session ${value}.`;
}

function coreOf(value: string): CoreChoice | string {
  const word = value.toLowerCase();
  if (word === "x" || word === "wm" || word === "all") return { is: word };
  if (/^[1-9]\d{0,8}$/u.test(word)) return { is: "pid", pid: Number(word) };
  return `/core:${value} is neither a process id nor x, wm or all.`;
}
