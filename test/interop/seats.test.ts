import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { hostname } from "node:os";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { Pixels } from "../../src/base/pixels.ts";
import { wallTime } from "../../src/base/units.ts";
import { seatChooser } from "../../src/connection/seatChooser.ts";
import { noRealUsers } from "../realUser.ts";
import { chooserAbout, offerAbout, type Holder } from "./harness/chooserScreens.ts";
import { startRdesktop, startXfreerdp, type ClientOptions, type TestClient } from "./harness/clients.ts";
import { keepPictures } from "./harness/compare.ts";
import { awaitScreen, differentPixels } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal, exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test("who finds all seats taken sees who has them, and gets the first that comes free", { skip }, async () => {
  await using anna = await testUser();
  await using boris = await testUser();
  await using host = await startHoldfast({ settings: "MaxInstanceCount = 1" });
  await using first = await tls({ host, user: anna, password: anna.password });
  const held = await host.sessionOf(anna, { attached: true });
  await using second = await tls({ host, user: boris, password: boris.password });
  await awaitScreen(second, chooserAbout(anna, { session: held.id }));
  keepPictures("all seats are taken", { xfreerdp: await second.screen() });
  const { seats } = await host.admin.call("status", {});
  assert.deepEqual([seats?.used, seats?.limit], [1, 1]);

  await first.kill9();

  await host.sessionOf(boris, { attached: true });
  await host.sessionOf(anna, { attached: false });
});

test("a holder who is asked says no, then yes, and each is told to the one who asks", { skip }, async () => {
  await using anna = await testUser();
  await using boris = await testUser();
  await using host = await startHoldfast({ settings: "MaxInstanceCount = 1" });
  await using first = await tls({ host, user: anna, password: anna.password });
  const { id } = await host.sessionOf(anna, { attached: true });
  await using second = await tls({ host, user: boris, password: boris.password });
  await awaitScreen(second, chooserAbout(anna, { session: id }));

  const before = await first.screen();
  await second.key("Return");
  await seesQuestion(first, before);
  keepPictures("a holder is asked", { xfreerdp: await first.screen() });
  await first.key("Return");
  await awaitScreen(
    second,
    chooserAbout(anna, { session: id, notice: { text: `“${anna.name}” said no.`, refused: true } }),
  );

  await second.key("Return");
  await seesQuestion(first, before);
  await first.key("Tab");
  await first.key("Return");
  await host.sessionOf(boris, { attached: true });
  await host.sessionOf(anna, { attached: false });
  assert.equal(await closeRefusal(first), 5);
  assert.match(host.log(), /code=HF-LIMIT-03/u);
});

test(
  "a holder who does not answer gives way where the setting says so, and does not where it does not",
  { skip },
  async () => {
    for (const givesWay of [true, false]) {
      await using anna = await testUser();
      await using boris = await testUser();
      await using host = await startHoldfast({
        settings: `MaxInstanceCount = 1\nAskSeconds = 5\nSilenceGivesWay = ${givesWay}`,
      });
      await using first = await tls({ host, user: anna, password: anna.password });
      const { id } = await host.sessionOf(anna, { attached: true });
      await using second = await tls({ host, user: boris, password: boris.password });
      await awaitScreen(second, chooserAbout(anna, { session: id }));

      await second.key("Return");

      if (givesWay) {
        await host.sessionOf(boris, { attached: true });
        await host.sessionOf(anna, { attached: false });
        continue;
      }
      const text = `“${anna.name}” did not answer within 5 s.`;
      await awaitScreen(second, chooserAbout(anna, { session: id, notice: { text, refused: false } }));
      assert.equal(first.exitCode, undefined);
      await second.key("Escape");
      assert.equal(await exitCodeOf(second), 7);
      assert.match(host.log(), /code=HF-SEAT-01/u);
    }
  },
);

