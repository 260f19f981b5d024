import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";

/** A file in /etc/pam.d of a test's own, gone with `using`. */
export interface TestPamService extends Disposable {
  readonly name: string;
}

/** Session lines are added to these. Needs root. */
export function pamService(lines: readonly string[]): TestPamService {
  const name = `hf-test-${randomBytes(4).toString("hex")}`;
  const path = `/etc/pam.d/${name}`;
  writeFileSync(path, `${[...lines, "@include common-session"].join("\n")}\n`);
  return { name, [Symbol.dispose]: () => rmSync(path, { force: true }) };
}
