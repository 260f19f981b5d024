import { existsSync, readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { resolve } from "#policy/setting.ts";
import { hostSettings, type HostSettings } from "#policy/settings.ts";

/**
 * The settings of `holdfast.toml`, or all that is wrong with it, a line each. A file that is not there says nothing.
 */
export function readConfiguration(
  path: string,
):
  | { readonly is: "read"; readonly settings: HostSettings }
  | { readonly is: "wrong"; readonly problems: readonly string[] } {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  let given: Record<string, unknown>;
  try {
    given = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { is: "wrong", problems: [`${path}:${error.line}:${error.column}: ${error.message.split("\n", 1)[0]}`] };
  }
  const resolved = resolve(hostSettings, given);
  if (resolved.is === "resolved") return { is: "read", settings: resolved.settings };
  const problems = resolved.problems.map(({ name, problem }) => `${path}:${lineOf(text, name)}: ${name} ${problem}`);
  return { is: "wrong", problems };
}

function lineOf(text: string, name: string): number {
  const index = text.split("\n").findIndex((line) => line.trimStart().startsWith(name));
  return index + 1;
}
