import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { awaitTerminal, awaitTyped, keys, press, typingDesktop, type Stroke } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

const shifted = (key: number): Stroke => ({ key, held: [keys.shift] });
const alternate = (key: number): Stroke => ({ key, held: [keys.altGr] });

/** What the user presses on a keyboard of this country, by place, and what his terminal must get. */
const keyboards: readonly {
  readonly name: string;
  readonly layout: number;
  /** The same for the client's own X server, as it is at a user's desk. */
  readonly xkb: string;
  readonly strokes: readonly Stroke[];
  readonly text: string;
}[] = [
  {
    name: "German",
    layout: 0x407,
    xkb: "de",
    strokes: [keys.quote, keys.semicolon, keys.openBracket, keys.minus, shifted(keys.quote), keys.z].concat([
      alternate(keys.e),
      alternate(keys.q),
      keys.q,
    ]),
    text: "äöüßÄy€@q",
  },
  {
    name: "Russian",
    layout: 0x419,
    xkb: "ru",
    strokes: [keys.a, keys.q, keys.z, keys.openBracket, shifted(keys.quote), keys.semicolon],
    text: "фйяхЭж",
  },
  {
    name: "French",
    layout: 0x40c,
    xkb: "fr",
    strokes: [keys.q, keys.a, keys.z, keys.semicolon, keys.quote, keys.e, alternate(keys.e)],
    text: "aqwmùe€",
  },
  {
    name: "Japanese",
    layout: 0x411,
    xkb: "jp",
    strokes: [keys.q, keys.a, keys.z, shifted(keys.e), keys.semicolon, keys.quote, keys.openBracket],
    text: "qazE;:@",
  },
];

for (const { name, layout, xkb, strokes, text } of keyboards) {
  test(`a ${name} keyboard writes ${text} in the session`, { skip }, async () => {
    await using user = await testUser();
    await using host = await startHoldfast({ desktop: typingDesktop });
    const args = ["/sec:tls", `/kbd:0x${layout.toString(16).padStart(8, "0")}`];
    await using client = await startXfreerdp({ host, user, password: user.password, args });
    await client.xvfb.run("setxkbmap", [xkb]);
    await host.sessionOf(user, { attached: true });
    const since = await awaitTerminal(client, user);

    await press(client, strokes);

    await awaitTyped(user, since, text);
  });
}