test(
  "the administrator's door is open when all seats are taken, and ends a session that stands in the way",
  { skip },
  async () => {
    const group = `hf-test-admins-${process.pid}`;
    execFileSync("groupadd", [group]);
    try {
      await using anna = await testUser();
      await using admin = await testUser({ groups: [group] });
      await using clara = await testUser();
      await using host = await startHoldfast({ settings: `MaxInstanceCount = 1\nAdministrators = "${group}"` });
      await using first = await tls({ host, user: anna, password: anna.password });
      const { id } = await host.sessionOf(anna, { attached: true });
      // The switch alone opens nothing.
      await using third = await tls({ host, user: clara, password: clara.password, args: ["/admin"] });
      await awaitScreen(third, chooserAbout(anna, { session: id }));

      await using door = await tls({ host, user: admin, password: admin.password, args: ["/admin"] });
      const opened = await host.sessionOf(admin, { attached: true });
      assert.equal(opened.administrative, true);
      assert.equal(first.exitCode, undefined);
      await door.kill9();
      await host.admin.call("endSession", { session: opened.id, how: "reset" });

      await third.kill9();
      await using usual = await tls({ host, user: admin, password: admin.password });
      await awaitScreen(usual, chooserAbout(anna, { session: id, may: ["ask", "disconnect", "end"] }));
      for (const key of ["Tab", "Tab", "Tab", "Return"]) await usual.key(key);
      await host.sessionOf(admin, { attached: true });
      assert.deepEqual(
        (await host.sessions()).map(({ user }) => user),
        [admin.name],
      );
    } finally {
      execFileSync("groupdel", [group]);
    }
  },
);

test("the choice can be read and made at 640 × 480 in 256 colours, by keyboard alone", { skip }, async () => {
  await using anna = await testUser();
  await using boris = await testUser();
  await using host = await startHoldfast({ settings: "MaxInstanceCount = 1\nAskSeconds = 5" });
  await using first = await tls({ host, user: anna, password: anna.password });
  const { id } = await host.sessionOf(anna, { attached: true });
  const size = { width: 640, height: 480 };
  await using thin = await startRdesktop({ host, user: boris, password: boris.password, size, args: ["-a", "8"] });
  await awaitScreen(thin, chooserAbout(anna, { session: id }));
  keepPictures("all seats are taken", { rdesktop: await thin.screen() });

  await thin.key("Return");

  await host.sessionOf(boris, { attached: true });
  assert.equal(await closeRefusal(first), 5);
});

test("who may have several sessions chooses one of them, or opens another", { skip }, async () => {
  await using anna = await testUser();
  await using host = await startHoldfast({ settings: "fSingleSessionPerUser = 0" });
  await using first = await tls({ host, user: anna, password: anna.password });
  const one = await host.sessionOf(anna, { attached: true });
  await using second = await tls({ host, user: anna, password: anna.password });
  const choice = (may: Holder["may"]) =>
    seatChooser(
      { ...offerAbout(anna, { session: one.id, may }), why: "severalSessions", another: true },
      { host: hostname(), now: wallTime(0) },
    );
  await awaitScreen(second, choice(["returnTo", "end"]));
  keepPictures("which session", { xfreerdp: await second.screen() });

  for (const key of ["Down", "Return"]) await second.key(key);

  await attachedSessions(host, 2);
  await second.kill9();
  await attachedSessions(host, 1);
  assert.equal(first.exitCode, undefined);
});

/** Over a desktop that was still. */
async function seesQuestion(client: TestClient, before: Pixels): Promise<void> {
  await eventually("the question is seen", async () => boxPixels < differentPixels(before, await client.screen()));
  // Keys are the box's after a moment of silence only, so that nobody answers what he has not seen.
  await delay(silence);
}

async function attachedSessions(host: TestHost, count: number): Promise<void> {
  await eventually(`${count} sessions are attached`, async () => {
    const sessions = await host.sessions();
    return sessions.filter(({ attachment }) => attachment !== undefined).length === count;
  });
}

const boxPixels = 1000;
const silence = 1000;
