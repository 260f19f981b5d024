import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { encode } from "#base/bytes/codec.ts";
import { tpkt } from "#protocol/framing/tpkt.ts";
import { connectionRequest } from "#protocol/framing/x224.ts";
import { broken, ok, warning, type Examined, type Finding } from "./finding.ts";

/** Whether an RDP server answers at every address of this host that clients may use. */
export async function reachListeners({ service }: Examined): Promise<readonly Finding[]> {
  if (service.is === "silent") return [];
  const { listening } = service.status;
  if (listening.length === 0) {
    return [broken("listener", "the service listens nowhere", "the setting Listen, then holdfast restart")];
  }
  const addresses = [...new Set(listening.flatMap(reachable))];
  const answers = await Promise.all(addresses.map(async (each) => ({ ...each, answer: await knock(each) })));
  const silent = answers.filter(({ answer }) => answer !== undefined);
  const rows = silent.map(({ host, port, answer }) =>
    answer === slow
      ? warning("listener", `${shown(host, port)}: ${slow}`, "holdfast query connection, and top: is the host busy?")
      : broken(
          "listener",
          `${shown(host, port)}: ${answer}`,
          `holdfast restart; who has the port: ss -ltnp sport = :${port}`,
        ),
  );
  const reached = answers.filter(({ answer }) => answer === undefined);
  if (0 < reached.length) {
    const where = reached.map(({ host, port }) => shown(host, port)).join(", ");
    rows.push(ok("listener", `answers at ${where}`));
  }
  const isLocal = reached.every(({ host }) => host.startsWith("127.") || host === "::1");
  if (isLocal && 0 < reached.length) {
    rows.push(
      warning("listener", "only programs on this host can connect", "the setting Listen, then holdfast restart"),
    );
  }
  return rows;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** "0.0.0.0:3389" stands for each address of the host. */
function reachable(text: string): readonly Address[] {
  const at = text.lastIndexOf(":");
  const [host, port] = [text.slice(0, at).replace(/^\[|\]$/gu, ""), Number(text.slice(at + 1))];
  const family = { "0.0.0.0": "IPv4", "::": "IPv6" }[host];
  if (family === undefined) return [{ host, port }];
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter((each) => each.family === family && !each.address.startsWith("fe80"))
    .map(({ address }) => ({ host: address, port }));
}

/** undefined: an RDP server answered; else what happened instead. */
function knock({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (what: string | undefined): void => {
      socket.destroy();
      resolve(what);
    };
    // On a busy host this process may not have looked at what has come meanwhile.
    const late = () => setImmediate(() => setImmediate(() => done(socket.connecting ? "nobody answers" : slow)));
    socket.setTimeout(answersWithin, late);
    socket.once("error", ({ message }) => done(message));
    socket.once("close", () => done("the connection was closed without an answer"));
    socket.once("data", ([version]: Buffer) => done(version === tpktVersion ? undefined : "this is no RDP server"));
    socket.once("connect", () => socket.write(question));
  });
}

function shown(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

const answersWithin = 1000;
const slow = `takes connections, and has said nothing within ${answersWithin / 1000} s`;
/** RFC 1006 */
const tpktVersion = 3;
const question = tpkt(
  encode(connectionRequest, { negotiation: { flags: [], requestedProtocols: ["tls", "credssp"] } }),
);
