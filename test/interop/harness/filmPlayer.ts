// A program of a session that does not want to be disturbed: it asks a power manager, which it is itself, and then the
// screen saver, as soon as there is one. Says on its standard output what it has reached.
import { milliseconds } from "../../../src/base/units.ts";
import { busCall, DbusConnection } from "../../../src/system/dbus/dbusConnection.ts";

const within = milliseconds(2000);
let isInhibited = true;
const bus = await DbusConnection.open(
  process.env["DBUS_SESSION_BUS_ADDRESS"] ?? "",
  { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
  {
    called: ({ member }) => (member === "HasInhibit" ? { signature: "b", body: [isInhibited] } : undefined),
    signalled: () => {},
    closed: () => process.exit(1),
  },
);
await bus.call(
  { ...busCall, member: "RequestName", signature: "su", body: ["org.freedesktop.PowerManagement", 0] },
  within,
);
console.log("power manager");
const saver = { destination: "org.freedesktop.ScreenSaver", path: "/org/freedesktop/ScreenSaver" };
const inhibit = { ...saver, interface: saver.destination, member: "Inhibit", signature: "ss", body: ["film", "plays"] };
for (;;) {
  const answer = await bus.call(inhibit, within);
  if (answer.is === "answered") break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}
isInhibited = false;
console.log("screen saver");
