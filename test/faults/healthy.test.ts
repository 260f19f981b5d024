import assert from "node:assert/strict";
import test from "node:test";
import { startXfreerdp } from "../interop/harness/clients.ts";
import { startHoldfast } from "../interop/harness/holdfast.ts";
import { testUser } from "../interop/harness/users.ts";
import { noRealUsers } from "../realUser.ts";
import { ask, doctorsFindings } from "./answers.ts";
import { othersThan } from "./named.ts";

test("on a healthy host the same questions name nothing", { skip: noRealUsers() }, async () => {
  await using user = await testUser();
  await using tested = await testUser();
  await using host = await startHoldfast({ desktop: "exec xterm", settings: "LeakSampleSeconds = 1" });
  await using _client = await startXfreerdp({ host, user, password: user.password, args: ["/sec:tls"] });
  await host.sessionOf(user, { attached: true });

  const [doctor, explain, leaks] = await Promise.all([
    doctorsFindings(host),
    ask(host, ["explain", "last"]),
    host.admin.call("leaks", {}),
  ]);
  const signIn = await ask(host, ["test", "signin", "--user", tested.name], `${tested.password}\n`);

  assert.deepEqual(othersThan([], doctor), []);
  assert.equal(explain.out, "There is no such record.\n");
  // Of this user: others may test on this host.
  const own = leaks.findings.filter(({ owner }) => "user" in owner && owner.user === user.name);
  assert.deepEqual(own, []);
  assert.match(signIn.out, new RegExp(`^${tested.name} can sign in`, "u"));
});
