import { Resolver, lookup } from "node:dns/promises";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ok, warning, type Examined, type Finding } from "./finding.ts";

/** Whether the host knows its own name, and whether its name servers answer, and quickly. */
export async function examineNames(host: Examined): Promise<readonly Finding[]> {
  const [own, ...servers] = await Promise.all([ownName(), ...nameServers(host).map(nameServer)]);
  return [own, ...servers];
}

/** Sign-in rules and desktops ask for it. */
async function ownName(): Promise<Finding> {
  const name = hostname();
  const begin = performance.now();
  const addresses = await lookup(name, { all: true }).catch((error: unknown) => String(error));
  const took = performance.now() - begin;
  if (typeof addresses === "string") {
    const what = `this host's own name, ${name}, has no address (${addresses})`;
    return warning("names", what, `a line in /etc/hosts: 127.0.1.1 ${name}`);
  }
  if (slow < took) {
    const what = `looking up ${name}, this host's own name, took ${Math.round(took)} ms: desktops wait for it`;
    return warning("names", what, `a line in /etc/hosts: 127.0.1.1 ${name}`);
  }
  return ok("names", `${name} is ${addresses.map(({ address }) => address).join(", ")} (${Math.round(took)} ms)`);
}

/** resolv.conf(5): at most three are asked, one after the other, five seconds each. */
function nameServers({ root }: Examined): readonly string[] {
  const path = join(root, "etc/resolv.conf");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").matchAll(/^\s*nameserver\s+(?<address>\S+)/gmu);
  return [...lines].map(({ groups }) => groups?.["address"] ?? "").slice(0, serversMax);
}

/** Any answer is one: also that there is no such name. */
async function nameServer(address: string): Promise<Finding> {
  const begin = performance.now();
  const why = await askServer(address);
  const took = Math.round(performance.now() - begin);
  const mend = "the lines of /etc/resolv.conf: programs and sign-in rules that look up names wait for it";
  if (why !== undefined && silent.has(why)) {
    const what = `the name server ${address} has not answered within ${answersWithin / 1000} s (${why})`;
    return warning("names", what, mend);
  }
  if (slow < took) return warning("names", `the name server ${address} took ${took} ms to answer`, mend);
  return ok("names", `the name server ${address} answers (${took} ms)`);
}

/** undefined: with an address; else why not. */
async function askServer(address: string): Promise<string | undefined> {
  const resolver = new Resolver({ tries: 1 });
  try {
    resolver.setServers([address.includes(":") ? `[${address.replace(/%.*$/u, "")}]` : address]);
    const answer = resolver.resolve4(hostname());
    // Whoever has given up waiting hears no more of it.
    answer.catch(() => undefined);
    const late = delay(answersWithin, "ETIMEOUT", { ref: false });
    return await Promise.race([answer.then(() => undefined), late]);
  } catch (error) {
    if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
    throw error;
  } finally {
    resolver.cancel();
  }
}

const silent = new Set(["ETIMEOUT", "ECONNREFUSED", "ERR_INVALID_IP_ADDRESS"]);
/** In milliseconds. */
const slow = 500;
const answersWithin = 1000;
const serversMax = 3;
