import { milliseconds, type Milliseconds } from "#base/units.ts";
import { libc } from "./libc.ts";
import { SystemCallError, lastSystemCallError } from "./systemCallError.ts";

/** What the kernel knows of the machine at the other end of a TCP connection (tcp(7), TCP_INFO). */
export interface TcpPeer {
  /** Since the last segment that brought data or an acknowledgement. */
  readonly heardAgo: Milliseconds;
  /** A probe of the kernel has not been answered yet. */
  readonly isProbed: boolean;
  /** Data is on its way to it, or lost. */
  readonly owesAcknowledgement: boolean;
  /** How many bytes it has acknowledged so far. */
  readonly bytesAcknowledged: bigint;
}

/** What the kernel knows of the way there, at this moment (TCP_INFO). */
export interface TcpLine {
  /** Bytes that the kernel has taken and not sent even once. */
  readonly bytesUnsent: number;
  /** What congestion control lets through, in bytes a millisecond. */
  readonly carries: number;
  /** Of packets, smoothed. */
  readonly roundTrip: Milliseconds;
}

/** undefined: the socket is not TCP, or the kernel is older than Linux 4.6. Throws SystemCallError. */
export function tcpLine(socket: number): TcpLine | undefined {
  lineLength.writeUInt32LE(lineInfo.length);
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, lineInfo, lineLength) !== 0) {
    const error = lastSystemCallError("getsockopt TCP_INFO");
    if (notTcp.has(error.code)) return undefined;
    throw error;
  }
  if (lineLength.readUInt32LE() < lineInfo.length) return undefined;
  const windowBytes = lineInfo.readUInt32LE(AT_WINDOW) * lineInfo.readUInt32LE(AT_SEGMENT_BYTES);
  const roundTrip = Math.max(1, lineInfo.readUInt32LE(AT_ROUND_TRIP)) / 1000;
  return {
    bytesUnsent: lineInfo.readUInt32LE(AT_BYTES_UNSENT),
    carries: windowBytes / roundTrip,
    roundTrip: milliseconds(roundTrip),
  };
}

export interface TcpProbes {
  /** How long a connection is idle before the kernel probes it, and between its probes; rounded to seconds. */
  readonly every: Milliseconds;
  /** How long data may be unacknowledged, or a client may take none, before the kernel gives the connection up. */
  readonly giveUpAfter: Milliseconds;
}

/** undefined: the socket is not TCP. Throws SystemCallError. */
export function tcpPeer(socket: number): TcpPeer | undefined {
  const info = Buffer.alloc(TCP_INFO_BYTES);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(info.length);
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, info, length) !== 0) {
    const error = lastSystemCallError("getsockopt TCP_INFO");
    if (notTcp.has(error.code)) return undefined;
    throw error;
  }
  const lastData = info.readUInt32LE(AT_LAST_DATA_RECEIVED);
  const lastAcknowledgement = info.readUInt32LE(AT_LAST_ACK_RECEIVED);
  return {
    heardAgo: milliseconds(Math.min(lastData, lastAcknowledgement)),
    isProbed: 0 < info.readUInt8(AT_PROBES),
    owesAcknowledgement: 0 < info.readUInt32LE(AT_UNACKNOWLEDGED),
    bytesAcknowledged: info.readBigUInt64LE(AT_BYTES_ACKNOWLEDGED),
  };
}

/**
 * Has the kernel ask an idle peer whether it is there, and give up one that acknowledges nothing (SO_KEEPALIVE,
 * TCP_USER_TIMEOUT). Without effect on a socket that is not TCP. Throws SystemCallError.
 */
export function probeTcpPeer(socket: number, { every, giveUpAfter }: TcpProbes): void {
  const everySeconds = Math.min(KEEPALIVE_SECONDS_MAX, Math.max(1, Math.round(every / 1000)));
  const count = Math.min(KEEPALIVE_PROBES_MAX, Math.max(1, Math.ceil(giveUpAfter / 1000 / everySeconds)));
  try {
    setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, everySeconds);
    setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, everySeconds);
    setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, count);
    setOption(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, Math.min(giveUpAfter, INT_MAX));
    setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  } catch (error) {
    if (!(error instanceof SystemCallError && notTcp.has(error.code))) throw error;
  }
}

function setOption(socket: number, level: number, option: number, value: number): void {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  if (setsockopt(socket, level, option, bytes, bytes.length) !== 0) throw lastSystemCallError("setsockopt");
}

const getsockopt = libc.func("int getsockopt(int, int, int, void *, void *)");
const setsockopt = libc.func("int setsockopt(int, int, int, void *, uint)");

const SOL_SOCKET = 1;
const SO_KEEPALIVE = 9;
const IPPROTO_TCP = 6;
const TCP_KEEPIDLE = 4;
const TCP_KEEPINTVL = 5;
const TCP_KEEPCNT = 6;
const TCP_INFO = 11;
const TCP_USER_TIMEOUT = 18;
// What the kernel takes at most: MAX_TCP_KEEPIDLE, MAX_TCP_KEEPCNT.
const KEEPALIVE_SECONDS_MAX = 32_767;
const KEEPALIVE_PROBES_MAX = 127;
const INT_MAX = 0x7fffffff;
// struct tcp_info of linux/tcp.h, of which the first 128 bytes are there since Linux 4.1.
const TCP_INFO_BYTES = 128;
const AT_PROBES = 3;
const AT_UNACKNOWLEDGED = 24;
const AT_LAST_DATA_RECEIVED = 52;
const AT_LAST_ACK_RECEIVED = 56;
const AT_BYTES_ACKNOWLEDGED = 120;
const AT_BYTES_UNSENT = 144;
const AT_SEGMENT_BYTES = 16;
/** In microseconds. */
const AT_ROUND_TRIP = 68;
const AT_WINDOW = 80;
const lineInfo = Buffer.alloc(AT_BYTES_UNSENT + 4);
const lineLength = Buffer.alloc(4);
/** What other sockets answer to options of TCP. */
const notTcp: ReadonlySet<string> = new Set(["EOPNOTSUPP", "ENOPROTOOPT", "ENOTSUP"]);
