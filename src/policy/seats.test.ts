import assert from "node:assert/strict";
import { test } from "node:test";
import { array, assert as check, boolean, constant, constantFrom, integer, property, record } from "fast-check";
import { sessionId } from "#base/ids.ts";
import {
  another,
  choicesAbout,
  decideSeat,
  seatsUsed,
  type Arriving,
  type SeatedSession,
  type SeatFacts,
  type SeatRules,
} from "./seats.ts";

const rules: SeatRules = {
  limit: 2,
  disconnectedCount: false,
  singleSessionPerUser: true,
  usersMayEndDisconnected: false,
};

test("a session that is in use holds a seat, and a disconnected one does where the rule says so", () => {
  const sessions = [session(2, "anna"), session(3, "boris", { isAttached: false })];
  const clara = arriving("clara");

  assert.deepEqual(decideSeat(clara, facts({ sessions })), { is: "free", administrative: false });
  assert.deepEqual(decideSeat(clara, facts({ sessions, rules: { ...rules, disconnectedCount: true } })), {
    is: "full",
    used: 2,
    holders: [2, 3],
  });
  const taken = [session(2, "anna"), session(3, "boris")];
  assert.deepEqual(decideSeat(clara, facts({ sessions: taken })), { is: "full", used: 2, holders: [2, 3] });
});

test("who has a session returns to it, and needs a free seat only where it has lost its own", () => {
  const full = [session(2, "anna"), session(3, "boris"), session(4, "clara", { isAttached: false })];

  assert.deepEqual(decideSeat(arriving("anna"), facts({ sessions: full })), {
    is: "own",
    session: 2,
    administrative: false,
  });
  assert.equal(decideSeat(arriving("clara"), facts({ sessions: full })).is, "full");
  assert.deepEqual(decideSeat(arriving("clara"), facts({ sessions: full.slice(1) })), {
    is: "own",
    session: 4,
    administrative: false,
  });
});

test("the administrator's door is open whatever is taken, drained or short, and to administrators alone", () => {
  const closed = facts({
    sessions: [session(2, "anna"), session(3, "boris")],
    logonMode: "disabled",
    waitingBefore: 7,
    shortage: { code: "HF-SEAT-04", resource: "memory", left: 3, reserved: 256 },
  });

  assert.deepEqual(decideSeat(arriving("root", { isAdministrator: true, asksForDoor: true }), closed), {
    is: "free",
    administrative: true,
  });
  assert.equal(decideSeat(arriving("clara", { asksForDoor: true }), closed).is, "refused");
  const usual = { ...closed, logonMode: "enabled", shortage: undefined } as const;
  assert.equal(decideSeat(arriving("root", { isAdministrator: true }), usual).is, "full");
});

test("a session of the door takes no seat, and its user returns to it at any time", () => {
  const sessions = [session(2, "root", { administrative: true, isAttached: false }), session(3, "anna")];

  assert.deepEqual(decideSeat(arriving("boris"), facts({ sessions })), { is: "free", administrative: false });
  const full = facts({ sessions: [...sessions, session(4, "boris")] });
  assert.deepEqual(decideSeat(arriving("root"), full), { is: "own", session: 2, administrative: true });
});

test("drain refuses new sessions and lets people return; disabled refuses both", () => {
  const sessions = [session(2, "anna", { isAttached: false })];
  const codeOf = (user: string, logonMode: SeatFacts["logonMode"]) => {
    const decision = decideSeat(arriving(user), facts({ sessions, logonMode }));
    return decision.is === "refused" ? decision.refusal.code : decision.is;
  };

  assert.deepEqual(
    (["enabled", "drain", "drainUntilRestart", "disabled"] as const).map((mode) => [
      codeOf("anna", mode),
      codeOf("boris", mode),
    ]),
    [
      ["own", "free"],
      ["own", "HF-SEAT-03"],
      ["own", "HF-SEAT-03"],
      ["HF-SEAT-02", "HF-SEAT-02"],
    ],
  );
});

test("a free seat is for those who wait the longest", () => {
  const sessions = [session(2, "anna")];

  assert.equal(decideSeat(arriving("boris"), facts({ sessions, waitingBefore: 1 })).is, "full");
  assert.equal(decideSeat(arriving("boris"), facts({ sessions, waitingBefore: 0 })).is, "free");
});

test("who may have several sessions chooses, and may open another while there is a seat", () => {
  const sessions = [session(2, "anna"), session(3, "anna", { isAttached: false })];
  const several = { ...rules, singleSessionPerUser: false };

  assert.deepEqual(decideSeat(arriving("anna"), facts({ sessions, rules: several })), {
    is: "several",
    sessions: [2, 3],
    another: true,
  });
  for (const other of [{ waitingBefore: 1 }, { logonMode: "drain" as const }]) {
    const closed = facts({ sessions, rules: several, ...other });
    const decision = decideSeat(arriving("anna"), closed);
    assert.ok(decision.is === "several" && !decision.another);
    const administrator = arriving("anna", { isAdministrator: true, asksForDoor: true });
    assert.deepEqual(another(administrator, closed), { is: "free", administrative: true });
  }
});

test("what somebody may do about a session is what frees a seat and is his to do", () => {
  const clara = arriving("clara");
  const root = arriving("root", { isAdministrator: true });
  const left = session(3, "boris", { isAttached: false });

  assert.deepEqual(choicesAbout(session(2, "anna"), clara, rules), ["ask"]);
  assert.deepEqual(choicesAbout(session(2, "clara"), clara, rules), ["returnTo", "end"]);
  assert.deepEqual(choicesAbout(left, clara, rules), []);
  assert.deepEqual(choicesAbout(left, clara, { ...rules, usersMayEndDisconnected: true }), ["end"]);
  assert.deepEqual(choicesAbout(session(2, "anna"), root, rules), ["ask", "disconnect", "end"]);
});

test("whoever comes, the seats are never more than the limit", () => {
  const user = constantFrom("anna", "boris", "clara");
  const sessions = array(record({ user, isAttached: boolean(), administrative: boolean(), byDoor: constant(false) }), {
    maxLength: 6,
  });
  check(
    property(
      sessions,
      user,
      integer({ min: 1, max: 4 }),
      boolean(),
      boolean(),
      (given, who, limit, counted, single) => {
        const seated = given.map((each, index) => ({ id: sessionId(index + 2), ...each }));
        const now = { ...rules, limit, disconnectedCount: counted, singleSessionPerUser: single };
        const before = facts({ sessions: seated, rules: now });
        const decision = decideSeat(arriving(who), before);
        const after =
          decision.is === "free"
            ? [...seated, session(99, who)]
            : decision.is === "own"
              ? seated.map((each) => (each.id === decision.session ? { ...each, isAttached: true } : each))
              : seated;
        const used = seatsUsed({ ...before, sessions: after });
        assert.ok(used <= Math.max(limit, seatsUsed(before)), JSON.stringify({ seated, decision }));
      },
    ),
  );
});

function session(id: number, user: string, other: Partial<SeatedSession> = {}): SeatedSession {
  return { id: sessionId(id), user, isAttached: true, administrative: false, byDoor: false, ...other };
}

function arriving(user: string, other: Partial<Arriving> = {}): Arriving {
  return { user, isAdministrator: false, asksForDoor: false, ...other };
}

function facts(other: Partial<SeatFacts>): SeatFacts {
  return { sessions: [], starting: [], rules, waitingBefore: 0, logonMode: "enabled", shortage: undefined, ...other };
}
