import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test(
  "a program that asks not to be disturbed keeps the session from being idle, as long as it runs",
  { skip },
  async () => {
    await using user = await testUser();
    const desktop = `"${process.execPath}" "${filmPlayer}" >"$HOME/reached" & echo $! >"$HOME/film"; exec sleep infinity`;
    await using host = await startHoldfast({ settings: "MaxIdleTime = 6000", desktop });
    await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
    const path = join(user.home, "reached");
    const reached = () => (existsSync(path) ? readFileSync(path, "utf8") : "");
    await eventually("a power manager keeps it", () => reached().includes("power manager"));

    // First by the power manager; the session is its own screen saver when the desktop has brought none.
    await eventually("a screen saver is there", () => reached().includes("screen saver"), { within: 45_000 });
    // Longer than the limit.
    await delay(8000);

    const { attachment, lastInputAt, inhibitedAt } = await host.sessionOf(user);
    assert.ok(attachment !== undefined && client.exitCode === undefined, host.log());
    assert.ok(lastInputAt + 15_000 < (inhibitedAt ?? 0), "it is idle but for the film");
    process.kill(Number(readFileSync(join(user.home, "film"), "utf8")));
    assert.notEqual(await exitCodeOf(client), 0);
    assert.match(client.output, /ERRINFO_IDLE_TIMEOUT/u);
  },
);

const filmPlayer = fileURLToPath(new URL("harness/filmPlayer.ts", import.meta.url));
