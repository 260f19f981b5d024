import { integer, oneOf, text } from "#base/shape/shape.ts";
import { setting } from "../setting.ts";

/** What people see. */
export const desktopSettings = {
  StartWm: setting({
    shape: text,
    fallback: "/etc/holdfast/startwm",
    means: "A program that starts the desktop, for everybody who has not chosen one himself.",
  }),
  BlackScreenSeconds: setting({
    shape: integer({ from: 0, to: 60 }),
    fallback: 3,
    unit: "seconds",
    means:
      "After this time a new session whose screen is still of one colour tells its user what it waits for, with the last lines of its desktop; 0: never, for desktops that are meant to be empty.",
  }),
  FramesPerSecond: setting({
    shape: integer({ from: 1, to: 240 }),
    fallback: 60,
    unit: "frames a second",
    windows: { name: "DWMFRAMEINTERVAL", keys: ["WINSTATIONS"], translate: (interval) => Math.max(1, interval * 4) },
    means:
      "The most that a client is sent, where it and its line take so many; what it does not take is not sent later, but replaced. Windows counts otherwise: 15 means 60, 10 means 40, and without a value it is 30.",
  }),
  VideoEncoder: setting<"auto" | "x264" | "openh264" | "none">({
    shape: oneOf("auto", "x264", "openh264", "none"),
    fallback: "auto",
    means:
      "What makes H.264 for parts of the screen that keep moving, where the client takes it: auto is x264 where somebody has installed it, otherwise openh264; none: RemoteFX shows films too. See video.md.",
  }),
  VideoColours: setting<"auto" | "half">({
    shape: oneOf("auto", "half"),
    fallback: "auto",
    means:
      "The colours of what H.264 shows: auto, with x264, gives each pixel its own while coloured letters or lines move, to clients that take it (AVC444), which is three times the encoder's work; half: always one colour for four pixels (AVC420). See video.md.",
  }),
  DesktopWidthMax: setting({
    shape: integer({ from: 640, to: 8192 }),
    fallback: 7680,
    unit: "pixels",
    windows: { name: "MaxXResolution", keys: ["POL"], policy: "TS_MAXDISPLAYRES" },
    means: "The widest desktop that a session can take.",
  }),
  DesktopHeightMax: setting({
    shape: integer({ from: 480, to: 8192 }),
    fallback: 4320,
    unit: "pixels",
    windows: { name: "MaxYResolution", keys: ["POL"], policy: "TS_MAXDISPLAYRES" },
    means: "The highest desktop that a session can take.",
  }),
  SpareConnections: setting({
    shape: integer({ from: 0, to: 64 }),
    fallback: 2,
    means: "How many connection processes stand ready for clients that have not come yet.",
  }),
} as const;
