import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "../../src/base/bytes/codec.ts";
import type { RejectableCodec } from "../../src/base/rejectableCodec.ts";
import { seconds } from "../../src/base/units.ts";
import { connectClient } from "../../src/diagnostics/client/connectClient.ts";
import type { RdpClient } from "../../src/diagnostics/client/rdpClient.ts";
import { clientDynamicMessage } from "../../src/protocol/channels/dynamic/dynamicMessages.ts";
import { clientProfiles } from "../../src/protocol/sequences/connect/clientProfiles.ts";
import { crop } from "../../src/base/pixels.ts";
import { picture } from "../pictures.ts";
import { noRealUsers } from "../realUser.ts";
import { startXfreerdp, type TestClient } from "./harness/clients.ts";
import { assertBecomesSame, difference } from "./harness/compare.ts";
import { eventually } from "./harness/eventually.ts";
import { filmPictures, filmWindow } from "./harness/filmWindow.ts";
import { startHoldfast, type TestHost } from "./harness/holdfast.ts";
import { sidesOf } from "./harness/pictureWay.ts";
import { insideSession } from "./harness/session.ts";
import { testWindow } from "./harness/testWindow.ts";
import { testUser, type TestUser } from "./harness/users.ts";

test(
  "a client that says it knows a codec and goes at it is not sent it again, one codec after the other, and is shown everything",
  { skip: noRealUsers() },
  async (t) => {
    await using anna = await testUser();
    // One codec after the other: films by AVC420 alone.
    await using host = await startHoldfast({ settings: 'VideoColours = "half"' });
    const xfreerdp = () => startXfreerdp({ host, user: anna, password: anna.password, size, args });
    const sides = (client: TestClient) => sidesOf(inside, client, { client: "xfreerdp", args, depth: 32 });
    const first = await connected(host, anna, {});
    await using inside = await insideSession(await host.sessionOf(anna, { attached: true }));
    await testWindow(inside.x11, picture("photo", { width: 200, height: 150 }), places.photo);
    await testWindow(inside.x11, picture("text", { width: 200, height: 150 }), places.text);
    await t.test("a client that closes the channel of its pictures is shown them otherwise", async () => {
      const isSame = async () => difference(await inside.screen(), first.picture) === undefined;
      const encoder = async () => (await connectionOf(host, anna))?.picture?.encoder ?? "";
      await eventually("it is shown by RDPGFX", async () => (await encoder()).includes("RDPGFX") && (await isSame()));
      first.sendChannelMessage("drdynvc", encode(clientDynamicMessage, { is: "close", channelId: graphicsChannelId }));
      await eventually("it is shown without", async () => !(await encoder()).includes("RDPGFX") && (await isSame()));
    });

    const film = await filmWindow(inside.x11, filmPictures({ width: 400, height: 320 }, 8), { x: 8, y: 8 });
    film.play(30);
    await first.close();
    await goesAt(host, anna, "avc420");
    assert.deepEqual(await rejected(host), []);
    await goesAt(host, anna, "avc420");
    await eventually("H.264 is not sent again", async () => (await rejected(host)).includes("avc420"));
    {
      await using again = await xfreerdp();
      await eventually("the film is shown", async () => 40 <= ((await connectionOf(host, anna))?.picture?.frames ?? 0));
      const { client, picture: sent } = (await connectionOf(host, anna))!;
      assert.deepEqual(client, { address: "127.0.0.1", name, build });
      assert.deepEqual(sent?.without, ["avc420"]);
      assert.ok(!sent.operations.some(({ operation }) => operation === "avc420"), JSON.stringify(sent.operations));
      await film.stopAt(3);
      await assertBecomesSame("the film as tiles", sides(again), { within: 10_000, client: again });
    }
    for (const codec of ["progressive", "clearCodec", "graphics"] as const) {
      await goesAt(host, anna, codec);
      await eventually(`${codec} is not sent again`, async () => (await rejected(host)).includes(codec));
    }
    {
      await using again = await xfreerdp();
      await assertBecomesSame("without RDPGFX", sides(again), { within: 10_000, client: again });
      assert.doesNotMatch((await connectionOf(host, anna))?.picture?.encoder ?? "", /RDPGFX/u);
    }
    const { events } = await host.admin.call("events", { ids: [30], atMost: 10 });
    t.diagnostic(events.map(({ message }) => message).join("; "));
    assert.equal(events.length, 4);

    await host.admin.call("forgetRejectedCodecs", { client: name });
    await using again = await xfreerdp();
    await assertBecomesSame("asked anew", sides(again), { within: 10_000, client: again });
    assert.match((await connectionOf(host, anna))?.picture?.encoder ?? "", /ClearCodec.* RDPGFX/u);
  },
);

/** Connects, and cuts the wire as soon as it is sent this codec, without acknowledging it. */
async function goesAt(host: TestHost, user: TestUser, codec: RejectableCodec): Promise<void> {
  const isFilm = codec === "avc420";
  const isSent = (): boolean => (isFilm ? 0 < client.statistics.undecoded.size : Object.values(places).every(isDrawn));
  const isDrawn = ({ x, y }: { readonly x: number; readonly y: number }): boolean => {
    const { data, offset, stride } = crop(client.picture, { x, y, width: 100, height: 100 });
    return data.subarray(offset, offset + 99 * stride).some((byte) => byte !== 0 && byte !== 0xff);
  };
  const client: RdpClient = await connected(host, user, { takes: () => isFilm && !isSent() });
  await eventually(`it is sent ${codec}`, async () => {
    return isSent() && (await connectionOf(host, user))?.authenticated === true;
  });
  client.destroy();
  await eventually("it is gone", async () => (await connectionOf(host, user)) === undefined);
}

/** `takes`: whether it acknowledges a frame. */
function connected(host: TestHost, user: TestUser, { takes = () => true }: { readonly takes?: () => boolean }) {
  return connectClient({
    host: "127.0.0.1",
    port: host.port,
    user: user.name,
    password: user.password,
    offered: ["tls"],
    profile: { ...clientProfiles["graphics pipeline"], name, build, size },
    deadline: seconds(30),
    hooks: {
      answerOf: (command) => {
        if (command.is === "capsAdvertise") return [{ is: "capsAdvertise", sets: [{ version: "10.6", flags: [] }] }];
        return command.is !== "frameAcknowledge" || takes() ? [command] : [];
      },
    },
  });
}

async function connectionOf(host: TestHost, user: TestUser) {
  const { connections } = await host.admin.call("sessions", {});
  return connections.find((each) => each.user === user.name);
}

async function rejected(host: TestHost): Promise<readonly RejectableCodec[]> {
  const reply = await host.admin.call("rejectedCodecs", {});
  assert.equal(reply.is, "found");
  return reply.clients.flatMap((each) => each.rejected.map(({ codec }) => codec));
}

const name = "DESK-7";
/** As xfreerdp says it of itself. */
const build = 18_363;
/** It is the first that the host opens. */
const graphicsChannelId = 1;
const places = { photo: { x: 420, y: 10 }, text: { x: 420, y: 200 } } as const;
const size = { width: 640, height: 480 };
const args = ["/gfx:AVC420", `/client-hostname:${name}`, "/sec:tls"];
