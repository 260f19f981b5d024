import { ShapeError, type Shape } from "#base/shape/shape.ts";

/** One setting: its form, what holds when nobody says anything, and what it means in one or two sentences. */
export interface Setting<T> {
  readonly shape: Shape<T>;
  readonly fallback: T;
  /** In what it is counted: "seconds", "pixels"; absent for names and choices. */
  readonly unit?: string;
  readonly means: string;
  /** The listener's setting that, when it is 1, lets the user's account count before the listener. */
  readonly inheritedBy?: string;
  /** Where Windows keeps it; absent: Windows has nothing of the kind, or nothing that means the same. */
  readonly windows?: WindowsValue;
}

/** A value of Windows' registry. */
export interface WindowsValue {
  /** Its name there, where it is another. */
  readonly name?: string;
  readonly keys: readonly WindowsKey[];
  /** What it has instead of the fallback's meaning, in Windows' numbers: read as “no limit”, say. */
  readonly translate?: (value: number) => number | readonly string[] | undefined;
  /** Of the policy that sets it, in TerminalServer.admx; absent: none does. */
  readonly policy?: string;
}

/**
 * `POL`: SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services, of the computer; `POL of users`: the same of users;
 * `RDPTCP`: the listener's; `TSKEY`: the server's; `WINSTATIONS`: of all listeners.
 */
export type WindowsKey = "POL" | "POL of users" | "RDPTCP" | "TSKEY" | "WINSTATIONS";

export function setting<T>(declared: Setting<T>): Setting<T> {
  return declared;
}

type Table = Readonly<Record<string, Setting<any>>>;
export type Settings<T extends Table> = { readonly [K in keyof T]: T[K] extends Setting<infer V> ? V : never };

/** What is wrong with a configuration: each with the setting's name. */
export interface SettingProblem {
  readonly name: string;
  readonly problem: string;
}

/** The settings that a configuration gives, or everything that is wrong with it. */
export function resolve<T extends Table>(
  table: T,
  given: Readonly<Record<string, unknown>>,
):
  | { readonly is: "resolved"; readonly settings: Settings<T> }
  | { readonly is: "wrong"; readonly problems: readonly SettingProblem[] } {
  const problems: SettingProblem[] = [];
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name))
      problems.push({ name, problem: `is no setting${nearest(name, Object.keys(table))}` });
  }
  const settings: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(table)) {
    const value = given[name];
    if (value === undefined) {
      settings[name] = declared.fallback;
      continue;
    }
    const read = readSetting(declared, value);
    if ("problem" in read) problems.push({ name, problem: read.problem });
    else settings[name] = read.value;
  }
  return problems.length === 0 ? { is: "resolved", settings: settings as Settings<T> } : { is: "wrong", problems };
}

/** A value of one setting, typed; or what it must be instead. */
export function readSetting<T>(
  declared: Setting<T>,
  value: unknown,
): { readonly value: T } | { readonly problem: string } {
  try {
    return { value: declared.shape.parse(value) };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const unit = declared.unit === undefined ? "" : ` (${declared.unit})`;
    return { problem: `must be ${error.expected}${unit}` };
  }
}

/** ": did you mean X?" when a known name differs in case only, or in at most two letters. */
export function nearest(name: string, known: readonly string[]): string {
  const close = known.find((each) => distance(each.toLowerCase(), name.toLowerCase()) <= 2);
  return close === undefined ? "" : `; did you mean ${close}?`;
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
