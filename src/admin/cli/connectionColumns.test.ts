import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import { connectionColumns } from "./connectionColumns.ts";

test("query connection has columns as wide as needed, and a dash where nothing is known", () => {
  const facts = { pid: 812, acceptedAt: wallTime(Date.parse("2026-11-20T21:15:00Z")) };
  const text = connectionColumns(
    [
      {
        own: true,
        facts: {
          ...facts,
          id: connectionId(3),
          client: { address: "192.0.2.7", name: "RECEPTION DESK", build: 22631 },
          step: "active",
          authenticated: true,
          user: "bob",
          session: sessionId(2),
        },
      },
      {
        own: false,
        facts: {
          ...facts,
          id: connectionId(1204),
          client: { address: "2001:db8::77", name: "", build: 0 },
          step: "awaitingNegotiation",
          authenticated: false,
        },
      },
    ],
    { locale: "en-US", timeZone: "UTC" },
  );

  assert.deepEqual(text.split("\n"), [
    "   ID  USERNAME  CLIENTNAME      ADDRESS       SESSION  STEP                 SINCE",
    ">   3  bob       RECEPTION_DESK  192.0.2.7           2  active               11/20/2026 9:15 PM",
    " 1204  -         -               2001:db8::77        -  awaitingNegotiation  11/20/2026 9:15 PM",
    "",
  ]);
});
