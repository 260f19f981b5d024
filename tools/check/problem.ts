/** Something that a check found: where, what, and what to do instead. */
export interface Problem {
  /** From the project's root. */
  readonly path: string;
  readonly line?: number;
  readonly what: string;
  readonly instead?: string;
  /** Told, and no failure. */
  readonly warning?: true;
}

/** A check answers with what it found, and with a few words on what it looked at. */
export interface Findings {
  readonly problems: readonly Problem[];
  /** "428 files". */
  readonly looked: string;
}

export interface CheckOptions {
  /** Whether to write generated parts anew instead of complaining that they are old. */
  readonly write: boolean;
}

export interface Check {
  readonly name: string;
  run(options: CheckOptions): Findings | Promise<Findings>;
}

/** "src/a.ts:7 warning: what → instead". */
export function inWords(problem: Problem): string {
  const place = problem.line === undefined ? problem.path : `${problem.path}:${problem.line}`;
  const instead = problem.instead === undefined ? "" : ` → ${problem.instead}`;
  return `${place} ${problem.warning === true ? "warning: " : ""}${problem.what}${instead}`;
}
