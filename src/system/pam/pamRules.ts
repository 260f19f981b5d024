import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One line of a PAM service, or of what it includes. pam.d(5) */
export interface PamRule {
  /** "/etc/pam.d/common-auth:17". */
  readonly place: string;
  readonly kind: string;
  /** "required", "[success=1 default=ignore]". */
  readonly control: string;
  /** "pam_unix.so", or a path. */
  readonly module: string;
  /** What stands behind the module. */
  readonly words: string;
  /** A dash stands before the line. */
  readonly mayBeMissing: boolean;
}

export interface PamRules {
  /** In the order in which they are asked. */
  readonly rules: readonly PamRule[];
  /** How many files there are. */
  readonly files: number;
  /** Files that are included and not there, as parts of a sentence. */
  readonly missing: readonly string[];
}

/** The lines of a service, those of included files in their places. `root`: where the host's files begin. */
export function readPamRules(service: string, root = "/"): PamRules {
  const seen = new Set<string>();
  const missing: string[] = [];
  const read = (name: string, from: string, only: string | undefined, above: readonly string[]): PamRule[] => {
    const path = join("/etc/pam.d", name);
    if (above.includes(name) || includedMax < above.length) return [];
    if (!existsSync(join(root, path))) {
      if (!seen.has(name)) missing.push(`${path}, which ${from} includes`);
      seen.add(name);
      return [];
    }
    seen.add(name);
    const lines = readFileSync(join(root, path), "utf8").split("\n");
    return lines.flatMap((line, index) => {
      const text = line.replace(/#.*$/u, "").trim();
      const all = /^@include\s+(?<file>\S+)/u.exec(text)?.groups;
      if (all?.["file"] !== undefined) return read(all["file"], name, only, [...above, name]);
      const { dash, kind = "", control = "", module = "", words = "" } = ruleLine.exec(text)?.groups ?? {};
      if (module === "" || (only !== undefined && kind !== only)) return [];
      if (control === "include" || control === "substack") return read(module, name, kind, [...above, name]);
      return [{ place: `${path}:${index + 1}`, kind, control, module, words, mayBeMissing: dash === "-" }];
    });
  };
  const rules = read(service, "the setting PamService", undefined, []);
  return { rules, files: seen.size - missing.length, missing };
}

/** The first rule with this module; of several the one that names this program. */
export function ruleOf({ rules }: Pick<PamRules, "rules">, module: string, program = ""): PamRule | undefined {
  const fitting = rules.filter((rule) => rule.module.endsWith(module));
  const [path = ""] = program.split(" ");
  return fitting.find(({ words }) => path !== "" && words.includes(path)) ?? fitting[0];
}

const ruleLine = /^(?<dash>-?)(?<kind>\w+)\s+(?<control>\[[^\]]*\]|\w+)\s+(?<module>\S+)\s*(?<words>.*)$/u;
const includedMax = 16;
