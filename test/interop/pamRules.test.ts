import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { askFurther, type SignInScreen } from "../../src/desktop/screens/signInScreen.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type ClientOptions } from "./harness/clients.ts";
import { awaitRefusal, awaitScreen, firstQuestion, secondQuestion } from "./harness/drawnScreens.ts";
import { eventually } from "./harness/eventually.ts";
import { closeRefusal, exitCodeOf } from "./harness/exitCodeOf.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { pamService } from "./harness/pamService.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const tls = (options: ClientOptions) => startXfreerdp({ ...options, args: ["/sec:tls", ...(options.args ?? [])] });

test(
  "a host that asks a second question asks it on the screen, and takes the right answer only",
  { skip },
  async () => {
    await using user = await testUser();
    using pam = pamService([
      "auth requisite pam_unix.so",
      "auth optional pam_echo.so Once more",
      // Asks for another secret, and puts it where pam_unix looks for one.
      "auth required pam_stress.so",
      "auth required pam_unix.so use_first_pass",
      "@include common-account",
    ]);
    await using host = await startHoldfast({ settings: `PamService = "${pam.name}"` });
    const question = (screen: SignInScreen) =>
      askFurther(screen, [{ id: "answer", label: "STRESS Password:", secret: true }], {
        title: "One more question",
        explanation: "Once more",
      });
    await using client = await tls({ host, user, password: user.password });
    await awaitScreen(client, question(firstQuestion(user.name)));

    await client.type("wrong");
    await client.key("Return");
    await awaitScreen(client, secondQuestion(user.name));
    assert.equal((await host.sessions()).length, 0);

    await client.type(user.password);
    await client.key("Return");
    await awaitScreen(client, question(firstQuestion(user.name)));
    await client.type(user.password);
    await client.key("Return");
    await host.sessionOf(user, { attached: true });
  },
);

test(
  "a user whom the host's rules refuse is told the rule, and a broken rule is told as broken",
  { skip },
  async () => {
    await using user = await testUser();
    const cases = [
      {
        rules: ["@include common-auth", "account requisite pam_echo.so only at night", "account requisite pam_deny.so"],
        code: "HF-SIGN-05",
        exitCode: 9,
      },
      { rules: ["auth required pam_that_does_not_exist.so"], code: "HF-SIGN-06", exitCode: 7 },
      {
        rules: ["@include common-auth", "@include common-account", "session requisite pam_deny.so"],
        code: "HF-SESS-02",
        exitCode: 7,
      },
    ] as const;
    for (const { rules, code, exitCode } of cases) {
      using pam = pamService(rules);
      await using host = await startHoldfast({ settings: `PamService = "${pam.name}"` });
      await using client = await tls({ host, user, password: user.password });

      const ended = await closeRefusal(client);

      assert.deepEqual([ended, host.log().includes(`code=${code}`)], [exitCode, true], host.log());
      assert.equal((await host.sessions()).length, 0);
    }
  },
);

test("a sign-in that hangs in the host's rules holds up nobody else, and can be left", { skip }, async () => {
  await using stuck = await testUser();
  await using other = await testUser();
  using pam = pamService([
    `auth [success=ignore default=1] pam_succeed_if.so quiet user = ${stuck.name}`,
    "auth optional pam_exec.so quiet /bin/sleep 30",
    "@include common-auth",
    "@include common-account",
  ]);
  await using host = await startHoldfast({ settings: `PamService = "${pam.name}"` });
  await using hanging = await tls({ host, user: stuck, password: stuck.password });
  const waiting: SignInScreen = { ...firstQuestion(stuck.name), busy: "Signing in …" };
  await awaitScreen(hanging, waiting);
  await using client = await tls({ host, user: other, password: other.password });

  await host.sessionOf(other, { attached: true });
  await awaitScreen(hanging, waiting);
  await hanging.key("Escape");

  assert.equal(await exitCodeOf(hanging), 11);
  assert.equal(client.exitCode, undefined);
});

test("a sign-in screen that nobody answers says so after its time, and ends", { skip }, async () => {
  await using host = await startHoldfast({ settings: "LogonSeconds = 10" });
  await using client = await tls({ host, user: { name: "hf-test-nobody" } });
  await awaitScreen(client, firstQuestion("hf-test-nobody"));

  await awaitRefusal(host, client, { code: "HF-SIGN-08", seconds: 10 });
  await client.key("Return");

  assert.equal(await exitCodeOf(client), 4);
  assert.match(client.output, /ERRINFO_LOGON_TIMEOUT/u);
});

test("restricted admin mode, which brings no password, is refused as such", { skip }, async () => {
  await using user = await testUser();
  await using host = await startHoldfast();
  await host.admin.call("enroll", { user: user.name, password: user.password });
  const args = ["/sec:nla", "/restricted-admin"];
  await using client = await startXfreerdp({ host, user, password: user.password, args });

  await exitCodeOf(client);

  assert.match(host.log(), new RegExp(`code=HF-SIGN-09`, "u"));
});

test("while PAM is slow only so many ask it, and who gets no turn is told the number", { skip }, async () => {
  await using user = await testUser();
  const slow = `/bin/sleep 20.${process.pid}`;
  using pam = pamService([`auth optional pam_exec.so quiet ${slow}`, "@include common-auth"]);
  await using host = await startHoldfast({ settings: `PamService = "${pam.name}"\nSignInsAtOnce = 1` });
  await using first = await tls({ host, user, password: user.password });
  await eventually("it is the first one's turn", () => spawnSync("pgrep", ["-f", `^${slow}`]).status === 0);
  await using second = await tls({ host, user, password: user.password });

  assert.equal(await closeRefusal(second), 7);

  assert.match(host.log(), /code=HF-SIGN-11/u);
  assert.equal(first.exitCode, undefined);
});

test("a host whose PAM takes longer than clients wait lets people in by NLA all the same", { skip }, async () => {
  await using user = await testUser();
  using pam = pamService(["auth optional pam_exec.so quiet /bin/sleep 11", "@include common-auth"]);
  await using host = await startHoldfast({ settings: `PamService = "${pam.name}"` });
  await host.admin.call("enroll", { user: user.name, password: user.password });
  await using client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:nla"] });

  await host.sessionOf(user, { attached: true });

  assert.equal(client.exitCode, undefined);
  assert.match(host.log(), / signedIn .*nla=true/u);
});
