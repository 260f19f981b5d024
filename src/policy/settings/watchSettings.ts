import { integer, oneOf } from "#base/shape/shape.ts";
import { setting } from "../setting.ts";

/** What is written down, and watched for. */
export const watchSettings = {
  EventLogMegabytes: setting({
    shape: integer({ from: 1, to: 10_000 }),
    fallback: 64,
    unit: "megabytes",
    means: "How large the file with events and records (STATE/holdfast.db) may become; then the oldest go.",
  }),
  EventLogDays: setting({
    shape: integer({ from: 1, to: 36_500 }),
    fallback: 90,
    unit: "days",
    means: "How long events and records are kept.",
  }),
  EventForwarding: setting({
    shape: oneOf("auto", "none"),
    fallback: "auto",
    means: "auto: events also go to systemd's journal or, where there is none, to syslog; none: they do not.",
  }),
  TraceRingKilobytes: setting({
    shape: integer({ from: 0, to: 65_536 }),
    fallback: 4096,
    unit: "kilobytes",
    means:
      "How much each connection remembers of its last messages, for `holdfast trace save`; it takes no memory before it is used. 0: nothing.",
  }),
  TraceMegabytes: setting({
    shape: integer({ from: 1, to: 16_384 }),
    fallback: 256,
    unit: "megabytes",
    means: "How large a trace (`holdfast trace start`) may become on the disk; then it stops by itself.",
  }),
  TraceMinutes: setting({
    shape: integer({ from: 1, to: 1440 }),
    fallback: 60,
    unit: "minutes",
    means: "How long a trace may go on; then it stops by itself.",
  }),
  LeakSampleSeconds: setting({
    shape: integer({ from: 0, to: 3600 }),
    fallback: 60,
    unit: "seconds",
    means: "How often the leak watch looks at what sessions hold; it needs 45 looks to name growth. 0: never.",
  }),
} as const;
