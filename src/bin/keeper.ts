import { readFileSync } from "node:fs";
import { keeperStartShape } from "#contracts/keeper.ts";
import { runKeeper } from "#keeper/keeper.ts";
import { openLog } from "#system/log.ts";
import { setProcessName } from "#system/native/processControl.ts";

// One session, from its start to its end. The orders come on standard input; standard output says once that it listens;
// standard error is the log in the session's folder. The terminal or the service that started it may go away at any time.
process.on("SIGHUP", () => {});
const start = keeperStartShape.parse(JSON.parse(readFileSync(0, "utf8")));
setProcessName(`keeper ${start.id}`);
await runKeeper(start, {
  log: openLog({ to: "stderr" }),
  listening: () => void process.stdout.write("listening\n"),
});
process.exit(0);
