import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { commandsDocument } from "./commandsDocument.ts";
import { commandTable } from "./commandTable.ts";

test("docs/operate/commands.md says what the commands declare", async () => {
  const written = readFileSync(new URL("../../../docs/operate/commands.md", import.meta.url), "utf8");

  const document = commandsDocument(await Promise.all(commandTable.map((each) => each.load())));

  assert.equal(written, document, "write it anew: tools/node.sh tools/commandsDocument.ts");
});
