import type { OpenWait } from "#contracts/inside.ts";
import type { Dump, DumpedProcess } from "./dumpFile.ts";
import type { ProcessGrowth } from "./dumpGrowth.ts";
import type { KeptDump } from "./dumpStore.ts";

/** A dump for people: what was taken, what each process does and waits for, what is in its memory. */
export function dumpText(dump: Dump, growth: readonly ProcessGrowth[]): string {
  const { about, at, took, held, processes } = dump;
  const pieces = processes.map((each) =>
    processText(
      each,
      growth.find(({ pid }) => pid === each.pid),
    ),
  );
  const holds = held === true ? ", with the refusal on its screen all the time" : "";
  return `Dump of ${plain(about)}, ${timeOf(at)}, in ${(took / 1000).toFixed(1)} s${holds}\n\n${pieces.join("\n")}`;
}

/** What one dump has more than another. */
export function growthText(growth: readonly ProcessGrowth[]): string {
  if (growth.length === 0) return "There are no two heaps of the same kind of process in them.\n";
  return growth.map((each) => `${each.role} ${each.pid}\n${grownLines(each)}`).join("\n");
}

export function dumpListText(dumps: readonly KeptDump[], folder: string): string {
  if (dumps.length === 0) return `There are no dumps in ${folder}. One of the service: holdfast dump\n`;
  const lines = dumps.map(({ name, bytes, hasFiles, dump }) => {
    const heaps = dump.processes.filter(({ heap }) => heap !== undefined).length;
    const cores = dump.processes.filter(({ core }) => core !== undefined).length;
    const kept = hasFiles ? `${heaps} heaps, ${cores} cores` : "what was in it";
    return `${name.padEnd(24)}${inMB(bytes).padStart(10)}  ${kept.padEnd(20)}${plain(dump.about)}\n`;
  });
  return `${"NAME".padEnd(24)}${"SIZE".padStart(10)}  ${"KEPT".padEnd(20)}OF\n${lines.join("")}`;
}

function processText(process: DumpedProcess, growth: ProcessGrowth | undefined): string {
  const { pid, program, connection, session, inside, threads, heap, core, problems } = process;
  const whose = connection === undefined ? (session === undefined ? "" : `, session ${session}`) : ` ${connection}`;
  return [
    `${plain(program)}${whose} (process ${pid})\n`,
    ...problems.map((problem) => `  ! ${plain(problem)}\n`),
    ...waitLines(inside?.waits ?? []),
    ...threadLines(threads),
    ...(inside === undefined ? [] : [`  Memory: ${memoryWords(inside)}\n`, `  Open: ${activeWords(inside)}\n`]),
    ...(heap === undefined ? [] : [heapLines(heap)]),
    ...(growth === undefined ? [] : [grownLines(growth)]),
    ...(core === undefined ? [] : [coreLines(core)]),
  ].join("");
}

function waitLines(waits: readonly OpenWait[]): readonly string[] {
  return waits.slice(0, 10).map(({ what, waited, left }) => {
    const until = left === undefined ? "" : `, at most ${(left / 1000).toFixed(1)} s more`;
    return `  Waits for ${plain(what)}: for ${(waited / 1000).toFixed(1)} s${until}\n`;
  });
}

/** Threads that do the same are one line. */
function threadLines(threads: readonly DumpedProcess["threads"][number][]): readonly string[] {
  const [main] = threads;
  const alike = Map.groupBy(threads, ({ waits, state }) => `${state} ${waits}`);
  return [...alike.values()].slice(0, 8).map((all) => {
    const [{ waits, channel, name }] = all as [(typeof all)[number]];
    const who = all.includes(main!)
      ? all.length === 1
        ? "Main thread"
        : `${all.length} threads`
      : `${all.length}× ${name}`;
    return `  ${plain(who)}: ${plain(waits)}${channel === undefined ? "" : ` [${plain(channel)}]`}\n`;
  });
}

function memoryWords({ resident, heapUsed, external, buffers }: NonNullable<DumpedProcess["inside"]>): string {
  const parts = [`${inMB(heapUsed)} JavaScript`, `${inMB(buffers)} buffers`, `${inMB(external - buffers)} other`];
  return `${inMB(resident)}: ${parts.join(", ")}`;
}

function activeWords({ active }: NonNullable<DumpedProcess["inside"]>): string {
  return active.length === 0 ? "nothing" : active.map(({ what, count }) => `${count} ${what}`).join(", ");
}

function heapLines({ file, bytes, paused, summary }: NonNullable<DumpedProcess["heap"]>): string {
  const head = `  Heap: ${file} (${inMB(bytes)}); it stood still for ${(paused / 1000).toFixed(2)} s\n`;
  if (summary === undefined) return head;
  const types = summary.types
    .filter(({ name }) => name !== "" && !name.startsWith("("))
    .slice(0, 8)
    .map(
      ({ name, count, retained }) =>
        `    ${inMB(retained).padStart(9)}  ${String(count).padStart(8)}  ${plain(name)}\n`,
    );
  const holders = summary.holders
    .slice(0, 5)
    .map(
      ({ name, retained, path }) =>
        `    ${inMB(retained).padStart(9)}  ${plain(name)}\n               ${plain(path)}\n`,
    );
  return (
    `${head}    ${summary.things} things, ${inMB(summary.bytes)}\n` +
    `     RETAINED     COUNT  TYPE\n${types.join("")}     RETAINED  WHERE IT GATHERS, AND WHAT HOLDS IT\n${holders.join("")}`
  );
}

function grownLines({ before, bytes, types }: ProcessGrowth): string {
  const which = before.isOther ? "another of its kind" : "the same process";
  const change = bytes < 0 ? `${inMB(-bytes)} less` : `${inMB(bytes)} more`;
  const lines = types.map(
    ({ name, count, retained }) =>
      `    ${`+${inMB(retained)}`.padStart(9)}  ${String(count).padStart(8)}  ${plain(name)}\n`,
  );
  return `  Since ${before.name} (${which}): ${change}\n${lines.join("")}`;
}

function coreLines({ file, stacks, dump }: NonNullable<DumpedProcess["core"]>): string {
  const threads = dump.threads.slice(0, 4).map(({ name, frames }) => {
    const known = frames.filter((frame) => frame !== "??").slice(0, 6);
    return `    ${plain(name)}: ${known.length === 0 ? "functions without names" : plain(known.join(" ← "))}\n`;
  });
  const more = dump.threads.length <= 4 ? "" : `    … and ${dump.threads.length - 4} more: ${stacks}\n`;
  const maps = dump.mappings
    .slice(0, 5)
    .map(({ name, resident, own }) => `    ${inMB(resident).padStart(9)}  ${inMB(own).padStart(9)}  ${plain(name)}\n`);
  return (
    `  Core: ${file} (${inMB(dump.bytes)}); it stood still for ${(dump.paused / 1000).toFixed(2)} s\n` +
    `${threads.join("")}${more}     RESIDENT        OWN  MAPPING\n${maps.join("")}`
  );
}

function inMB(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** Others' words without what would command a terminal. */
function plain(text: string): string {
  return text.replace(/\p{Cc}|\p{Bidi_Control}/gu, "?");
}
