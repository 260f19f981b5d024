import { wallTime } from "#base/units.ts";
import type { Login } from "./consoleSeat.ts";

/** Who is signed in at this moment, by the bytes of utmp(5). What is no such file has nobody in it. */
export function parseUtmp(bytes: Buffer, architecture: string): readonly Login[] {
  const { size, seconds } = architecture === "arm64" ? wideRecord : narrowRecord;
  const logins: Login[] = [];
  for (let start = 0; start + size <= bytes.length && logins.length < loginsMax; start += size) {
    if (bytes.readInt16LE(start) !== USER_PROCESS) continue;
    const text = (at: number, length: number): string =>
      bytes.toString("utf8", start + at, start + at + length).split("\0", 1)[0] ?? "";
    const [user, line] = [text(44, 32), text(8, 32)];
    if (user !== "") logins.push({ user, line, since: wallTime(bytes.readUInt32LE(start + seconds) * 1000) });
  }
  return logins;
}

/** `ut_type` of who has signed in. */
const USER_PROCESS = 7;
const narrowRecord = { size: 384, seconds: 340 };
/** Where glibc keeps times of 64 bits there. */
const wideRecord = { size: 400, seconds: 344 };
const loginsMax = 4096;
