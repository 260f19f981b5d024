import { readFileSync, statSync } from "node:fs";
import { limits } from "#base/limits.ts";
import { checkConfiguration, type ConfigurationFinding } from "#policy/configuration/checkConfiguration.ts";
import { chooseFolders } from "#system/folders.ts";
import { systemUsers } from "#system/users.ts";
import { command } from "./command.ts";

export const policyCheck = command({
  name: "policy check",
  group: "policy",
  summary: "Says what is wrong with a configuration, and what looks wrong, before it is taken up",
  operands: "[FILE]",
  operandCount: { from: 0, to: 1 },
  switches: { strict: { means: "Exit with 1 for warnings, too." } },
  details: [
    "Each finding has its place: file, line and column, as compilers write it. Errors keep a file from being taken up; " +
      "warnings are for what is probably not meant: minutes where milliseconds belong, a policy that nobody is in, an " +
      "account that is not asked, a name that this host does not know. FILE: else the configuration's own. The service " +
      "need not run.",
  ],
  examples: [
    { line: "holdfast policy check", does: "may I restart now?" },
    { line: "holdfast policy check new.toml /strict", does: "before it is put in place" },
  ],
  exits: { 0: "nothing is wrong", 1: "it cannot be taken up, or with /strict: it has warnings", 2: "wrong usage" },
  json: '{"file":"new.toml","findings":[{"level":"error","line":3,"column":7,"text":"…"}]}',
  run: async (given, { environment, userId }) => {
    const [file = chooseFolders(given.folders, environment, userId).config] = given.operands;
    let text: string;
    try {
      if (limits.policyFileBytes < statSync(file).size) return { exit: 1, error: `${file} is too large\n` };
      text = readFileSync(file, "utf8");
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      return { exit: 1, error: `${file} cannot be read: ${error.message}\n` };
    }
    const { findings, names } = checkConfiguration(text);
    const all = [...findings, ...(await unknownNames(names))].toSorted(
      (a, b) => a.line - b.line || a.column - b.column,
    );
    const isBad = all.some(({ level }) => level === "error" || given.has("strict"));
    if (given.json) return { exit: isBad ? 1 : 0, out: `${JSON.stringify({ file, findings: all })}\n` };
    const lines = all.map(({ level, line, column, text: what }) => `${file}:${line}:${column}: ${level}: ${what}\n`);
    return { exit: isBad ? 1 : 0, out: lines.length === 0 ? `${file} is in order.\n` : lines.join("") };
  },
});

/** Users and groups that the host's directory does not know, as far as it answers. */
async function unknownNames(
  names: ReturnType<typeof checkConfiguration>["names"],
): Promise<readonly ConfigurationFinding[]> {
  const findings: ConfigurationFinding[] = [];
  for (const { name, isGroup, at } of names.slice(0, lookedUp)) {
    const found = isGroup ? await systemUsers.groupByName(name) : await systemUsers.byName(name);
    if (found !== undefined) continue;
    findings.push({ level: "warning", ...at, text: `this host knows no ${isGroup ? "group" : "user"} “${name}”` });
  }
  return findings;
}

const lookedUp = 200;
