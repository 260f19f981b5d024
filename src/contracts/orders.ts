import type { ConnectionId, SessionId } from "#base/ids.ts";

// What a command asks of the diagnostics. Neither may import the other: the program that people call hands it over.

export interface HostAndPort {
  readonly host: string;
  /** 1 … 65535. */
  readonly port: number;
}

/** What `probe` is to do, well formed. */
export interface ProbeOrder {
  /** One; or two, to be compared. */
  readonly targets: readonly HostAndPort[];
  /** Empty: nobody signs in. */
  readonly user: string;
  readonly domain: string;
  readonly password: string;
  readonly signInOnly: boolean;
  /** The path of the PNG file. */
  readonly screenshot: string | undefined;
  /** Connections to each host that are measured; 1 and up. */
  readonly times: number;
  /** How long a step may take, in seconds. */
  readonly timeout: number;
  readonly json: boolean;
}

/** What `trace start --scenario client` is to do, well formed. */
export interface ClientTraceOrder extends Pick<ProbeOrder, "user" | "domain" | "password" | "json"> {
  readonly target: HostAndPort;
  readonly pictures: boolean;
  /** Where the archive is to be. */
  readonly folder: string;
  /** Of this program and this computer. */
  readonly version: string;
  readonly hostName: string;
}

/** What `replay` is to do, well formed. Times in seconds since the first record of the trace. */
export interface ReplayOrder {
  readonly file: string;
  /** Times its own pace; undefined: as fast as it goes. */
  readonly speed: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly connection: number | undefined;
  readonly json: boolean;
  /** A folder for pictures. */
  readonly pictures: string | undefined;
  /** Only the picture that stood then. */
  readonly pictureAt: number | undefined;
  /** A file for the page to look at; nothing is printed then. */
  readonly report: string | undefined;
  /** Writes at once. */
  print(text: string): Promise<void>;
}

/** What a dump is to be of, and with what. */
export interface DumpOrder {
  readonly target: DumpTarget;
  /** Keep a refused client with the refusal on its screen meanwhile. */
  readonly hold: boolean;
  readonly cores: readonly CoreChoice[];
  /** Without heap snapshots. */
  readonly light: boolean;
}

/** What a dump is to be of; `within`: so many milliseconds. */
export type DumpTarget =
  | { readonly is: "service" }
  | { readonly is: "refused"; readonly id: string }
  | { readonly is: "nextRefused"; readonly within: number }
  | { readonly is: "connection"; readonly connection: ConnectionId }
  | { readonly is: "session"; readonly session: SessionId }
  | { readonly is: "process"; readonly pid: number };

/** A process of which a core dump is taken: by its number, or the session's X server, first program, or all of them. */
export type CoreChoice =
  | { readonly is: "pid"; readonly pid: number }
  | { readonly is: "x" }
  | { readonly is: "wm" }
  | { readonly is: "all" };
