/** The candidate that the beginning of `words` reaches by the fewest changed, missing, surplus or exchanged letters. */
export function nearestCommand(words: readonly string[], candidates: readonly string[]): string {
  const distanceTo = (candidate: string): number =>
    editDistance(words.slice(0, candidate.split(" ").length).join(" ").toLowerCase(), candidate);
  const [first = "", ...others] = candidates;
  return others.reduce((best, each) => (distanceTo(each) < distanceTo(best) ? each : best), first);
}

/** Damerau and Levenshtein's distance, where no part is changed twice. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isExchanged = 1 < row && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isExchanged ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
