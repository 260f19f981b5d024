import assert from "node:assert/strict";
import { test } from "node:test";
import { garbage, mutated } from "../../../../test/hostileMessages.ts";
import { Meeting, usualServer } from "../../../../test/meeting.ts";
import { randomFrom } from "../../../../test/pictures.ts";
import type { WireMessage } from "../../framing/messageSplitter.ts";
import { clientProfiles, type ClientProfileName } from "../connect/clientProfiles.ts";
import * as client from "../connect/outgoing.ts";
import { accept } from "./accept.ts";
import type { AcceptState } from "./acceptState.ts";

const size = { width: 1280, height: 1024 };
const names = Object.keys(clientProfiles) as ClientProfileName[];

test("26,000 mutated client messages in every state of the server: refused or passed over, never an exception", () => {
  const { states, messages } = everyStateOfTheServer();
  const random = randomFrom(815);
  const codes = new Set<string>();
  for (let round = 0; round < 2_000; round++) {
    const message = mutated(messages[Math.floor(random() * messages.length)]!, random);
    for (const state of states) {
      const { effects } = accept(state, { is: "message", message }, usualServer);
      for (const effect of effects) if (effect.do === "refuse") codes.add(effect.refusal.code);
    }
  }
  assert.deepEqual([...codes].sort(), ["HF-WIRE-03", "HF-WIRE-06"]);
});

test("garbage and misplaced messages end a connection or are passed over", () => {
  const { states, messages } = everyStateOfTheServer();
  const random = randomFrom(5);
  for (const state of states) {
    for (const message of [...messages, ...garbage(200, random)]) {
      const after = accept(state, { is: "message", message }, usualServer);
      const refused = after.effects.some((effect) => effect.do === "refuse");
      assert.equal(refused && after.state.at !== "ended", false, `${state.at} goes on after a refusal`);
    }
    for (const is of ["tlsReady", "nlaOver", "admitted"] as const) accept(state, { is }, usualServer);
    accept(state, { is: "nlaOffer", offered: true }, usualServer);
    accept(state, { is: "resize", size }, usualServer);
  }
  const at = new Set(states.map((state) => state.at));
  assert.equal(at.size, 14, [...at].join(", "));
});

function everyStateOfTheServer(): {
  readonly states: readonly AcceptState[];
  readonly messages: readonly WireMessage[];
} {
  const seen = names.map((name) => {
    const meeting = new Meeting({ client: { profile: clientProfiles[name] }, nlaOffered: true });
    meeting.server({ is: "resize", size });
    if (meeting.clientState.at !== "active") throw new Error(`the client is at ${meeting.clientState.at}`);
    const { capable } = meeting.clientState;
    meeting.clientSends(...client.inputBytes(capable, [{ is: "pointerTo", at: { x: 1, y: 1 } }]));
    meeting.clientSends(client.refreshBytes(capable, [{ x: 0, y: 0, ...size }]), client.disconnectBytes());
    return meeting;
  });
  const states = new Map(seen.flatMap(({ serverStates }) => serverStates.map((state) => [state.at, state])));
  return { states: [...states.values()], messages: seen.flatMap(({ receivedByServer }) => receivedByServer) };
}
