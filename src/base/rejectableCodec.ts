/**
 * What a client with RDPGFX may turn out not to take, although it says so; the riskiest first. "graphics": RDPGFX with
 * whatever is in it.
 */
export const rejectableCodecs = ["avc444", "avc420", "progressive", "clearCodec", "graphics"] as const;
export type RejectableCodec = (typeof rejectableCodecs)[number];
