import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import type { Log, LogFacts } from "../log.ts";

/** `log`, whose lines are recorded too, those that it leaves out included. */
export function tracedLog(log: Log, recorder: Pick<TraceRecorder, "log">, common: LogFacts = {}): Log {
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (event: string, facts: LogFacts = {}): void => {
      recorder.log(level, event, { ...common, ...facts });
      log[level](event, facts);
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (facts) => tracedLog(log.with(facts), recorder, { ...common, ...facts }),
  };
}
