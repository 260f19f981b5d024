import assert from "node:assert/strict";
import { test } from "node:test";
import { milliseconds, minutes, wallTime } from "#base/units.ts";
import { localeOf, shortDateAndTime } from "./shortDateAndTime.ts";
import { idleText, userColumns } from "./userColumns.ts";

test("query user prints the columns of Windows", () => {
  const text = userColumns(
    [
      {
        user: "alice",
        sessionName: "console",
        id: 1,
        state: "Active",
        idle: undefined,
        loggedOnAt: at("2026-11-20T21:10:00Z"),
        own: true,
      },
      {
        user: "bob",
        sessionName: "rdp-tcp#3",
        id: 2,
        state: "Active",
        idle: milliseconds(59_999),
        loggedOnAt: at("2026-11-20T21:15:00Z"),
        own: false,
      },
      {
        user: "carol",
        sessionName: "",
        id: 4,
        state: "Disc",
        idle: minutes(26 * 60 + 9),
        loggedOnAt: at("2026-11-19T16:01:00Z"),
        own: false,
      },
    ],
    { locale: "en-US", timeZone: "UTC" },
  );

  assert.deepEqual(text.split("\n"), [
    " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME",
    ">alice                 console             1  Active      none   11/20/2026 9:10 PM",
    " bob                   rdp-tcp#3           2  Active          .  11/20/2026 9:15 PM",
    " carol                                     4  Disc      1+02:09  11/19/2026 4:01 PM",
    "",
  ]);
});

test("idle time is a dot, minutes, hours and minutes, or days", () => {
  const texts = [0, 1, 49, 59, 60, 72, 23 * 60 + 59, 24 * 60, 122 * 60 + 9].map((each) => idleText(minutes(each)));

  assert.deepEqual(texts, [".", "1", "49", "59", "1:00", "1:12", "23:59", "1+00:00", "5+02:09"]);
  assert.equal(idleText(undefined), "none");
});

test("the logon time is written as the locale of the environment writes dates", () => {
  const write = (environment: NodeJS.ProcessEnv) =>
    shortDateAndTime(at("2026-11-20T21:10:00Z"), { locale: localeOf(environment), timeZone: "UTC" });

  assert.equal(write({ LANG: "de_DE.UTF-8" }), "20.11.2026 21:10");
  assert.equal(write({ LANG: "de_DE.UTF-8", LC_TIME: "en_GB.UTF-8" }), "20/11/2026 21:10");
  assert.equal(write({ LC_ALL: "C", LANG: "de_DE.UTF-8" }), "11/20/2026 9:10 PM");
  assert.equal(write({ LANG: "C.UTF-8" }), "11/20/2026 9:10 PM");
  assert.equal(write({ LANG: "no such/locale" }), "11/20/2026 9:10 PM");
  assert.equal(write({}), "11/20/2026 9:10 PM");
});

function at(time: string) {
  return wallTime(Date.parse(time));
}
