import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionId, sessionId } from "#base/ids.ts";
import { wallTime } from "#base/units.ts";
import type { ConnectionFacts } from "#contracts/service.ts";
import { metricsText } from "./metricsText.ts";

const status = { version: "0.1.0", pid: 1, listening: [], fingerprint: "", singleUser: false, hostName: "ts1" };
const counters = { created: 5, disconnected: 2, reconnected: 1 };
const connection: ConnectionFacts = {
  id: connectionId(3),
  pid: 812,
  client: { address: "192.0.2.7", name: "DESK-7", build: 22631 },
  acceptedAt: wallTime(0),
  step: "active",
  authenticated: true,
  user: 'b"o\\b',
  session: sessionId(2),
  picture: {
    encoder: "x",
    frames: 120,
    bytes: 34_567,
    roundTripMs: 12.5,
    framesInFlight: 1,
    inputDelay: { count: 4, medianMs: 0.25, p99Ms: 2 },
    operations: [{ operation: "clearCodec", areas: 900, bytes: 80_000 }],
  },
};

test("a host's numbers are told as Prometheus reads them, with every name escaped", () => {
  const seats = { used: 1, limit: 2, because: "" };
  const text = metricsText({ status: { ...status, seats }, sessions: [], counters, connections: [connection] });
  const labels = `connection="3",user="b\\"o\\\\b",session="2"`;
  for (const line of [
    'holdfast_info{version="0.1.0"} 1',
    'holdfast_connections{authenticated="true"} 1',
    "holdfast_seats_used 1",
    "holdfast_seats_limit 2",
    'holdfast_session_changes_total{change="created"} 5',
    `holdfast_connection_frames_total{${labels}} 120`,
    `holdfast_connection_round_trip_seconds{${labels}} 0.0125`,
    `holdfast_connection_operation_bytes_total{${labels},operation="clearCodec"} 80000`,
    `holdfast_connection_input_delay_seconds{${labels},quantile="0.99"} 0.002`,
  ]) {
    assert.ok(text.includes(`\n${line}\n`), `${line}\n${text}`);
  }
  assert.doesNotMatch(text, /key_to_frame/u);
});

test("each family has its help and its type once, before its first sample, and each line is well formed", () => {
  const other = { ...connection, id: connectionId(4) };
  const text = metricsText({ status, sessions: [], counters, connections: [connection, other] });
  const seen = new Set<string>();
  let current = "";
  for (const line of text.trimEnd().split("\n")) {
    const type = /^# TYPE (?<name>[a-z_]+) (?:gauge|counter)$/u.exec(line)?.groups?.["name"];
    if (type !== undefined) {
      assert.ok(!seen.has(type), type);
      seen.add((current = type));
    } else if (!line.startsWith("# HELP ")) {
      assert.match(
        line,
        new RegExp(
          `^${current}(?:\\{[a-z]+="(?:[^"\\\\]|\\\\.)*"(?:,[a-z]+="(?:[^"\\\\]|\\\\.)*")*\\})? [0-9.]+$`,
          "u",
        ),
      );
    }
  }
});
