import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, readSync, truncateSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import type { SessionFacts } from "../../src/contracts/facts.ts";
import {
  FRAMEBUFFER_HEADER_BYTES,
  pixelOffset,
  readFramebufferHeader,
} from "../../src/desktop/x11/framebufferHeader.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type TestClient } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal } from "./harness/exitCodeOf.ts";
import { awaitRecord } from "./harness/explained.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { insideSession } from "./harness/session.ts";
import { awaitTerminal, awaitTyped, keys, press, typingDesktop } from "./harness/typing.ts";
import { testUser, type TestUser } from "./harness/users.ts";

const skip = noRealUsers();

test(
  "whose connection dies of SIGBUS is back in his session by himself, and it is explained; others notice nothing",
  { skip },
  async () => {
    await using anna = await testUser();
    await using ben = await testUser();
    await using host = await startHoldfast({ desktop: typingDesktop });
    await using client = await xfreerdp(host, anna);
    await using other = await xfreerdp(host, ben);
    const [before, beside] = [await attachedAt(host, anna), await attachedAt(host, ben)];
    const since = await awaitTerminal(other, ben);

    process.kill(before.pid, "SIGBUS");
    await press(other, [keys.a, keys.q]);
    await awaitTyped(ben, since, "aq");
    let back = before;
    await eventually("its client is back", async () => {
      back = await attachedAt(host, anna);
      return back.connection !== before.connection;
    });

    assert.equal(back.session.leaderPid, before.session.leaderPid);
    const record = await awaitRecord(host, "HF-SESS-07");
    assert.match(record.words?.explanation ?? "", /SIGBUS: the screen's file has lost pages/u);
    assert.equal((await attachedAt(host, ben)).pid, beside.pid);
    await awaitTerminal(client, anna);
  },
);

test(
  "a screen whose file is cut off is shown as far as it is there, until its X server dies of it; others notice nothing",
  { skip },
  async () => {
    await using anna = await testUser();
    await using ben = await testUser();
    await using host = await startHoldfast({ desktop: typingDesktop });
    await using client = await xfreerdp(host, anna);
    await using other = await xfreerdp(host, ben);
    const [before, beside] = [await attachedAt(host, anna), await attachedAt(host, ben)];
    await awaitTerminal(client, anna);
    const since = await awaitTerminal(other, ben);

    await using inside = await insideSession(before.session);
    cutOff(before.session, { rowsLeft: 300 });
    inside.start("xterm", ["-geometry", "20x5+0+0"]);
    await eventually("it is read another way", () => host.log().includes("the screen's file is read piece by piece"));
    assert.equal((await attachedAt(host, anna)).pid, before.pid);
    inside.start("xterm", ["-geometry", "20x5+0+400"]);
    assert.equal(await closeRefusal(client), 7);
    const record = await awaitRecord(host, "HF-SESS-08", { connectionsOnly: true });
    assert.match(record.words?.explanation ?? "", /The X server has ended/u);
    await press(other, [keys.a, keys.q]);
    await awaitTyped(ben, since, "aq");
    await using again = await xfreerdp(host, anna);
    const after = await attachedAt(host, anna);

    assert.notEqual(after.session.serverPid, before.session.serverPid);
    assert.equal((await attachedAt(host, ben)).pid, beside.pid);
    assert.doesNotMatch(host.log(), /connectionCrashed/u);
    assert.equal(again.exitCode, undefined);
  },
);

function xfreerdp(host: TestHost, user: TestUser): Promise<TestClient> {
  return startXfreerdp({ host, user, password: user.password, args: ["/gfx", "/sec:tls", "+auto-reconnect"] });
}

/** Where his client is, once it is at his session. */
async function attachedAt(host: TestHost, user: TestUser) {
  let found: { readonly connection: number; readonly pid: number; readonly session: SessionFacts } | undefined;
  await eventually("a connection is at the session", async () => {
    const session = await host.sessionOf(user);
    const { connections } = await host.admin.call("sessions", {});
    const own = connections.find((each) => each.id === session.attachment?.connection && each.session === session.id);
    found = own && { connection: own.id, pid: own.pid, session };
    return found !== undefined;
  });
  return found!;
}

/** Leaves the screen's file only so many rows from the top. */
function cutOff({ serverPid }: SessionFacts, { rowsLeft }: { readonly rowsLeft: number }): void {
  const words = readFileSync(`/proc/${serverPid}/cmdline`, "utf8").split("\0");
  const path = join(words[words.indexOf("-fbdir") + 1] ?? "", "Xvfb_screen0");
  const file = openSync(path, "r");
  const head = Buffer.alloc(FRAMEBUFFER_HEADER_BYTES);
  readSync(file, head, 0, head.length, 0);
  closeSync(file);
  const header = readFramebufferHeader(head);
  truncateSync(path, pixelOffset(header) + rowsLeft * header.bytesPerLine);
}
