import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EndRecord } from "../../../src/contracts/record.ts";
import type { RefusalCode } from "../../../src/refusals/refusal.ts";
import { eventually } from "./eventually.ts";
import type { TestHost } from "./holdfast.ts";

/** Waits until the host has a record with this code, and gives the newest. */
export async function awaitRecord(
  host: TestHost,
  code: RefusalCode,
  about: { readonly connectionsOnly?: boolean } = {},
): Promise<EndRecord> {
  let found: EndRecord | undefined;
  let codes: readonly (string | undefined)[] = [];
  await eventually(`there is a record of ${code}`, async () => {
    const reply = await host.admin.call("records", { atMost: 20 });
    const records = reply.is === "found" ? reply.records : [];
    codes = records.map(({ words }) => words?.code);
    const fitting = records.filter(({ what }) => about.connectionsOnly !== true || what !== "sessionEnded");
    found = fitting.findLast(({ words }) => words?.code === code);
    return found !== undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; there are ${codes.join(", ")}\n${host.log()}`);
  });
  return found!;
}

/** Runs the program as an administrator does. */
export function holdfast(host: TestHost, ...words: readonly string[]): Promise<{ exit: number | null; out: string }> {
  const child = spawn(process.execPath, [program, ...words, "--run", host.run], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (out += text));
  return new Promise((resolve) => child.once("close", (exit) => resolve({ exit, out })));
}

const program = fileURLToPath(new URL("../../../src/bin/holdfast.ts", import.meta.url));
