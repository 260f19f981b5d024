import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { Pam } from "#system/pam/pam.ts";
import { makeRealUser, noRealUsers } from "../../test/realUser.ts";
import { rulesFor } from "./pam.ts";

test("people sign in and get a session by the rules that the set-up writes", { skip: noRealUsers() }, (t) => {
  const { name, password } = makeRealUser(t);
  const service = "hf-test-rules";
  writeFileSync(`/etc/pam.d/${service}`, rulesFor("/etc/pam.d"));
  t.after(() => rmSync(`/etc/pam.d/${service}`));

  const said: string[] = [];
  for (const answer of [password, "wrong"]) {
    const pam = new Pam(service, name, () => answer);
    const steps = [pam.authenticate(), pam.checkAccount()];
    if (answer === password) {
      steps.push(pam.openSession());
      steps.push(pam.closeSession());
    }
    said.push(steps.map((step) => (step.returned === 0 ? "yes" : step.step)).join(" "));
    pam.end();
  }

  assert.deepEqual(said, ["yes yes yes yes", "pam_authenticate yes"]);
});
