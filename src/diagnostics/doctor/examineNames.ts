import { lookup } from "node:dns/promises";
import { hostname } from "node:os";
import { ok, warning, type Finding } from "./finding.ts";

/** Whether the host knows its own name, and quickly: sign-in rules and desktops ask for it. */
export async function examineNames(): Promise<readonly Finding[]> {
  const name = hostname();
  const begin = performance.now();
  const addresses = await lookup(name, { all: true }).catch((error: unknown) => String(error));
  const took = performance.now() - begin;
  if (typeof addresses === "string") {
    const what = `this host's own name, ${name}, has no address (${addresses})`;
    return [warning("names", what, `a line in /etc/hosts: 127.0.1.1 ${name}`)];
  }
  if (500 < took) {
    const what = `looking up ${name} took ${Math.round(took)} ms: every sign-in waits for it`;
    return [warning("names", what, "the name servers in /etc/resolv.conf")];
  }
  return [ok("names", `${name} is ${addresses.map(({ address }) => address).join(", ")} (${Math.round(took)} ms)`)];
}
