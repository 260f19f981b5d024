import assert from "node:assert/strict";
import test from "node:test";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp } from "./harness/clients.ts";
import { eventually } from "./harness/eventually.ts";
import { holdfast } from "./harness/explained.ts";
import { startHoldfast } from "./harness/holdfast.ts";
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
