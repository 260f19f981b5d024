import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";
import { startXfreerdp, type ClientOptions } from "../interop/harness/clients.ts";
import { closeRefusal } from "../interop/harness/exitCodeOf.ts";
import { startHoldfast } from "../interop/harness/holdfast.ts";
import { testUser } from "../interop/harness/users.ts";
import { noRealUsers } from "../realUser.ts";

const skip = noRealUsers();
const group = "hf-test-admins";

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test(
  "what is short is told a newcomer by its name, and the administrator comes in all the same",
  { skip },
  async () => {
    await using groups = new AsyncDisposableStack();
    execFileSync("groupadd", ["-f", group]);
    groups.defer(() => void execFileSync("groupdel", [group]));
    await using anna = await testUser();
    await using admin = await testUser({ groups: [group] });
    await using host = await startHoldfast({ settings: `Administrators = "${group}"` });
    // The service may open only a few more files than it has open.
    execFileSync("prlimit", [`--pid=${host.servicePid}`, "--nofile=140"]);
    await using client = await tls({ host, user: anna, password: anna.password });

    assert.equal(await closeRefusal(client), outOfMemory);

    assert.match(host.log(), /code=HF-SEAT-04 explanation="\d+ more files can be opened/u);
    await using door = await tls({ host, user: admin, password: admin.password, args: ["/admin"] });
    await host.sessionOf(admin, { attached: true });
    assert.equal(door.exitCode, undefined);
  },
);

for (const [resource, setting, words] of [
  ["memory", "ReservedMemory", "MB of memory are left"],
  ["processes", "ReservedProcesses", "more processes can be started"],
  ["room in the run folder", "ReservedRunSpace", "MB are left in /\\S+, where sessions have their sockets and screens"],
] as const) {
  test(`a host below its reserve of ${resource} takes nobody in, and says so`, { skip }, async () => {
    await using anna = await testUser();
    await using host = await startHoldfast({ settings: `${setting} = 1000000` });
    await using client = await tls({ host, user: anna, password: anna.password });

    assert.equal(await closeRefusal(client), outOfMemory);
    assert.match(host.log(), new RegExp(`code=HF-SEAT-04 explanation="\\d+ ${words}`, "u"));
  });
}

/** What xfreerdp ends with after ERRINFO_OUT_OF_MEMORY. */
const outOfMemory = 6;
