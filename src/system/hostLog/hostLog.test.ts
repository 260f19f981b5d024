import assert from "node:assert/strict";
import { closeSync, mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { seconds } from "#base/units.ts";
import { receiveDescriptors } from "../native/descriptorPassing.ts";
import { libc } from "../native/libc.ts";
import { hostLog, type HostLogEntry } from "./hostLog.ts";
import { journalMessage, syslogMessage } from "./hostLogMessage.ts";

const entry: HostLogEntry = {
  priority: 4,
  message: "Refused: HF-SEAT-01",
  fields: { HOLDFAST_EVENT_ID: "3", HOLDFAST_USER: "anna" },
};
const writer = { identifier: "holdfast", pid: 812, now: new Date(2026, 10, 3, 7, 5, 9) };

test("the journal gets a field a line, and values of several lines by their length", () => {
  const fields = { HOLDFAST_WHY: "one\ntwo" };
  assert.deepEqual(
    journalMessage({ ...entry, fields }, writer).toString("latin1"),
    "MESSAGE=Refused: HF-SEAT-01\nPRIORITY=4\nSYSLOG_IDENTIFIER=holdfast\nSYSLOG_PID=812\n" +
      "HOLDFAST_WHY\n\x07\0\0\0\0\0\0\0one\ntwo\n",
  );
});

test("syslog gets one line, with the facts behind the sentence", () => {
  assert.equal(
    syslogMessage(entry, writer).toString(),
    '<28>Nov  3 07:05:09 holdfast[812]: Refused: HF-SEAT-01 HOLDFAST_EVENT_ID="3" HOLDFAST_USER="anna"',
  );
  const fields = { HOLDFAST_USER: "anna\n<0>forged" };
  assert.match(syslogMessage({ ...entry, fields }, writer).toString(), /HOLDFAST_USER="anna\\n<0>forged"$/u);
  const long = syslogMessage({ ...entry, message: "ä".repeat(5000) }, writer);
  assert.ok(long.length <= 2000 && !long.toString().includes("\ufffd"));
});

test("what is written arrives at whoever listens, also at one who has come anew; nobody listens: nothing happens", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-log-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const paths = { journal: join(folder, "journal"), syslog: join(folder, "syslog") };
  assert.equal(hostLog(paths), undefined);
  const first = listen(paths.journal);
  const log = hostLog(paths);
  assert.ok(log !== undefined);

  log.write(entry);
  const arrived = (await first.next()).split("\n");
  assert.deepEqual(
    arrived.filter((line) => !line.startsWith("SYSLOG_PID=")),
    [
      "MESSAGE=Refused: HF-SEAT-01",
      "PRIORITY=4",
      "SYSLOG_IDENTIFIER=holdfast",
      "HOLDFAST_EVENT_ID=3",
      "HOLDFAST_USER=anna",
      "",
    ],
  );
  first.end();
  log.write(entry);
  const second = listen(paths.journal);
  log.write({ ...entry, message: "again" });
  assert.match(await second.next(), /^MESSAGE=again\n/u);
  log.close();
  second.end();
});

/** A datagram socket that listens; Node has none of its own. */
function listen(path: string) {
  const descriptor: number = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const address = Buffer.alloc(110);
  address.writeUInt16LE(AF_UNIX);
  address.write(path, 2);
  assert.equal(bind(descriptor, address, 2 + path.length + 1), 0);
  return {
    next: async () => {
      const options = { bytesMax: 65536, descriptorsMax: 0, within: seconds(5) };
      return Buffer.from((await receiveDescriptors(descriptor, options)).bytes).toString("latin1");
    },
    end: () => {
      closeSync(descriptor);
      unlinkSync(path);
    },
  };
}

const socket = libc.func("int socket(int, int, int)");
const bind = libc.func("int bind(int, void *, uint)");
const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
