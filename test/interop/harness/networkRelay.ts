// The cable between the two ends of a test's network: a process of its own, so that a busy test does not slow it. Its
// arguments are the names of two network devices, which it makes (TUN, tun(4)) and which go with it. Its parent tells
// it how each way is from now on, if it has changed, and is told how many bytes wait for each.
import { openSync, read, writeSync } from "node:fs";
import { libc } from "../../../src/system/native/libc.ts";
import { lastSystemCallError } from "../../../src/system/native/systemCallError.ts";
import { Carrier } from "./carrier.ts";
import { usualWay, type Ways } from "./networkWays.ts";

const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
const packetBytesMax = 65_536;

const [hostDevice = "", clientDevice = ""] = process.argv.slice(2);
const ioctl = libc.func("int ioctl(int, ulong, void *)");
const ways: Ways = { toHost: usualWay, toClient: usualWay };

const hostEnd = makeDevice(hostDevice);
const clientEnd = makeDevice(clientDevice);
const carriers = {
  toClient: carry(hostEnd, clientEnd, "toClient"),
  toHost: carry(clientEnd, hostEnd, "toHost"),
};
process.on("message", (changes: Partial<Ways>) => {
  Object.assign(ways, changes);
  process.send?.({ toClient: carriers.toClient.bytesWaiting, toHost: carriers.toHost.bytesWaiting });
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.send?.("ready");

/** A descriptor that gives and takes whole IP packets. */
function makeDevice(name: string): number {
  const descriptor = openSync("/dev/net/tun", "r+");
  const request = Buffer.alloc(40);
  request.write(name.slice(0, 15), "latin1");
  request.writeUInt16LE(IFF_TUN | IFF_NO_PI, 16);
  if (ioctl(descriptor, TUNSETIFF, request) !== 0) throw lastSystemCallError("ioctl TUNSETIFF");
  return descriptor;
}

function carry(from: number, to: number, way: keyof Ways): Carrier {
  // The same packets are lost in every run.
  let state = 0x2545f491;
  const chance = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const carrier = new Carrier({ put: (packet) => put(to, packet), now: () => performance.now(), chance });
  const next = (): void => {
    const packet = Buffer.alloc(packetBytesMax);
    read(from, packet, 0, packet.length, null, (error, length) => {
      if (error !== null) throw error;
      carrier.carry(packet.subarray(0, length), ways[way]);
      next();
    });
  };
  next();
  return carrier;
}

function put(to: number, packet: Uint8Array): void {
  try {
    writeSync(to, packet);
  } catch (error) {
    // The device is down: then the packet is lost, as on any cable.
    if (!(error instanceof Error && "code" in error && (error.code === "EIO" || error.code === "EINVAL"))) throw error;
  }
}
