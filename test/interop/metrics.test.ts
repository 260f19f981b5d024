import assert from "node:assert/strict";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { assertBecomesSame, difference } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { holdfast } from "./harness/explained.ts";
import { startHoldfast } from "./harness/holdfast.ts";
import { sidesOf } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { keys, press } from "./harness/typing.ts";
import { testUser } from "./harness/users.ts";

const skip = noRealUsers();

test(
  "a monitor reads how quick a client's keys and pictures are, and so does its administrator",
  { skip },
  async () => {
    await using anna = await testUser();
    await using host = await startHoldfast({ desktop: "exec xterm -geometry 400x200+0+0 -e cat" });
    await using client = await startXfreerdp({ host, user: anna, password: anna.password, args: ["/gfx", "/sec:tls"] });
    const { id } = await host.sessionOf(anna, { attached: true });
    await client.moveMouse(300, 300);

    const value = (text: string, name: string): number => {
      const labels = `connection="\\d+",user="${anna.name}",session="${id}"`;
      return Number(
        new RegExp(`^holdfast_connection_${name}\\{${labels}[^}]*\\} ([0-9.]+)$`, "mu").exec(text)?.[1] ?? NaN,
      );
    };
    let text = "";
    await eventually("keys are measured up to their frames", async () => {
      await press(client, [keys.a, keys.q]);
      ({ out: text } = await holdfast(host, "metrics"));
      return 0 < value(text, "key_to_frame_seconds");
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${text}`);
    });

    assert.ok(0 < value(text, "frames_total") && 0 < value(text, "bytes_total"), text);
    assert.ok(0 < value(text, "round_trip_seconds"), text);
    assert.ok(value(text, "input_delay_seconds") < 1, text);
    assert.ok(value(text, "frames_in_flight") <= 16, text);
    assert.ok(0 < value(text, "operation_bytes_total"), text);
    assert.match(text, /^holdfast_sessions\{state="Active"\} 1$/mu);
    const { out } = await holdfast(host, "query", "connection", anna.name);
    assert.match(out, /^ A key to its frame: [0-9.]+ ms in the middle/mu);
    assert.match(out, /^ OPERATION +AREAS +BYTES +SHARE$/mu);
  },
);

test(
  "an overlay stands on the client's screen as long as it is wished, and leaves nothing behind",
  { skip },
  async () => {
    await using anna = await testUser();
    await using host = await startHoldfast({ desktop: "exec xterm -cr black -geometry 400x200+0+0 -e cat" });
    const args = ["/gfx", "/sec:tls"];
    await using client = await startXfreerdp({ host, user: anna, password: anna.password, args });
    const facts = await host.sessionOf(anna, { attached: true });
    await using inside = await insideSession(facts);
    const sides = sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 });
    await assertBecomesSame("before the overlay", sides, { within: 8000, client });
    const id = String(facts.attachment?.connection);

    const on = await holdfast(host, "overlay", id, "on");
    await eventually("the overlay is seen in the right corner", async () => {
      const differs = difference(await sides.wanted(), await sides.got());
      return differs !== undefined && differs.first.y === 0 && 400 < differs.first.x;
    });
    const off = await holdfast(host, "overlay", id, "off");
    await assertBecomesSame("after the overlay", sides, { within: 8000, client });

    assert.deepEqual([on, off], [success, success]);
    assert.deepEqual(await holdfast(host, "overlay", "4711", "on"), {
      exit: 1,
      out: "No connection 4711 is at a session: holdfast query connection lists them\n",
    });
  },
);

const success = { exit: 0, out: "" };
