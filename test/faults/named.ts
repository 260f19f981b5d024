import assert from "node:assert/strict";
import { after } from "node:test";
import type { Finding } from "../../src/diagnostics/doctor/finding.ts";
import { gallery, type Command, type Fault, type FaultName } from "./gallery.ts";

/** What the commands answered: texts, and of the doctor its rows. */
export interface Answers extends Readonly<Partial<Record<Exclude<Command, "doctor">, string>>> {
  readonly doctor?: readonly Finding[];
}

/**
 * Holds the answers against what the gallery says, for the table at the end of the test's run; throws when the planted
 * cause is not named, or another is.
 */
export function assertNamed(name: FaultName, answers: Answers): void {
  const fault: Fault = gallery[name];
  const said = fault.says.map(({ by, that }) => {
    const lines = by === "doctor" ? (answers.doctor ?? []).map(lineOf) : [flat(answers[by] ?? "")];
    return { by, that, isNamed: lines.some((line) => fits(line, that)) };
  });
  const expected = fault.says.filter(({ by }) => by === "doctor").map(({ that }) => that);
  const others = othersThan(expected, answers.doctor ?? []);
  rows.push({ fault, said, others });
  const missing = said.filter(({ isNamed }) => !isNamed).map(({ by, that }) => `${by}: ${that}`);
  const shown = JSON.stringify(answers, undefined, 1).replaceAll("\\n", "\n");
  assert.deepEqual(missing, [], `not named: ${missing.join("\n")}\n${shown}`);
  assert.deepEqual(others, [], `named, and not planted\n${shown}`);
}

/** The doctor's rows that are not ok, and neither these nor what a test's own host has always: false alarms. */
export function othersThan(expected: readonly string[], findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ is }) => is !== "ok")
    .map(lineOf)
    .filter((line) => !expected.some((that) => fits(line, that)))
    .filter((line) => !ofEveryTest.some((usual) => line.includes(usual)));
}

/** Whether a line has these words in this order; `…` stands for anything. */
export function fits(line: string, pattern: string): boolean {
  const parts = pattern.split("…").map((part) => part.trim().replaceAll(/[\\^$.*+?()[\]{}|]/gu, "\\$&"));
  return new RegExp(parts.join("[^]*?"), "u").test(line);
}

interface Row {
  readonly fault: Fault;
  readonly said: readonly { readonly by: Command; readonly that: string; readonly isNamed: boolean }[];
  readonly others: readonly string[];
}
const rows: Row[] = [];

after(() => {
  if (rows.length === 0) return;
  for (const { fault, said, others } of rows) {
    console.log(`\nfault   ${fault.planted}`);
    for (const { by, that, isNamed } of said)
      console.log(`  ${isNamed ? "named" : "NOT  "}  ${by.padEnd(11)}  ${that}`);
    for (const line of others) console.log(`  FALSE  ${line}`);
  }
  const right = rows.flatMap(({ said }) => said).filter(({ isNamed }) => isNamed).length;
  const planted = rows.flatMap(({ said }) => said).length;
  const wrong = rows.flatMap(({ others }) => others).length;
  const [precision, recall] = [right / Math.max(1, right + wrong), right / Math.max(1, planted)];
  console.log(`\n${rows.length} faults: precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}`);
});

function lineOf({ about, evidence }: Finding): string {
  return flat(`${about}: ${evidence}`);
}

function flat(text: string): string {
  return text.replaceAll(/\s+/gu, " ");
}

/**
 * What a test's own host has: it listens on loopback alone; other tests leave locks, and machines have firewalls. Where
 * many tests run at once the doctor says of what he had no time for that he has not looked.
 */
const ofEveryTest = [
  "listener: only programs on this host can connect",
  "takes connections, and has said nothing within",
  "looking took longer than",
  "displays: ",
  "firewall: ",
  "denials: ",
];
