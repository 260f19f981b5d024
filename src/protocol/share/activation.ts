import type { ValueOf } from "#base/bytes/codec.ts";
import { defaultAtEnd, ignored, ignoredAtEnd, paddingAtEnd } from "#base/bytes/fields.ts";
import { u16le, u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { capabilities } from "./capabilities/capabilitySet.ts";

/** The server opens the share and says what it can do (TS_DEMAND_ACTIVE_PDU, behind the share control header). */
export const demandActive = struct("DemandActive", "MS-RDPBCGR 2.2.1.13.1.1", {
  /** Chosen by the server; every later PDU carries it. */
  shareId: u32le,
  capabilities,
  session: ignoredAtEnd(u32le),
});
export type DemandActive = ValueOf<typeof demandActive>;

/** The client answers with what it can do (TS_CONFIRM_ACTIVE_PDU, behind the share control header). */
export const confirmActive = struct("ConfirmActive", "MS-RDPBCGR 2.2.1.13.2.1", {
  shareId: u32le,
  /** The server's channel, always. */
  originator: ignored(u16le, 0x03ea),
  capabilities,
});
export type ConfirmActive = ValueOf<typeof confirmActive>;

/** The share is closed; a new Demand Active follows, or the end (TS_DEACTIVATE_ALL_PDU). */
export const deactivateAll = struct("DeactivateAll", "MS-RDPBCGR 2.2.3.1.1", {
  /** 0 when the sender left everything out, as some servers do. */
  shareId: defaultAtEnd(u32le, 0),
  /** A length and a name that mean nothing: one zero byte. */
  descriptorLength: ignoredAtEnd(u16le, 1),
  descriptor: paddingAtEnd(1),
});
export type DeactivateAll = ValueOf<typeof deactivateAll>;
