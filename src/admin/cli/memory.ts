import type { MemoryReply, ProcessMemory } from "#contracts/leaks.ts";
import { whyUnusual } from "#policy/leaks/unusual.ts";
import { withAdmin } from "./adminSocket.ts";
import { cut, plain } from "./columns.ts";
import { command } from "./command.ts";

export const memory = command({
  name: "memory",
  group: "look",
  summary: "Says which process, session or module takes the host's memory, and what of it is unusual",
  operands: "[pid]",
  operandCount: { from: 0, to: 1 },
  switches: {
    id: { takes: "N", means: "The processes of session N only." },
    all: { means: "All processes, not only the largest and the unusual." },
  },
  details: [
    "In MB of PSS: what several processes share counts for each of them in part, so that sums are right. A process is " +
      "unusual when it is far from the middle of all processes of the same program, or grows (holdfast leaks); a " +
      "session, when it is far from the middle of the others. With a process id also its modules: files, heap, stacks; " +
      "of one of Holdfast's own the rooms of its JavaScript engine too, against the others of its kind.",
  ],
  examples: [
    { line: "holdfast memory", does: "who takes it?" },
    { line: "holdfast memory /id:2", does: "in session 2" },
    { line: "holdfast memory 4711", does: "what of that process?" },
  ],
  exits: {
    0: "found",
    1: "no such process or session, or the service is not running",
    2: "wrong usage",
    5: "the service does not let you in",
  },
  json:
    '{"totalMB":16000,"leftMB":9000,"processes":[{"pid":4711,"program":"firefox","role":"program","session":2,' +
    '"user":"bob","megabytes":2210.5,"unusual":"9.1 times the middle of 11 others (241.0 MB)"}]}',
  run: async (given, surroundings) => {
    const [asked] = given.operands;
    const [id] = given.values("id").slice(-1);
    const wrong = [asked, id].find((each) => each !== undefined && !/^\d{1,9}$/u.test(each));
    if (wrong !== undefined) {
      return {
        exit: 2,
        error: `“${wrong}” is no number. Processes: holdfast query process; sessions: query session\n`,
      };
    }
    const pid = asked === undefined ? undefined : Number(asked);
    return withAdmin(given, surroundings, async (admin) => {
      const reply = await admin.call("memory", pid === undefined ? {} : { pid });
      const processes = reply.processes.filter(
        (each) => (pid === undefined || each.pid === pid) && (id === undefined || each.session === Number(id)),
      );
      if (processes.length === 0) return { exit: 1, error: `There is no process for ${asked ?? `session ${id}`}\n` };
      if (given.json) return { exit: 0, out: `${JSON.stringify({ ...reply, processes })}\n` };
      const isShown = (each: ProcessMemory, index: number) =>
        given.has("all") || index < largest || each.unusual !== undefined;
      const shown = processes.filter(isShown);
      const rest = processes.length - shown.length;
      return {
        exit: 0,
        out:
          `${reply.leftMB} of ${reply.totalMB} MB are left.\n\n` +
          (pid === undefined && id === undefined ? owners(processes) : "") +
          table(shown) +
          (rest === 0 ? "" : `… and ${rest} smaller ones (--all)\n`) +
          parts(reply) +
          rooms(reply),
      };
    });
  },
});

/** What each session takes, and what is not a session's. */
function owners(processes: readonly ProcessMemory[]): string {
  const groups = Map.groupBy(processes, ({ session, role }) =>
    session === undefined ? (role === "other" ? "the host's own" : "Holdfast") : `session ${session}`,
  );
  const sums = [...groups].map(([owner, all]) => {
    const user = owner.startsWith("session") ? (all.find(({ role }) => role !== "keeper")?.user ?? "") : "";
    return { owner, user, count: all.length, megabytes: all.reduce((sum, each) => sum + each.megabytes, 0) };
  });
  const sessions = sums
    .filter(({ owner }) => owner.startsWith("session"))
    .map(({ owner, megabytes: memory }) => ({
      pid: Number(owner.slice("session ".length)),
      program: "session",
      memory,
    }));
  const lines = sums
    .toSorted((one, other) => other.megabytes - one.megabytes)
    .map(({ owner, user, count, megabytes }) => {
      const own = sessions.find(({ pid }) => owner === `session ${pid}`);
      const unusual = own === undefined ? undefined : whyUnusual(own, sessions);
      const why = unusual === undefined ? "" : `   ! ${unusual}`;
      const who = `${owner.padEnd(16)} ${cut(plain(user), 20).padEnd(21)}`;
      return `${megabytes.toFixed(1).padStart(9)}  ${who}${count} processes${why}\n`;
    });
  return `       MB  OWNER            USER\n${lines.join("")}\n`;
}

function table(processes: readonly ProcessMemory[]): string {
  const lines = processes.map(({ megabytes, pid, program, role, session, user, unusual }) => {
    const what = role === "other" || role === "program" ? plain(program) : `${plain(program)} (${roles[role]})`;
    const numbers = `${megabytes.toFixed(1).padStart(9)}  ${String(pid).padStart(7)}  ${String(session ?? "-").padStart(5)}`;
    return `${numbers}  ${cut(plain(user), 16).padEnd(17)}${what}${unusual === undefined ? "" : `   ! ${unusual}`}\n`;
  });
  return `       MB      PID     ID  USER             PROGRAM\n${lines.join("")}`;
}

function parts({ parts: all }: MemoryReply): string {
  if (all === undefined || all.length === 0) return "";
  const lines = all.map(({ name, megabytes }) => `${megabytes.toFixed(1).padStart(9)}  ${plain(name)}\n`);
  return `\n       MB  MODULE\n${lines.join("")}`;
}

/** What a process of ours knows of its own memory. */
function rooms({ rooms: all = [] }: MemoryReply): string {
  if (all.length === 0) return "";
  const lines = all.map(({ name, megabytes, unusual }) => {
    const why = unusual === undefined ? "" : `   ! ${unusual}`;
    return `${megabytes.toFixed(1).padStart(9)}  ${plain(name)}${why}\n`;
  });
  return `\n       MB  OF THAT, AS IT KNOWS ITSELF\n${lines.join("")}`;
}

const largest = 15;
const roles = { service: "Holdfast", connection: "Holdfast", keeper: "Holdfast", xServer: "X server" } as const;
