import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseGraphicsVersion } from "#protocol/channels/graphics/graphicsVersion.ts";
import { clientProfiles, type ClientProfileName } from "#protocol/sequences/connect/clientProfiles.ts";
import type { ClientProfile } from "#protocol/sequences/connect/clientProfile.ts";
import type { CapabilitySet } from "#protocol/share/capabilities/capabilitySet.ts";
import { Meeting } from "../../test/meeting.ts";
import { chooseEncoder, updateBytesOf } from "./encoderChoice.ts";

const bests: readonly (readonly [ClientProfileName, string])[] = [
  ["RemoteFX surface", "RemoteFX by surface commands"],
  ["NSCodec", "NSCodec by surface commands"],
  ["planar 32", "planar bitmaps"],
  ["interleaved 24", "interleaved bitmaps at 24 bpp"],
  ["interleaved 16", "interleaved bitmaps at 16 bpp"],
  ["interleaved 15", "interleaved bitmaps at 15 bpp"],
  ["interleaved 8", "interleaved bitmaps at 8 bpp"],
];

for (const [name, expected] of bests) {
  test(`a client of the kind “${name}” is shown ${expected}`, () => {
    assert.equal(choose(clientProfiles[name]).name, expected);
  });
}

test("a client with RDPGFX is shown its codecs, progressive ones where it knows them", () => {
  for (const [version, progressive] of [
    ["8.1", true],
    ["10.7", true],
  ] as const) {
    const graphics = chooseGraphicsVersion([{ version, flags: [] }])?.features;
    const encoder = choose(clientProfiles["graphics pipeline"], graphics);
    assert.deepEqual([/progressive RemoteFX by RDPGFX/u.test(encoder.name), encoder.acknowledged], [progressive, true]);
    const plain = choose(clientProfiles["graphics pipeline"], graphics && { ...graphics, progressive: false });
    assert.match(plain.name, /plain RemoteFX by RDPGFX/u);
    const noText = choose(clientProfiles["graphics pipeline"], graphics && { ...graphics, clearCodec: false });
    assert.equal(noText.name, "planar and progressive RemoteFX by RDPGFX");
  }
});

test("a client that has RDPGFX and does not agree to it is shown surface commands", () => {
  assert.equal(choose(clientProfiles["graphics pipeline"]).name, "RemoteFX by surface commands");
});

test("a codec counts only with the command and the room that it needs, and with enough colours", () => {
  const remoteFx = clientProfiles["RemoteFX surface"];
  const both = clientProfiles["graphics pipeline"];
  const noStream = commands(["setSurfaceBits", "frameMarker"]);
  const noRoom = (set: CapabilitySet) => (set.is === "multifragmentUpdateCapability" ? [] : [set]);
  const found = [
    choose(changed(remoteFx, noStream)),
    choose(changed(remoteFx, noRoom)),
    choose(changed(both, noStream)),
    choose(changed(both, noRoom)),
    choose(changed(clientProfiles.NSCodec, commands(["streamSurfaceBits"]))),
    choose({ ...both, colorDepth: 16 }),
    choose({ ...both, colorDepth: 24 }),
  ];

  assert.deepEqual(
    found.map((encoder) => encoder.name),
    [
      "planar bitmaps",
      "planar bitmaps",
      "NSCodec by surface commands",
      "NSCodec by surface commands",
      "planar bitmaps",
      "interleaved bitmaps at 16 bpp",
      "RemoteFX by surface commands",
    ],
  );
});

test("frames are waited for where the client marks and acknowledges them", () => {
  const profile = clientProfiles["RemoteFX surface"];
  const silent = (set: CapabilitySet) => (set.is === "frameAcknowledgeCapability" ? [] : [set]);
  const found = [profile, changed(profile, silent), changed(profile, commands(["streamSurfaceBits"]))];

  assert.deepEqual(
    found.map((each) => choose(each).acknowledged),
    [true, false, false],
  );
});

test("a client that puts no fragments together has no room for updates", () => {
  const names = ["planar 32", "interleaved 16"] as const;
  assert.deepEqual(
    names.map((name) => updateBytesOf(capableOf(clientProfiles[name]))),
    [0x3f0000, 0],
  );
});

test("films have the colours of each pixel where the client takes AVC444v2 and the operator does not mind", () => {
  const streams = { isAvailable: true, open: () => Promise.resolve(undefined) };
  const coloursOf = (version: "8.1" | "10.0" | "10.6", colours: "auto" | "half") => {
    const flags = version === "8.1" ? (["avc420Enabled"] as const) : [];
    const graphics = chooseGraphicsVersion([{ version, flags }])?.features;
    return chooseEncoder(capableOf(clientProfiles["graphics pipeline"]), { graphics, streams, colours }).video?.colours;
  };
  assert.equal(coloursOf("10.6", "auto"), "avc444v2");
  assert.equal(coloursOf("10.6", "half"), undefined);
  assert.equal(coloursOf("10.0", "auto"), undefined);
  assert.equal(coloursOf("8.1", "auto"), undefined);
});

function choose(profile: ClientProfile, graphics?: Parameters<typeof chooseEncoder>[1]["graphics"]) {
  return chooseEncoder(capableOf(profile), { graphics });
}

function capableOf(profile: ClientProfile) {
  const { serverState } = new Meeting({ client: { profile } });
  if (serverState.at !== "active") assert.fail(`the server is at ${serverState.at}`);
  return serverState.capable;
}

/** The profile with each capability set replaced by what the function makes of it. */
function changed(profile: ClientProfile, change: (set: CapabilitySet) => readonly CapabilitySet[]): ClientProfile {
  return { ...profile, capabilities: profile.capabilities.flatMap(change) };
}

type SurfaceCommand = Extract<CapabilitySet, { is: "surfaceCommandsCapability" }>["commands"][number];

function commands(known: readonly SurfaceCommand[]) {
  return (set: CapabilitySet): readonly CapabilitySet[] => [
    set.is === "surfaceCommandsCapability" ? { ...set, commands: known } : set,
  ];
}
