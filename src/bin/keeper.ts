import { readFileSync } from "node:fs";
import { microsecondClock, TraceRecorder } from "#base/trace/traceRecorder.ts";
import { keeperStartShape } from "#contracts/keeper.ts";
import { runKeeper } from "#keeper/keeper.ts";
import { systemClock } from "#system/clock.ts";
import { openLog } from "#system/log.ts";
import { setProcessName } from "#system/native/processControl.ts";
import { tracedLog } from "#system/trace/tracedLog.ts";

// One session, from its start to its end. The orders come on standard input; standard output says once that it listens;
// standard error is the log in the session's folder. The terminal or the service that started it may go away at any
// time.
const ringBytes = 256 << 10;
process.on("SIGHUP", () => {});
const start = keeperStartShape.parse(JSON.parse(readFileSync(0, "utf8")));
setProcessName(`keeper ${start.id}`);
const recorder = new TraceRecorder({
  process: { kind: "keeper", id: start.id },
  ringBytes,
  now: microsecondClock(systemClock),
});
const log = tracedLog(openLog({ to: "stderr" }), recorder);
// A mistake of ours in one answer must not cost somebody his session.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    log.error(event, { session: start.id, why: error instanceof Error ? error.stack : String(error) });
  });
}
try {
  await runKeeper(start, { log, recorder, listening: () => void process.stdout.write("listening\n") });
  process.exit(0);
} catch (error) {
  log.error("keeperFailed", { session: start.id, why: error instanceof Error ? error.stack : String(error) });
  process.exit(1);
}
