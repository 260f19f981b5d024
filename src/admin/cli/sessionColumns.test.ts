import assert from "node:assert/strict";
import { test } from "node:test";
import { counterLines, sessionColumns } from "./sessionColumns.ts";
import type { SessionRow } from "./sessionRow.ts";

test("query session prints the columns of Windows with their trailing blanks, and a console where there is one", () => {
  const text = sessionColumns([
    row({ id: 0, name: "services", state: "Disc" }),
    row({ id: 1, name: "console", user: "alice", state: "Active", own: true }),
    row({ id: 2, name: "rdp-tcp#3", user: "bob", state: "Active" }),
    row({ id: 4, user: "carol", state: "Disc" }),
    row({ id: 65536, name: "rdp-tcp", state: "Listen" }),
  ]);

  assert.deepEqual(text.split("\n"), [
    " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE ",
    " services                                    0  Disc                        ",
    ">console           alice                     1  Active                      ",
    " rdp-tcp#3         bob                       2  Active                      ",
    "                   carol                     4  Disc                        ",
    " rdp-tcp                                 65536  Listen                      ",
    "",
  ]);
});

test("long names are cut with three dots, so that the columns after them stay", () => {
  const line = sessionColumns([
    row({ id: 65535, name: "rdp-tcp#1234567890", user: "christopher.featherstonehaugh", state: "Active" }),
  ]).split("\n")[1];

  assert.equal(line, " rdp-tcp#12345...  christopher.feath...  65535  Active                      ");
});

test("/counter adds the totals, a line each", () => {
  assert.equal(
    counterLines({ created: 4, disconnected: 2, reconnected: 1 }),
    "Total sessions created: 4\nTotal sessions disconnected: 2\nTotal sessions reconnected: 1\n",
  );
});

function row(row: Partial<SessionRow> & Pick<SessionRow, "id" | "state">): SessionRow {
  return { name: "", user: "", own: false, ...row };
}
