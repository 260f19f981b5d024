import { commandGroups, type Command, type CommandGroup, type SwitchForm } from "./command.ts";

/** The map: every command in one line, grouped. */
export function mapOf(commands: readonly Command[]): string {
  const groups = Object.entries(commandGroups) as [CommandGroup, string][];
  const parts = groups.map(([group, title]) => {
    const members = commands.filter((each) => each.group === group);
    return `${title}:\n${rows(members.map(mapRow))}`;
  });
  return [
    "Holdfast: Remote Desktop Services for Linux. Your session is never lost.\n",
    "Usage: holdfast COMMAND [operands] [/switch | --switch]\n",
    ...parts,
    `Folders, for every command:\n${rows(folderRows)}`,
    "More about one: holdfast COMMAND --help. Sessions keep running when the service stops or restarts.\n",
  ].join("\n");
}

/** The commands that begin with the same word. */
export function familyOf(commands: readonly Command[]): string {
  return `${rows(commands.map(mapRow))}More about one: holdfast COMMAND --help\n`;
}

export function commandHelp(command: Command): string {
  const alias = command.alias === undefined ? "" : `   or: holdfast ${command.alias}\n`;
  const exits = Object.entries(command.exits).map(([code, when]): Row => [code, when]);
  return [
    `${command.summary}.\n`,
    `Usage: ${usageOf(command)}\n${alias}`,
    ...command.details.map((each) => `${wrap(each)}\n`),
    `Switches (/name or --name, in either case):\n${rows(switchRows(command))}`,
    `Folders:\n${rows(folderRows)}`,
    `Examples:\n${rows(command.examples.map((each): Row => [each.line, each.does]))}`,
    `Exit codes:\n${rows(exits)}`,
    ...(command.json === undefined ? [] : [`With --json, in one line:\n  ${command.json}\n`]),
  ].join("\n");
}

/** The usage in one line, as Windows writes it. */
export function usageOf(command: Command): string {
  const switches = Object.entries(command.switches).map(([name, form]) => `[${switchText(name, form)}]`);
  const json = command.json === undefined ? [] : ["[--json]"];
  return ["holdfast", command.name, command.operands, ...switches, ...json].filter((each) => each !== "").join(" ");
}

/** Every switch of a command with its meaning, the shared ones last. */
export function switchRows(command: Command): readonly Row[] {
  return [
    ...Object.entries(command.switches).map(([name, form]): Row => [switchText(name, form), form.means]),
    ...(command.json === undefined ? [] : [["--json", "The same for programs."] as const]),
    ["/?", "This text; also --help."],
  ];
}

export type Row = readonly [string, string];

/** What every command takes to find the installation. */
export const folderRows: readonly Row[] = [
  ["--run FOLDER", "Sockets. Else HOLDFAST_RUN; else /run/holdfast, or the user's runtime folder."],
  ["--state FOLDER", "What is kept. Else HOLDFAST_STATE; else /var/lib/holdfast, or ~/.local/state/holdfast."],
  ["--config FILE", "Settings. Else HOLDFAST_CONFIG; else /etc/holdfast/holdfast.toml, or ~/.config/holdfast/…"],
];

function mapRow(command: Command): Row {
  const alias = command.alias === undefined ? "" : ` (${command.alias})`;
  return [`${command.name}${command.operands === "" ? "" : ` ${command.operands}`}`, `${command.summary}${alias}`];
}

function switchText(name: string, form: SwitchForm): string {
  return form.takes === undefined ? `/${name}` : `/${name}:${form.takes}`;
}

function rows(list: readonly Row[]): string {
  const width = Math.min(columnMax, Math.max(...list.map(([left]) => left.length)));
  return list.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
}

function wrap(paragraph: string): string {
  const lines: string[] = [];
  for (const word of paragraph.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= lineMax) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}

const columnMax = 44;
const lineMax = 88;
