import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { hmacMd5 } from "#base/hash/hmac.ts";
import { sessionId } from "#base/ids.ts";
import { seconds, wallTime } from "#base/units.ts";
import { silentLog } from "#system/log.ts";
import { ReconnectCookies, type CookieProof } from "./reconnectCookies.ts";

const session = sessionId(2);

test("a cookie is good once, also for a service that was started anew", (t) => {
  const host = keeping(t);
  const random = host.cookies().giveFirst(session, "DESK7");

  assert.equal(host.cookies().take(session, proofOf(random)), "right");
  assert.equal(host.cookies().take(session, proofOf(random)), "replayed");
  assert.equal(host.cookies().lastClient(session), "DESK7");
});

test("a forged cookie is refused and changes nothing", (t) => {
  const host = keeping(t);
  const random = host.cookies().giveFirst(session, "");
  const right = proofOf(random);

  assert.equal(host.cookies().take(session, proofOf("00".repeat(16))), "forged");
  assert.equal(host.cookies().take(session, { ...right, verifier: right.verifier.subarray(1) }), "forged");
  assert.equal(host.cookies().take(session, { ...right, clientRandom: new Uint8Array(32).fill(1) }), "forged");
  assert.equal(host.cookies().take(sessionId(3), right), "none");
  assert.equal(host.cookies().take(session, right), "right");
});

test("the cookie before the newest is good until one of them was used, an older one is not", (t) => {
  for (const [used, verdict] of [
    [0, "forged"],
    [1, "right"],
    [2, "right"],
  ] as const) {
    const host = keeping(t);
    const cookies = host.cookies();
    const given = [cookies.giveFirst(session, ""), cookies.giveNext(session), cookies.giveNext(session)];

    assert.equal(cookies.take(session, proofOf(given[used]!)), verdict);
    if (verdict === "forged") continue;
    for (const random of given.slice(1)) assert.equal(cookies.take(session, proofOf(random)), "replayed");
  }
});

test("whoever comes to the session makes the cookies of those before him worthless", (t) => {
  const cookies = keeping(t).cookies();
  const first = cookies.giveFirst(session, "");
  cookies.giveFirst(session, "");

  assert.equal(cookies.take(session, proofOf(first)), "forged");
});

test("a cookie is not good for ever", (t) => {
  const host = keeping(t);
  const random = host.cookies().giveFirst(session, "");
  host.pass(7200);
  assert.equal(host.cookies().take(session, proofOf(host.cookies().giveNext(session))), "right");
  const again = host.cookies().giveFirst(session, "");
  host.pass(7201);

  assert.deepEqual(
    [again, random].map((each) => host.cookies().take(session, proofOf(each))),
    ["expired", "replayed"],
  );
});

test("what cannot be read is no cookie, and what is kept is for root alone", (t) => {
  const host = keeping(t);
  for (const bad of ["0".repeat(32), "{", '{"cookies":7}']) {
    writeFileSync(host.path, bad);
    assert.equal(host.cookies().take(session, proofOf("00".repeat(16))), "none");
  }
  assert.equal(host.cookies().take(session, proofOf(host.cookies().giveFirst(session, ""))), "right");
  assert.equal(statSync(host.path).mode & 0o777, 0o600);
});

test("a folder that cannot be written costs the way back, and nothing more", (t) => {
  const host = keeping(t);
  rmSync(join(host.path, ".."), { recursive: true });

  const random = host.cookies().giveFirst(session, "");

  assert.equal(host.cookies().take(session, proofOf(random)), "none");
});

/** Cookies that are good for two hours; each call of `cookies` is a service that has just been started. */
function keeping(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-cookies-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, String(session)));
  let count = 0;
  let now = 0;
  const cookies = () =>
    new ReconnectCookies({
      folder,
      life: seconds(7200),
      randomHex: (bytes) => String(++count).padStart(bytes * 2, "0"),
      now: () => wallTime(now),
      log: silentLog,
    });
  const pass = (duration: number): void => void (now += duration * 1000);
  return { cookies, pass, path: join(folder, String(session), "reconnect") };
}

/** As a client makes it under TLS. */
function proofOf(random: string): CookieProof {
  const clientRandom = new Uint8Array(32);
  return { clientRandom, verifier: hmacMd5(Buffer.from(random, "hex"), clientRandom) };
}
