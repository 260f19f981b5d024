import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { milliseconds, seconds } from "#base/units.ts";
import { authenticatorSays } from "#contracts/authenticator.ts";
import { makeRealUser, noRealUsers, run } from "../../../test/realUser.ts";
import { authenticate } from "./authenticate.ts";
import type { SignInOrder } from "./signIn.ts";

const skip = noRealUsers();

/** A PAM service of its own, with these lines; the host's common rules by default. */
function pamService(
  t: TestContext,
  lines: readonly string[] = ["@include common-auth", "@include common-account"],
): string {
  const name = `hf-test-${randomBytes(4).toString("hex")}`;
  writeFileSync(`/etc/pam.d/${name}`, `${lines.join("\n")}\n`);
  t.after(() => rmSync(`/etc/pam.d/${name}`));
  return name;
}

async function attempt(
  order: Pick<SignInOrder, "pamService" | "user" | "password" | "isAuthenticated">,
  options: { readonly answers?: readonly string[]; readonly deadline?: number } = {},
) {
  const prompts: string[] = [];
  const notices: string[] = [];
  const answers = [...(options.answers ?? [])];
  const result = await authenticate(
    { remoteHost: "192.0.2.7", terminal: "rdp", ...order },
    {
      says: authenticatorSays,
      deadline: milliseconds(options.deadline ?? 20_000),
      onPrompt: async ({ text }) => {
        prompts.push(text);
        return answers.shift();
      },
      onNotice: ({ text }) => notices.push(text),
    },
  );
  return { result, prompts, notices };
}

const short = (found: Awaited<ReturnType<typeof attempt>>) =>
  found.result.is === "result" ? `${found.result.result} at ${found.result.step}` : found.result.why;

test("the right password signs in, a wrong one and an unknown user do not", { skip }, async (t) => {
  const { name: user, password } = makeRealUser(t);
  const service = pamService(t);

  const right = await attempt({ pamService: service, user, password });
  const wrong = await attempt({ pamService: service, user, password: "wrong" });
  const unknown = await attempt({ pamService: service, user: "hf-test-nobody", password: "x" });

  assert.deepEqual(
    [short(right), short(wrong), short(unknown)],
    ["signedIn at pam_acct_mgmt", "wrongCredentials at pam_authenticate", "wrongCredentials at pam_authenticate"],
  );
  assert.equal(right.result.is === "result" ? right.result.user : "", user);
});

test("without a password the person is asked", { skip }, async (t) => {
  const { name: user, password } = makeRealUser(t);
  const service = pamService(t);

  const found = await attempt({ pamService: service, user }, { answers: [password] });

  assert.deepEqual([short(found), found.prompts], ["signedIn at pam_acct_mgmt", ["Password: "]]);
});

test("whoever gives up at a prompt ends the conversation", { skip }, async (t) => {
  const { name: user } = makeRealUser(t);

  const found = await attempt({ pamService: pamService(t), user });

  assert.equal(short(found), "cancelled");
});

test("an account that has expired, must change its password, or is locked, has its word", { skip }, async (t) => {
  const expired = makeRealUser(t);
  run("chage", ["-E", "1", expired.name]);
  const mustChange = makeRealUser(t);
  run("chage", ["-d", "0", mustChange.name]);
  const locked = makeRealUser(t);
  run("passwd", ["-l", locked.name]);
  const service = pamService(t);

  const found = [];
  for (const { name: user, password } of [expired, mustChange, locked]) {
    found.push(short(await attempt({ pamService: service, user, password })));
  }

  assert.deepEqual(found, [
    "accountExpired at pam_acct_mgmt",
    "passwordExpired at pam_acct_mgmt",
    "accountLocked at pam_authenticate",
  ]);
});

test("a host that does not permit the user says so, with the module's words", { skip }, async (t) => {
  const { name: user, password } = makeRealUser(t);
  const service = pamService(t, [
    "@include common-auth",
    "account requisite pam_echo.so only at night",
    "account requisite pam_deny.so",
  ]);

  const found = await attempt({ pamService: service, user, password });

  assert.equal(short(found), "notPermitted at pam_acct_mgmt");
  assert.deepEqual(found.notices, ["only at night"]);
  assert.match(found.result.is === "result" ? found.result.detail : "", /only at night/u);
});

test("a broken PAM service is a failure of the module, not of the user", { skip }, async (t) => {
  const service = pamService(t, ["auth required pam_that_does_not_exist.so"]);

  const found = await attempt({ pamService: service, user: "root", password: "x" });

  assert.equal(short(found), "moduleFailed at pam_authenticate");
});

test("a module that hangs is ended at the deadline", { skip }, async (t) => {
  const { name: user, password } = makeRealUser(t);
  const service = pamService(t, ["auth optional pam_exec.so quiet /bin/sleep 1000", "@include common-auth"]);
  const start = performance.now();

  const found = await attempt({ pamService: service, user, password }, { deadline: 1500 });

  assert.equal(short(found), "deadline");
  assert.ok(performance.now() - start < seconds(5));
});

test(
  "somebody who is known is asked for no password, and let in as long as his account is good",
  { skip },
  async (t) => {
    const { name: user } = makeRealUser(t);
    const known = { pamService: pamService(t), user, isAuthenticated: true };

    const good = await attempt(known);
    run("usermod", ["-L", user]);
    const locked = await attempt(known);
    run("usermod", ["-U", user]);
    run("chage", ["-E", "1", user]);
    const expired = await attempt(known);

    assert.deepEqual([good, locked, expired].map(short), [
      "signedIn at pam_acct_mgmt",
      "accountLocked at pam_acct_mgmt",
      "accountExpired at pam_acct_mgmt",
    ]);
    assert.deepEqual(good.prompts, []);
  },
);
