import { describe, test } from "node:test";
import type { RefusalCode } from "../../src/refusals/refusal.ts";
import { startXfreerdp } from "../interop/harness/clients.ts";
import { awaitRecord } from "../interop/harness/explained.ts";
import { startHoldfast } from "../interop/harness/holdfast.ts";
import { pamService } from "../interop/harness/pamService.ts";
import { testUser } from "../interop/harness/users.ts";
import { noRealUsers } from "../realUser.ts";
import { ask, doctorsFindings } from "./answers.ts";
import type { FaultName } from "./gallery.ts";
import { assertNamed } from "./named.ts";

const skip = noRealUsers();
const hanging = `pam_exec.so quiet /bin/sleep 1000.${process.pid}`;

const faults: readonly [FaultName, RefusalCode, readonly string[]][] = [
  ["pamHangs", "HF-SIGN-06", ["@include common-auth", `auth optional ${hanging}`, "@include common-account"]],
  ["pamDenies", "HF-SIGN-05", ["@include common-auth", "@include common-account", "account required pam_deny.so"]],
  [
    "pamSessionHangs",
    "HF-SESS-02",
    [...["auth", "account"].map((kind) => `@include common-${kind}`), `session optional ${hanging}`],
  ],
  [
    "pamSessionDenies",
    "HF-SESS-02",
    [...["auth", "account"].map((kind) => `@include common-${kind}`), "session required pam_deny.so"],
  ],
];

// Most of their time is waiting.
describe("PAM is named with the rule and what it waits for", { skip, concurrency: 4 }, () => {
  for (const [fault, code, rules] of faults) {
    test(fault, async () => {
      await using user = await testUser();
      using pam = pamService(rules);
      await using host = await startHoldfast({ settings: `PamService = "${pam.name}"\nPamSeconds = 5` });
      await using _client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });

      const { id } = await awaitRecord(host, code);

      const [explain, doctor, signIn] = await Promise.all([
        ask(host, ["explain", id]),
        doctorsFindings(host),
        ask(host, ["test", "signin", "--user", user.name], `${user.password}\n`),
      ]);
      // What the doctor finds in the rules is also what people were refused for.
      const others = doctor.filter(
        ({ about, evidence }) => about !== "refusals" || !evidence.includes(code) || fault.endsWith("Hangs"),
      );
      assertNamed(fault, { explain: explain.out, doctor: others, "test signin": signIn.out });
    });
  }
});
