import assert from "node:assert/strict";
import { test } from "node:test";
import { milliseconds } from "#base/units.ts";
import { startMessageBus } from "../../../test/messageBus.ts";
import { asUser } from "../native/asUser.ts";
import { busCall, DbusConnection, type DbusListener } from "./dbusConnection.ts";
import { DbusError, decodeMessage, encodeMessage, messageLength } from "./dbusMessage.ts";

const within = milliseconds(5000);
const quiet: DbusListener = { called: () => undefined, signalled: () => {}, closed: () => {} };

test("a message is read as it was written, and its bytes are those of other programs", () => {
  const message = {
    kind: "call",
    serial: 1,
    destination: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
    member: "Hello",
  } as const;

  const bytes = encodeMessage({ ...message, signature: "sub", body: ["é", 7, true] });

  assert.equal(messageLength(bytes), bytes.length);
  assert.deepEqual(decodeMessage(bytes), { ...message, wantsReply: true, signature: "sub", body: ["é", 7, true] });
  // What dbus-send 1.14 sends first.
  const libdbus =
    "6c01000100000000010000006e00000001016f00150000002f6f72672f667265656465736b746f702f4442757300000006017300" +
    "140000006f72672e667265656465736b746f702e444275730000000002017300140000006f72672e667265656465736b746f702e" +
    "4442757300000000030173000500000048656c6c6f000000";
  assert.deepEqual(decodeMessage(Buffer.from(libdbus, "hex")), {
    ...message,
    wantsReply: true,
    signature: "",
    body: [],
  });
});

test("what is cut short, too long or no message at all is refused, and never read beyond its end", () => {
  const bytes = encodeMessage({
    kind: "signal",
    serial: 2,
    path: "/a",
    member: "B",
    signature: "as",
    body: [["x", "y"]],
  });

  for (let length = 16; length < bytes.length; length++) {
    assert.throws(() => decodeMessage(bytes.subarray(0, length)), DbusError, `cut to ${length}`);
  }
  const long = Buffer.from(bytes);
  long.writeUInt32LE(1 << 30, 4);
  assert.throws(() => messageLength(long), DbusError);
  assert.throws(() => messageLength(Buffer.alloc(64)), DbusError);
});

test("a session's bus is spoken to as its user: calls go both ways, and an unknown method is refused", async (t) => {
  const { address, user, run } = await startMessageBus(t);
  const called: string[] = [];
  const bus = await DbusConnection.open(address, user, {
    ...quiet,
    called: ({ member = "", body }) => {
      called.push(`${member} ${body.join(" ")}`);
      return member === "Greet" ? { signature: "s", body: [`hello ${String(body[0])}`] } : undefined;
    },
  });
  t.after(() => bus.close());
  const named = await bus.call(
    { ...busCall, member: "RequestName", signature: "su", body: ["org.example.A", 0] },
    within,
  );
  assert.deepEqual(named, { is: "answered", body: [1] });
  const send = (member: string) =>
    run("dbus-send", ["--print-reply=literal", "--dest=org.example.A", "/", `org.example.A.${member}`, "string:Anna"]);

  assert.match(await send("Greet"), /hello Anna/u);
  await assert.rejects(send("Leave"), /UnknownMethod/u);

  assert.deepEqual(called, ["Greet Anna", "Leave Anna"]);
  const nobody = { destination: "org.example.B", path: "/", interface: "org.example.B", member: "C" };
  assert.deepEqual(await bus.call(nobody, within), {
    is: "failed",
    why: "org.freedesktop.DBus.Error.NameHasNoOwner",
  });
});

test("who opens a bus as its user is himself again afterwards", { skip: process.getuid?.() !== 0 }, () => {
  const inside = asUser({ uid: 65_534, gid: 65_534 }, () => [process.geteuid?.(), process.getegid?.()]);

  assert.deepEqual([inside, process.geteuid?.(), process.getegid?.()], [[65_534, 65_534], 0, 0]);
});
