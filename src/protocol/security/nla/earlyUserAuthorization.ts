import type { ValueOf } from "#base/bytes/codec.ts";
import { code } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";

/** After CredSSP under PROTOCOL_HYBRID_EX, without any framing: Early User Authorization Result PDU. Four bytes. */
export const earlyUserAuthorizationResult = struct("EarlyUserAuthorizationResult", "MS-RDPBCGR 2.2.10.2", {
  result: code(u32le, { success: 0, accessDenied: 5 }),
});
export type EarlyUserAuthorizationResult = ValueOf<typeof earlyUserAuthorizationResult>;

export const earlyUserAuthorizationBytes = 4;
