import { join } from "node:path";
import type { TraceRecorder } from "#base/trace/traceRecorder.ts";
import type { PolicyInForce } from "#policy/configuration/policyInForce.ts";
import type { HostSettings } from "#policy/settings.ts";
import type { ServerCertificate } from "#system/certificate/certificate.ts";
import type { Clock } from "#system/clock.ts";
import type { Folders } from "#system/folders.ts";
import type { InheritedSockets } from "#system/inheritedSockets.ts";
import type { Log } from "#system/log.ts";
import type { RandomBytes } from "#system/randomBytes.ts";
import type { CollectStep } from "#system/trace/collectTrace.ts";
import type { User } from "#system/users.ts";
import type { Authority } from "./authority.ts";
import type { ListenAddress } from "#policy/listenAddress.ts";

export interface ServiceOptions {
  readonly folders: Folders;
  readonly settings: HostSettings;
  /** What the settings come from, with what differs from user to user. */
  readonly policy: PolicyInForce;
  readonly addresses: readonly ListenAddress[];
  readonly certificate: ServerCertificate;
  readonly authority: Authority;
  /** Whom connection processes run as; undefined: as this process does (single-user mode). */
  readonly connectionUser: User | undefined;
  /** The program of a connection process. */
  readonly connectionProgram: string;
  readonly version: string;
  /** Sockets that listen already, by address. */
  readonly inherited: InheritedSockets;
  /** Takes up what is on the disk now, in a moment; or why not. */
  readonly restart: () => Promise<string | undefined>;
  /** What happens here, for traces. */
  readonly recorder: TraceRecorder;
  /** Gathers facts of the host, or makes the archive, of a trace's folder. */
  readonly collect: (step: CollectStep, folder: string) => Promise<string>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly log: Log;
}

/** The socket of connections. */
export function servicePath(folders: Folders): string {
  return join(folders.run, "service.sock");
}

/** The socket of those who want H.264. */
export function videoPath(folders: Folders): string {
  return join(folders.run, "video.sock");
}
