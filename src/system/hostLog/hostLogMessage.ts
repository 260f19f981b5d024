import type { HostLogEntry } from "./hostLog.ts";

export interface LogWriter {
  readonly identifier: string;
  readonly pid: number;
  readonly now: Date;
}

/**
 * One datagram of the journal's native protocol (systemd, JOURNAL_NATIVE_PROTOCOL): `NAME=value`, or for values of
 * several lines `NAME`, a line feed, 64 bits of length, the value; a line feed behind each.
 */
export function journalMessage({ priority, message, fields }: HostLogEntry, { identifier, pid }: LogWriter): Buffer {
  const all = {
    MESSAGE: message,
    PRIORITY: String(priority),
    SYSLOG_IDENTIFIER: identifier,
    SYSLOG_PID: String(pid),
    ...fields,
  };
  return Buffer.concat(Object.entries(all).map(([name, value]) => journalField(name, value)));
}

/**
 * One datagram of syslog as /dev/log takes it (RFC 3164): the facts follow the sentence as `name="value"`, in one line,
 * at most 2000 bytes long.
 */
export function syslogMessage({ priority, message, fields }: HostLogEntry, writer: LogWriter): Buffer {
  const { identifier, pid, now } = writer;
  const facts = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const line = `${message}${facts.join("")}`.replace(/\p{Cc}+/gu, " ");
  return cut(Buffer.from(`<${daemonFacility | priority}>${stamp(now)} ${identifier}[${pid}]: ${line}`));
}

function journalField(name: string, value: string): Buffer {
  if (!value.includes("\n")) return Buffer.from(`${name}=${value}\n`);
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from("\n")]);
}

/** "Nov  3 07:05:09", by the host's clock. */
function stamp(now: Date): string {
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(":");
  return `${months[now.getMonth()]} ${String(now.getDate()).padStart(2)} ${time}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function cut(bytes: Buffer): Buffer {
  if (bytes.length <= syslogBytes) return bytes;
  let end = syslogBytes;
  // Not within a letter of UTF-8.
  while (0 < end && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const daemonFacility = 3 << 3;
const syslogBytes = 2000;
