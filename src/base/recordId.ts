/**
 * The short name of a record, as a user reads it from a screen to a help desk: "K7QX-2M". Six letters of Crockford's
 * base 32, which has no I, L, O and U. Two records may bear the same name by chance: once in a thousand million.
 */
export function recordId(random: Uint8Array): string {
  let letters = "";
  for (let index = 0; index < letterCount; index++) letters += alphabet[(random[index] ?? 0) & 31] ?? "0";
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** How many random bytes `recordId` takes. */
export const recordIdBytes = 6;

/** What somebody has read or typed, as records are named; undefined: it cannot be such a name. */
export function parseRecordId(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[\s-]/gu, "").replaceAll("O", "0").replace(/[IL]/gu, "1");
  if (letters.length !== letterCount || [...letters].some((letter) => !alphabet.includes(letter))) return undefined;
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** The names that differ least from what was typed, the nearest first; of equal ones those that come first. */
export function nearestRecordIds(typed: string, ids: readonly string[], count: number): readonly string[] {
  const wanted = typed.toUpperCase().replace(/[^0-9A-Z]/gu, "");
  const ranked = [...new Set(ids)].map((id) => ({ id, distance: differences(wanted, id.replace("-", "")) }));
  return ranked
    .toSorted((one, other) => one.distance - other.distance)
    .slice(0, count)
    .map(({ id }) => id);
}

/** Places at which they differ; two neighbours in exchanged order are one. */
function differences(typed: string, id: string): number {
  let count = Math.abs(typed.length - id.length);
  const length = Math.min(typed.length, id.length);
  for (let at = 0; at < length; at++) {
    if (typed[at] === id[at]) continue;
    count++;
    if (typed[at] === id[at + 1] && typed[at + 1] === id[at]) at++;
  }
  return count;
}

const letterCount = 6;
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
