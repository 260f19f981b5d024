import assert from "node:assert/strict";
import { test } from "node:test";
import { commandTable } from "./commandTable.ts";
import { nearestCommand } from "./nearestCommand.ts";

test("the table calls every command as its own declaration does", async () => {
  for (const entry of commandTable) {
    const { name, alias } = await entry.load();
    assert.deepEqual({ name, alias }, { name: entry.name, alias: entry.alias });
  }
});

test("every command has an example that begins as it is called", async () => {
  for (const entry of commandTable) {
    const { examples, name, alias } = await entry.load();
    const calls = [`holdfast ${name}`, `holdfast ${alias}`];
    for (const { line } of examples)
      assert.ok(
        calls.some((call) => line.includes(call)),
        line,
      );
    assert.notEqual(examples.length, 0);
  }
});

test("what is documented of --json is JSON", async () => {
  for (const { json } of await Promise.all(commandTable.map((each) => each.load()))) {
    if (json !== undefined) assert.equal(JSON.stringify(JSON.parse(json)), json);
  }
});

test("the nearest command is the one with the fewest differing letters", () => {
  const names = commandTable.flatMap((each) => (each.alias === undefined ? [each.name] : [each.name, each.alias]));
  const nearest = (line: string) => nearestCommand(line.split(" "), names);

  assert.deepEqual(
    ["query sesion", "QUREY USER bob", "log-off 3", "qwista", "serv", "reset sesson 2", "stats", "ts-discon"].map(
      nearest,
    ),
    ["query session", "query user", "logoff", "qwinsta", "serve", "reset session", "status", "tsdiscon"],
  );
});
