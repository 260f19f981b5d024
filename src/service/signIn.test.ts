import assert from "node:assert/strict";
import { test } from "node:test";
import { ntHash } from "#base/hash/ntlmV2.ts";
import { connectionId } from "#base/ids.ts";
import { instant, type Instant, type Milliseconds } from "#base/units.ts";
import { silentLog } from "#system/log.ts";
import type { User } from "#system/users.ts";
import type { Authority, SignIn } from "./authority.ts";
import { localName, SignIns } from "./signIn.ts";
import { testTokens } from "../../test/testTokens.ts";

test("a right password gives a token that is good once, and keeps the user's key where the setting lets it", async () => {
  for (const enrollAfterSignIn of [true, false]) {
    const host = signIns({ enrollAfterSignIn });

    const reply = await host.signIn("DOMAIN\\anna", "right");

    assert.ok(reply.is === "signedIn");
    assert.equal(reply.user, "anna");
    assert.deepEqual([host.tokens.take(reply.token)?.name, host.tokens.take(reply.token)], ["anna", undefined]);
    assert.deepEqual(host.enrolled, enrollAfterSignIn ? ["anna right"] : []);
  }
});

test("a wrong password keeps no key, and takes 3 s, then longer each time, whether there is such a user or not", async () => {
  for (const user of ["anna", "nobody"]) {
    const host = signIns();

    const took = [];
    for (let attempt = 0; attempt < 4; attempt++) took.push(await host.secondsOf(() => host.signIn(user, "wrong")));

    assert.deepEqual(took, [3, 4, 5, 7]);
    assert.deepEqual(host.enrolled, []);
  }
});

test("NLA takes as long for a wrong password as for somebody without a key, and tells them apart to the log alone", async () => {
  for (const [user, why] of [
    ["anna", "unknownOrWrong"],
    ["nobody", "notEnrolled"],
  ] as const) {
    const host = signIns();
    const claim = {
      user,
      domain: "",
      serverChallenge: "00".repeat(8),
      ntProof: "11".repeat(16),
      temp: "22".repeat(40),
    };
    let reply: object | undefined;

    const took = await host.secondsOf(async () => (reply = await host.all.verifyNtlm(claim, "192.0.2.7")));

    assert.deepEqual([took, reply], [3, { is: "refused", why }]);
  }
});

test("NLA is offered to whose key is kept, and not for two minutes after it failed", async () => {
  const host = signIns();
  const claim = { domain: "", serverChallenge: "00".repeat(8), ntProof: "11".repeat(16), temp: "22".repeat(40) };

  assert.deepEqual([host.all.offersNla("anna"), host.all.offersNla("nobody")], [true, false]);
  await host.secondsOf(() => host.all.verifyNtlm({ ...claim, user: "anna" }, "192.0.2.7"));
  assert.equal(host.all.offersNla("anna"), false);
  host.pass(121_000);
  assert.equal(host.all.offersNla("anna"), true);
});

test("a question of PAM goes on with its own conversation, and its end is that of the sign-in", async () => {
  const host = signIns();

  const question = await host.signIn("anna", "further");
  const reply = await host.all.answer("conversation 7", "123456");

  assert.deepEqual([question.is, reply.is === "signedIn" && reply.user], ["prompt", "anna"]);
});

test("a question that nobody will answer is given up, and nothing of its sign-in is kept", async () => {
  const host = signIns();

  await host.signIn("anna", "further");
  host.all.abandon("conversation 7");
  await host.all.answer("conversation 7", "123456");

  assert.deepEqual([host.abandoned, host.enrolled], [["conversation 7"], []]);
});

test("a right password comes in, and everybody is offered the screen, when keys can neither be kept nor read", async () => {
  const host = signIns({ keysFail: true });

  assert.equal(host.all.offersNla("anna"), false);
  assert.equal((await host.signIn("anna", "right")).is, "signedIn");
});

test("a user is called as the host calls him, without the domains that clients add", () => {
  assert.deepEqual(["anna", "DOMAIN\\anna", "anna@domain.test", " anna "].map(localName), Array(4).fill("anna"));
});

const anna: User = { name: "anna", uid: 40_001, gid: 40_001, fullName: "", home: "/home/anna", shell: "/bin/sh" };

/**
 * Sign-ins under a clock that goes on by what is waited for; the password is "right", or "further" for one more
 * question.
 */
function signIns({
  enrollAfterSignIn = true,
  keysFail = false,
}: { readonly enrollAfterSignIn?: boolean; readonly keysFail?: boolean } = {}) {
  let now = 0;
  const clock = (): Instant => instant(now);
  const pass = (duration: number): void => void (now += duration);
  const enrolled: string[] = [];
  const abandoned: string[] = [];
  const authority: Authority = {
    confirm: () => assert.fail("not asked"),
    signIn: async ({ user, password }): Promise<SignIn> => {
      // A user's wrong password takes PAM longer than a user whom it does not know.
      if (user === "anna" && password === "wrong") pass(2000);
      if (user === "anna" && password === "right") return { is: "signedIn", account: anna };
      if (user === "anna" && password === "further") {
        return { is: "prompt", conversation: "conversation 7", style: "secret", text: "Code:", notices: [] };
      }
      return { is: "refused", refusal: { code: "HF-SIGN-01", user } };
    },
    answer: async () => ({ is: "signedIn", account: anna }),
    abandon: (conversation) => void abandoned.push(conversation),
    ntHash: (user) => (user === "anna" ? ntHash("right") : undefined),
    isEnrolled: (cookie) => {
      if (keysFail) throw new Error("nt-hashes may be read by others");
      return cookie === "anna";
    },
    enroll: (user, password) => {
      if (keysFail) throw new Error("ENOSPC: no space left on device");
      enrolled.push(`${user} ${password}`);
    },
    forget: () => false,
    close: () => {},
  };
  const tokens = testTokens();
  const pause = async (duration: Milliseconds) => pass(duration);
  const all = new SignIns({ authority, tokens, enrollAfterSignIn, log: silentLog, now: clock, pause });
  const signIn = (user: string, password: string) => {
    const client = { address: "192.0.2.7", name: "DESK-7", build: 22631 };
    return all.signIn({ connection: connectionId(1), user, domain: "", password, client, nla: false });
  };
  const secondsOf = async (act: () => Promise<unknown>): Promise<number> => {
    const begun = now;
    await act();
    return (now - begun) / 1000;
  };
  return { all, tokens, enrolled, abandoned, pass, signIn, secondsOf };
}
