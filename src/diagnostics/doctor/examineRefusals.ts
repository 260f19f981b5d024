import type { EndRecord } from "#contracts/record.ts";
import { ok, warning, type Examined, type Finding } from "./finding.ts";

/**
 * What kept people out lately that is a fault of the host, and no rule that somebody has made: a row for each cause.
 */
export function examineRefusals({ refusals }: Examined): readonly Finding[] {
  if (refusals === undefined) return [];
  const faults = refusals.filter(({ words }) => words !== undefined && hostFaults.has(words.code));
  if (faults.length === 0) return [ok("refusals", `nobody was kept out by a fault of this host for ${lately} minutes`)];
  const byCause = Map.groupBy(faults, ({ words }) => `${words?.code} ${words?.cause}`);
  return [...byCause.values()].slice(-rowsMax).map(row);
}

/** How far back is looked, in minutes. */
export const lately = 15;

function row(records: readonly EndRecord[]): Finding {
  const last = records.at(-1);
  const { code = "", cause = "", explanation = "" } = last?.words ?? {};
  const users = new Set(records.map(({ user }) => user)).size;
  const times = records.length === 1 ? "" : `${records.length} times (${users} users), the last `;
  const at = new Date(last?.at ?? 0).toISOString().slice(11, 19);
  return warning(
    "refusals",
    `${times}at ${at} UTC: ${code}: ${explanation.slice(0, 300)} Look at ${cause}`,
    `holdfast explain ${last?.id ?? "last"}; holdfast test signin`,
  );
}

const hostFaults = new Set([
  "HF-SIGN-06",
  "HF-SIGN-11",
  "HF-SESS-01",
  "HF-SESS-02",
  "HF-SESS-07",
  "HF-SESS-08",
  "HF-SEAT-04",
]);
const rowsMax = 5;
