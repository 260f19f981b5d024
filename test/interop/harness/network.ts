import { execFileSync, fork, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { number, object } from "../../../src/base/shape/shape.ts";
import { cutWay, usualWay, type Ways } from "./networkWays.ts";

/**
 * A network of two machines that is apart from every other: two network namespaces and a cable between them, which can
 * be bad or cut, in one direction or both. Gone with `await using`.
 */
export interface TestNetwork extends AsyncDisposable {
  readonly hostEnd: NetworkEnd;
  readonly clientEnd: NetworkEnd;
  /** From now on; a way that is not named is good. Resolves when it is so. */
  shape(ways: Partial<Ways>): Promise<void>;
  /** How many bytes wait now because a way carries no more. Not while it is being shaped. */
  waiting(): Promise<Readonly<Record<keyof Ways, number>>>;
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** The client's machine gets another address; the old one is gone. */
  moveClient(): string;
}

export interface NetworkEnd {
  readonly address: string;
  /** What stands before a command that is to run on this machine. */
  readonly enter: readonly string[];
}

/** Why there can be no such network here; undefined: there can. */
export function noNetworks(): string | undefined {
  if (process.getuid?.() !== 0) return "making networks needs root";
  if (!existsSync("/dev/net/tun")) return "there is no /dev/net/tun here";
  const name = `hf-test-${randomBytes(4).toString("hex")}`;
  try {
    run("ip", ["netns", "add", name]);
    run("ip", ["netns", "del", name]);
    return undefined;
  } catch (error) {
    return `no network namespace can be made here: ${String(error)}`;
  }
}

export async function startNetwork(): Promise<TestNetwork> {
  const name = `hf-test-${randomBytes(4).toString("hex")}`;
  const [host, client] = [`${name}-h`, `${name}-c`];
  const devices = { [host]: `${name.slice(-8)}h`, [client]: `${name.slice(-8)}c` };
  const relay = fork(relayProgram, Object.values(devices), { execArgv: ["--disable-warning=ExperimentalWarning"] });
  try {
    await message(relay);
    for (const [namespace, device] of Object.entries(devices)) {
      run("ip", ["netns", "add", namespace]);
      run("ip", ["link", "set", device, "netns", namespace]);
      const address = namespace === host ? hostAddress : clientAddresses[0];
      run("ip", ["-n", namespace, "addr", "add", `${address}/24`, "dev", device]);
      for (const each of ["lo", device]) run("ip", ["-n", namespace, "link", "set", each, "up"]);
    }
  } catch (error) {
    await remove(relay, [host, client]);
    throw error;
  }
  const shape = async (ways: Partial<Ways>): Promise<void> => {
    relay.send({ toHost: usualWay, toClient: usualWay, ...ways });
    await message(relay);
  };
  return {
    hostEnd: { address: hostAddress, enter: enter(host) },
    clientEnd: { address: clientAddresses[0], enter: enter(client) },
    shape,
    waiting: async () => {
      relay.send({});
      return waitingShape.parse(await message(relay));
    },
    cut: () => shape({ toHost: cutWay, toClient: cutWay }),
    mend: () => shape({}),
    moveClient: () => {
      const device = devices[client]!;
      run("ip", ["-n", client, "addr", "flush", "dev", device]);
      run("ip", ["-n", client, "addr", "add", `${clientAddresses[1]}/24`, "dev", device]);
      return clientAddresses[1];
    },
    [Symbol.asyncDispose]: () => remove(relay, [host, client]),
  };
}

/** The devices go with the relay; the namespaces with what still runs in them. */
async function remove(relay: ChildProcess, namespaces: readonly string[]): Promise<void> {
  const ended = relay.exitCode === null && relay.signalCode === null ? once(relay, "exit") : undefined;
  // It waits in the kernel for packets, and hears nothing else.
  relay.kill("SIGKILL");
  await ended;
  for (const each of namespaces) {
    if (existsSync(`/run/netns/${each}`)) run("ip", ["netns", "del", each]);
  }
}

/** Waits for the relay's word; throws when it ends instead. */
async function message(relay: ChildProcess): Promise<unknown> {
  const stop = new AbortController();
  const ended = once(relay, "exit", stop).then(([code]) => {
    throw new Error(`the network's relay ended with ${String(code)}`);
  });
  try {
    const [word]: unknown[] = await Promise.race([once(relay, "message", stop), ended]);
    return word;
  } finally {
    stop.abort();
  }
}

const enter = (namespace: string): readonly string[] => ["nsenter", `--net=/run/netns/${namespace}`, "--"];

function run(program: string, words: readonly string[]): void {
  execFileSync(program, words, { stdio: ["ignore", "pipe", "pipe"] });
}

const waitingShape = object({ toHost: number, toClient: number });
const relayProgram = fileURLToPath(new URL("networkRelay.ts", import.meta.url));
// TEST-NET-2, which no real network has. RFC 5737
const hostAddress = "198.51.100.1";
const clientAddresses = ["198.51.100.2", "198.51.100.3"] as const;
