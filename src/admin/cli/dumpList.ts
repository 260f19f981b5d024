import { command, type Command, type Outcome, type Surroundings } from "./command.ts";
import type { CommandLine } from "./commandLine.ts";

const shared = {
  group: "look",
  switches: { out: { takes: "FOLDER", means: "The folder of dumps, where it is another one." } },
} as const;
const shownExits = {
  0: "found",
  1: "there is no such dump",
  2: "wrong usage",
  5: "denied: you are not root",
} as const;

export const dumpList: Command<"out"> = command({
  ...shared,
  name: "dump list",
  summary: "Lists the dumps that are kept, the newest first",
  operands: "",
  operandCount: { from: 0, to: 0 },
  details: ["Of the last five everything is kept, of older ones what was in them: dump show and dump compare go on."],
  examples: [{ line: "holdfast dump list", does: "which are there?" }],
  exits: { 0: "done, also when there is none", 2: "wrong usage", 5: "denied: you are not root" },
  json:
    '{"dumps":[{"name":"2026-11-20T10-30-00","bytes":31000000,"hasFiles":true,"at":1795170600000,' +
    '"about":"the refusal K7QX-2M of anna","record":"K7QX-2M"}]}',
  run: (given, surroundings) => look("list", given, surroundings),
});

export const dumpShow: Command<"out"> = command({
  ...shared,
  name: "dump show",
  summary: "Says what is in a dump",
  operands: "NAME|last",
  operandCount: { from: 1, to: 1 },
  details: [
    "Of each process what its threads wait for, what it says of itself, and its heap: types by what they retain, which " +
      "is what would be free were they gone; places where memory gathers, and the way from the root to them; what has " +
      "grown since an earlier dump. The files open in Chrome's developer tools (Memory, Load) and in gdb.",
  ],
  examples: [{ line: "holdfast dump show last", does: "the newest" }],
  exits: shownExits,
  json:
    '{"name":"2026-11-20T10-30-00","growth":[],"version":"0.1.0","at":1795170600000,"about":"the service","took":900,' +
    '"processes":[{"pid":812,"program":"holdfast service","role":"service","threads":[],"problems":[]}]}',
  run: (given, surroundings) => look("show", given, surroundings),
});

export const dumpCompare: Command<"out"> = command({
  ...shared,
  name: "dump compare",
  summary: "Says what the heaps of one dump have more than those of another",
  operands: "NAME NAME",
  operandCount: { from: 2, to: 2 },
  details: ["In the order of their times, process by process; where one is gone, with another of the same kind."],
  examples: [{ line: "holdfast dump compare 2026-11-20T10-30-00 last", does: "what has it grown by?" }],
  exits: shownExits,
  json:
    '{"growth":[{"pid":812,"role":"service","before":{"name":"2026-11-20T10-30-00","at":1795170600000,"isOther":false},' +
    '"bytes":2000000,"types":[{"name":"Map","count":120,"retained":1900000}]}]}',
  run: (given, surroundings) => look("compare", given, surroundings),
});

function look(
  what: "list" | "show" | "compare",
  given: CommandLine<"out">,
  surroundings: Surroundings,
): Promise<Outcome> {
  return surroundings.dump({
    do: what,
    folders: given.folders,
    json: given.json,
    out: given.values("out").at(-1),
    names: given.operands,
    version: surroundings.version,
    print: surroundings.print,
  });
}
