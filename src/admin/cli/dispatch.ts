import type { Command, Outcome, Surroundings } from "./command.ts";
import { readCommandLine, takeSharedSwitches, tokens, type SharedSwitches, type Token } from "./commandLine.ts";
import { commandTable, type CommandEntry } from "./commandTable.ts";
import { nearestCommand } from "./nearestCommand.ts";

/** Runs the command that the arguments name, or says which one they may have meant. */
export async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<Outcome> {
  const shared = takeSharedSwitches(tokens(args));
  if ("problem" in shared) return { exit: 2, error: `${shared.problem}\n` };
  const asked = askedForHelp(shared);
  if (asked.version) return { exit: 0, out: `holdfast ${surroundings.version}\n` };
  const words = asked.rest.flatMap((each) => (each.is === "word" ? [each.word] : []));
  if (words.length === 0) return showMap(asked);
  const entry = commandTable.find((each) => wordsBeyond(each, words) !== undefined);
  if (entry === undefined) return unknownCommand(words, asked);
  const command = await entry.load();
  if (asked.help) return { exit: 0, out: (await import("./help.ts")).commandHelp(command) };
  const beyond = withoutFirstWords(asked.rest, words.length - (wordsBeyond(entry, words) ?? 0));
  return runCommand(command, beyond, asked, surroundings);
}

/** `holdfast help query session` is `holdfast query session /?`. */
function askedForHelp(shared: SharedSwitches): SharedSwitches {
  const [first, ...rest] = shared.rest;
  return first?.is === "word" && first.word.toLowerCase() === "help" ? { ...shared, rest, help: true } : shared;
}

async function showMap({ rest }: SharedSwitches): Promise<Outcome> {
  const [stray] = rest;
  if (stray?.is === "switch") {
    return { exit: 2, error: `There is no switch ${stray.given} here. All commands: holdfast --help\n` };
  }
  return { exit: 0, out: (await import("./help.ts")).mapOf(await loadAll(commandTable)) };
}

async function unknownCommand(words: readonly string[], asked: SharedSwitches): Promise<Outcome> {
  const [first = ""] = words;
  const family = commandTable.filter((each) => each.name.startsWith(`${first.toLowerCase()} `));
  if (words.length === 1 && 0 < family.length) {
    const text = (await import("./help.ts")).familyOf(await loadAll(family));
    return asked.help ? { exit: 0, out: text } : { exit: 2, error: text };
  }
  const nearest = nearestCommand(
    words,
    commandTable.flatMap((each) => (each.alias === undefined ? [each.name] : [each.name, each.alias])),
  );
  const meant = words.slice(0, nearest.split(" ").length).join(" ");
  return {
    exit: 2,
    error: `There is no command “${meant}”. Did you mean: holdfast ${nearest}   (all commands: holdfast --help)\n`,
  };
}

async function runCommand(
  command: Command,
  given: readonly Token[],
  shared: SharedSwitches,
  surroundings: Surroundings,
): Promise<Outcome> {
  const read = readCommandLine(given, command.switches, {
    folders: shared.folders,
    hasJson: command.json !== undefined,
  });
  if (read.is === "wrong") return wrongUsage(command, read.problem);
  const { from, to } = command.operandCount;
  const [surplus] = read.operands.slice(to);
  if (surplus !== undefined) return wrongUsage(command, `“${surplus}” is too much here.`);
  if (read.operands.length < from) return wrongUsage(command, `${command.operands} is missing.`);
  const [server = ""] = read.values("server").slice(-1);
  if (read.has("server") && !isThisHost(server, surroundings)) {
    const where = `run it there: ssh ${server} holdfast ${command.name}`;
    return { exit: 2, error: `Holdfast cannot ask another host yet (/server:${server}); ${where}\n` };
  }
  return command.run(read, surroundings);
}

async function wrongUsage(command: Command, problem: string): Promise<Outcome> {
  const { usageOf } = await import("./help.ts");
  return {
    exit: 2,
    error: `${problem}\nUsage: ${usageOf(command)}\nMore: holdfast ${command.name} --help\n`,
  };
}

/** How many words follow the entry's own; undefined when the words do not begin with its name or alias. */
function wordsBeyond(entry: CommandEntry, words: readonly string[]): number | undefined {
  const said = words.map((each) => each.toLowerCase());
  for (const name of [entry.name, entry.alias]) {
    const own = name?.split(" ");
    if (own?.every((word, index) => said[index] === word) === true) return words.length - own.length;
  }
  return undefined;
}

function withoutFirstWords(all: readonly Token[], count: number): readonly Token[] {
  let left = count;
  return all.filter((each) => each.is === "switch" || --left < 0);
}

function isThisHost(server: string, { hostName }: Surroundings): boolean {
  const asked = server.toLowerCase();
  const host = hostName.toLowerCase();
  return ["localhost", ".", "127.0.0.1", "::1", host, host.split(".")[0]].includes(asked);
}

async function loadAll(entries: readonly CommandEntry[]): Promise<readonly Command[]> {
  return Promise.all(entries.map((each) => each.load()));
}
