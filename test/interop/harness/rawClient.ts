import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** A client made of bytes alone. Closed with `using`. */
export interface RawClient extends Disposable {
  send(hex: string): void;
  /** Resolves with the next bytes that come, as hexadecimal without spaces; "" when the host closed. */
  next(): Promise<string>;
  /** Resolves with everything from now on, when the host has closed the connection. */
  rest(): Promise<string>;
  /** Goes on in TLS, as after a negotiation. */
  startTls(): Promise<void>;
}

/** Connects to the host from `address`, which is any of 127.0.0.0/8. Resolves when TCP's handshake is done. */
export async function rawClient(host: { readonly port: number }, address = "127.0.0.1"): Promise<RawClient> {
  const raw = connect({ host: "127.0.0.1", port: host.port, localAddress: address });
  await new Promise<void>((resolve, reject) => raw.once("connect", resolve).once("error", reject));
  let socket: Socket = raw;
  let received = "";
  let closed = false;
  let changed: () => void = noop;
  const listen = (): void => {
    socket.on("data", (bytes: Buffer) => {
      received += bytes.toString("hex");
      changed();
    });
    // What is wrong with the wire is seen by its end.
    socket.on("error", () => {});
    socket.on("close", () => {
      closed = true;
      changed();
    });
  };
  listen();
  const until = async (condition: () => boolean): Promise<string> => {
    while (!condition()) await new Promise<void>((resolve) => (changed = resolve));
    const taken = received;
    received = "";
    return taken;
  };
  return {
    send: (hex) => void socket.write(Buffer.from(hex.replaceAll(" ", ""), "hex")),
    next: () => until(() => received !== "" || closed),
    rest: () => until(() => closed),
    startTls: async () => {
      raw.removeAllListeners("data");
      socket = connectTls({ socket: raw, rejectUnauthorized: false });
      await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
      listen();
    },
    [Symbol.dispose]: () => raw.destroy(),
  };
}

/** RDP_NEG_REQ for TLS in an X.224 connection request, MS-RDPBCGR 2.2.1.1; then for NLA alone, for RC4 alone. */
export const asksForTls = "03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 01 00 00 00";
export const asksForNla = "03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 02 00 00 00";
export const asksForRdpSecurity = "03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 00 00 00 00";
/** Neither more nor less than an X.224 connection request. */
export const asksForNothing = "03 00 00 0b 06 e0 00 00 00 00 00";

/** RDP_NEG_RSP in an X.224 connection confirm, with what this host can do, MS-RDPBCGR 2.2.1.2.1. */
export const confirmsTls = "030000130ed000001234000203080001000000";
export const confirmsNla = "030000130ed000001234000203080002000000";

/** RDP_NEG_FAILURE with this code, MS-RDPBCGR 2.2.1.2.2. */
export const negotiationFailure = (code: number): string => `030000130ed00000123400030008000${code}000000`;

function noop(): void {}
