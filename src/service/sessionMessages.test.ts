import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { limits } from "#base/limits.ts";
import type { MessageBoxNews } from "#contracts/service.ts";
import { SessionMessages, type MessageToSession } from "./sessionMessages.ts";

const attached = sessionId(2);
const alone = sessionId(3);
const old = sessionId(4);
const box: MessageToSession = { title: "Title", text: "Text", buttons: [{ id: "ok", label: "OK" }], seconds: 30 };

test("a message is shown where its session is looked at, and its answer comes back", async () => {
  const { messages, told } = service();
  const outcome = messages.show(attached, box);
  const [, shown] = told[0]!;
  messages.receiveAnswer(connectionId(7), shown.id, { is: "button", button: "ok" });

  assert.deepEqual(await outcome, { is: "answered", button: "ok" });
  assert.deepEqual(told, [["messageBox", { ...box, id: shown.id, anyInputCloses: false }]]);
});

test("a message that nobody can see is not shown", async () => {
  const { messages, told } = service();
  for (const session of [alone, old, sessionId(99)]) {
    assert.deepEqual(await messages.show(session, box), { is: "notShown" });
  }
  messages.forgetConnection(connectionId(7));
  assert.deepEqual(await messages.show(attached, box), { is: "notShown" });
  assert.deepEqual(told, []);
});

test("when the connection goes the message was not shown", async () => {
  const { messages } = service();
  const outcome = messages.show(attached, box);
  messages.forgetConnection(connectionId(7));
  assert.deepEqual(await outcome, { is: "notShown" });
});

test("a connection answers for itself alone, and with a button that is there", async () => {
  const { messages, told } = service();
  const outcome = messages.show(attached, box);
  const { id } = told[0]![1];
  messages.receiveAnswer(connectionId(8), id, { is: "button", button: "ok" });
  messages.receiveAnswer(connectionId(7), "another", { is: "button", button: "ok" });
  messages.receiveAnswer(connectionId(7), id, { is: "button", button: "yes" });
  messages.receiveAnswer(connectionId(7), id, { is: "silence" });
  assert.deepEqual(await outcome, { is: "silence" });
});

test("silence is an answer even when the connection says nothing at all", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { messages, told } = service();
  const outcome = messages.show(attached, box);
  t.mock.timers.tick(32_000);
  assert.deepEqual(await outcome, { is: "silence" });
  assert.deepEqual(
    told.map(([name]) => name),
    ["messageBox", "messageBoxGone"],
  );
});

test("a message can be taken back", async () => {
  const { messages, told } = service();
  const withdrawn = new AbortController();
  const outcome = messages.show(attached, box, withdrawn.signal);
  withdrawn.abort();
  assert.deepEqual(await outcome, { is: "withdrawn" });
  assert.deepEqual(told[1], ["messageBoxGone", { id: told[0]![1].id }]);
  assert.deepEqual(await messages.show(attached, box, withdrawn.signal), { is: "withdrawn" });
});

test("what is too long is cut", () => {
  const { messages, told } = service();
  void messages.show(attached, { ...box, title: "t".repeat(5000), text: "x".repeat(5000) });
  const { title, text } = told[0]![1];
  assert.deepEqual([title.length, text.length], [limits.messageBoxTitleCharacters, limits.messageBoxCharacters]);
  messages.forgetConnection(connectionId(7));
});

/** Session 2 at connection 7; session 3 disconnected; session 4 at a connection that knows no boxes. */
function service() {
  const told: (readonly [string, MessageBoxNews])[] = [];
  let count = 0;
  const sessions = new Map([
    [attached, { attachment: { connection: connectionId(7) } }],
    [alone, {}],
    [old, { attachment: { connection: connectionId(9) } }],
  ]);
  const messages = new SessionMessages({
    registry: {
      session: (id) => {
        const facts = sessions.get(id);
        return facts === undefined ? undefined : { facts };
      },
      connection: (id) => ({ showsBoxes: id === connectionId(7) }),
    },
    randomHex: () => `box ${++count}`,
  });
  const tell = (name: string, value: unknown) => void told.push([name, value as MessageBoxNews]);
  for (const id of [7, 9]) messages.receiveConnection(connectionId(id), tell);
  return { messages, told };
}
