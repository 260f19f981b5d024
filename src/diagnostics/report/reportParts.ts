import type { TraceParts } from "../replay/traceParts.ts";

/** A part of a trace that is text; malformed UTF-8 becomes U+FFFD. undefined: there is none. */
export function textPart(parts: TraceParts, path: string): string | undefined {
  const bytes = parts.get(path);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
}

/** A part that is JSON; undefined: there is none, or it cannot be read. */
export function jsonPart(parts: TraceParts, path: string): unknown {
  const text = textPart(parts, path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/**
 * The value at the end of a path of names; undefined where it ends before. Older and newer traces have other members.
 */
export function at(value: unknown, ...names: readonly (string | number)[]): unknown {
  let found = value;
  for (const name of names) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** What is text or a number there, as text; "" for anything else. */
export function textAt(value: unknown, ...names: readonly (string | number)[]): string {
  const found = at(value, ...names);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

export function numberAt(value: unknown, ...names: readonly (string | number)[]): number | undefined {
  const found = at(value, ...names);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

export function listAt(value: unknown, ...names: readonly (string | number)[]): readonly unknown[] {
  const found = at(value, ...names);
  return Array.isArray(found) ? found : [];
}

/** "2026-11-21 10:30:05 UTC"; "" for what is no time. Milliseconds since 1970-01-01 UTC. */
export function timeText(milliseconds: number | undefined): string {
  if (milliseconds === undefined || 8.64e15 < Math.abs(milliseconds)) return "";
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** "0.35 ms", "12 ms", "3.40 s", "2 min 5 s". */
export function durationText(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}
