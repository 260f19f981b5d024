import { closeSync } from "node:fs";
import type { Server, Socket } from "node:net";
import koffi from "koffi";
import type { Milliseconds } from "#base/units.ts";
import { libc } from "./libc.ts";
import { SystemCallError, lastSystemCallError } from "./systemCallError.ts";

/** What one message brought. The descriptors are given: whoever receives them closes them. They are closed on exec. */
export interface ReceivedMessage {
  /** Empty only when the other end closed. */
  readonly bytes: Uint8Array;
  readonly descriptors: readonly number[];
}

export interface ReceivedLine {
  /** Without the line feed. */
  readonly line: Uint8Array;
  /**
   * What arrived behind the line: the first bytes of what follows. `socket.unshift(rest)` gives them to a Node socket.
   */
  readonly rest: Uint8Array;
  readonly descriptors: readonly number[];
}

export interface ReceiveOptions {
  readonly bytesMax: number;
  /** At most 253, the kernel's own limit. */
  readonly descriptorsMax: number;
  /** The wait's deadline; then it throws SystemCallError ETIMEDOUT. */
  readonly within: Milliseconds;
}

/**
 * The descriptor beneath a connected Node socket, or a server that listens. Lent: it belongs to the socket, and is
 * valid until that is destroyed. Node offers no public way to it.
 */
export function descriptorOf(socket: Socket | Server): number {
  const handle: unknown = Reflect.get(socket, "_handle");
  const descriptor: unknown = typeof handle === "object" && handle !== null ? Reflect.get(handle, "fd") : undefined;
  if (typeof descriptor !== "number" || descriptor < 0)
    throw new Error("the socket has no descriptor: is it connected?");
  return descriptor;
}

/**
 * Sends a short message and descriptors with its first byte (unix(7), SCM_RIGHTS), whole or not at all; never waits.
 * The descriptors stay ours. `bytes` must not be empty. When a Node socket owns `socket`, nothing may be waiting in it
 * (`writableLength === 0`), or this overtakes what waits. Throws SystemCallError: EAGAIN when the other end does not
 * read, EPIPE.
 */
export function sendDescriptors(socket: number, bytes: Uint8Array, descriptors: readonly number[]): void {
  if (bytes.length === 0) throw new Error("descriptors travel with a byte, and there is none");
  const control = Buffer.alloc(controlBytes(descriptors.length));
  if (0 < descriptors.length) {
    control.writeBigUInt64LE(BigInt(CONTROL_HEADER_BYTES + descriptors.length * 4), 0);
    control.writeInt32LE(SOL_SOCKET, 8);
    control.writeInt32LE(SCM_RIGHTS, 12);
    for (const [index, descriptor] of descriptors.entries()) {
      control.writeInt32LE(descriptor, CONTROL_HEADER_BYTES + index * 4);
    }
  }
  let sent = Number(sendmsg(socket, messageHeader(bytes, control).header, MSG_NOSIGNAL | MSG_DONTWAIT));
  if (sent < 0) throw lastSystemCallError("sendmsg");
  while (sent < bytes.length) {
    const more = Number(send(socket, bytes.subarray(sent), bytes.length - sent, MSG_NOSIGNAL | MSG_DONTWAIT));
    if (more < 0) throw lastSystemCallError("send");
    sent += more;
  }
}

/**
 * Receives what has arrived, or waits for it without holding up the loop. `socket` must be non-blocking and not (yet)
 * owned by a Node socket. Throws SystemCallError: ETIMEDOUT, ECONNRESET, EMSGSIZE when there were more descriptors than
 * `descriptorsMax`.
 */
export async function receiveDescriptors(socket: number, options: ReceiveOptions): Promise<ReceivedMessage> {
  for (;;) {
    const message = receiveNow(socket, options);
    if (message !== undefined) return message;
    await readable(socket, options.within);
  }
}

