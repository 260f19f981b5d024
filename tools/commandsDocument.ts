import { writeFileSync, mkdirSync } from "node:fs";
import { commandsDocument } from "#admin/cli/commandsDocument.ts";
import { commandTable } from "#admin/cli/commandTable.ts";

// Writes docs/operate/commands.md anew.
const commands = await Promise.all(commandTable.map((each) => each.load()));
const path = new URL("../docs/operate/commands.md", import.meta.url);
mkdirSync(new URL(".", path), { recursive: true });
writeFileSync(path, commandsDocument(commands));
