import type { ProbeFailure } from "./probeFailure.ts";
import { probeSteps, type ProbeStepName, type Repeated, type StepStatistics } from "./probeReport.ts";

/** One of several connections. */
export interface Attempt {
  readonly times: Readonly<Partial<Record<ProbeStepName, number>>>;
  readonly failure: ProbeFailure | undefined;
}

/** The spread of each step's time over those connections that made it; of the whole over those that did not fail. */
export function repeatedOf(attempts: readonly Attempt[], wordsOf: (failure: ProbeFailure) => string): Repeated {
  const counts = new Map<string, number>();
  for (const { failure } of attempts) {
    if (failure === undefined) continue;
    const says = wordsOf(failure);
    counts.set(says, (counts.get(says) ?? 0) + 1);
  }
  const good = attempts.filter(({ failure }) => failure === undefined);
  const whole = good.map(({ times }) => Object.values(times).reduce((sum, ms) => sum + ms, 0));
  const steps = probeSteps.flatMap((step) => {
    const times = attempts.flatMap(({ times: all, failure }) => (failure?.step === step ? [] : (all[step] ?? [])));
    return statisticsOf(step, times);
  });
  return {
    times: attempts.length,
    failed: attempts.length - good.length,
    failures: [...counts].map(([says, count]) => ({ says, count })),
    steps: [...steps, ...statisticsOf("all", whole)],
  };
}

function statisticsOf(step: StepStatistics["step"], times: readonly number[]): readonly StepStatistics[] {
  if (times.length === 0) return [];
  const sorted = [...times].sort((one, other) => one - other);
  const at = (index: number): number => Math.round((sorted[index] ?? 0) * 100) / 100;
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(middle) : Math.round((at(middle - 1) + at(middle)) * 50) / 100;
  return [{ step, count: sorted.length, min: at(0), median, max: at(sorted.length - 1) }];
}
