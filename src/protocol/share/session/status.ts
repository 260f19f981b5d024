import type { ValueOf } from "#base/bytes/codec.ts";
import { code } from "#base/bytes/fields.ts";
import { u32le } from "#base/bytes/numbers.ts";
import { struct } from "#base/bytes/struct.ts";
import { errorInfoCodes } from "./errorInfo.ts";

/** Why the server is about to disconnect (TS_SET_ERROR_INFO_PDU); the client shows it. */
export const setErrorInfo = struct("SetErrorInfo", "MS-RDPBCGR 2.2.5.1.1", { error: code(u32le, errorInfoCodes) });
export type SetErrorInfo = ValueOf<typeof setErrorInfo>;

/** The user closes the client's window: may it go (TS_SHUTDOWN_REQ_PDU)? */
export const shutdownRequest = struct("ShutdownRequest", "MS-RDPBCGR 2.2.2.1.1", {});

/** Somebody is signed in: the client asks its user, then disconnects by itself (TS_SHUTDOWN_DENIED_PDU). */
export const shutdownDenied = struct("ShutdownDenied", "MS-RDPBCGR 2.2.2.2.1", {});

/** The automatic reconnection failed: the client asks for credentials (TS_AUTORECONNECT_STATUS_PDU). */
export const autoReconnectStatus = struct("AutoReconnectStatus", "MS-RDPBCGR 2.2.4.1.1", {
  /** An NTSTATUS. */
  status: u32le,
});
export type AutoReconnectStatus = ValueOf<typeof autoReconnectStatus>;

/** What the server is doing while the client waits (TS_STATUS_INFO_PDU). */
export const statusInfo = struct("StatusInfo", "MS-RDPBCGR 2.2.5.2", {
  status: code(u32le, {
    findingDestination: 0x401,
    loadingDestination: 0x402,
    bringingSessionOnline: 0x403,
    redirectingToDestination: 0x404,
    vmLoading: 0x501,
    vmWaking: 0x502,
    vmStarting: 0x503,
    vmStartingMonitoring: 0x504,
    vmRetryingMonitoring: 0x505,
  }),
});
export type StatusInfo = ValueOf<typeof statusInfo>;
