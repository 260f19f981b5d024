import { readFileSync } from "node:fs";
import { parseConfiguration, type Configuration } from "#policy/configuration/configuration.ts";
import type { PolicyInForce } from "#policy/configuration/policyInForce.ts";

export type ReadConfiguration =
  | { readonly is: "read"; readonly text: string; readonly configuration: Configuration }
  | { readonly is: "wrong"; readonly problems: readonly string[] };

/**
 * What `holdfast.toml` says, or all that is wrong with it, a line each: path:line:column: what. A file that is not
 * there says nothing.
 */
export function readConfiguration(path: string): ReadConfiguration {
  try {
    return configurationOf(path, readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    return error.code === "ENOENT" ? configurationOf(path, "") : { is: "wrong", problems: [error.message] };
  }
}

/** The same of a text that stands, or stood, there. */
export function configurationOf(path: string, text: string): ReadConfiguration {
  const parsed = parseConfiguration(text);
  if (parsed.is === "read") return { is: "read", text, configuration: parsed.configuration };
  const problems = parsed.problems.map(({ line, column, text: what }) => `${path}:${line}:${column}: ${what}`);
  return { is: "wrong", problems };
}

/** How the file stands to what is in force, at this moment. */
export function fileStanding({ file, text }: PolicyInForce): {
  /** It says something else than what is in force. */
  readonly changed: boolean;
  /** What is wrong with it, a line each. */
  readonly problems: readonly string[];
} {
  const read = readConfiguration(file);
  if (read.is === "wrong") return { changed: true, problems: read.problems.slice(0, problemsShown) };
  return { changed: read.text !== text, problems: [] };
}

const problemsShown = 100;
