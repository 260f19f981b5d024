import assert from "node:assert/strict";
import { test } from "node:test";
import { processColumns } from "./processColumns.ts";

test("query process prints the columns of Windows", () => {
  const text = processColumns([
    { user: "alice", sessionName: "console", session: 1, pid: 4232, image: "explorer.exe", own: true },
    { user: "", sessionName: "services", session: 0, pid: 668, image: "lsass.exe", own: false },
  ]);

  assert.deepEqual(text.split("\n"), [
    " USERNAME              SESSIONNAME         ID    PID  IMAGE",
    ">alice                 console              1   4232  explorer.exe",
    " (unknown)             services             0    668  lsass.exe",
    "",
  ]);
});

test("the largest process id of Linux stays a column of its own", () => {
  const text = processColumns([
    { user: "bob", sessionName: "", session: 65535, pid: 4194304, image: "xterm", own: false },
  ]);

  assert.equal(text.split("\n")[1], " bob                                    65535 4194304  xterm");
});

test("a program cannot command the administrator's terminal by its name", () => {
  const text = processColumns([
    { user: "bob", sessionName: "", session: 2, pid: 7, image: "\u001b]0;mine\u0007", own: false },
  ]);

  assert.equal(text.split("\n")[1], " bob                                        2      7  ?]0;mine?");
});
