import { spawn } from "node:child_process";
import { chosen, stages } from "../test/stages.ts";
import type { Findings, Problem } from "./problem.ts";

/** oxfmt: every file is formatted. */
export async function checkFormat(): Promise<Findings> {
  const { code, output } = await run("oxfmt", ["--list-different"]);
  const files = output.split("\n").filter((line) => line !== "");
  if (code !== 0 && files.length === 0) return failed("oxfmt", output);
  const problems = files.map((path) => ({ path, what: "is not formatted", instead: `npx oxfmt ${path}` }));
  return { problems, looked: "oxfmt" };
}

/** oxlint: what it says, in our form. */
export async function checkLint(): Promise<Findings> {
  const { code, output } = await run("oxlint", ["--format=unix"]);
  const problems = output.split("\n").flatMap(placed(/^(?<path>[^:]+):(?<line>\d+):\d+: (?<what>.*)$/u));
  return code !== 0 && problems.length === 0 ? failed("oxlint", output) : { problems, looked: "oxlint" };
}

/** tsc -b: types, and what each pure layer may know of the world. */
export async function checkTypes(): Promise<Findings> {
  const { code, output } = await run("tsc", ["-b", "--pretty", "false"]);
  const problems = output.split("\n").flatMap(placed(/^(?<path>[^(\s]+)\((?<line>\d+),\d+\): (?<what>.*)$/u));
  return code !== 0 && problems.length === 0 ? failed("tsc -b", output) : { problems, looked: "tsc -b" };
}

/** The unit tests of the pure layers. */
export async function checkFastTests(): Promise<Findings> {
  const pure = chosen(stages(), pureFolders).stages.flatMap((stage) => stage.files);
  const files = pure.filter((file) => pureFolders.some((folder) => file.startsWith(folder)));
  if (files.length === 0) return { problems: [{ path: "src", what: "no test was found" }], looked: "0 files" };
  const { code, output } = await run("node", ["--test", "--test-concurrency=2", "--test-reporter=tap", ...files]);
  const problems = [...output.matchAll(/^not ok \d+ - (.*)$/gmu)].map(([, name = ""]) => ({ path: "src", what: name }));
  if (code !== 0 && problems.length === 0) return failed("node --test", output);
  return { problems, looked: `${files.length} files, ${/^# pass (\d+)$/mu.exec(output)?.[1] ?? "?"} tests` };
}

const pureFolders = ["base", "refusals", "protocol", "codecs", "policy", "contracts"].map((name) => `src/${name}/`);

function placed(pattern: RegExp): (line: string) => readonly Problem[] {
  return (line) => {
    const { path, line: number, what } = pattern.exec(line)?.groups ?? {};
    return path === undefined || what === undefined ? [] : [{ path, line: Number(number), what }];
  };
}

function failed(program: string, output: string): Findings {
  return { problems: [{ path: ".", what: `${program} failed: ${output.trim().slice(-2000)}` }], looked: program };
}

function run(program: string, words: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const { NODE_TEST_CONTEXT: _outer, ...env } = process.env;
    const child = spawn(`node_modules/.bin/${program}`, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (bytes: Buffer): void => {
      output += bytes.toString("utf8");
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
