import { readFileSync, statSync } from "node:fs";
import { limits } from "#base/limits.ts";
import { parseConfiguration } from "#policy/configuration/configuration.ts";
import { hostSettingsOf } from "#policy/configuration/resolution.ts";
import { importedToml } from "#policy/windows/importedToml.ts";
import { importFile } from "#policy/windows/importFile.ts";
import type { Imported, ImportNote } from "#policy/windows/importValues.ts";
import { writeFileAtomically } from "#system/atomicFile.ts";
import { chooseFolders } from "#system/folders.ts";
import { plain } from "./columns.ts";
import { command, type Outcome } from "./command.ts";

export const policyImport = command({
  name: "policy import",
  group: "policy",
  summary: "Turns what Windows has exported into lines of holdfast.toml, and tells what it could not take",
  operands: "FILE…",
  operandCount: { from: 1, to: 64 },
  switches: {
    name: { takes: "NAME", means: "What the policy is to be called. Else: imported." },
    user: { means: "A Registry.pol is of users, though it does not lie in a folder User." },
    write: { means: "Put the lines into the configuration; `holdfast restart` takes it up." },
  },
  details: [
    "FILE is a .reg (regedit, reg export), a Registry.pol (of a group policy's folder Machine or User) or a GptTmpl.inf " +
      "(user rights). Policies of the computer become a computer policy, those of users a user policy for everybody, " +
      "the listener's and the server's own values the lines at the top of the file.",
    "Standard output gets the lines, standard error the report: what was taken, what Windows knows and Holdfast does " +
      "not, what nobody knows, and what looks wrong: hexadecimal numbers that were meant as decimal ones, minutes " +
      "where milliseconds belong. Nothing is guessed.",
  ],
  examples: [
    { line: "holdfast policy import rdp.reg", does: "shows what would be taken" },
    {
      line: "holdfast policy import {GUID}/Machine/Registry.pol GptTmpl.inf /name:rds /write",
      does: "takes a GPO over",
    },
  ],
  exits: { 0: "something was taken", 1: "nothing was taken, or it could not be written", 2: "wrong usage" },
  json: '{"toml":"…","taken":[{"into":"computerPolicy","name":"MaxIdleTime","value":600000,"as":"MaxIdleTime","at":"rdp.reg: line 4"}],"notes":[{"is":"unknown","at":"rdp.reg: line 5","text":"…"}]}',
  run: async (given, { environment, userId }) => {
    const config = chooseFolders(given.folders, environment, userId).config;
    const [policy = "imported"] = given.values("name").slice(-1);
    const hive = given.has("user") ? "user" : undefined;
    const all = given.operands.map((path) => importOf(path, { hive, administrators: administratorsIn(config) }));
    const taken = all.flatMap((each) => each.taken);
    const notes = all.flatMap((each) => each.notes);
    const { top, tables } = importedToml(taken, policy);
    const toml = [top === "" ? "" : `# For the top of the file, before any [table].\n${top}`, tables]
      .filter((each) => each !== "")
      .join("\n");
    const written = given.has("write") && 0 < taken.length ? write(config, top, tables) : undefined;
    const exit = taken.length === 0 || written?.exit === 1 ? 1 : 0;
    if (given.json) return { exit, out: `${JSON.stringify({ toml, taken, notes })}\n`, error: written?.error ?? "" };
    return { exit, out: toml, error: `${report(taken.length, notes)}${written?.error ?? ""}` };
  },
});

function importOf(path: string, options: { hive: "user" | undefined; administrators: string }): Imported {
  try {
    if (limits.policyFileBytes < statSync(path).size)
      throw new Error(`it is longer than ${limits.policyFileBytes} bytes`);
    return importFile(readFileSync(path), { path, ...options });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { taken: [], notes: [{ is: "wrong", at: path, text: `cannot be read: ${error.message}` }] };
  }
}

/** The group that this host's administrators are in, as far as its configuration tells. */
function administratorsIn(config: string): string {
  const parsed = parseConfiguration(textOf(config));
  const none = { listener: new Map(), computerPolicies: [], userPolicies: [], userAccounts: new Map() };
  return hostSettingsOf(parsed.is === "read" ? parsed.configuration : none).Administrators;
}

/** Puts lines in, and changes nothing when the result could not be taken up. */
function write(config: string, top: string, tables: string): Outcome {
  const present = textOf(config);
  const text = [top, present, tables].filter((each) => each !== "").join("\n");
  const parsed = parseConfiguration(text);
  const [problem] = parsed.is === "wrong" ? parsed.problems : [];
  if (problem !== undefined) {
    return {
      exit: 1,
      error: `\n${config} was not changed: it would be broken then (line ${problem.line}: ${problem.text})\n`,
    };
  }
  try {
    writeFileAtomically(config, text, present === "" ? 0o644 : statSync(config).mode & 0o777);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { exit: 1, error: `\n${config} was not changed: ${error.message}\n` };
  }
  return { exit: 0, error: `\n${config} has them now. Next: holdfast policy check, then holdfast restart\n` };
}

/** "" where there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function report(takenCount: number, notes: readonly ImportNote[]): string {
  const parts = (["wrong", "suspicious", "unknown", "notHere"] as const).flatMap((is) => {
    const lines = notes.filter((each) => each.is === is).map(({ at, text }) => `  ${plain(at)}: ${plain(text)}`);
    return lines.length === 0 ? [] : [`${titles[is]}:`, ...lines];
  });
  const first = takenCount === 1 ? "One setting was taken." : `${takenCount} settings were taken.`;
  return [first, ...parts].map((line) => `${line}\n`).join("");
}

const titles = {
  wrong: "Not taken, since it is wrong",
  suspicious: "Taken, and to be looked at",
  unknown: "Not known",
  notHere: "Not taken",
} as const;