/** Receives up to and with a line feed, and the descriptors on the way; the deadline is that of each part. */
export async function receiveLine(socket: number, options: ReceiveOptions): Promise<ReceivedLine> {
  const parts: Uint8Array[] = [];
  const descriptors: number[] = [];
  let lengthSoFar = 0;
  try {
    for (;;) {
      const message = await receiveDescriptors(socket, {
        bytesMax: options.bytesMax - lengthSoFar,
        descriptorsMax: options.descriptorsMax - descriptors.length,
        within: options.within,
      });
      if (message.bytes.length === 0) throw new SystemCallError("recvmsg", "ECONNRESET");
      parts.push(message.bytes);
      descriptors.push(...message.descriptors);
      lengthSoFar += message.bytes.length;
      const lineFeed = message.bytes.indexOf(0x0a);
      if (0 <= lineFeed) {
        const all = Buffer.concat(parts);
        const end = lengthSoFar - message.bytes.length + lineFeed;
        return { line: all.subarray(0, end), rest: all.subarray(end + 1), descriptors };
      }
      if (options.bytesMax <= lengthSoFar) throw new SystemCallError("recvmsg", "EMSGSIZE");
    }
  } catch (error) {
    for (const descriptor of descriptors) closeSync(descriptor);
    throw error;
  }
}

/** undefined: nothing has arrived. */
function receiveNow(socket: number, options: ReceiveOptions): ReceivedMessage | undefined {
  const bytes = Buffer.alloc(options.bytesMax);
  const control = Buffer.alloc(controlBytes(options.descriptorsMax));
  const { header, flags } = messageHeader(bytes, control);
  const received = Number(recvmsg(socket, header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT));
  if (received < 0) {
    const error = lastSystemCallError("recvmsg");
    if (error.code === "EAGAIN" || error.code === "EINTR") return undefined;
    throw error;
  }
  const descriptors = descriptorsIn(control.subarray(0, Number(header.readBigUInt64LE(40))));
  if ((flags() & MSG_CTRUNC) !== 0) {
    for (const descriptor of descriptors) closeSync(descriptor);
    throw new SystemCallError("recvmsg", "EMSGSIZE");
  }
  return { bytes: bytes.subarray(0, received), descriptors };
}

function descriptorsIn(control: Buffer): number[] {
  const descriptors: number[] = [];
  let at = 0;
  while (at + CONTROL_HEADER_BYTES <= control.length) {
    const length = Number(control.readBigUInt64LE(at));
    if (length < CONTROL_HEADER_BYTES || control.length < at + length) break;
    if (control.readInt32LE(at + 8) === SOL_SOCKET && control.readInt32LE(at + 12) === SCM_RIGHTS) {
      for (let each = at + CONTROL_HEADER_BYTES; each + 4 <= at + length; each += 4) {
        descriptors.push(control.readInt32LE(each));
      }
    }
    at += (length + 7) & ~7;
  }
  return descriptors;
}

/** Waits until there is something to read, or the other end closed. */
function readable(socket: number, within: Milliseconds): Promise<void> {
  return new Promise((resolve, reject) => {
    const poll = koffi.node.poll(socket, { readable: true, disconnect: true }, () => {
      clearTimeout(deadline);
      poll.close();
      resolve();
    });
    const deadline = setTimeout(() => {
      poll.close();
      reject(new SystemCallError("recvmsg", "ETIMEDOUT"));
    }, within);
  });
}

/** A struct msghdr over one piece of memory, as the 64-bit ABIs of Linux lay it out; both must outlive its use. */
function messageHeader(bytes: Uint8Array, control: Buffer): { header: Buffer; flags: () => number } {
  const vector = Buffer.alloc(16);
  vector.writeBigUInt64LE(koffi.address(bytes), 0);
  vector.writeBigUInt64LE(BigInt(bytes.length), 8);
  const header = Buffer.alloc(56);
  header.writeBigUInt64LE(koffi.address(vector), 16);
  header.writeBigUInt64LE(1n, 24);
  if (0 < control.length) header.writeBigUInt64LE(koffi.address(control), 32);
  header.writeBigUInt64LE(BigInt(control.length), 40);
  // The vector is held by this function, so that it is not collected while the header points at it.
  return { header, flags: () => (vector.length === 0 ? 0 : header.readInt32LE(48)) };
}

/** CMSG_SPACE of `count` descriptors. */
const controlBytes = (count: number): number => (count === 0 ? 0 : (CONTROL_HEADER_BYTES + count * 4 + 7) & ~7);

const sendmsg = libc.func("intptr sendmsg(int, void *, int)");
const send = libc.func("intptr send(int, void *, size_t, int)");
const recvmsg = libc.func("intptr recvmsg(int, void *, int)");

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_CTRUNC = 0x08;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const CONTROL_HEADER_BYTES = 16;
