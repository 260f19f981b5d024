import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RecordedVector } from "./recordedVectors.ts";

/** A declared message and the bytes that prove it. */
export interface SurveyedStruct {
  readonly name: string;
  /** The section it comes from. */
  readonly spec: string;
  readonly vectors: readonly RecordedVector[];
  /** Whose bytes prove a message that has this one inside. */
  readonly provedInside: readonly string[];
}

/** Every struct of the product with its vectors, in the order of the sections. */
export function surveyStructs(): readonly SurveyedStruct[] {
  const output = execFileSync(process.execPath, ["--import", here("hooks.ts"), here("record.ts")], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
    cwd: here("../.."),
  });
  const { structs, vectors }: { structs: [string, string][]; vectors: RecordedVector[] } = JSON.parse(output);
  return structs
    .map(([name, spec]) => ({
      name,
      spec,
      vectors: vectors.filter((vector) => vector.struct === name),
      provedInside: vectors.filter((vector) => vector.inside.includes(name)).map((vector) => vector.origin),
    }))
    .toSorted((a, b) => a.spec.localeCompare(b.spec, "en", { numeric: true }));
}

/** By bytes that are not our own: of the message itself, or of one that has it inside. */
export function isProved(struct: SurveyedStruct): boolean {
  return [...struct.vectors.map(({ origin }) => origin), ...struct.provedInside].some((origin) =>
    /^(?:specification|capture) /u.test(origin),
  );
}

/** The share of messages without such bytes has to stay below this. */
export const owedShareMax = 0.2;

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
