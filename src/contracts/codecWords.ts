import type { RejectableCodec } from "#base/rejectableCodec.ts";

/** What clients may reject, for people. */
export const codecWords: Readonly<Record<RejectableCodec, string>> = {
  avc444: "H.264 in full colour (AVC444)",
  avc420: "H.264 (AVC420)",
  progressive: "progressive RemoteFX",
  clearCodec: "ClearCodec",
  graphics: "the graphics pipeline (RDPGFX)",
};
