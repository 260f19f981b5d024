/** A process, for comparing it with others of its kind. Memory in MB of PSS. */
export interface MeasuredProcess {
  readonly pid: number;
  readonly program: string;
  readonly memory: number;
}

/**
 * Why a process's memory is unusual: it is far from the middle of all processes of the same program on this host.
 * undefined: it is not, or there are too few to say.
 */
export function whyUnusual(process: MeasuredProcess, all: readonly MeasuredProcess[]): string | undefined {
  const others = all.filter((each) => each.program === process.program && each.pid !== process.pid);
  if (others.length < fewestOthers) return undefined;
  const middle = median(others.map(({ memory }) => memory));
  // As wide as a standard deviation would be, were the others spread normally; at least a tenth of the middle.
  const spread = Math.max(1.4826 * median(others.map(({ memory }) => Math.abs(memory - middle))), middle / 10, 1);
  if (process.memory - middle < Math.max(leastMB, farSpreads * spread)) return undefined;
  const times = (process.memory / Math.max(middle, 0.1)).toFixed(1);
  return `${times} times the middle of ${others.length} others (${middle.toFixed(1)} MB)`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

const fewestOthers = 3;
const farSpreads = 5;
const leastMB = 20;
