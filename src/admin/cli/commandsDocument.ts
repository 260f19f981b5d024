import { commandGroups, type Command } from "./command.ts";
import { folderRows, switchRows, usageOf, type Row } from "./help.ts";

/** `docs/operate/commands.md`: every command by its own declaration. */
export function commandsDocument(commands: readonly Command[]): string {
  const sections = Object.entries(commandGroups).flatMap(([group, title]) => [
    `## ${title}\n`,
    ...commands.filter((each) => each.group === group).map(commandSection),
  ]);
  return [introduction, table(["Option", "Meaning"], folderRows), ...sections].join("\n");
}

function commandSection(command: Command): string {
  const exits = Object.entries(command.exits).map(([code, when]): Row => [code, when]);
  return [
    `### ${command.name}\n`,
    `${command.summary}.${command.alias === undefined ? "" : ` Also: \`holdfast ${command.alias}\`.`}\n`,
    `\`\`\`\n${usageOf(command)}\n\`\`\`\n`,
    ...command.details.map((each) => `${each}\n`),
    table(["Switch", "Meaning"], switchRows(command)),
    `Examples:\n\n\`\`\`\n${examples(command)}\`\`\`\n`,
    table(["Exit code", "Meaning"], exits),
    ...(command.json === undefined ? [] : [`\`--json\` prints one line:\n\n\`\`\`json\n${command.json}\n\`\`\`\n`]),
  ].join("\n");
}

function examples(command: Command): string {
  const width = Math.max(...command.examples.map(({ line }) => line.length));
  return command.examples.map(({ line, does }) => `${line.padEnd(width)}   # ${does}\n`).join("");
}

function table(head: Row, rows: readonly Row[]): string {
  return `${tableLine(head)}|---|---|\n${rows.map(([left, right]) => tableLine([`\`${left}\``, right])).join("")}`;
}

function tableLine(cells: Row): string {
  return `| ${cells.map((each) => each.replaceAll("|", "\\|")).join(" | ")} |\n`;
}

const introduction = `# Commands

Written by \`tools/node.sh tools/commandsDocument.ts\` from the commands' own declarations (\`src/admin/cli/\`).

The commands, their columns, their switches and their texts are those of Windows, so that scripts made for Windows go on
working. \`/switch\` and \`--switch\` are alike, in either case of letters; \`/switch:value\`, \`--switch=value\` and
\`--switch value\` too. Unlike Windows, the exit code can be relied on: 0 found or done, 1 nothing found or not done,
2 wrong usage, 5 denied. What goes wrong is said on standard error.

The options that say where the installation is may stand anywhere in a command:
`;
