import { networkInterfaces } from "node:os";
import type { ServerCertificate } from "#system/certificate/certificate.ts";
import type { Folders } from "#system/folders.ts";

export interface WelcomeFacts {
  readonly listening: readonly string[];
  readonly certificate: ServerCertificate;
  readonly folders: Folders;
  /** Single-user mode: the one who may sign in. */
  readonly credential: { readonly user: string; readonly password: string } | undefined;
}

/** What `holdfast serve` prints when it is ready: where it is, and how to come in. */
export function welcome({ listening, certificate, folders, credential }: WelcomeFacts): string {
  const reachable = reachableAt(listening[0] ?? "");
  const user = credential?.user ?? "USER";
  const password = credential === undefined ? "" : ` /p:${credential.password}`;
  const lines = [
    `Holdfast is ready at ${listening.join(" and ")}.`,
    "",
    `  xfreerdp  xfreerdp /v:${reachable} /u:${user}${password} /dynamic-resolution /cert:tofu`,
    `  mstsc     Computer: ${reachable}   User name: ${user}`,
    "",
    `  The client will ask about the certificate once. Its fingerprint:`,
    `    SHA-256 ${certificate.fingerprints.sha256}`,
    `    SHA-1   ${certificate.fingerprints.sha1}`,
    "",
    credential === undefined
      ? "  Everybody whom the host's PAM lets in may sign in, with his own user name and password."
      : `  Not started as root: it serves ${credential.user} alone, with the password ${credential.password}`,
    `  Run folder ${folders.run}, state ${folders.state}, configuration ${folders.config}.`,
    "",
    "  Stop with Ctrl+C: sessions and connected clients go on. `./holdfast query session` lists them.",
    "",
  ];
  return lines.join("\n");
}

/** A wildcard address is named by the first address of this host that others can use. */
function reachableAt(listening: string): string {
  const match = /^(?<host>.*):(?<port>\d+)$/u.exec(listening);
  const host = match?.groups?.["host"] ?? listening;
  const port = match?.groups?.["port"] ?? "3389";
  const address = host === "0.0.0.0" || host === "[::]" ? (outsideAddress() ?? "localhost") : host;
  return port === "3389" ? address : `${address}:${port}`;
}

function outsideAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find((each) => each.family === "IPv4" && !each.internal)?.address;
}
