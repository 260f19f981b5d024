import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Finding } from "../../src/diagnostics/doctor/finding.ts";
import type { TestHost } from "../interop/harness/holdfast.ts";

export interface Answer {
  readonly exit: number | null;
  readonly out: string;
}

/**
 * What a command says on the host, as an administrator sees it; where the host has a view of its own of the files, in
 * that view. `input` goes to standard input.
 */
export function ask(host: TestHost, words: readonly string[], input = ""): Promise<Answer> {
  const places = ["--run", host.run, "--state", join(host.folder, "state")];
  const config = ["--config", join(host.folder, "holdfast.toml")];
  const all =
    words[0] === "doctor" || words[0] === "test" ? [...words, ...places, ...config] : [...words, ...places.slice(0, 2)];
  const view = [
    "nsenter",
    `--target=${host.servicePid}`,
    "--mount",
    process.execPath,
    "--disable-warning=ExperimentalWarning",
  ];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(view[0] ?? "", [...view.slice(1), program, ...all], { stdio: ["pipe", "pipe", "pipe"], env });
  child.stdin.on("error", () => {}).end(input);
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (out += text));
  return new Promise((resolve) => child.once("close", (exit) => resolve({ exit, out })));
}

/** The rows of the doctor. */
export async function doctorsFindings(host: TestHost): Promise<readonly Finding[]> {
  const { out } = await ask(host, ["doctor", "--json"]);
  const { findings }: { readonly findings: readonly Finding[] } = JSON.parse(out);
  return findings;
}

const program = fileURLToPath(new URL("../../src/bin/holdfast.ts", import.meta.url));
