import { readFileSync } from "node:fs";
import { seconds } from "#base/units.ts";
import { loadX11Extensions } from "#desktop/x11/x11Extensions.ts";
import { possibleSize, resizeScreen } from "#desktop/x11/screenSize.ts";
import { X11Connection } from "#desktop/x11/x11Connection.ts";

// Gives a new X server its first size, so that the window manager never sees another one:
// firstScreen.ts WIDTH HEIGHT WIDTH-MAX HEIGHT-MAX [UID GID], with XAUTHORITY, and the display's number on standard
// input as soon as there is one. Its library has no place in the keeper's memory. It loads with its starter's rights,
// since Node's cache of compiled programs is kept by user, and touches nothing of the session before it has the
// session's user's.
const [width = 0, height = 0, widthMax = 0, heightMax = 0, uid, gid] = process.argv.slice(2).map(Number);
loadX11Extensions(["randr"]);
if (uid !== undefined && gid !== undefined) {
  process.setgid?.(gid);
  process.setuid?.(uid);
}
const display = readFileSync(0, "utf8").trim();
// The server did not come up.
if (display === "") process.exit(0);
const authority = readFileSync(process.env["XAUTHORITY"] ?? "");
const connection = await X11Connection.open({
  display: Number(display),
  // The file has one entry, and the cookie is its end.
  cookie: authority.subarray(-16).toString("hex"),
  answerWithin: seconds(5),
  log: (line) => console.error(line),
});
const randr = await connection.extension("randr");
await resizeScreen(connection, randr, possibleSize({ width, height }, { width: widthMax, height: heightMax }));
connection.close();
