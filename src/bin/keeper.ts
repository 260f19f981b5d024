import { readFileSync } from "node:fs";
import { keeperStartShape } from "#contracts/keeper.ts";
import { runKeeper } from "#keeper/keeper.ts";
import { openLog } from "#system/log.ts";
import { setProcessName } from "#system/native/processControl.ts";

// One session, from its start to its end. The orders come on standard input; standard output says once that it listens;
// standard error is the log in the session's folder. The terminal or the service that started it may go away at any
// time.
process.on("SIGHUP", () => {});
const start = keeperStartShape.parse(JSON.parse(readFileSync(0, "utf8")));
setProcessName(`keeper ${start.id}`);
const log = openLog({ to: "stderr" });
// A mistake of ours in one answer must not cost somebody his session.
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    log.error(event, { session: start.id, why: error instanceof Error ? error.stack : String(error) });
  });
}
try {
  await runKeeper(start, { log, listening: () => void process.stdout.write("listening\n") });
  process.exit(0);
} catch (error) {
  log.error("keeperFailed", { session: start.id, why: error instanceof Error ? error.stack : String(error) });
  process.exit(1);
}
