import { readFileSync } from "node:fs";
import { seconds } from "#base/units.ts";
import { possibleSize, resizeScreen } from "#desktop/x11/screenSize.ts";
import { X11Connection } from "#desktop/x11/x11Connection.ts";

// Gives a new X server its first size, as the session's user, so that the window manager never sees another one:
// firstScreen.ts WIDTH HEIGHT WIDTH-MAX HEIGHT-MAX, with DISPLAY and XAUTHORITY. Its library has no place in the keeper's memory.
const [width = 0, height = 0, widthMax = 0, heightMax = 0] = process.argv.slice(2).map(Number);
const authority = readFileSync(process.env["XAUTHORITY"] ?? "");
const connection = await X11Connection.open({
  display: Number(process.env["DISPLAY"]?.slice(1)),
  // The file has one entry, and the cookie is its end.
  cookie: authority.subarray(-16).toString("hex"),
  answerWithin: seconds(5),
  log: (line) => console.error(line),
});
const randr = await connection.extension("randr");
await resizeScreen(connection, randr, possibleSize({ width, height }, { width: widthMax, height: heightMax }));
connection.close();
